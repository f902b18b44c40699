"""Zeek's dns.log before the resolver, as JSON lines: what clients, servers and phones of the organisation ask for.

Fields: Zeek documentation, dns.log. With a proxy before them workstations ask for little outside; the proxy, the mail
server and the guests do. Long names that are no tunnel are among it: names of content networks, the lookups of an
antivirus product that asks by hash, keys of mail signatures, block lists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiler.baseline.clock import HOUR, MINUTE, MOBILE, OFFICE, SECOND, every, moment, moments
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import DEVELOPERS, PROXY, RESOLVER, SITES, address_of
from compiler.baseline.world import APP01, DC01, DC02, EX01, EX02, FS01, MONITORING, WEB01, WEB02, World

_TYPES = {"A": 1, "AAAA": 28, "PTR": 12, "SRV": 33, "MX": 15, "TXT": 16, "CNAME": 5, "HTTPS": 65}
_INSIDE = (DC01, DC02, EX01, EX02, FS01, WEB01, WEB02, APP01)
Asked = tuple[int, str, str, str, str, tuple[str, ...]]
"""When, who, what, of which type, with which result, and the answers."""


def log(world: World) -> bytes:
    """The log of the days in the order of time."""
    end = moment(world.days, 0)
    asked = sorted(item for item in (*_clients(world), *_servers(world), *_guests(world)) if item[0] < end)
    dice = world.dice("resolver", "lines")
    return "".join(_line(dice, item) for item in asked).encode()


def _clients(world: World) -> Iterator[Asked]:
    for person in world.people:
        dice = world.dice("resolver", person.login)
        source = person.host.address
        for comes, goes in world.shifts(person):
            for name in (
                "_ldap._tcp.Default-First-Site-Name._sites.dc._msdcs.example.com",
                "_kerberos._tcp.dc._msdcs.example.com",
                "wpad.example.com",
            ):
                found = () if name.startswith("wpad") else (f"{dice.pick(('dc01', 'dc02'))}.example.com",)
                yield comes + dice.below(MINUTE), source, name, "SRV" if found else "A", _result(found), found
            # A browser asks for three names that do not exist, to notice a network that answers everything.
            for _ in range(3):
                yield (
                    comes + 4 * MINUTE,
                    source,
                    "".join(dice.pick("bcdfghjklmnpqrstvwxyz") for _ in range(11)),
                    "A",
                    "NXDOMAIN",
                    (),
                )
            for _ in range(dice.between(18, 26)):
                host = dice.pick(_INSIDE)
                kind = dice.weigh((("A", 6), ("AAAA", 2), ("PTR", 1)))
                at = comes + dice.below(goes - comes)
                if kind == "PTR":
                    name = ".".join(reversed(host.address.split("."))) + ".in-addr.arpa"
                    yield at, source, name, kind, "NOERROR", (host.fqdn,)
                else:
                    yield at, source, host.fqdn, kind, "NOERROR", (host.address,) if kind == "A" else ()


def _servers(world: World) -> Iterator[Asked]:
    dice = world.dice("resolver", "servers")
    sites = [(site, site.weight) for site in (*SITES, *DEVELOPERS)]
    for at in moments(dice, OFFICE, 230, world.days):
        host = dice.weigh(sites).host.replace("{n}", f"{dice.hexa(14)}.{dice.pick(('eu', 'us'))}")
        yield at, PROXY, host, dice.weigh((("A", 5), ("AAAA", 3), ("HTTPS", 1))), "NOERROR", (address_of(host),)
    for at in moments(dice, MOBILE, 90, world.days):
        # Mail comes in: who may send it, is it signed, is its sender on a list.
        domain = f"{dice.pick(('supplier', 'customer', 'agency', 'parts', 'fair'))}-{dice.between(2, 60)}.example.com"
        sender = address_of(domain)
        backwards = ".".join(reversed(sender.split(".")))
        yield at, EX01.address, domain, "MX", "NOERROR", (f"mx.{domain}",)
        yield at + 90, EX01.address, domain, "TXT", "NOERROR", (f"v=spf1 ip4:{sender} -all",)
        yield (
            at + 140,
            EX01.address,
            f"s{dice.between(1, 9)}._domainkey.{domain}",
            "TXT",
            "NOERROR",
            ("v=DKIM1; k=rsa",),
        )
        yield at + 160, EX01.address, f"_dmarc.{domain}", "TXT", "NOERROR", ("v=DMARC1; p=none",)
        yield at + 190, EX01.address, f"{backwards}.list.example.com", "A", "NXDOMAIN", ()
    for at in moments(dice, OFFICE, 3, world.days):
        # The file server's antivirus asks for the hashes of what a colleague has just unpacked.
        for number in range(dice.between(4, 28)):
            name = f"{dice.hexa(56)}.av.example.com"
            yield at + number * SECOND, FS01.address, name, "TXT", "NOERROR", (f"r={dice.below(3)}",)
    for server in _INSIDE:
        for at in every(dice, 90 * MINUTE, world.days, MINUTE):
            yield at, MONITORING, server.fqdn, "A", "NOERROR", (server.address,)
        for at in every(dice, 4 * HOUR, world.days, MINUTE):
            yield at, server.address, f"ntp{dice.between(1, 3)}.example.com", "A", "NOERROR", ("192.0.2.123",)


def _guests(world: World) -> Iterator[Asked]:
    dice = world.dice("resolver", "guests")
    for at in moments(dice, OFFICE, 60, world.days):
        source = f"10.20.99.{dice.between(20, 60)}"
        name = dice.pick(("push.example.com", "captive.example.com", "time.example.com", "mask.example.com"))
        for step in range(dice.between(1, 3)):
            host = name if not step else f"p{dice.between(2, 90)}-{name}"
            yield at + step * SECOND, source, host, dice.pick(("A", "AAAA", "HTTPS")), "NOERROR", (address_of(host),)


def _result(answers: tuple[str, ...]) -> str:
    return "NOERROR" if answers else "NXDOMAIN"


def _line(dice: Dice, asked: Asked) -> str:
    at, source, name, kind, result, answers = asked
    record: dict[str, object] = {
        "ts": at / 1000,
        "uid": f"C{dice.token(17)}",
        "id.orig_h": source,
        "id.orig_p": dice.between(49152, 65535),
        "id.resp_h": RESOLVER,
        "id.resp_p": 53,
        "proto": "udp",
        "trans_id": dice.below(65536),
        "rtt": dice.gap(14) / 1000,
        "query": name,
        "qclass": 1,
        "qclass_name": "C_INTERNET",
        "qtype": _TYPES[kind],
        "qtype_name": kind,
        "rcode": 0 if result == "NOERROR" else 3,
        "rcode_name": result,
        "AA": False,
        "TC": False,
        "RD": True,
        "RA": True,
        "Z": 0,
    }
    if answers:
        record |= {"answers": list(answers), "TTLs": [float(dice.between(20, 3600))] * len(answers)}
    return json.dumps(record | {"rejected": False}) + "\n"
