"""The access log of the web proxy (Squid 6), in the longer format that `meaning/events/squid.py` describes.

People at browsers, and programs that have no hours: updates, revocation lists, synchronised folders, package managers,
the monitoring of a shop, and the deployment of software from a server of our own.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import DAY, HOUR, MINUTE, SECOND, every, moment
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import DEVELOPERS, SITES, Site, address_of
from compiler.baseline.web.request import DESKTOPS
from compiler.baseline.world import FS01, MONITORING, Person, World

_TYPES = (
    (".js", "text/javascript"),
    (".css", "text/css"),
    (".png", "image/png"),
    (".jpg", "image/jpeg"),
    (".webp", "image/webp"),
    (".woff2", "font/woff2"),
    (".pdf", "application/pdf"),
    (".zip", "application/zip"),
    (".cab", "application/vnd.ms-cab-compressed"),
    (".msi", "application/octet-stream"),
    (".exe", "application/octet-stream"),
    (".crl", "application/pkix-crl"),
)
_TOOLS = {
    "github.com": "git/2.47.0.windows.2",
    "raw.githubusercontent.com": "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.17763.6893",
    "registry.npmjs.org": "npm/10.9.0 node/v22.12.0 win32 x64 workspaces/false",
    "files.pythonhosted.org": "pip/24.3 {cpython 3.11.9, Windows 10}",
}
Line = tuple[int, str]


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    lines: list[Line] = []
    for person in world.people:
        lines += _visits(world, person)
        lines += _programs(world, person)
    lines += _servers(world)
    end = moment(world.days, 0)
    return "".join(f"{text}\n" for at, text in sorted(lines) if at < end).encode("ascii")


def _visits(world: World, person: Person) -> Iterator[Line]:
    dice = world.dice("proxy", person.login)
    agent = dice.weigh(DESKTOPS)
    for comes, goes in world.shifts(person):
        for _ in range(dice.between(9, 17)):
            site = dice.weigh([(one, one.weight) for one in SITES])
            at = comes + dice.below(goes - comes)
            for _ in range(dice.between(1, 5)):
                at += dice.gap(3 * SECOND)
                yield at, _ask(dice, at, person, site, agent)
        if person.department == "development":
            for _ in range(dice.between(3, 8)):
                site = dice.weigh([(one, one.weight) for one in DEVELOPERS])
                at = comes + dice.below(goes - comes)
                yield at, _ask(dice, at, person, site, dice.pick((agent, _TOOLS[site.host])))


def _ask(dice: Dice, at: int, person: Person, site: Site, agent: str) -> str:
    def numbered(text: str) -> str:
        return text.replace("{n}", str(dice.between(2, 97))).replace("{m}", str(dice.between(1, 30)))

    host = numbered(site.host)
    if not site.inspected:
        return _line(dice, at, person.host.address, person.login, "CONNECT", f"{host}:443", agent)
    url = f"https://{host}{numbered(dice.pick(site.paths))}"
    method = "POST" if "/cart" in url or "/api/" in url else "GET"
    return _line(dice, at, person.host.address, person.login, method, url, agent)


def _programs(world: World, person: Person) -> Iterator[Line]:
    dice = world.dice("proxy", "programs", person.login)
    source = person.host.address

    def fetch(at: int, url: str, agent: str, method: str = "GET", user: str = "-") -> Line:
        return at, _line(dice, at, source, user, method, url, agent)

    for comes, goes in world.shifts(person):
        crypto = "Microsoft-CryptoAPI/10.0"
        yield fetch(comes + dice.below(HOUR), f"http://crl.example.com/ca{dice.between(1, 4)}.crl", crypto)
        yield fetch(comes + dice.below(HOUR), f"http://ocsp.example.com/{dice.hexa(24)}", crypto)
        if dice.chance(0.4):
            cab = f"http://download.windowsupdate.com/d/msdownload/update/software/secu/2026/09/{dice.hexa(20)}.cab"
            yield fetch(comes + dice.below(2 * HOUR), cab, "Microsoft-Delivery-Optimization/10.1")
        if dice.chance(0.15):
            # The IT department rolls a program out; its server is known by name, an old printer's by address alone.
            msi = f"http://deploy.example.com/packages/erp-client-{dice.between(4, 9)}.msi"
            yield fetch(comes + dice.below(HOUR), msi, "Microsoft BITS/7.8")
        if dice.chance(0.03):
            driver = f"http://10.20.5.{dice.between(9, 14)}/driver/setup.exe"
            yield fetch(comes + dice.below(4 * HOUR), driver, "Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
        if person.department in ("marketing", "sales") and person.number % 2:
            # A folder that is synchronised, as an agency wants it: the vendor's own client.
            for at in range(comes, goes, 40 * MINUTE + dice.below(20 * MINUTE)):
                host = dice.pick(("api.dropboxapi.com", "content.dropboxapi.com", "client.dropbox.com"))
                url = f"https://{host}/2/files/list_folder/longpoll"
                yield fetch(at, url, "DropboxDesktopClient/212.4.5767 (Windows; 10; x64; en)", "POST", person.login)
        if dice.chance(0.1):
            # Firefox resolves names by HTTPS until somebody notices.
            for at in range(comes, comes + 3 * HOUR, 25 * MINUTE):
                yield fetch(at, "doh.example.com:443", "-", "CONNECT", person.login)


def _servers(world: World) -> Iterator[Line]:
    dice = world.dice("proxy", "servers")
    checks = (
        (MONITORING, "https://shop.example.com/health", "check_http/v2.3.3 (monitoring-plugins 2.3.3)", 30 * MINUTE),
        ("10.20.1.15", "http://crl.example.com/ca2.crl", "Microsoft-CryptoAPI/10.0", 5 * HOUR),
        ("10.20.1.15", "https://definitions.example.com/engine/version.cab", "Microsoft BITS/7.8", 6 * HOUR),
        (FS01.address, "https://backup.example.com/api/v1/sync?chunk=7", "backup-agent/8.2", 2 * HOUR),
        ("10.20.3.11", "http://deb.example.com/debian/dists/bookworm/InRelease", "Debian APT-HTTP/1.3 (2.6.1)", DAY),
        ("10.20.3.21", "https://repo.example.com/maven2/org/acme/core/maven-metadata.xml", "Apache-Maven/3.9.9", DAY),
    )
    for source, url, agent, period in checks:
        for at in every(dice, period, world.days, MINUTE):
            yield at, _line(dice, at, source, "-", "GET", url, agent)


def _line(  # noqa: PLR0913, PLR0917 - each is a column of the log
    dice: Dice, at: int, source: str, user: str, method: str, url: str, agent: str
) -> str:
    host = url.partition("://")[2].partition("/")[0] or url.partition(":")[0]
    kind = next((name for end, name in _TYPES if url.endswith(end)), "text/html")
    elapsed, size, port = dice.gap(220), 300 + dice.gap(26_000), dice.between(49152, 65535)
    secure = 80 if url.startswith("http://") else 443
    if method == "CONNECT":
        code, kind, peer = "TCP_TUNNEL/200", "-", f"HIER_DIRECT/{address_of(host)}"
        elapsed = dice.gap(40_000)
    elif not dice.chance(0.985):
        code, peer = "TCP_DENIED/407", "HIER_NONE/-"
    elif kind.startswith(("image", "font")) and dice.chance(0.3):
        code, peer = "TCP_HIT/200", "HIER_NONE/-"
    else:
        status = dice.weigh(((200, 90), (304, 6), (302, 4), (404, 1)))
        code, peer = f"TCP_MISS/{status}", f"HIER_DIRECT/{address_of(host)}"
    sizes = f"{size} {dice.between(120, 900)} {dice.between(200, 700)} {dice.between(90, 600)} {dice.between(200, 700)}"
    return (
        f"{at // 1000}.{at % 1000:03d} {elapsed:6d} {source} {port} {code} {sizes} {method} {url} 1.1 {user} "
        f'{peer} {secure} {kind} - - "-" "{agent}" "{host}" "-" {dice.between(20, 90)} -'
    )
