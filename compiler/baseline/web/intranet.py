"""The intranet on the web farm: forms, reports, uploads and the odd page that one person alone uses once a year."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import MINUTE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.request import DESKTOPS, MONITOR, Browser, Request
from compiler.baseline.world import APP01, MONITORING, WEB02, Person, World

HOST = "intranet.example.com"
_PAGES = (
    "/",
    "/default.aspx",
    "/news/list.aspx",
    "/people/search.aspx",
    "/menu/canteen.aspx",
    "/it/helpdesk/default.aspx",
    "/rooms/calendar.aspx",
    "/docs/library.aspx",
    "/hr/absence/overview.aspx",
    "/quality/incidents.aspx",
)
_FORMS = (
    ("/hr/absence/request.aspx", "type=holiday"),
    ("/it/helpdesk/ticket.aspx", "cmd=new"),
    ("/rooms/book.aspx", "room=B2.14&cmd=reserve"),
    ("/people/search.aspx", "-"),
    ("/travel/expenses/edit.aspx", "id=20177&exec=save"),
    ("/quality/incident.aspx", "cmd=edit&id=881"),
    ("/docs/upload.ashx", "folder=%2fprojects%2f2026"),
    ("/reports/render.aspx", "command=export&format=pdf&report=stock"),
)
_REFERENCES = (
    "/css/site.css?v=41",
    "/scripts/jquery-3.7.1.min.js",
    "/images/logo.svg",
    "/WebResource.axd",
    "/ScriptResource.axd",
    "/aspnet_client/system_web/4_0_30319/WebUIValidation.js",
    "/fonts/plex.woff2",
)


def requests(world: World) -> Iterator[Request]:
    """All requests to the intranet, in no particular order."""
    for person in world.people:
        dice = world.dice("intranet", person.login)
        agent = dice.weigh(DESKTOPS[:3])
        for at in moments(dice, OFFICE, 0.8, world.days):
            yield from _visit(dice, _browser(dice, person, agent, at))
    yield from _rare(world)
    dice = world.dice("intranet", "machines")
    for at in every(dice, 40 * MINUTE, world.days):
        yield Browser(dice, MONITORING, MONITOR, HOST, at, server=WEB02.address).ask("GET", "/health.aspx", wait=5)
    for at in every(dice, 120 * MINUTE, world.days):
        erp = Browser(dice, APP01.address, "Java/17.0.16", HOST, at, "EXAMPLE\\svc-erp", server=WEB02.address)
        yield erp.ask("POST", "/api/stock/sync.ashx", "source=erp", dice.weigh(((200, 40), (500, 1))))


def _browser(dice: Dice, person: Person, agent: str, at: int) -> Browser:
    ask = Browser(dice, person.host.address, agent, HOST, at, person.account, server=WEB02.address)
    ask.cookie = f"ASP.NET_SessionId={dice.token(24).lower()};+.INTRANETAUTH={dice.token(40)}"
    return ask


def _visit(dice: Dice, ask: Browser) -> Iterator[Request]:
    home = f"https://{HOST}/"
    yield Browser(dice, ask.client, ask.agent, HOST, ask.at, server=WEB02.address).ask(
        "GET", "/", status=401, wait=5, substatus=2, win32=5
    )
    for _ in range(dice.gap(2)):
        yield ask.ask("GET", dice.pick(_PAGES), wait=40 * SECOND, referer=home)
        if dice.chance(0.5):
            asset, _, query = dice.pick(_REFERENCES).partition("?")
            yield ask.ask("GET", asset, query or "-", dice.weigh(((304, 3), (200, 1))), referer=home, wait=30)
    if dice.chance(0.45):
        page, query = dice.pick(_FORMS)
        if not page.endswith(".ashx"):
            yield ask.ask("GET", page, query, referer=home, wait=10 * SECOND)
        yield ask.ask(
            "POST",
            page,
            query,
            dice.weigh(((200, 5), (302, 3), (500, 0.2))),
            referer=f"https://{HOST}{page}",
            wait=70 * SECOND,
        )
        if page.endswith(".ashx"):
            yield ask.ask("GET", f"/uploads/2026/scan_{dice.between(1000, 9999)}.pdf", referer=home, wait=20 * SECOND)
    if dice.chance(0.05):
        yield ask.ask(
            "GET",
            dice.pick(
                (
                    "/news/2019/summer-party.aspx",
                    "/intranet/old/phonebook.asp",
                    "/favicon.ico",
                    "/docs/vacation 2024.xlsx".replace(" ", "+"),
                )
            ),
            status=404,
            win32=2,
            referer=home,
        )


def _rare(world: World) -> Iterator[Request]:
    """Pages with a single user: an import for the payroll, a developer's query page, a classic ASP left from 2006."""
    dice = world.dice("intranet", "rare")
    users = (
        ("hr", "/hr/yearend/import.aspx", "step=2&file=payroll.csv"),
        ("development", "/tools/sqlview.aspx", "q=stock&top=50"),
        ("production", "/legacy/scale.asp", "cmd=read&port=COM1"),
        ("it", "/it/admin/recycle.aspx", "pool=Reports"),
    )
    for number, (department, page, query) in enumerate(users):
        person = world.staff(department)[0]
        ask = _browser(dice, person, DESKTOPS[number % 3][0], moment(number % world.days, 10 + number, dice.below(60)))
        yield ask.ask("GET", page, wait=10 * SECOND)
        for _ in range(dice.between(1, 3)):
            yield ask.ask(
                "POST", page, query, referer="-" if number == 2 else f"https://{HOST}{page}", wait=90 * SECOND
            )
