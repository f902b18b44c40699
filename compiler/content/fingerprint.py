"""What decides how the queries of a rule are tried: the hash by which evidence knows whether it still speaks of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.content.environment import meant
from compiler.content.model import Casebook, Kind, Rule

_MEANING = ("taxonomy", "logsource", "detection", "correlation", "filter")
"""The sections of a rule that say what it finds; the others tell people about it."""


def fingerprints(rules: Sequence[Rule], books: Iterable[Casebook]) -> dict[str, str]:
    """The hash (SHA-256) of each Sigma rule and correlation, by its name.

    It is of what the rule means, with the rules and filters that take part, and of the events of its cases. Titles,
    alerts and triage change no query, so they do not change the hash either.
    """
    by_key = {key: rule for rule in rules if rule.kind is not Kind.YARA for key in (rule.name, rule.id) if key}
    filters = [rule for rule in rules if rule.kind is Kind.FILTER and isinstance(rule.body["filter"], dict)]
    cases = {book.rule: [[case.sample.events, _hash(case.sample.data or b"")] for case in book.cases] for book in books}
    return {
        rule.name: _hash(_canonical([*_meanings(rule, by_key, filters), cases.get(rule.name, [])]))
        for rule in rules
        if rule.kind in {Kind.SIGMA, Kind.CORRELATION}
    }


def referred(rule: Rule, by_key: Mapping[str, Rule]) -> list[Rule]:
    """The rule, first, and those that it refers to, directly or not, each once. ``by_key``: rules by name and by id."""
    found = {rule.span: rule}
    waiting = [rule]
    while waiting:
        body = waiting.pop().body.get("correlation") or {}
        for key in body.get("rules") or () if isinstance(body, dict) else ():
            other = by_key.get(str(key))
            if other is not None and other.span not in found:
                found[other.span] = other
                waiting.append(other)
    return list(found.values())


def _meanings(rule: Rule, by_key: Mapping[str, Rule], filters: Iterable[Rule]) -> list[Any]:
    company = referred(rule, by_key)
    joined = [one for one in filters if any(meant(one, member) for member in company)]
    return [{key: one.body[key] for key in _MEANING if key in one.body} for one in (*company, *joined)]


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
