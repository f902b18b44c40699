"""People and their devices at the mail server: Outlook, Outlook on the web, phones, Macs, and programs that use EWS.

The shapes of query strings (``CorrelationID``, ``cafeReqId``, ``MailboxId``, ``User``/``DeviceId``/``Cmd``) are those
of Exchange 2016 IIS logs that administrators quote in Microsoft's own question-and-answer forum.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, MOBILE, OFFICE, SECOND, every, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.request import DESKTOPS, Browser, Request
from compiler.baseline.world import APP01, EX01, MAIL, Person, World

BUILD = "15.1.2507.58"
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)"
MAC_OUTLOOK = "MacOutlook/16.100.25081015 (Intelx64 Mac OS X Version 15.6 (Build 24G84))"
PHONES = {
    "iphone": ("Apple-iPhone15C4/2206.71", "iPhone"),
    "ipad": ("Apple-iPad13C18/2206.71", "iPad"),
    "android": ("Android-SAMSUNG-SM-A546B/101.1400", "SamsungDevice"),
}
THEME = f"/owa/auth/{BUILD.rpartition('.')[0]}/themes/resources/"
CURRENT = "/owa/auth/Current/themes/resources/"


def cafe(dice: Dice, extra: str = "") -> str:
    """The marks that the front end appends to a query string."""
    return f"{extra}&CorrelationID=<empty>;&cafeReqId={dice.guid()};"


def inside(at: int, shifts: list[tuple[int, int]]) -> bool:
    """Whether that person is in the office at that moment."""
    return any(comes <= at <= goes for comes, goes in shifts)


def requests(world: World) -> Iterator[Request]:
    """All requests of mail clients over the week, in no particular order."""
    for person in world.people:
        shifts = world.shifts(person)
        if person.client == "outlook":
            yield from _outlook(world, person, shifts)
        if person.client == "mac":
            yield from _mac(world, person, shifts)
        yield from _web(world, person, shifts)
        if person.phone:
            yield from _phone(world, person, shifts)
    yield from _programs(world)


def _outlook(world: World, person: Person, shifts: list[tuple[int, int]]) -> Iterator[Request]:
    dice = world.dice("outlook", person.login)
    mailbox = f"MailboxId={dice.guid()}@example.com"
    agent = OUTLOOK if dice.chance(0.8) else OUTLOOK.replace("16.0.17928", "16.0.5474")
    for comes, goes in shifts:
        laptop = dice.chance(0.12)
        ask = Browser(dice, person.home if laptop else person.host.address, agent, MAIL, comes, "-")
        ask.cookie = (
            f"MapiContext=MAPIAAAAA{dice.token(30)}=;+MapiRouting=UlVNOj{dice.token(28)}==;"
            f"+MapiSequence={dice.between(1, 900)}-{dice.token(6)}=="
        )
        yield ask.ask("POST", "/autodiscover/autodiscover.xml", cafe(dice), 401)
        ask.user = person.account
        yield ask.ask("POST", "/autodiscover/autodiscover.xml", cafe(dice), 200, sent=dice.between(3900, 4600))
        yield ask.ask("POST", "/mapi/emsmdb/", cafe(dice, mailbox))
        if dice.chance(0.4):
            yield ask.ask("POST", "/mapi/nspi/", cafe(dice, mailbox))
        if dice.chance(0.5):
            yield from _address_book(dice, person, ask)
        while ask.at < goes:
            if dice.chance(0.25):
                yield ask.ask(
                    "POST", "/EWS/Exchange.asmx", cafe(dice), dice.weigh(((200, 9), (401, 1))), wait=50 * MINUTE
                )
            else:
                yield ask.ask("POST", "/mapi/emsmdb/", cafe(dice, mailbox), wait=65 * MINUTE)


def _address_book(dice: Dice, person: Person, ask: Browser) -> Iterator[Request]:
    """The offline address book is fetched by the BITS service in the name of Outlook's user."""
    bits = Browser(dice, ask.client, "Microsoft BITS/7.8", MAIL, ask.at, person.account)
    book = "/OAB/4d5a1c2e-6f0b-4a43-9a55-0d2f5be2a7c1"
    yield bits.ask("HEAD", f"{book}/oab.xml", cafe(dice))
    yield bits.ask("GET", f"{book}/oab.xml", cafe(dice))
    if dice.chance(0.3):
        yield bits.ask(
            "GET", f"{book}/9b0a6b30-53b1-4d1e-8a0c-aa1f4d7e3c55-data-{dice.between(410, 416)}.lzx", cafe(dice), 206
        )


def _mac(world: World, person: Person, shifts: list[tuple[int, int]]) -> Iterator[Request]:
    dice = world.dice("mac", person.login)
    for comes, goes in shifts:
        ask = Browser(dice, person.host.address, MAC_OUTLOOK, MAIL, comes, "-")
        yield ask.ask(
            "GET",
            f"/autodiscover/autodiscover.json/v1.0/{person.mailbox}",
            "Protocol=ActiveSync&RedirectCount=1" + cafe(dice),
        )
        ask.user = person.mailbox
        while ask.at < goes:
            yield ask.ask("POST", "/EWS/Exchange.asmx", cafe(dice), wait=25 * MINUTE)


