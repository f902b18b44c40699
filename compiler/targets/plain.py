"""Plain Sigma, for those with a converter of their own: filters joined to their rules, placeholders filled in.

What leaves carries what the specification knows (Sigma Rules 2.1.0); keys of ours alone do not.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from compiler.content.model import Kind, Rule
from compiler.targets.labels import level_of
from compiler.targets.reading import applies
from compiler.targets.readme import readme
from compiler.targets.target import Pack, Package, Target

OURS = ("alert", "behaviours", "deprecated", "triage", "version")
"""Keys of the top level that only tocsin reads."""
_WORD = re.compile(r"[\w*.-]+")
_OPERATORS = frozenset({"and", "or", "not", "of", "all", "any", "1"})
_PLACEHOLDER = re.compile(r"%(\w+)%")


def package(pack: Pack) -> Package:
    """``rules/<name>.yml`` for each rule and correlation, and a README."""
    filters = [packed.rule for packed in pack.rules if packed.rule.kind is Kind.FILTER]
    rules = [packed.rule for packed in pack.rules if packed.rule.kind is not Kind.FILTER]
    files: dict[str, bytes] = {}
    rows = []
    for rule in rules:
        applied = [one for one in filters if rule.kind is Kind.SIGMA and applies(one, rule)]
        text = yaml.safe_dump(plain(rule, applied, pack.placeholders), sort_keys=False, allow_unicode=True, width=1000)
        files[f"rules/{rule.name}.yml"] = text.encode()
        rows.append({"rule": rule, "level": level_of(rule), "filters": ", ".join(one.name for one in applied)})
    files["README.md"] = readme("plain", version=pack.version, rules=rows)
    return Package(files, {f"rules/{rule.name}.yml": (rule.name,) for rule in rules})


def plain(rule: Rule, filters: Sequence[Rule], placeholders: Mapping[str, Sequence[str | int]]) -> dict[str, Any]:
    """The rule as another converter reads it, with the conditions of ``filters`` joined to its own.

    A placeholder that has no value stays, for the converter to fill in.
    """
    body = {key: _text(value) for key, value in rule.body.items() if key not in OURS}
    if "detection" not in body:
        return body
    detection = dict(body["detection"])
    conditions = detection.pop("condition")
    joined = list(conditions) if isinstance(conditions, list) else [conditions]
    for number, one in enumerate(filters, start=1):
        # A name that begins with an underscore is none of `them`, nor of a pattern that the rule has.
        prefix = f"_filter{number}_"
        given = {key: _text(value) for key, value in one.body["filter"].items() if key != "rules"}
        said = given.pop("condition")
        detection |= {f"{prefix}{name}": selection for name, selection in given.items()}
        joined = [f"({condition}) and ({_renamed(said, prefix)})" for condition in joined]
    detection = {name: _filled(selection, placeholders) for name, selection in detection.items()}
    return {**body, "detection": {**detection, "condition": joined if len(joined) > 1 else joined[0]}}


def _text(value: Any) -> Any:
    """The value as plain data that YAML writes; dates as text."""
    if isinstance(value, Mapping):
        return {str(key): _text(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_text(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _renamed(condition: str, prefix: str) -> str:
    """A condition over selections whose names all begin with ``prefix``."""

    def named(match: re.Match[str]) -> str:
        word = match[0]
        if word in _OPERATORS:
            return word
        return f"{prefix}*" if word == "them" else f"{prefix}{word}"

    return _WORD.sub(named, condition)


def _filled(node: Any, placeholders: Mapping[str, Sequence[str | int]]) -> Any:
    if isinstance(node, list):
        return [_filled(item, placeholders) for item in node]
    if not isinstance(node, dict):
        return node
    found = {}
    for key, value in node.items():
        values = value if isinstance(value, list) else [value]
        names = {name for one in values if isinstance(one, str) for name in _PLACEHOLDER.findall(one)}
        if "expand" in key.split("|")[1:] and all(placeholders.get(name) for name in names):
            plain_key = "|".join(word for word in key.split("|") if word != "expand")
            found[plain_key] = [filled for one in values for filled in _values(one, placeholders)]
        else:
            found[key] = _filled(value, placeholders)
    return found


def _values(value: Any, placeholders: Mapping[str, Sequence[str | int]]) -> Iterator[Any]:
    if not isinstance(value, str):
        yield value
        return
    parts = _PLACEHOLDER.split(value)
    choices = [
        [part] if number % 2 == 0 else [str(one) for one in placeholders[part]] for number, part in enumerate(parts)
    ]
    for chosen in itertools.product(*choices):
        yield "".join(chosen)


TARGET = Target(
    name="plain",
    title="plain Sigma",
    kinds=frozenset({Kind.SIGMA, Kind.CORRELATION, Kind.FILTER}),
    convert=None,
    package=package,
    checked="each file by the reference: it means what the rule with its filters means.",
    unchecked="what another converter makes of the rules.",
)
