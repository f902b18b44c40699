"""The baseline: a week of ordinary activity of one organisation, as raw logs, the same bytes from the same seed."""

from __future__ import annotations

from collections.abc import Callable

from compiler.baseline import world
from compiler.baseline.linux import auditd, sysmon_linux
from compiler.baseline.network import connections, gateway, proxy, resolver, signin
from compiler.baseline.web import apache, httpproxy, iis
from compiler.baseline.windows import exchange, security, service_control, sysmon

Generator = Callable[[world.World], bytes]

DEFAULT_SEED = 20260914
DEFAULT_DAYS = 7

SOURCES: dict[str, Generator] = {
    "apache": apache.log,
    "auditd": auditd.log,
    "azure_signin": signin.log,
    "exchange": exchange.log,
    "exchange_httpproxy": httpproxy.log,
    "firewall": gateway.log,
    "iis": iis.log,
    "security": security.log,
    "squid": proxy.log,
    "sysmon": sysmon.log,
    "sysmon_linux": sysmon_linux.log,
    "system": service_control.log,
    "zeek_conn": connections.log,
    "zeek_dns": resolver.log,
}

__all__ = ["DEFAULT_DAYS", "DEFAULT_SEED", "SOURCES", "Generator", "generate"]


def generate(source: str, seed: int = DEFAULT_SEED, days: int = DEFAULT_DAYS) -> bytes:
    """The whole log file of one source (a key of ``SOURCES``) for that many days, in the order of time.

    Another seed gives another week of the same organisation; more days give more of it. Raises ``KeyError`` for an
    unknown source and ``ValueError`` for fewer than one day.
    """
    if days < 1:
        raise ValueError(f"a baseline of {days} days is empty")
    return SOURCES[source](world.build(seed, days))
