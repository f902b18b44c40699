"""Whether two rules mean the same, as far as that can be proved: then a mutant is none."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.meaning import predicates
from compiler.meaning.patterns import fold_tokens
from compiler.meaning.predicates import Predicate
from compiler.meaning.tree import And, Atom, Node, Not
from compiler.meaning.witness.covering import covers

_TABLE = 8
"""Different predicates up to which a table of truth is written out."""
_MANY = 80
"""Parts of one *and* or *or* up to which each is compared with each."""

Form = tuple[Any, ...]
"""A condition in its normal form: ``('is', field, predicate)``, ``('not', form)``, ``('and' | 'or', set of forms)``."""


def normal(node: Node) -> Form:
    """The normal form of a condition: two of the same form mean the same; not every two that do have one form.

    Nested *and* and *or* are joined, doubled negations and repeated parts fall away, and so does what another part
    says already (*a or (a and b)* is *a*; a value that contains ``ab`` contains ``a``).
    """
    if isinstance(node, Atom):
        return _atom(node)
    if isinstance(node, Not):
        return _negated(normal(node.part))
    return _joined("and" if isinstance(node, And) else "or", [normal(part) for part in node.parts])


def _atom(atom: Atom) -> Form:
    values = [_joined("or", [("is", atom.field, _plain(item)) for item in value.predicates]) for value in atom.values]
    found = _joined("and" if atom.every else "or", values)
    return _negated(found) if atom.negated else found


def _plain(item: Predicate) -> Predicate:
    if isinstance(item, predicates.Text) and not item.cased:
        return predicates.Text(fold_tokens(item.tokens))
    return item


def _negated(form: Form) -> Form:
    return form[1] if form[0] == "not" else ("not", form)


def _joined(link: str, forms: list[Form]) -> Form:
    parts: dict[Form, None] = {}
    for form in forms:
        inner = form[1] if form[0] == link else (form,)
        parts.update(dict.fromkeys(inner))
    kept = list(parts)
    if len(kept) <= _MANY:
        kept = [form for form in kept if not any(_needless(link, form, other) for other in kept if other != form)]
    if len(kept) == 1:
        return kept[0]
    return (link, frozenset(kept))


def _needless(link: str, form: Form, other: Form) -> bool:
    """Whether ``form`` says nothing beside ``other``: in an *or* the narrower, in an *and* the wider."""
    return _follows(form, other) if link == "or" else _follows(other, form)


def _follows(narrow: Form, wide: Form) -> bool:
    """True only if ``wide`` holds wherever ``narrow`` does, and not the other way round as well."""
    if narrow == wide or (narrow[0] == "not" == wide[0] and _follows(wide[1], narrow[1])):
        return True
    if narrow[0] == "is" and wide[0] == "is":
        return narrow[1] == wide[1] and covers(wide[2], narrow[2]) and not covers(narrow[2], wide[2])
    if narrow[0] == "and" and wide[0] != "and":
        return any(_follows(part, wide) for part in narrow[1])
    if wide[0] == "or" and narrow[0] != "or":
        return any(_follows(narrow, part) for part in wide[1])
    if narrow[0] == "and" and wide[0] == "and":
        return all(any(_follows(part, goal) for part in narrow[1]) for goal in wide[1])
    both = narrow[0] == "or" and wide[0] == "or"
    return both and all(any(_follows(part, goal) for goal in wide[1]) for part in narrow[1])


def means_same(one: Node, other: Node) -> bool:
    """True only if two conditions hold on the same events: of one normal form, or of one table of truth."""
    first, second = normal(one), normal(other)
    if first == second:
        return True
    leaves = list(dict.fromkeys((*_leaves(first), *_leaves(second))))
    if len(leaves) > _TABLE:
        return False
    return all(
        _value(first, said) is _value(second, said)
        for row in itertools.product((False, True), repeat=len(leaves))
        for said in [dict(zip(leaves, row, strict=True))]
    )


def _leaves(form: Form) -> Iterator[Form]:
    if form[0] == "is":
        yield form
    elif form[0] == "not":
        yield from _leaves(form[1])
    else:
        for part in form[1]:
            yield from _leaves(part)


def _value(form: Form, said: Mapping[Form, bool]) -> bool:
    if form[0] == "is":
        return said[form]
    if form[0] == "not":
        return not _value(form[1], said)
    return (all if form[0] == "and" else any)(_value(part, said) for part in form[1])
