"""Where the people and programs of the organisation go in the internet: hosts, what they serve, who asks them.

Hosts are under example.com; the few real names are services whose traffic rules have to tell from an intruder's.
"""

from __future__ import annotations

import dataclasses
import zlib

PROXY = "10.20.1.40"
RESOLVER = "10.20.1.10"
EGRESS = "198.51.100.2"
"""The address that the internet sees of everybody in the office."""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """A host that people visit: ``inspected`` tells whether the proxy opens its TLS, ``paths`` what is asked there."""

    host: str
    weight: float
    inspected: bool
    paths: tuple[str, ...]

    @property
    def address(self) -> str:
        """Where it is; one host is always there."""
        return address_of(self.host)


def address_of(host: str) -> str:
    """The address of a name in the internet: made up, and the same each time."""
    number = zlib.crc32(host.encode())
    return f"{('192.0.2', '198.51.100', '203.0.113')[number % 3]}.{number // 3 % 250 + 2}"


SITES = (
    Site("news.example.com", 9, True, ("/", "/economy/index.html", "/assets/app.js", "/img/teaser-{n}.webp")),
    Site("search.example.com", 12, True, ("/search?q=ball+bearing+{n}", "/complete?q=gear", "/favicon.ico")),
    Site("maps.example.com", 4, True, ("/tiles/14/{n}/{m}.png", "/route?from=Depot&to=Hall+{n}")),
    Site("travel.example.com", 3, True, ("/booking/{n}", "/css/site.css", "/api/offers?page={m}")),
    Site("supplier.example.com", 6, True, ("/shop/item/{n}", "/shop/cart", "/datasheets/{n}.pdf", "/cad/{n}.zip")),
    Site("bank.example.com", 3, False, ()),
    Site("tax-office.example.com", 1, False, ()),
    Site("crm.example.com", 9, False, ()),
    Site("chat.example.com", 10, False, ()),
    Site("video.example.com", 4, False, ()),
    Site("learning.example.com", 2, True, ("/course/{n}/part/{m}", "/static/player.js", "/course/{n}/slides.zip")),
    Site("d{n}.cdn.example.com", 14, True, ("/lib/{n}.min.js", "/font/{m}.woff2", "/i/{n}x{m}.jpg")),
    Site("login.microsoftonline.com", 8, False, ()),
    Site("outlook.office365.com", 9, False, ()),
    Site("graph.microsoft.com", 4, False, ()),
)
"""What everybody visits."""

DEVELOPERS = (
    Site("github.com", 6, True, ("/example/gear-sim/pull/{n}", "/example/gear-sim/raw/main/tools/make-{m}.ps1")),
    Site(
        "raw.githubusercontent.com", 2, True, ("/example/gear-sim/main/setup-{m}.ps1", "/example/lint/v{m}/rules.yml")
    ),
    Site("registry.npmjs.org", 5, True, ("/webpack", "/webpack/-/webpack-5.{m}.0.tgz", "/left-pad")),
    Site("files.pythonhosted.org", 4, True, ("/packages/{n}/numpy-2.{m}.0-cp311-win_amd64.whl",)),
)
"""What developers fetch with their tools as well."""
