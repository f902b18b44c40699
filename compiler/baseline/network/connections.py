"""Zeek's conn.log between the segments of the network, as JSON lines: who connects to whom, and who is refused.

Fields: Zeek documentation, conn.log. Machines that knock at many doors belong to every network: an inventory that asks
for names, a monitoring that looks whether services are gone, clients that try a server which is off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import PROXY, RESOLVER, address_of
from compiler.baseline.world import APP01, DC01, DC02, EX01, FS01, MONITORING, WEB01, World

_GIT = "10.20.2.40"
_INVENTORY = "10.20.9.30"
_SERVERS = (
    (EX01.address, 443, "ssl", 8),
    (FS01.address, 445, "smb,gssapi", 7),
    (DC01.address, 88, "krb_tcp", 4),
    (DC02.address, 389, "ldap_tcp", 4),
    (PROXY, 3128, "http", 9),
    (DC01.address, 135, "dce_rpc", 2),
)
Line = tuple[int, str]


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    dice = world.dice("connections")
    end = moment(world.days, 0)
    lines = sorted([*_people(world), *_machines(dice, world), *_out(dice, world)])
    return "".join(f"{text}\n" for at, text in lines if at < end).encode()


def _people(world: World) -> Iterator[Line]:
    for person in world.people:
        dice = world.dice("connections", person.login)
        source = person.host.address
        for comes, goes in world.shifts(person):
            for _ in range(dice.between(14, 22)):
                target, port, service, _weight = dice.weigh([(one, one[3]) for one in _SERVERS])
                at = comes + dice.below(goes - comes)
                yield (
                    at,
                    _line(dice, at, source, target, port, service, dice.weigh((("SF", 20), ("RSTO", 2), ("S1", 1)))),
                )
            if person.department == "development":
                # The company's own Git speaks SSH on a port of its own, as its product does by default.
                for _ in range(dice.between(3, 9)):
                    at = comes + dice.below(goes - comes)
                    yield at, _line(dice, at, source, _GIT, 7999, "ssh", "SF")
            if person.department == "it":
                at = comes + dice.below(goes - comes)
                yield at, _line(dice, at, source, dice.pick((WEB01.address, APP01.address)), 22, "ssh", "SF")
            if dice.chance(0.2):
                # The old printer server was switched off, and clients ask it for a minute before they give up.
                for step in range(dice.between(4, 9)):
                    at = comes + 2 * MINUTE + step * 7 * SECOND
                    yield at, _line(dice, at, source, "10.20.1.33", dice.pick((445, 139, 9100)), "", "S0")


def _machines(dice: Dice, world: World) -> Iterator[Line]:
    for at in every(dice, 3 * HOUR, world.days, MINUTE):
        for number, port in enumerate((22, 25, 80, 110, 143, 389, 443, 445, 587, 993, 3389, 5985)):
            open_here = port in (25, 80, 443, 445, 587, 5985)
            moment_ = at + number * SECOND
            yield moment_, _line(dice, moment_, MONITORING, EX01.address, port, "", "SF" if open_here else "REJ")
    for at in every(dice, 11 * HOUR, world.days, HOUR):
        # The inventory asks for names, a few at a time.
        for number, person in enumerate(dice.some(world.people, 24)):
            moment_ = at + number * 2 * SECOND
            state = dice.pick(("SF", "SF", "S0"))
            yield moment_, _line(dice, moment_, _INVENTORY, person.host.address, 137, "dns", state, "udp")
    for number, at in enumerate(every(dice, 25 * MINUTE, world.days, MINUTE)):
        yield at, _line(dice, at, world.people[number % 39].host.address, "10.20.10.255", 137, "dns", "S0", "udp")


def _out(dice: Dice, world: World) -> Iterator[Line]:
    for number, at in enumerate(moments(dice, OFFICE, 150, world.days)):
        source, port, service = dice.pick(((PROXY, 443, "ssl"), (PROXY, 80, "http"), (RESOLVER, 53, "dns")))
        target = address_of(f"conn/{number % 120}")
        yield at, _line(dice, at, source, target, port, service, "SF", "udp" if port == 53 else "tcp", inside=False)
    for at in moments(dice, OFFICE, 3, world.days):
        # Source code that others host, by SSH on the port that it has everywhere.
        source = dice.pick(world.staff("development")).host.address
        yield at, _line(dice, at, source, address_of("github.com"), 22, "ssh", "SF", inside=False)


def _line(  # noqa: PLR0913, PLR0917 - each is a column of the log
    dice: Dice, at: int, source: str, target: str, port: int, service: str, state: str, proto: str = "tcp",
    *, inside: bool = True,
) -> str:  # fmt: skip
    answered = state not in ("S0", "REJ")
    record: dict[str, object] = {"ts": at / 1000, "uid": f"C{dice.token(17)}", "id.orig_h": source}
    record |= {"id.orig_p": dice.between(49152, 65535), "id.resp_h": target, "id.resp_p": port, "proto": proto}
    if service and answered:
        record["service"] = service
    if answered:
        record |= {"duration": dice.gap(9000) / 1000, "orig_bytes": dice.gap(4000), "resp_bytes": dice.gap(30_000)}
    record |= {"conn_state": state, "local_orig": True, "local_resp": inside, "missed_bytes": 0}
    sent = dice.between(1, 40) if answered else 1
    history = {"S0": "S", "REJ": "Sr"}.get(state, "ShADadFf" if proto == "tcp" else "Dd")
    record |= {"history": history, "orig_pkts": sent, "orig_ip_bytes": 52 * sent}
    return json.dumps(record | {"resp_pkts": sent if answered else 0, "resp_ip_bytes": 52 * sent * answered})
