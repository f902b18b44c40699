"""The baseline: a week of ordinary activity of one organisation, as raw logs, the same bytes from the same seed."""

from __future__ import annotations

from collections.abc import Callable

from compiler.baseline import world
from compiler.baseline.linux import auditd, auth, content_site, sysmon_linux
from compiler.baseline.network import connections, devices, gateway, office, proxy, resolver, signin
from compiler.baseline.web import apache, exchange_logs, httpproxy, iis, nginx
from compiler.baseline.windows import (
    channels,
    directory_service,
    exchange,
    security,
    service_control,
    sysmon,
    sysmon_detail,
)

Generator = Callable[[world.World], bytes]

DEFAULT_SEED = 20260914
DEFAULT_DAYS = 7

SOURCES: dict[str, Generator] = {
    "apache": apache.log,
    "application": channels.application,
    "auditd": auditd.log,
    "auth": auth.log,
    "azure_audit": office.directory,
    "azure_signin": signin.log,
    "cisco_aaa": devices.switches,
    "exchange": exchange.log,
    "exchange_ecp": exchange_logs.ecp,
    "exchange_httpproxy": httpproxy.log,
    "exchange_oabgenerator": exchange_logs.oabgenerator,
    "firewall": gateway.log,
    "iis": iis.log,
    "m365_audit": office.audit,
    "nginx": nginx.log,
    "powershell": channels.powershell,
    "security": security.log,
    "security_directory": directory_service.log,
    "squid": proxy.log,
    "sysmon": sysmon.log,
    "sysmon_detail": sysmon_detail.log,
    "sysmon_linux": sysmon_linux.log,
    "sysmon_linux_site": content_site.log,
    "system": service_control.log,
    "taskscheduler": channels.taskscheduler,
    "windefend": channels.windefend,
    "zeek_conn": connections.log,
    "zeek_dns": resolver.log,
    "zeek_x509": devices.certificates,
}
"""Each log by the source (``detections/sources``) that it is of, with a word behind it where a source has several."""

__all__ = ["DEFAULT_DAYS", "DEFAULT_SEED", "SOURCES", "Generator", "generate"]


def generate(source: str, seed: int = DEFAULT_SEED, days: int = DEFAULT_DAYS) -> bytes:
    """The whole log file of one source (a key of ``SOURCES``) for that many days, in the order of time.

    Another seed gives another week of the same organisation; more days give more of it. Raises ``KeyError`` for an
    unknown source and ``ValueError`` for fewer than one day.
    """
    if days < 1:
        raise ValueError(f"a baseline of {days} days is empty")
    return SOURCES[source](world.build(seed, days))