def _web(world: World, person: Person, shifts: list[tuple[int, int]]) -> Iterator[Request]:
    """Outlook on the web: the daily client of a few, of others now and then from home or from abroad."""
    dice = world.dice("owa", person.login)
    agent = dice.weigh(DESKTOPS)
    keen = person.client == "owa"
    rhythm, per_day = (OFFICE, 1.8) if keen else (MOBILE, 0.15)
    for at in moments(dice, rhythm, per_day, world.days):
        here = inside(at, shifts)
        ask = Browser(dice, person.host.address if here else person.home, agent, MAIL, at)
        yield from _sign_in(dice, person, ask)
        yield from _session(dice, ask, 25 if keen else 12)


def _sign_in(dice: Dice, person: Person, ask: Browser) -> Iterator[Request]:
    logon = f"https://{MAIL}/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2f{MAIL}%2fowa%2f"
    ask.cookie = f"ClientId={dice.token(16).upper()};+PBack=0;+PrivateComputer=true"
    yield ask.ask("GET", "/owa/", cafe(dice), 302)
    yield ask.ask("GET", "/owa/auth/logon.aspx", f"replaceCurrent=1&url=https%3a%2f%2f{MAIL}%2fowa%2f{cafe(dice)}")
    if dice.chance(0.5):
        folder = CURRENT if dice.chance(0.25) else THEME
        for name in dice.some(
            (
                "logon.css",
                "segoeui-regular.ttf",
                "favicon.ico",
                "olk_logo_white.png",
                "microsoft_logo.png",
                "fonts.css",
            ),
            3,
        ):
            yield ask.ask("GET", folder + name, cafe(dice), dice.weigh(((200, 2), (304, 1))), referer=logon, wait=40)
    if dice.chance(0.12):
        yield ask.ask("POST", "/owa/auth.owa", cafe(dice) + "&encoding=;", 302, referer=logon, wait=9 * SECOND)
        yield ask.ask(
            "GET", "/owa/auth/logon.aspx", f"url=https%3a%2f%2f{MAIL}%2fowa%2f&reason=2{cafe(dice)}", referer=logon
        )
    ask.user = person.login if dice.chance(0.7) else person.mailbox
    yield ask.ask("POST", "/owa/auth.owa", cafe(dice) + "&encoding=;", 302, referer=logon, wait=9 * SECOND)
    if dice.chance(0.04):
        expired = f"https://{MAIL}/owa/auth/expiredpassword.aspx?url=/owa/auth.owa"
        yield ask.ask("GET", "/owa/auth/expiredpassword.aspx", "url=/owa/auth.owa" + cafe(dice), referer=logon)
        yield ask.ask(
            "POST",
            "/owa/auth/expiredpassword.aspx",
            "url=/owa/auth.owa" + cafe(dice),
            referer=expired,
            wait=40 * SECOND,
        )
    ask.user = person.mailbox
    ask.cookie = (
        f"ClientId={dice.token(16).upper()};+logondata=acc=0&lgn={person.login};"
        f"+cadata={dice.token(44)}==;+cadataTTL={dice.token(22)}==;"
        f"+UC={dice.token(32)};+X-OWA-CANARY={dice.token(40)}.;"
        f"+X-BackEndCookie={person.sid}=u56Lnp2ejJqBx{dice.token(40)}"
    )


_ACTIONS = (
    ("FindConversation", 6),
    ("GetConversationItems", 8),
    ("GetItem", 4),
    ("CreateItem", 2),
    ("UpdateItem", 4),
    ("FindFolder", 2),
    ("GetUserAvailability", 1),
    ("GetCalendarView", 3),
    ("FindPeople", 1),
    ("SubscribeToNotification", 1),
    ("MarkAllItemsAsRead", 0.4),
    ("GetPersonaPhoto", 1),
    ("ProcessSuiteStorage", 1),
    ("CreateAttachmentFromLocalFile", 0.6),
    ("ExecuteSearch", 0.8),
    ("ApplyConversationAction", 1),
)


