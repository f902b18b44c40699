"""The applications behind the public web server: a PHP portal, a Java shop, an API, and the machines that call them."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, PUBLIC, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.noise import stranger
from compiler.baseline.web.request import CHROME, DESKTOPS, MONITOR, VISITORS, Browser, Request
from compiler.baseline.world import APP01, MONITORING, SCANNER_OUTSIDE, World

HOST = "www.example.com"
_ACTIONS = (
    "action=list&folder=orders",
    "action=show&id=48113",
    "action=download&file=report-2026-08.pdf",
    "action=profile",
    "module=tickets&cmd=search&text=invoice",
    "module=tickets&cmd=new",
    "action=export&format=csv&exec=1",
)


def requests(world: World) -> Iterator[Request]:
    """All requests to the applications, in no particular order."""
    yield from _portal(world)
    yield from _shop(world)
    yield from _machines(world)
    yield from _scanner(world)


def _portal(world: World) -> Iterator[Request]:
    """Customers with accounts: few, regular, each with an own corner of the portal."""
    for number in range(14):
        dice = world.dice("customer", number)
        client, agent = stranger(number * 29 + 11), dice.weigh(DESKTOPS)
        for at in moments(dice, OFFICE, 1.2, world.days):
            ask = Browser(dice, client, agent, HOST, at)
            base = f"https://{HOST}/portal/"
            yield ask.ask("GET", "/portal/")
            yield ask.ask(
                "POST", "/portal/login.php", status=dice.weigh(((302, 9), (200, 1))), referer=base, wait=12 * SECOND
            )
            for _ in range(dice.gap(4)):
                yield ask.ask(
                    "GET", "/portal/index.php", dice.pick(_ACTIONS), referer=f"{base}index.php", wait=45 * SECOND
                )
            if dice.chance(0.3):
                yield ask.ask(
                    "POST",
                    "/portal/upload.php",
                    "ticket=20931",
                    referer=f"{base}index.php?module=tickets&cmd=new",
                    wait=90 * SECOND,
                )
                yield ask.ask(
                    "GET", f"/portal/files/{dice.hexa(8)}/drawing.dxf", referer=f"{base}index.php", wait=9 * SECOND
                )
    # One tool of one department: a page to which nobody else posts, without a referrer, at odd hours.
    dice = world.dice("calibration")
    for at in moments(dice, PUBLIC, 1.5, world.days):
        yield Browser(dice, "192.0.2.88", "CalibrationLink/2.1", HOST, at).ask(
            "POST", "/portal/modules/calib/rx.php", "id=77", wait=30, sent=61
        )


def _shop(world: World) -> Iterator[Request]:
    dice = world.dice("shop")
    for at in moments(dice, PUBLIC, 30, world.days):
        mine = world.dice("shopper", at)
        ask = Browser(mine, stranger(mine.below(600) + 1000), mine.weigh(VISITORS), HOST, at)
        session = f"jsessionid={mine.hexa(32).upper()}"
        yield ask.ask("GET", "/shop/", referer=f"https://{HOST}/products/")
        yield ask.ask(
            "GET",
            f"/shop/category.jsp;{session}",
            f"id={mine.between(1, 40)}",
            referer=f"https://{HOST}/shop/",
            wait=20 * SECOND,
        )
        if mine.chance(0.6):
            yield ask.ask(
                "GET",
                "/shop/item.jsp",
                f"sku=BRG-{mine.between(6000, 6330)}",
                referer=f"https://{HOST}/shop/category.jsp",
                wait=30 * SECOND,
            )
        if mine.chance(0.15):
            yield from _order(mine, ask)
    for at in moments(world.dice("shop", "error"), PUBLIC, 2, world.days):
        yield Browser(dice, stranger(dice.below(600) + 1000), CHROME, HOST, at).ask(
            "GET", "/shop/item.jsp", "sku=BRG-%20", 500, wait=300
        )


def _order(dice: Dice, ask: Browser) -> Iterator[Request]:
    base = f"https://{HOST}/shop/"
    yield ask.ask("POST", "/shop/basket.jsp", "action=add", 302, referer=f"{base}item.jsp", wait=20 * SECOND)
    yield ask.ask("POST", "/shop/j_security_check", status=302, referer=f"{base}login.jsp", wait=30 * SECOND)
    if dice.chance(0.7):
        yield ask.ask("POST", "/shop/checkout.jsp", "step=2", referer=f"{base}basket.jsp", wait=80 * SECOND)
        yield ask.ask(
            "POST", "/shop/checkout.jsp", "step=3", 302, referer=f"{base}checkout.jsp?step=2", wait=60 * SECOND
        )


def _machines(world: World) -> Iterator[Request]:
    dice = world.dice("machines")
    for at in every(dice, 40 * MINUTE, world.days):
        yield Browser(dice, MONITORING, MONITOR, HOST, at).ask("GET", "/", wait=10)
        yield Browser(dice, MONITORING, MONITOR, HOST, at).ask("GET", "/shop/health", wait=10)
    for agent, client, method, path, period in (
        ("python-requests/2.32.3", "203.0.113.61", "GET", "/api/v2/stock.php", 2 * HOUR),
        ("curl/8.5.0", "192.0.2.62", "POST", "/api/v2/orders.php", 3 * HOUR),
        ("okhttp/4.12.0", "198.51.100.63", "GET", "/api/v2/prices.php", 90 * MINUTE),
        ("Java/17.0.16", APP01.address, "POST", "/api/internal/cache.php", HOUR),
        ("WordPress/6.8.2; https://www.example.com", "10.20.3.11", "POST", "/wp-cron.php", HOUR),
    ):
        for at in every(dice, period, world.days, MINUTE):
            status = dice.weigh(((200, 60), (401, 1), (404, 1), (503, 0.5)))
            yield Browser(dice, client, agent, HOST, at).ask(
                method, path, f"since={at // 1000}" if method == "GET" else "-", status, wait=40
            )
    for at in moments(dice, OFFICE, 3, world.days):
        agent, client = ("Wget/1.21.4", "10.20.10.27") if dice.chance(0.5) else ("curl/8.5.0", "10.20.12.41")
        yield Browser(dice, client, agent, HOST, at).ask(
            "GET", dice.pick(("/shop/health", "/api/v2/stock.php", "/downloads/agent.tar.gz")), wait=40
        )


def _scanner(world: World) -> Iterator[Request]:
    """The contractor who looks for holes comes on Saturday night, announced, at eight requests a minute."""
    if world.days < 6:
        return
    dice = world.dice("contractor")
    ask = Browser(
        dice,
        SCANNER_OUTSIDE,
        "Mozilla/5.0 (compatible; Contractor-Scan/7.2; +https://scan.example.com/contact)",
        HOST,
        moment(5, 2, 0),
    )
    for path in (
        "/",
        "/robots.txt",
        "/wp-login.php",
        "/wp-json/",
        "/readme.html",
        "/license.txt",
        "/xmlrpc.php",
        "/portal/",
        "/portal/login.php",
        "/shop/",
        "/shop/login.jsp",
    ):
        yield ask.ask("GET", path, wait=8 * SECOND)
    for path in (
        "/backup/",
        "/old/",
        "/test/",
        "/phpinfo.php",
        "/server-status",
        "/.git/HEAD",
        "/.svn/entries",
        "/wp-config.php.bak",
        "/portal/.env",
        "/shop/WEB-INF/web.xml",
        "/admin/",
        "/config.php",
        "/api/v1/",
        "/console/",
        "/dump.sql",
        "/.DS_Store",
        "/crossdomain.xml",
        "/web.config",
    ):
        yield ask.ask("GET", path, status=403 if path.startswith("/.") else 404, wait=8 * SECOND, sent=6321)
