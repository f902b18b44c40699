"""Events that reach a workspace late, and the run of a rule of Sentinel that still reads them.

Facts: *Scheduled analytics rules in Microsoft Sentinel* and *Handle ingestion delay in scheduled analytics rules*
(MicrosoftDocs/azure-docs, articles/sentinel): a run comes five minutes after its time and reads events by when they
happened, so that one that arrives later than that is in no run of a rule that looks back no further than it runs. A
longer period with a bound on *ingestion_time()*, right after the table, reads each event in the run after it came.

An onset of a correlation has no time of arrival; runs of these overlap, and may tell one a second time.
"""

from __future__ import annotations

import re

from compiler.targets.kusto_query import with_lets
from compiler.targets.target import Query

MAX_QUERY = 10_000
"""Characters that Sentinel takes."""
_RUN = 3600
"""Seconds from one run to the next."""
_LATE = 2 * 3600
"""Seconds by which an event may come late; audit logs of Microsoft 365 take up to an hour and a half."""
_OVERLAP = 15 * 60
"""Seconds by which runs of a correlation overlap."""
_NEW = "| where ingestion_time() > ago(65m)"
"""What came since the last run: its hour, and the five minutes by which Sentinel runs late."""


def period(query: Query) -> int:
    """Seconds that a run looks back."""
    if span := int(query.settings.get("timespan", 0)):
        return _RUN + _OVERLAP + span
    return _RUN + (_LATE if _NEW in as_run(query) else 0)


def as_run(query: Query) -> str:
    """The query of a run, with the tables that it defines: what arrived since the last, or began to hold since.

    A query that would be too long reads the events of its hour as it is.
    """
    lets, lists = query.settings["lets"], query.settings["lists"]
    whole = with_lets(query.text, lets)
    if query.settings.get("timespan"):
        return f"{whole}\n| where {query.settings['time']} > ago({(_RUN + _OVERLAP) // 60}m)"
    ours = {name: text if name in lists else _bounded(text, text.split()[0]) for name, text in lets.items()}
    text = query.text
    for table in query.settings["tables"].keys() - ours.keys():
        text = _bounded(text, table)
    bounded = with_lets(text, ours)
    return bounded if len(bounded) < MAX_QUERY else whole


def _bounded(text: str, table: str) -> str:
    """The bound after each mention of a table, which ends a line; a literal has no line break."""
    return re.sub(rf"(?m)^(\(*{re.escape(table)})$", rf"\1\n{_NEW}", text)
