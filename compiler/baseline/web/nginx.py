"""nginx before the blog and the shop, in its own ``combined`` format (ngx_http_log_module): readers, bots, deploys.

The format is that of Apache; what differs is what stands in it: requests that were closed before an answer (499), and
a health check that never ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, MINUTE, OFFICE, PUBLIC, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.web.apache import line
from compiler.baseline.web.noise import stranger
from compiler.baseline.web.request import MONITOR, SEARCH_ENGINES, VISITORS, Browser, Request
from compiler.baseline.world import MONITORING, WEB03, World

_ARTICLES = (
    "/blog/2026/09/gear-units/",
    "/blog/2026/08/open-day/",
    "/blog/jobs/",
    "/shop/item/brg-6204",
    "/shop/category/bearings",
    "/",
)
_FILES = (
    "/wp-content/themes/example/style.css",
    "/wp-content/uploads/2026/09/team-4-300x200.jpg",
    "/wp-includes/js/jquery/jquery.min.js",
    "/assets/app.css",
)
_DOORS = (
    "/wp-login.php",
    "/xmlrpc.php",
    "/.env",
    "/.git/config",
    "/wp-content/plugins/",
    "/wp-content/uploads/",
    "/wlwmanifest.xml",
    "/shop/.well-known/",
)
_REPORTER = "Mozilla/5.0 (compatible; UptimeCheck/1.0)"


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    dice = world.dice("nginx")
    found = [
        *_readers(dice, world.days),
        *_editors(dice, world),
        *_bots(dice, world.days),
        *_machines(dice, world.days),
    ]
    found.sort(key=lambda request: (request.at, request.client, request.path, request.query))
    end = moment(world.days, 0)
    return "".join(f"{line(request)}\n" for request in found if request.at < end).encode("ascii")


def _readers(dice: Dice, days: int) -> Iterator[Request]:
    for number, at in enumerate(moments(dice, PUBLIC, 55, days)):
        ask = Browser(dice, stranger(number * 3 + 1), dice.weigh(VISITORS), "www.example.com", at)
        page = dice.pick(_ARTICLES)
        yield ask.ask("GET", page, referer=dice.pick(("-", "https://www.example.com/", "https://www.google.com/")))
        for path in dice.some(_FILES, dice.between(1, 3)):
            status = dice.weigh(((200, 8), (304, 3), (499, 0.3)))
            yield ask.ask("GET", path, status=status, referer=f"https://www.example.com{page}", wait=90)
        if page.startswith("/shop") and dice.chance(0.3):
            yield ask.ask("POST", "/shop/basket", "add=BRG-6204&n=2", 302, wait=20 * SECOND)
        if dice.chance(0.05):
            words = dice.pick(("s=ball+bearing", "s=cat+catalogue", "s=id+card+holder", "s=%22whoami%22+badge"))
            yield ask.ask("GET", "/", words, wait=30 * SECOND)


def _editors(dice: Dice, world: World) -> Iterator[Request]:
    """Marketing writes articles, uploads pictures, and installs what the agency recommends."""
    for person in world.staff("marketing"):
        for comes, _ in world.shifts(person):
            ask = Browser(
                dice,
                dice.pick((person.host.address, person.home)),
                dice.weigh(VISITORS[:1]),
                "www.example.com",
                comes + dice.gap(40 * MINUTE),
            )
            yield ask.ask("POST", "/wp-login.php", status=302)
            if dice.chance(0.2):
                yield ask.ask("POST", "/wp-login.php", status=200, wait=9 * SECOND)
            for _ in range(dice.between(3, 9)):
                yield ask.ask(
                    "POST",
                    "/wp-admin/admin-ajax.php",
                    referer="https://www.example.com/wp-admin/post.php?post=412&action=edit",
                    wait=MINUTE,
                )
            yield ask.ask("POST", "/wp-admin/async-upload.php", wait=2 * MINUTE)
            yield ask.ask("GET", f"/wp-content/uploads/2026/09/team-{dice.between(1, 30)}.jpg", wait=3 * SECOND)


def _bots(dice: Dice, days: int) -> Iterator[Request]:
    for agent, client in SEARCH_ENGINES:
        for at in moments(dice, ALWAYS, 18, days):
            ask = Browser(dice, client, agent, "www.example.com", at)
            yield ask.ask(
                "GET",
                dice.pick((*_ARTICLES, "/robots.txt", "/sitemap.xml")),
                status=dice.weigh(((200, 6), (301, 1), (404, 1))),
            )
    for number, at in enumerate(moments(dice, ALWAYS, 22, days)):
        ask = Browser(
            dice,
            stranger(number * 17 + 8),
            dice.pick(("Mozilla/5.0", "python-requests/2.31.0", "Go-http-client/1.1", "-")),
            "www.example.com",
            at,
        )
        for path in dice.some(_DOORS, dice.between(1, 4)):
            method = "POST" if path in {"/wp-login.php", "/xmlrpc.php"} and dice.chance(0.6) else "GET"
            status = (
                403 if path.endswith("/") else 200 if path == "/wp-login.php" else 405 if path == "/xmlrpc.php" else 404
            )
            yield ask.ask(method, path, status=status, wait=3 * SECOND)


def _machines(dice: Dice, days: int) -> Iterator[Request]:
    for at in every(dice, 30 * MINUTE, days):
        ask = Browser(dice, MONITORING, MONITOR, WEB03.name, at)
        yield ask.ask("GET", "/health.php", "probe=1", wait=1)
    for at in every(dice, 90 * MINUTE, days):
        yield Browser(dice, WEB03.address, "Wget/1.21.3", "www.example.com", at).ask(
            "GET", "/wp-cron.php", "doing_wp_cron"
        )
    for at in moments(dice, OFFICE, 30, days):
        ask = Browser(dice, "198.51.100.77", _REPORTER, "www.example.com", at)
        yield ask.ask("HEAD", dice.pick(_ARTICLES), status=dice.weigh(((200, 30), (502, 1))), wait=1)
