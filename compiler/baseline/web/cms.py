"""The public site on a CMS: its readers, its editors, and what the two of them leave broken."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, PUBLIC, SECOND, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.noise import stranger
from compiler.baseline.web.request import CHROME, FIREFOX, SAFARI, SEARCH_ENGINES, VISITORS, Browser, Request
from compiler.baseline.world import World

HOST = "www.example.com"
_PAGES = (
    "/",
    "/products/",
    "/products/bearings/",
    "/products/linear-guides/",
    "/products/gear-units/",
    "/company/",
    "/company/history/",
    "/jobs/",
    "/jobs/toolmaker-m-f-d/",
    "/news/",
    "/news/2026/09/open-day-at-the-plant/",
    "/news/2026/08/new-test-rig/",
    "/contact/",
    "/downloads/",
    "/imprint/",
    "/privacy/",
    "/support/faq/",
    "/blog/why-grease-ages/",
    "/blog/reading-a-load-table/",
)
_ASSETS = (
    "/wp-content/themes/plant/style.css?ver=6.8.2",
    "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",
    "/wp-content/themes/plant/js/menu.js?ver=4.1",
    "/wp-content/uploads/2026/03/hall-3-1024x683.jpg",
    "/wp-content/uploads/2025/11/bearing-cut.webp",
    "/wp-content/themes/plant/fonts/plex.woff2",
    "/wp-content/plugins/contact-form-7/includes/js/index.js?ver=6.1.1",
    "/wp-content/uploads/2026/09/open-day-768x512.jpg",
)
# What people look for on a site of machine parts, some of it in the words that a rule looks for.
_SEARCHES = (
    "linear+guide+30mm",
    "whoami+badge+reader",
    "select+a+bearing+from+the+table",
    "cat+6+cable+gland",
    "etc+passwd+keypad+lock",
    "grease",
    "what+is+cmd+on+the+nameplate",
    "union+nut+select+size",
    "powershell+connector+m12",
    "base64+coupling",
    "jobs+in+sales",
)
_ELSEWHERE = ("https://search.example.com/", "https://www.bearings.example.com/links.html", "https://news.example.com/")


def requests(world: World) -> Iterator[Request]:
    """All requests to the CMS, in no particular order."""
    dice = world.dice("site")
    for at in moments(dice, PUBLIC, 75, world.days):
        client = stranger(dice.below(900))
        yield from _reader(world.dice("reader", at, client), client, at)
    yield from _crawlers(world)
    for person, agent in zip(world.staff("marketing"), (SAFARI, CHROME, FIREFOX), strict=True):
        dice = world.dice("editor", person.login)
        for at in moments(dice, OFFICE, 1.3, world.days):
            yield from _editor(dice, Browser(dice, person.host.address, agent, HOST, at), person.login)
    yield from _broken(world)


def _reader(dice: Dice, client: str, at: int) -> Iterator[Request]:
    ask = Browser(dice, client, dice.weigh(VISITORS), HOST, at)
    came = dice.pick(_ELSEWHERE) if dice.chance(0.5) else "-"
    for number in range(1 + dice.gap(2)):
        page = dice.weigh(((_PAGES[0], 4), (dice.pick(_PAGES), 8)))
        yield ask.ask("GET", page, referer=came, wait=35 * SECOND)
        here = f"https://{HOST}{page}"
        if number == 0:
            for asset in dice.some(_ASSETS, dice.between(1, 4)):
                path, _, query = asset.partition("?")
                yield ask.ask("GET", path, query or "-", dice.weigh(((200, 3), (304, 2))), referer=here, wait=60)
            if dice.chance(0.15):
                yield ask.ask("GET", "/apple-touch-icon-precomposed.png", status=404, wait=60, sent=6321)
        came = here
        if dice.chance(0.06):
            yield ask.ask("GET", "/", f"s={dice.pick(_SEARCHES)}", referer=here, wait=15 * SECOND)
        if dice.chance(0.05):
            yield ask.ask("POST", "/wp-admin/admin-ajax.php", referer=here, wait=9 * SECOND)
        if page in ("/contact/", "/jobs/toolmaker-m-f-d/") and dice.chance(0.4):
            yield ask.ask(
                "POST", "/wp-json/contact-form-7/v1/contact-forms/412/feedback", referer=here, wait=2 * MINUTE
            )
        if page == "/downloads/":
            yield ask.ask(
                "GET",
                f"/wp-content/uploads/2025/datasheet-{dice.between(100, 140)}.pdf",
                status=dice.weigh(((200, 5), (206, 2))),
                referer=here,
                sent=dice.between(90_000, 2_400_000),
            )


def _crawlers(world: World) -> Iterator[Request]:
    """Search engines read all day, and keep asking for pages that went away years ago: a not-found now and then."""
    for number, (agent, client) in enumerate(SEARCH_ENGINES):
        dice = world.dice("crawler", number)
        ask = Browser(dice, client, agent, HOST, 0)
        for at in moments(dice, PUBLIC, 32 - 5 * number, world.days):
            ask.at = at
            gone = dice.chance(0.18)
            old = (
                f"/{dice.pick(('catalogue', 'shop', 'presse'))}/{dice.between(2009, 2018)}/"
                f"item-{dice.between(100, 999)}.html"
            )
            yield ask.ask(
                "GET",
                old if gone else dice.pick((*_PAGES, "/robots.txt", "/sitemap_index.xml")),
                status=404 if gone else 200,
                sent=6321 if gone else 0,
            )


def _editor(dice: Dice, ask: Browser, login: str) -> Iterator[Request]:
    admin = f"https://{HOST}/wp-admin/"
    yield ask.ask("GET", "/wp-login.php")
    if dice.chance(0.15):
        yield ask.ask("POST", "/wp-login.php", wait=12 * SECOND, referer=f"https://{HOST}/wp-login.php")
    yield ask.ask("POST", "/wp-login.php", status=302, wait=12 * SECOND, referer=f"https://{HOST}/wp-login.php")
    yield ask.ask("GET", "/wp-admin/", referer=f"https://{HOST}/wp-login.php")
    post = dice.between(2100, 2190)
    yield ask.ask("GET", "/wp-admin/post.php", f"post={post}&action=edit", referer=admin, wait=20 * SECOND)
    for _ in range(dice.gap(5)):
        yield ask.ask(
            "POST", "/wp-admin/admin-ajax.php", referer=f"{admin}post.php?post={post}&action=edit", wait=60 * SECOND
        )
    if dice.chance(0.5):
        picture = dice.pick(("open-day", "hall-3", "team", "gear-unit-cutaway"))
        yield ask.ask("POST", "/wp-admin/async-upload.php", referer=f"{admin}upload.php", wait=40 * SECOND)
        yield ask.ask(
            "GET",
            f"/wp-content/uploads/2026/09/{picture}-{dice.between(1, 30)}.jpg",
            referer=f"{admin}upload.php",
            wait=2 * SECOND,
        )
    if dice.chance(0.15):
        yield ask.ask("GET", "/wp-admin/plugins.php", referer=admin, wait=30 * SECOND)
        yield ask.ask(
            "POST",
            "/wp-admin/update.php",
            "action=upgrade-plugin&plugin=contact-form-7",
            referer=f"{admin}plugins.php",
            wait=20 * SECOND,
        )
    if dice.chance(0.3):
        # The picture agency's tool speaks WebDAV.
        ask.user = login
        yield ask.ask("PROPFIND", "/dav/marketing/", status=207, wait=50 * SECOND)
        yield ask.ask("PUT", f"/dav/marketing/flyer-2026-{dice.between(1, 12):02d}.pdf", status=201, wait=9 * SECOND)


def _broken(world: World) -> Iterator[Request]:
    """Not-found answers without a scanner: a client that repeats itself, a gallery without its pictures, old links."""
    dice = world.dice("broken")
    kiosk = Browser(dice, "203.0.113.77", CHROME.replace("140", "109"), HOST, 0)
    for day in range(0, world.days, 2):
        kiosk.at = moment(day, 10, dice.below(59))
        for _ in range(dice.between(25, 40)):
            yield kiosk.ask(
                "GET",
                "/wp-content/plugins/slider/assets/frame.js.map",
                status=404,
                referer=f"https://{HOST}/",
                wait=3 * SECOND,
                sent=6321,
            )
    for day in (1, 4):
        if day >= world.days:
            continue
        for visitor in range(2):
            ask = Browser(
                dice,
                stranger(700 + visitor * 13 + day),
                SAFARI if visitor else CHROME,
                HOST,
                moment(day, 16 + visitor, dice.below(59)),
            )
            yield ask.ask("GET", "/news/2021/06/summer-gallery/")
            for picture in range(1, 13):
                yield ask.ask(
                    "GET",
                    f"/wp-content/uploads/2021/06/DSC_{4410 + picture}-150x150.jpg",
                    status=404,
                    wait=30,
                    sent=6321,
                    referer=f"https://{HOST}/news/2021/06/summer-gallery/",
                )
    checker = Browser(
        dice,
        "198.51.100.140",
        "LinkChecker/10.6 (+https://linkchecker.example.com/)",
        HOST,
        moment(min(5, world.days - 1), 4, 0),
    )
    for page in _PAGES:
        yield checker.ask("HEAD", page, wait=12 * SECOND)
    for year in range(2012, 2020):
        yield checker.ask("HEAD", f"/catalogue/{year}/overview.pdf", status=404, wait=HOUR // 120)
