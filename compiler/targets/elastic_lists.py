"""Lists that a SOC keeps in Kibana: value lists, and the shared exceptions by which rules leave out what is on them.

Facts: *Create and manage value lists* of Elastic Security 8.9 and later (lists of keywords and addresses of up to
65,536 values hold for every type of rule; a list that is uploaded has its file's name for an id), *Exceptions API* and
*Import detection rules* (a file of rules may hold the exception lists that they name; one that is there is left as it
is). Of Kibana's source, plugin ``lists``, build_exception_filter.ts: an exception is a part of the search of every type
of rule, so it leaves out events before ES|QL or EQL sees them, of a correlation those of every rule that it joins; it
asks for ``terms``, which compare letter by letter; and one whose value list is missing is not applied, with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sigma.conditions import ConditionAND, ConditionNOT

from compiler.content.model import Field, Kind, Rule
from compiler.targets.changes import changes_of
from compiler.targets.correlation import read_correlation
from compiler.targets.pipeline import Asked, ask
from compiler.targets.reading import read_rule
from compiler.targets.target import Content
from compiler.targets.tree import Atom, Tree, args_of, leaves, list_of, pushed, unset

FOLDER = "lists"
_TYPES = {"ip": "ip", "keyword": "keyword", "wildcard": "keyword"}
"""The type of the value list for a field's type."""
_NOTHING = {"ip": "192.0.2.0", "keyword": "(nothing is on this list yet)"}
"""What stands in a list that nobody has filled, since an empty file makes none; the address is one for documents."""


def excepted(tree: Tree, asked: Sequence[Asked]) -> list[dict[str, str]]:
    """The lists that a rule leaves out: ``name``, the ``field`` at Elastic, and the ``type`` of the value list.

    Those alone that an exception means exactly: a whole value, left out whatever else the rule says, of a field that
    has one name in all shapes. A list that stands anywhere else, or of a field that the store changes, has none.
    """
    if not _unfilled(tree):
        return []
    flat = pushed(tree)
    found = []
    for arg in args_of(flat) if isinstance(flat, ConditionAND) else [flat]:
        leaf = args_of(arg)[0] if isinstance(arg, ConditionNOT) else arg
        if leaf is arg or not isinstance(leaf, Atom) or not list_of(leaf):
            continue
        fields = {one.shape.fields.get(leaf.field) for one in asked}
        names = {(one.name, _TYPES[one.type]) if one is not None and _whole(one) else ("", "") for one in fields}
        field, kind = names.pop() if len(names) == 1 else ("", "")
        if field:
            found.append({"name": list_of(leaf), "field": field, "type": kind})
    return sorted(found, key=lambda one: (one["name"], one["field"]))


def excepted_by_all(rule: Rule, content: Content) -> list[dict[str, str]]:
    """The lists that a correlation leaves out: those that each of its rules does.

    An exception holds for all events that the query reads, so one rule that counts what is on a list rules it out.
    """
    lists: list[dict[str, str]] | None = None
    for other in read_correlation(rule, content, extended=True).rules:
        if other.kind is Kind.CORRELATION:
            own = excepted_by_all(other, content)
        else:
            tree = read_rule(other, content, parts=True)
            own = excepted(tree, ask(other, tree, "elastic", content)[0]) if _unfilled(tree) else []
        lists = own if lists is None else [one for one in lists if one in own]
        if not lists:
            return []
    return lists or []


def _unfilled(tree: Tree) -> bool:
    return any(unset(leaf) for leaf in leaves(tree))


def _whole(field: Field) -> bool:
    """True if a value is kept in a form in which it can be looked for in a value list."""
    return field.type in _TYPES and {*changes_of(field)} <= {"lower_case"}


def reference(one: Mapping[str, str]) -> dict[str, str]:
    """What a rule names an exception list by; Kibana puts in its own ``id`` on import."""
    id = list_id(one)
    return {"id": id, "list_id": id, "namespace_type": "single", "type": "detection"}


def list_id(one: Mapping[str, str]) -> str:
    """The id of the exception list: one for each list and field, since it holds for every rule that names it."""
    return re.sub(r"\W", "_", f"tocsin_{one['name']}_{one['field']}", flags=re.ASCII)


def value_list(one: Mapping[str, str]) -> str:
    """The id of the value list, which is the name of its file."""
    return re.sub(r"[^\w.]", "_", f"tocsin_{one['name']}_{one['type']}.txt", flags=re.ASCII)


def lines(lists: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Each exception list once with its one exception, as a file of rules for import holds them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in lists:
        words = f"{one['name'].replace('_', ' ')} ({one['field']})"
        common = {"list_id": list_id(one), "namespace_type": "single", "tags": ["Tocsin"]}
        held = {
            **common,
            "description": "What rules of Tocsin leave out by a list of yours.",
            "name": f"Tocsin: {words}",
            "type": "detection",
        }
        entry = {
            "field": one["field"],
            "list": {"id": value_list(one), "type": one["type"]},
            "operator": "included",
            "type": "list",
        }
        item = {
            **common,
            "description": f"The values of the value list {value_list(one)}.",
            "entries": [entry],
            "item_id": f"{list_id(one)}_values",
            "name": words,
            "type": "simple",
        }
        found[list_id(one)] = [held, item]
    return [line for id in sorted(found) for line in found[id]]


def files(lists: Iterable[Mapping[str, str]]) -> dict[str, bytes]:
    """The value lists by path, each with what stands for nothing."""
    return {f"{FOLDER}/{value_list(one)}": f"{_NOTHING[one['type']]}\n".encode() for one in lists}
