"""Why a rule did or did not match: the condition again, with what each part of it met in the event."""

from __future__ import annotations

import dataclasses
from typing import Any

from compiler.meaning.errors import Keys
from compiler.meaning.evaluate import value_test
from compiler.meaning.tree import And, Atom, Node, Not
from compiler.meaning.values import MISSING, NOTHING, View, lookup


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """One part of a condition, whether it holds, where it stands in the rule, and what it saw.

    ``saw`` is the value of the event's field, ``MISSING`` where the event has none, ``NOTHING`` where the part reads no
    field of its own (the joints of the condition, keywords). An atom's parts are its values, each by itself: under
    ``neq`` the atom holds if they do not.
    """

    label: str
    holds: bool
    keys: Keys
    saw: Any = NOTHING
    parts: tuple[Explanation, ...] = ()


def explain_node(node: Node, view: View) -> Explanation:
    """Explain a node on an event. Nothing is cut short: every part is evaluated, also where the result is settled."""
    if isinstance(node, Atom):
        return _explain_atom(node, view)
    if isinstance(node, Not):
        inner = explain_node(node.part, view)
        return Explanation(node.label, not inner.holds, node.keys, parts=(inner,))
    parts = tuple(explain_node(part, view) for part in node.parts)
    join = all if isinstance(node, And) else any
    return Explanation(node.label, join(part.holds for part in parts), node.keys, parts=parts)


def _explain_atom(atom: Atom, view: View) -> Explanation:
    saw = NOTHING if atom.field is None else lookup(view.event, atom.field)
    parts = tuple(
        Explanation(_shown(value.source), value_test(atom, value)(view), value.keys, saw) for value in atom.values
    )
    holds = (all if atom.every else any)(part.holds for part in parts)
    return Explanation(atom.label, holds is not atom.negated, atom.keys, saw, parts)


def _shown(source: Any) -> str:
    if source is None:
        return "null"
    if isinstance(source, bool):
        return "true" if source else "false"
    return repr(source)


__all__ = ["MISSING", "NOTHING", "Explanation", "explain_node"]
