"""What switches and routers log of commands, and the certificates that Zeek sees go by.

Cisco: "Configuration Change Notification and Logging" (PARSER-5-CFGLOG_LOGGEDCMD) for what is changed, and an applet of
the Embedded Event Manager (HA_EM-6-LOG) for what is only looked at. Zeek: the documentation of x509.log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from compiler.baseline.clock import ALWAYS, HOUR, MINUTE, MONTHS, OFFICE, SECOND, every, moment, moments, wall
from compiler.baseline.dice import Dice
from compiler.baseline.network.sites import DEVELOPERS, SITES
from compiler.baseline.world import World

_DEVICES = ("10.20.0.1", "10.20.0.2", "10.20.0.11", "10.20.0.12", "10.20.0.13")
_COMMANDS = (
    "interface GigabitEthernet1/0/{n}", "description printer hall {n}", "switchport access vlan {n}", "no shutdown",
    "spanning-tree portfast", "ip access-list extended GUESTS", "permit tcp any any eq 443", "ntp server 10.20.9.{n}",
    "monitor session 1 source interface Gi1/0/{n}", "logging host 10.20.9.40", "snmp-server location hall {n}",
    "username oxidized privilege 1 secret *****", "ip route 10.20.{n}.0 255.255.255.0 10.20.0.1",
    "crypto key generate rsa",
)  # fmt: skip
_SAID = (
    "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/{n}, changed state to {on}",
    "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet1/0/{n}, changed state to {on}",
    "%ILPOWER-5-DETECT: Interface Gi1/0/{n}: Power Device detected: IEEE PD",
    "%SW_MATM-4-MACFLAP_NOTIF: Host 0050.56{n} in vlan 20 is flapping between port Gi1/0/{n} and port Po1",
    "%DOT1X-5-FAIL: Authentication failed for client on Interface Gi1/0/{n}",
    "%SPANTREE-2-BLOCK_BPDUGUARD: Received BPDU on port Gi1/0/{n} with BPDU Guard enabled. Disabling port.",
)
_SHOWN = (
    "show running-config",
    "show version",
    "show inventory",
    "show vlan brief",
    "copy running-config startup-config",
)


def switches(world: World) -> bytes:
    """The lines of five devices as a collector keeps them."""
    dice = world.dice("switches")
    said = sorted(one for one in _said(dice, world.days) if one[0] < moment(world.days, 0))
    return "".join(f"{text}\n" for _, text in said).encode("ascii")


def _said(dice: Dice, days: int) -> Iterator[tuple[int, str]]:
    for device in _DEVICES:
        number = dice.between(900, 90_000)
        events: list[tuple[int, str]] = []
        for at in every(dice, 12 * HOUR, days, MINUTE):
            # Configurations are copied away by a program that shows them twice a day.
            for step, command in enumerate(_SHOWN[:4]):
                events.append((at + step * 2 * SECOND + dice.below(SECOND), _looked(command)))
        for at in moments(dice, OFFICE, 0.9, days):
            login = dice.pick(("g.adler", "d.koch"))
            when = at
            events.append((at, f"%SYS-5-CONFIG_I: Configured from console by {login} on vty0 (10.20.12.55)"))
            for _ in range(dice.between(2, 7)):
                when += dice.gap(20 * SECOND)
                command = dice.pick(_COMMANDS).replace("{n}", str(dice.between(2, 48)))
                events.append((when, f"%PARSER-5-CFGLOG_LOGGEDCMD: User:{login}  logged command:{command} "))
            events.append((when + 9 * SECOND, _looked(_SHOWN[4])))
        for at in moments(dice, ALWAYS, 6, days):
            said = dice.pick(_SAID).replace("{n}", str(dice.between(1, 48))).replace("{on}", dice.pick(("up", "down")))
            events.append((at, said))
        for count, (at, text) in enumerate(sorted(events), number):
            local = wall(at)
            stamp = f"{MONTHS[local.month - 1]} {local.day:2d} {local:%H:%M:%S}.{at % 1000:03d}"
            yield at, f"<189>{count}: {device}: {stamp}: {text}"


def _looked(command: str) -> str:
    return f"%HA_EM-6-LOG: commands: {command}"


_ISSUERS = (
    "CN=Example Issuing CA 3,O=Example Trust",
    "CN=R11,O=Example Encrypt",
    "CN=Example Corp CA,DC=example,DC=com",
)


def certificates(world: World) -> bytes:
    """Zeek's x509.log as JSON lines: each certificate as often as it is seen anew."""
    dice = world.dice("certificates")
    sites = [(site.host, site.weight) for site in (*SITES, *DEVELOPERS)]
    lines = []
    for at in moments(dice, OFFICE, 190, world.days):
        host = dice.weigh(sites).replace("{n}", dice.hexa(6))
        lines.append((at, _certificate(dice, at, host, dice.pick(_ISSUERS[:2]), 90)))
    for at in moments(dice, ALWAYS, 12, world.days):
        # Printers and controllers sign for themselves, for twenty years, some with a number as short as theirs.
        name = f"{dice.pick(('printer', 'ilo', 'plc', 'camera'))}-{dice.between(2, 40)}.example.com"
        lines.append(
            (at, _certificate(dice, at, name, f"CN={name}", 7300, dice.pick(("01", "00", dice.hexa(8).upper()))))
        )
    for at in moments(dice, ALWAYS, 20, world.days):
        name = dice.pick(("dc01", "ex01", "fs01", "vpn"))
        lines.append((at, _certificate(dice, at, f"{name}.example.com", _ISSUERS[2], 730)))
    end = moment(world.days, 0)
    return "".join(f"{line}\n" for at, line in sorted(lines) if at < end).encode()


def _certificate(dice: Dice, at: int, host: str, issuer: str, days: int, serial: str = "") -> str:  # noqa: PLR0913, PLR0917
    begins = at // 1000 - dice.between(3, days) * 86_400
    record = {
        "ts": at / 1000,
        "id": f"F{dice.token(17)}",
        "certificate.version": 3,
        "certificate.serial": serial or dice.hexa(36).upper(),
        "certificate.subject": f"CN={host}",
        "certificate.issuer": issuer,
        "certificate.not_valid_before": float(begins),
        "certificate.not_valid_after": float(begins + days * 86_400),
        "certificate.key_alg": "rsaEncryption",
        "certificate.sig_alg": dice.pick(("sha256WithRSAEncryption", "ecdsa-with-SHA384")),
        "certificate.key_type": dice.pick(("rsa", "ecdsa")),
        "certificate.key_length": dice.pick((2048, 256, 384, 4096)),
        "san.dns": [host],
        "basic_constraints.ca": False,
    }
    return json.dumps(record)
