"""The internet's background noise: crawlers, surveyors, lost visitors, and bots that try a few doors."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, DAY, MINUTE, SECOND, START, moments
from compiler.baseline.web.request import ANDROID, CHROME, SEARCH_ENGINES, SURVEYORS, Browser, Request
from compiler.baseline.world import World

_DOORS = (
    "/wp-login.php",
    "/.env",
    "/phpmyadmin/",
    "/admin/",
    "/.git/config",
    "/boaform/admin/formLogin",
    "/HNAP1/",
    "/manager/html",
    "/login.aspx",
    "/cgi-bin/luci",
    "/actuator/health",
    "/solr/",
    "/api/v1/pods",
    "/sitemap.xml",
    "/ads.txt",
    "/favicon.ico",
)


def stranger(number: int) -> str:
    """An address of the internet at large; the same number is the same stranger."""
    net = ("192.0.2", "198.51.100", "203.0.113")[number % 3]
    return (
        f"2001:db8:{number % 97:x}::{number:x}"
        if number % 11 == 7
        else f"{net}.{2 + number % 7 + number // 3 % 25 * 8 % 200}"
    )


def at_mail(world: World) -> Iterator[Request]:
    """What reaches the mail server without wanting mail."""
    dice = world.dice("noise", "mail")
    for at in moments(dice, ALWAYS, 26, world.days):
        agent, client = dice.pick(SURVEYORS)
        ask = Browser(dice, client, agent, "198.51.100.25", at)
        yield ask.ask("GET", "/", status=302, wait=1)
        if dice.chance(0.5):
            yield ask.ask(
                "GET", "/owa/auth/logon.aspx", "url=https%3a%2f%2f198.51.100.25%2fowa%2f&reason=0", 200, wait=600
            )
        if dice.chance(0.3):
            yield ask.ask("GET", dice.pick(("/favicon.ico", "/robots.txt", "/owa/favicon.ico")), status=404, wait=600)
    for number, at in enumerate(moments(dice, ALWAYS, 14, world.days)):
        ask = Browser(
            dice,
            stranger(number * 13 + 5),
            dice.pick((CHROME, ANDROID, "python-requests/2.31.0", "-")),
            "mail.example.com",
            at,
        )
        for path in dice.some(_DOORS, dice.between(1, 4)):
            yield ask.ask("GET", path, status=404, wait=5 * SECOND, win32=2)
    agent, client = SEARCH_ENGINES[1]
    for at in moments(dice, ALWAYS, 3, world.days):
        ask = Browser(dice, client, agent, "mail.example.com", at)
        yield ask.ask("GET", "/robots.txt", status=404, win32=2)
        yield ask.ask("GET", "/owa/auth/logon.aspx", "replaceCurrent=1&url=https%3a%2f%2fmail.example.com%2fowa%2f")


def at_site(world: World) -> Iterator[Request]:
    """What reaches the public site without wanting to read it."""
    dice = world.dice("noise", "site")
    for number, at in enumerate(moments(dice, ALWAYS, 24, world.days)):
        ask = Browser(
            dice,
            stranger(number * 7 + 3),
            dice.pick((CHROME, "Mozilla/5.0", "python-requests/2.31.0", "Go-http-client/1.1")),
            "www.example.com",
            at,
        )
        for path in dice.some(_DOORS[1:], dice.weigh(((1, 5), (2, 3), (5, 1)))):
            yield ask.ask("GET", path, status=404, wait=4 * SECOND, sent=6321)
    for day in range(world.days):
        # Somebody's TLS client on the plain port, and a proxy hunter: not every line is a request.
        ask = Browser(dice, stranger(day * 31 + 200), "-", "-", START + day * DAY + dice.below(DAY))
        yield ask.ask("\\x16\\x03\\x01", "", status=400, sent=484)
        yield ask.ask("CONNECT", "www.example.com:443", status=405, wait=MINUTE, sent=557)
