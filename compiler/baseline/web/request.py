"""One answered web request, before a server writes it down in its own format; and the agents that ask."""

from __future__ import annotations

import dataclasses
import zlib

from compiler.baseline.dice import Dice

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)
EDGE = CHROME + " Edg/140.0.0.0"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"
FIREFOX_ESR = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/"
    "18.6 Safari/605.1.15"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
OLD_BROWSER = "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko"

DESKTOPS = ((EDGE, 6), (CHROME, 5), (FIREFOX, 2), (SAFARI, 1))
VISITORS = (
    (CHROME, 8),
    (IPHONE, 6),
    (ANDROID, 7),
    (EDGE, 3),
    (FIREFOX, 2),
    (SAFARI, 2),
    (FIREFOX_ESR, 1),
    (OLD_BROWSER, 0.3),
)

MONITOR = "check_http/v2.3.3 (monitoring-plugins 2.3.3)"
SEARCH_ENGINES = (
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "198.51.100.201"),
    ("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "198.51.100.214"),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "203.0.113.231"),
    ("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", "2001:db8:77::15"),
)
SURVEYORS = (
    ("Mozilla/5.0 zgrab/0.x", "203.0.113.240"),
    ("Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)", "198.51.100.236"),
    ("-", "192.0.2.241"),
    ("Go-http-client/1.1", "203.0.113.246"),
    ("curl/7.88.1", "192.0.2.246"),
    ("masscan/1.3 (https://github.com/robertdavidgraham/masscan)", "198.51.100.249"),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What was asked, by whom, and what was answered.

    ``at`` in milliseconds, ``sent``, ``received`` in bytes and ``taken`` in milliseconds; ``-`` is an absent value, as
    the logs write it.
    """

    at: int
    client: str
    method: str
    path: str
    query: str = "-"
    status: int = 200
    agent: str = "-"
    user: str = "-"
    referer: str = "-"
    cookie: str = "-"
    host: str = "-"
    sent: int = 0
    received: int = 0
    taken: int = 0
    substatus: int = 0
    win32: int = 0
    server: str = ""
    port: int = 443


@dataclasses.dataclass(slots=True)
class Browser:
    """Somebody at a browser: each request comes a little after the last, with the same address, agent and cookie."""

    dice: Dice
    client: str
    agent: str
    host: str
    at: int
    user: str = "-"
    cookie: str = "-"
    server: str = ""

    def ask(  # noqa: PLR0913 - each is a column of the log, and most lines set only a few
        self,
        method: str,
        path: str,
        query: str = "-",
        status: int = 200,
        *,
        referer: str = "-",
        wait: int = 200,
        sent: int = 0,
        win32: int = 0,
        substatus: int = 0,
    ) -> Request:
        """The next request, about ``wait`` milliseconds after the last one."""
        self.at += self.dice.gap(wait)
        return Request(
            at=self.at,
            client=self.client,
            method=method,
            path=path,
            query=query,
            status=status,
            agent=self.agent,
            user=self.user,
            referer=referer,
            cookie=self.cookie,
            host=self.host,
            sent=0 if status == 304 else sent or self._size(path, status),
            received=self.dice.between(420, 1900) + (self.dice.gap(2_000) if method in ("POST", "PUT") else 0),
            taken=self.dice.gap(45) + (self.dice.gap(400) if self.dice.chance(0.03) else 0),
            win32=win32,
            substatus=substatus,
            server=self.server,
        )

    def _size(self, path: str, status: int) -> int:
        """A file is as long as it was last time, a page not quite."""
        if status >= 300:
            return self.dice.between(180, 900)
        if path.endswith(_FILES):
            return 700 + zlib.crc32(path.encode()) % 180_000
        return 900 + self.dice.gap(9_000)


_FILES = (".css", ".js", ".png", ".jpg", ".webp", ".svg", ".woff2", ".ttf", ".ico", ".pdf", ".lzx", ".dxf")
