"""The log of the packet filter at the border, in the Common Event Format: what was let through and what was refused.

The internet knocks day and night; people come in by VPN from home, from trains and from hotels; servers go where they
have to; guests and printers try what they may not; and the security team has itself scanned from outside once a week.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, MINUTE, MOBILE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import PROXY, RESOLVER, address_of
from compiler.baseline.web.noise import stranger
from compiler.baseline.world import EX01, SCANNER_OUTSIDE, WEB01, World

_MAIL, _SITE, _VPN = "198.51.100.25", "198.51.100.80", "198.51.100.10"
_DOORS = ((23, 9), (22, 7), (445, 6), (3389, 6), (8080, 4), (5900, 2), (6379, 2), (1433, 2), (2375, 1), (5060, 3))
_APPS = {443: "ssl", 80: "web-browsing", 25: "smtp", 53: "dns", 123: "ntp", 22: "ssh", 3389: "ms-rdp", 445: "smb"}
Line = tuple[int, str]


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    dice = world.dice("gateway")
    end = moment(world.days, 0)
    lines = sorted([*_knocks(dice, world), *_visits(dice, world), *_remote_work(world), *_outward(dice, world)])
    return "".join(f"{text}\n" for at, text in lines if at < end).encode("ascii")


def _knocks(dice: Dice, world: World) -> Iterator[Line]:
    for number, at in enumerate(moments(dice, ALWAYS, 190, world.days)):
        source = stranger(number % 400 * 5 + 2)
        for step in range(dice.weigh(((1, 8), (2, 2), (4, 1)))):
            target = dice.pick((_MAIL, _SITE, _VPN, f"198.51.100.{dice.between(3, 120)}"))
            door = dice.weigh(_DOORS) if dice.chance(0.6) else dice.between(1, 65535)
            rule = dice.pick(("inbound-default", "geo-block", "reputation"))
            yield at + step * 400, _line(dice, at + step * 400, "denied", source, target, door, rule, "outside", "dmz")
    for day in range(3, world.days, 7):
        # The contractor's scan: many doors of two hosts within minutes, nearly all of them shut.
        for number in range(160):
            at = moment(day, 3, 10) + number * 1700 + dice.below(900)
            target, door = (_MAIL, _SITE)[number // 80], (21, 22, 23, 25, 80, 110, 135, 139, 443, 445)[number % 10]
            door = door if number % 80 < 10 else 1000 + number * 37
            allowed = (target, door) in {(_MAIL, 25), (_MAIL, 443), (_SITE, 80), (_SITE, 443)}
            rule = "publish-web" if allowed else "inbound-default"
            yield at, _line(dice, at, "allowed" if allowed else "denied", SCANNER_OUTSIDE, target, door, rule,
                            "outside", "dmz")  # fmt: skip


def _visits(dice: Dice, world: World) -> Iterator[Line]:
    for number, at in enumerate(moments(dice, MOBILE, 150, world.days)):
        target, door, rule = dice.weigh(
            (((_SITE, 443, "publish-web"), 6), ((_SITE, 80, "publish-web"), 2), ((_MAIL, 443, "publish-owa"), 5),
             ((_MAIL, 25, "inbound-mail"), 4))
        )  # fmt: skip
        source = world.people[number % 39].home if rule == "publish-owa" else stranger(number * 3 + 1)
        yield at, _line(dice, at, "allowed", source, target, door, rule, "outside", "dmz")


def _remote_work(world: World) -> Iterator[Line]:
    for person in world.people:
        dice = world.dice("gateway", person.login)
        for comes, goes in world.shifts(person):
            if not dice.chance(0.3):
                continue
            source, login = person.home, person.login
            yield comes, _line(dice, comes, "allowed", source, _VPN, 443, "vpn-portal", "outside", "dmz", login)
            at = comes + 20 * SECOND
            while at < goes:
                yield at, _line(dice, at, "allowed", source, _VPN, 4500, "vpn-tunnel", "outside", "dmz", login)
                inner, door = dice.pick(((EX01.address, 443), ("10.20.1.30", 445), (person.host.address, 3389),
                                         (RESOLVER, 53), (PROXY, 3128)))  # fmt: skip
                pool = f"10.20.50.{person.number % 200 + 10}"
                yield at + 900, _line(dice, at + 900, "allowed", pool, inner, door, "vpn-users", "vpn", "inside", login)
                at += dice.gap(70 * MINUTE)
                if dice.chance(0.2):
                    # In a train: another cell, another address, the tunnel is built anew.
                    source = address_of(f"{person.login}/{at}")


def _outward(dice: Dice, world: World) -> Iterator[Line]:
    for source, rule, door, per_day in (
        (PROXY, "proxy-out", 443, 140),
        (PROXY, "proxy-out", 80, 30),
        (EX01.address, "mail-out", 25, 40),
        (RESOLVER, "dns-out", 53, 50),
        (WEB01.address, "dmz-updates", 443, 6),
    ):
        for number, at in enumerate(moments(dice, OFFICE, per_day, world.days)):
            target = address_of(f"{rule}/{number % 90}")
            zone = "dmz" if source == WEB01.address else "inside"
            yield at, _line(dice, at, "allowed", source, target, door, rule, zone, "outside")
    for at in moments(dice, OFFICE, 60, world.days):
        source = f"10.20.99.{dice.between(20, 60)}"
        target, door = dice.pick((("10.20.1.10", 445), ("10.20.1.30", 445), ("10.20.5.9", 9100), ("10.20.1.15", 25)))
        yield at, _line(dice, at, "denied", source, target, door, "guests-to-inside", "guests", "inside")
    for number, printer in enumerate(("10.20.5.9", "10.20.5.11", "10.20.5.14")):
        for at in every(dice, (40 + 7 * number) * MINUTE, world.days, MINUTE):
            yield at, _line(dice, at, "denied", printer, "192.0.2.123", 123, "printers-out", "inside", "outside")


def _line(  # noqa: PLR0913, PLR0917 - each is a column of the log
    dice: Dice,
    at: int,
    action: str,
    source: str,
    target: str,
    door: int,
    rule: str,
    zone: str,
    to: str,
    login: str = "",
) -> str:
    size = f"in={dice.gap(9000)} out={dice.gap(4000)} " if action == "allowed" else ""
    user = f"suser={login} " if login else ""
    transport = "UDP" if door in (53, 123, 4500, 5060) else "TCP"
    name = "Connection" if action == "allowed" else "Refused"
    return (
        f"CEF:0|Example|Gate|7.1|traffic|{name}|{3 if action == 'allowed' else 5}|rt={at} act={action} "
        f"src={source} spt={dice.between(1025, 65535)} dst={target} dpt={door} {user}proto={transport} "
        f"app={_APPS.get(door, 'unknown')} {size}cs1Label=Rule cs1={rule} cs2Label=From cs2={zone} cs3Label=To cs3={to}"
    )