def _session(dice: Dice, ask: Browser, length: int) -> Iterator[Request]:
    home = f"https://{MAIL}/owa/"
    yield ask.ask("GET", "/owa/", cafe(dice))
    yield ask.ask("POST", "/owa/sessiondata.ashx", f"appcacheclient=0&acver={BUILD}&UA=0{cafe(dice)}", referer=home)
    scripts = ("boot.worldwide.0.mouse.js", "boot.worldwide.1.mouse.js", "preboot.js", "microsoft.owa.core.js")
    for name in dice.some(scripts, dice.below(3)):
        yield ask.ask(
            "GET",
            f"/owa/prem/{BUILD}/scripts/{name}",
            cafe(dice),
            dice.weigh(((200, 1), (304, 3))),
            referer=home,
            wait=50,
        )
    for number in range(dice.gap(length)):
        action = dice.weigh(_ACTIONS)
        yield ask.ask(
            "POST",
            "/owa/service.svc",
            f"action={action}&EP=1&ID=-{number + 11}&AC=1{cafe(dice)}",
            dice.weigh(((200, 200), (440, 2), (500, 1))),
            referer=home,
            wait=70 * SECOND,
        )
        if dice.chance(0.06):
            yield ask.ask(
                "GET",
                "/owa/service.svc/s/GetFileAttachment",
                f"id=AAMkAD{dice.token(20)}&X-OWA-CANARY={dice.token(12)}{cafe(dice)}",
                referer=home,
            )
        if dice.chance(0.05):
            yield ask.ask(
                "GET",
                "/owa/ev.owa2",
                f"ns=PendingRequest&ev=PendingNotificationRequest&UA=0&cid={dice.guid()}{cafe(dice)}",
                referer=home,
            )
    if dice.chance(0.12):
        yield ask.ask("GET", "/ecp/", f"rfr=owa&owaparam=modurl%3D0&p=AutomaticReplies{cafe(dice)}", referer=home)
        yield ask.ask(
            "GET",
            "/ecp/PersonalSettings/AutomaticReplies.slab",
            f"exsvurl=1{cafe(dice)}",
            referer=f"https://{MAIL}/ecp/?rfr=owa",
        )
        yield ask.ask(
            "POST",
            "/ecp/Organize/AutomaticReplies.svc/SetObject",
            f"msExchEcpCanary={dice.token(30)}.{cafe(dice)}",
            referer=f"https://{MAIL}/ecp/PersonalSettings/AutomaticReplies.slab",
            wait=60 * SECOND,
        )
    if dice.chance(0.4):
        yield ask.ask("GET", "/owa/logoff.owa", cafe(dice), 302, referer=home, wait=90 * SECOND)
        yield ask.ask(
            "GET",
            "/owa/auth/signout.aspx" if dice.chance(0.8) else "/owa/auth/logoff.aspx",
            "Cmd=logoff&src=exch" + cafe(dice),
        )


def _phone(world: World, person: Person, shifts: list[tuple[int, int]]) -> Iterator[Request]:
    dice = world.dice("phone", person.login)
    agent, kind = PHONES[person.phone]
    device = dice.token(26).upper()
    chatty = 3 + dice.below(9)
    mobile = f"{dice.pick(('198.51.100', '203.0.113'))}.{dice.between(160, 199)}"
    for at in moments(dice, MOBILE, chatty, world.days):
        client = person.host.address if inside(at, shifts) and dice.chance(0.5) else dice.pick((person.home, mobile))
        ask = Browser(dice, client, agent, MAIL, at, person.account)
        for _ in range(dice.weigh(((1, 7), (2, 3), (4, 1)))):
            verb = dice.weigh(
                (
                    ("Ping", 9),
                    ("Sync", 10),
                    ("FolderSync", 1),
                    ("ItemOperations", 2),
                    ("SmartReply", 0.5),
                    ("SendMail", 1),
                    ("MeetingResponse", 0.3),
                    ("Search", 0.4),
                    ("Settings", 0.2),
                )
            )
            query = f"User={person.login}&DeviceId={device}&DeviceType={kind}&Cmd={verb}"
            status, win32 = dice.weigh((((200, 0), 60), ((401, 0), 1), ((503, 64), 0.3), ((200, 64), 1)))
            yield ask.ask(
                "POST",
                "/Microsoft-Server-ActiveSync/default.eas",
                cafe(dice, query),
                status,
                wait=4 * SECOND,
                win32=win32,
            )
        if dice.chance(0.02):
            yield ask.ask("OPTIONS", "/Microsoft-Server-ActiveSync/default.eas", cafe(dice))


def _programs(world: World) -> Iterator[Request]:
    """A CRM, the meeting-room displays and an archive work through EWS all day, as their vendors mean them to."""
    dice = world.dice("programs")
    crm = Browser(dice, APP01.address, "ExchangeServicesClient/15.00.0913.015", MAIL, 0, "EXAMPLE\\svc-crm")
    for at in every(dice, 2 * HOUR, world.days, MINUTE):
        crm.at = at
        yield crm.ask("POST", "/EWS/Exchange.asmx", cafe(dice))
    for room in range(4):
        ask = Browser(
            dice,
            f"10.20.8.{60 + room}",
            "exchangelib/5.4.0 (python-requests/2.32.3)",
            MAIL,
            0,
            f"room-{room + 1}@example.com",
        )
        for at in every(dice, 3 * HOUR, world.days, MINUTE):
            ask.at = at
            yield ask.ask("POST", "/EWS/Exchange.asmx", cafe(dice))
    for at in moments(dice, OFFICE, 5, world.days):
        old = Browser(dice, "10.20.30.44", "MSRPC", MAIL, at, "EXAMPLE\\svc-scan2mail")
        yield old.ask("RPC_IN_DATA", "/rpc/rpcproxy.dll", f"{EX01.fqdn}:6001{cafe(dice)}", win32=64)
        yield old.ask("RPC_OUT_DATA", "/rpc/rpcproxy.dll", f"{EX01.fqdn}:6001{cafe(dice)}", win32=64)
