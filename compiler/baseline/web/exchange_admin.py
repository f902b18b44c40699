"""Administrators at the mail server: the Exchange admin center, remote PowerShell, and what keeps watch over it.

The look-alikes of an intrusion stand here: virtual directories are really edited in the admin center, themes are
really fetched by machines, and health probes come from the server itself with odd agents.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.outlook import BUILD, CURRENT, THEME, cafe
from compiler.baseline.web.request import EDGE, FIREFOX, MONITOR, Browser, Request
from compiler.baseline.world import EX01, EX02, LOAD_BALANCER, MAIL, MONITORING, SCANNER, World

_BUILD = BUILD.rpartition(".")[0]
_PROBED = (
    "/owa/",
    "/ecp/",
    "/EWS/",
    "/mapi/emsmdb/",
    "/Microsoft-Server-ActiveSync/",
    "/OAB/",
    "/rpc/rpcproxy.dll",
    "/autodiscover/autodiscover.xml",
    "/PowerShell/",
)
_CHECKED = (
    "/owa/healthcheck.htm",
    "/ecp/healthcheck.htm",
    "/ews/healthcheck.htm",
    "/mapi/healthcheck.htm",
    "/Microsoft-Server-ActiveSync/healthcheck.htm",
    "/oab/healthcheck.htm",
    "/autodiscover/healthcheck.htm",
)


def requests(world: World) -> Iterator[Request]:
    """All requests of administrators and of machines that watch, in no particular order."""
    yield from _probes(world)
    yield from _balancer(world)
    yield from _watch(world)
    for login, agent, per_day in (("adm-zeman", EDGE, 2.2), ("adm-koch", FIREFOX, 1.6)):
        dice = world.dice("ecp", login)
        for at in moments(dice, OFFICE, per_day, world.days):
            yield from _admin_center(dice, login, agent, at)
    yield from _edit_directories(world)
    yield from _shell(world)
    yield from _scanner(world)


def _probes(world: World) -> Iterator[Request]:
    """Managed Availability tries each protocol from the server itself, as a health mailbox or as nobody."""
    dice = world.dice("probes")
    boxes = [f"HealthMailbox{dice.hexa(32)}@example.com" for _ in range(3)]
    for path in _PROBED:
        for at in every(dice, 290 * MINUTE, world.days, 20 * SECOND):
            ask = Browser(
                dice, "::1" if dice.chance(0.7) else "127.0.0.1", "AMProbe/Local/ClientAccess", "localhost", at
            )
            ask.server = "::1" if ask.client == "::1" else "127.0.0.1"
            yield ask.ask("GET", path, cafe(dice), 401 if path not in ("/owa/", "/ecp/") else 302, wait=10)
            if dice.chance(0.6):
                ask.user = dice.pick(boxes)
                yield ask.ask("GET", path, cafe(dice), 200, wait=10)
    for at in every(dice, 5 * HOUR, world.days, 20 * SECOND):
        ask = Browser(
            dice,
            "127.0.0.1",
            "Mozilla/4.0 (compatible; MSIE 9.0; Windows NT 6.1; MSEXCHMON; ACTIVEMONITORING; OWACTP)",
            "localhost",
            at,
        )
        ask.server = "127.0.0.1"
        yield ask.ask(
            "GET", "/owa/auth/logon.aspx", f"url=https%3a%2f%2flocalhost%2fowa%2f&reason=0{cafe(dice)}", wait=10
        )
        yield ask.ask("GET", f"{THEME}logon.css", cafe(dice), wait=10)
        yield ask.ask("POST", "/owa/auth.owa", cafe(dice) + "&encoding=;", 302, wait=10)
        ask.user = dice.pick(boxes)
        yield ask.ask("GET", "/owa/", cafe(dice), wait=10)


def _balancer(world: World) -> Iterator[Request]:
    dice = world.dice("balancer")
    for path in _CHECKED:
        for at in every(dice, 170 * MINUTE, world.days):
            up = not (world.days > 2 and moment(2, 21, 30) < at < moment(2, 22, 40))
            yield Request(
                at,
                LOAD_BALANCER,
                "GET",
                path,
                status=200 if up else 503,
                agent="-",
                host=EX01.fqdn,
                sent=dice.between(210, 240),
                taken=dice.between(1, 9),
            )


def _watch(world: World) -> Iterator[Request]:
    """The monitoring system asks for the logon page and, because a theme once went missing, for its style sheet."""
    dice = world.dice("watch")
    for at in every(dice, 75 * MINUTE, world.days):
        ask = Browser(dice, MONITORING, MONITOR, MAIL, at)
        yield ask.ask("GET", "/owa/auth/logon.aspx", cafe(dice), wait=30)
        if dice.chance(0.5):
            yield ask.ask("HEAD", dice.pick((CURRENT, THEME)) + "logon.css", cafe(dice), wait=30)


_LISTS = (
    ("Mailboxes", "Recipients", "GetList"),
    ("DistributionGroups", "Recipients", "GetList"),
    ("MailContacts", "Recipients", "GetList"),
    ("ResourceMailboxes", "Recipients", "GetList"),
    ("Mailbox", "Recipients", "GetObject"),
    ("Mailbox", "Recipients", "SetObject"),
    ("MailboxDatabase", "Servers", "GetList"),
    ("ExchangeServer", "Servers", "GetList"),
    ("TransportRules", "MailFlow", "GetList"),
    ("CertificateServices", "Servers", "GetList"),
    ("RoleGroups", "Permissions", "GetList"),
    ("VirtualDirectory", "Servers", "GetList"),
)


def _admin_center(dice: Dice, login: str, agent: str, at: int) -> Iterator[Request]:
    ask = _signed_in(dice, login, agent, at)
    home = f"https://{MAIL}/ecp/?exsvurl=1&p=Mailboxes"
    yield ask.ask("GET", "/ecp/", f"exsvurl=1&p=Mailboxes{cafe(dice)}")
    yield ask.ask("GET", "/ecp/default.aspx", cafe(dice), referer=home)
    if dice.chance(0.5):
        yield ask.ask(
            "GET",
            f"/ecp/{_BUILD}/scripts/js.axd",
            f"resources=NavCombo_{dice.token(5)}&v={BUILD}{cafe(dice)}",
            304,
            referer=home,
            wait=40,
        )
        yield ask.ask(
            "GET", f"/ecp/{_BUILD}/themes/default/nb_sprite1.mouse.css", cafe(dice), 304, referer=home, wait=40
        )
    for _ in range(dice.gap(6)):
        schema, slab, verb = dice.pick(_LISTS)
        query = (
            f"ActivityCorrelationID={dice.guid()}&reqId={dice.between(10**12, 2 * 10**12)}&"
            f"schema={schema}&msExchEcpCanary={dice.token(36)}.{cafe(dice)}"
        )
        yield ask.ask("GET", f"/ecp/{slab}/{schema}.slab", f"showhelp=false{cafe(dice)}", referer=home)
        yield ask.ask(
            "POST",
            f"/ecp/DDI/DDIService.svc/{verb}",
            query,
            referer=f"https://{MAIL}/ecp/{slab}/{schema}.slab?showhelp=false",
            wait=25 * SECOND,
        )
    if dice.chance(0.2):
        yield ask.ask("GET", "/ecp/auth/TimeoutLogoff.aspx", cafe(dice), referer=home, wait=HOUR // 2)


def _signed_in(dice: Dice, login: str, agent: str, at: int) -> Browser:
    ask = Browser(dice, "10.20.12.20" if login == "adm-zeman" else "10.20.12.27", agent, MAIL, at, f"EXAMPLE\\{login}")
    ask.cookie = (
        f"cadata={dice.token(44)}==;+cadataTTL={dice.token(22)}==;+msExchEcpCanary={dice.token(40)}.;"
        f"+X-BackEndCookie=S-1-5-21-1757981266-1220945662-839522115-1602=u56Lnp2ejJqBx{dice.token(30)}"
    )
    return ask


def _edit_directories(world: World) -> Iterator[Request]:
    """Twice a week an administrator changes the address of a virtual directory, for a new name or certificate."""
    dice = world.dice("vdir")
    for day, hour, schemas in (
        (1, 10, ("OWAVirtualDirectory", "OABVirtualDirectory")),
        (3, 15, ("EWSVirtualDirectory",)),
    ):
        if day >= world.days:
            continue
        ask = _signed_in(dice, "adm-zeman", EDGE, moment(day, hour, dice.below(50)))
        for schema in ("VirtualDirectory", *schemas):
            form = f"https://{MAIL}/ecp/VDirMgmt/Edit{schema}.aspx?pwmcid=2&ReturnObjectType=1"
            edit = schema != "VirtualDirectory"
            if edit:
                yield ask.ask(
                    "GET",
                    f"/ecp/VDirMgmt/Edit{schema}.aspx",
                    f"pwmcid=2&ReturnObjectType=1{cafe(dice)}",
                    wait=9 * SECOND,
                )
            for verb in ("GetObject", "SetObject") if edit else ("GetList",):
                query = (
                    f"ActivityCorrelationID={dice.guid()}&schema={schema}&msExchEcpCanary={dice.token(36)}.{cafe(dice)}"
                )
                yield ask.ask(
                    "POST",
                    f"/ecp/DDI/DDIService.svc/{verb}",
                    query,
                    referer=form if edit else f"https://{MAIL}/ecp/Servers/VirtualDirectory.slab",
                    wait=30 * SECOND,
                )


def _shell(world: World) -> Iterator[Request]:
    """The Exchange Management Shell speaks WinRM through the web server; so do scheduled reports and the backup."""
    dice = world.dice("shell")
    settings = (
        "serializationLevel=Full;ExchClientVer=15.1.2507.58;clientApplication=ManagementShell;"
        "TargetServer=;PSVersion=5.1.14393.7426"
    )
    runs = [(at, "EXAMPLE\\adm-zeman", "10.20.12.20", 9) for at in moments(dice, OFFICE, 1.5, world.days)]
    runs += [(at, "EXAMPLE\\svc-mailreport", EX01.address, 5) for at in every(dice, 24 * HOUR, world.days)]
    runs += [(at, "EXAMPLE\\svc-backup", EX02.address, 3) for at in every(dice, 12 * HOUR, world.days)]
    for at, user, client, length in runs:
        ask = Browser(dice, client, "Microsoft WinRM Client", EX01.fqdn, at)
        yield ask.ask("POST", "/PowerShell/", settings + cafe(dice, ";PSVersion=5.1.14393.7426"), 401, wait=30)
        ask.user = user
        for _ in range(1 + dice.gap(length)):
            yield ask.ask("POST", "/powershell", settings + cafe(dice), wait=20 * SECOND)


def _scanner(world: World) -> Iterator[Request]:
    """The security team's scanner looks at the mail server in the night to Thursday, slowly, with its name on it."""
    if world.days < 4:
        return
    dice = world.dice("scanner")
    ask = Browser(
        dice, SCANNER, "Mozilla/5.0 (compatible; Example-VulnScan/10.4; secops@example.com)", MAIL, moment(3, 1, 12)
    )
    paths = (
        "/",
        "/owa/",
        "/owa/auth/logon.aspx",
        "/ecp/",
        "/ews/exchange.asmx",
        "/autodiscover/autodiscover.xml",
        "/robots.txt",
        "/owa/auth/x.js",
        f"{THEME}favicon.ico",
        "/aspnet_client/",
        "/rpc/",
        "/PowerShell/",
        "/mapi/nspi/",
        "/oab/",
        "/server-status",
        "/.well-known/security.txt",
        "/iisstart.htm",
        "/trace.axd",
        "/web.config",
        "/owa/auth/errorFE.aspx",
        "/exchange/",
    )
    denied = {
        "/ews/exchange.asmx": 401,
        "/autodiscover/autodiscover.xml": 401,
        "/rpc/": 401,
        "/PowerShell/": 401,
        "/mapi/nspi/": 401,
        "/oab/": 401,
    }
    missing = (
        "/robots.txt",
        "/owa/auth/x.js",
        "/server-status",
        "/.well-known/security.txt",
        "/trace.axd",
        "/web.config",
        "/exchange/",
    )
    for path in paths:
        status = denied.get(path, 404 if path in missing else 200)
        yield ask.ask("GET", path, cafe(dice) if path.startswith("/o") else "-", status, wait=9 * SECOND)
    yield ask.ask("OPTIONS", "/", "-", 200, wait=9 * SECOND)
    yield ask.ask("TRACE", "/", "-", 501, wait=9 * SECOND)
    yield ask.ask("POST", "/owa/auth.owa", cafe(dice) + "&encoding=;", 302, wait=9 * SECOND)
