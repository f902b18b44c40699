"""The baseline: a week of ordinary activity of one organisation, as raw logs, the same bytes from the same seed."""

from __future__ import annotations

from collections.abc import Callable

from compiler.baseline import world
from compiler.baseline.linux import auditd, sysmon_linux
from compiler.baseline.web import apache, iis
from compiler.baseline.windows import exchange, security, sysmon

Generator = Callable[[world.World], bytes]

DEFAULT_SEED = 20260914
DEFAULT_DAYS = 7

SOURCES: dict[str, Generator] = {
    "apache": apache.log,
    "auditd": auditd.log,
    "exchange": exchange.log,
    "iis": iis.log,
    "security": security.log,
    "sysmon": sysmon.log,
    "sysmon_linux": sysmon_linux.log,
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
