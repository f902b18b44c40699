"""When and how often a rule was changed, and what replaces it, by its own words."""

from __future__ import annotations

import datetime as dt

from compiler.content.model import Rule


def version_of(rule: Rule) -> int:
    """How often the meaning of a rule has been published anew, from 1; a rule that says nothing is in its first.

    ``version`` is a key of our own, in YARA one of ``meta``; the Sigma specification (2.1.0) has none.
    """
    said = rule.body.get("version")
    return said if isinstance(said, int) and not isinstance(said, bool) and said > 0 else 1


def changed_on(rule: Rule) -> dt.date | None:
    """The day on which a rule says that it was last changed, else written; None where it gives no date."""
    for key in ("modified", "date"):
        said = rule.body.get(key)
        if isinstance(said, dt.date):
            return said.date() if isinstance(said, dt.datetime) else said
        try:
            return dt.date.fromisoformat(str(said))
        except ValueError:
            continue
    return None


def replaced_by(rule: Rule) -> dict[str, str] | None:
    """``reason`` and ``successor`` (an id) of a deprecated rule; None of one that does not say both as text."""
    said = rule.body.get("deprecated")
    keys = ("reason", "successor")
    if not isinstance(said, dict) or not all(isinstance(said.get(key), str) and said[key].strip() for key in keys):
        return None
    return {key: said[key] for key in keys}
