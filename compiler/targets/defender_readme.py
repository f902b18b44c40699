"""What the person who imports the custom detections reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compiler.targets.labels import level_of
from compiler.targets.target import Packed

_TEXT = """# Custom detections for Microsoft Defender XDR

Every detection arrives disabled. `detections/` has one body for Microsoft Graph each; `queries/` the same queries to
read and to hunt with.

## Import
By API (`CustomDetection.ReadWrite.All`; the API is Microsoft's beta), one detection:

    curl -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
      --data @detections/RULE.json https://graph.microsoft.com/beta/security/rules/detectionRules

Keep the `id` of the answer: Defender gives detections ids of its own. By the portal: open a file of `queries/` in
*Advanced hunting*, run it, *Create detection rule*.

## Enable, tune, upgrade
An upgrade is a `PATCH` of what a release changed, so that nothing else does:

    jq '{{queryCondition, detectionAction}}' detections/RULE.json > change.json
    curl -X PATCH -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' --data @change.json \\
      https://graph.microsoft.com/beta/security/rules/detectionRules/ID

`isEnabled` and `schedule` are not sent, so they stay as you set them; the table below has the schedule that we ship. To
keep a query that you changed, send `detectionAction` alone. A rule that a release no longer has stays until you remove
it.

{lists}A query must return `Timestamp`, `ReportId` and what tells the device, the account or the mailbox.

How far a run looks back is Microsoft's: 4 hours if it runs every hour (`1H`), 12 if every three, 48 if every twelve, 30
days if once a day. So a detection of events that lie further apart runs as rarely as the table below says, and must not
run more often: it would miss some. One run makes 100 alerts at most.

## Remove

    curl -X DELETE -H "Authorization: Bearer $TOKEN" \\
      https://graph.microsoft.com/beta/security/rules/detectionRules/ID

## Detections
| name | severity | runs every | what it leaves out |
|---|---|---|---|
{rules}
"""

_LISTS = """Lists of your own stand at the top of the queries that read them, empty as delivered: {names}. Write your
values between the brackets, `["paw01.example.com", "paw02.example.com"]`: whole ones, of which the letter case of ASCII
does not count. (Advanced hunting keeps no lists itself; watchlists are Sentinel's.) A `PATCH` with `queryCondition`
brings the empty list back: send `detectionAction` alone, or write your values again.

"""


def readme(chosen: Sequence[Packed], periods: Mapping[str, str]) -> str:
    """The README of the detections that were packed. ``periods``: how often each runs, by the name of its rule."""
    rows = []
    for packed in chosen:
        settings = packed.query.settings if packed.query is not None else {}
        limits = "; ".join([*dict.fromkeys(settings["left_out"]), *settings["deviations"]])
        limits = " ".join(limits.replace("|", "\\|").split())
        rows.append(f"| {packed.rule.name} | {level_of(packed.rule)} | {periods[packed.rule.name]} | {limits} |")
    read = {name for packed in chosen if packed.query is not None for name in packed.query.settings["lists"]}
    lists = _LISTS.format(names=", ".join(f"`{name}`" for name in sorted(read))) if read else ""
    return _TEXT.format(rules="\n".join(rows), lists=lists)
