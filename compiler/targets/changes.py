"""What a store does to values on their way in, and what a condition must become so that it still means the same."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from sigma.conditions import ConditionAND, ConditionNOT, ConditionOR, ConditionValueExpression
from sigma.types import (
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from compiler.content.model import Arrival, Field
from compiler.targets import changes_record
from compiler.targets.changes_forms import FORMS, Form
from compiler.targets.raw_event import altered
from compiler.targets.target import UNSAYABLE, Refusal
from compiler.targets.tree import (
    Atom,
    CasedReference,
    Tree,
    args_of,
    equals,
    every,
    fields_of,
    leaves,
    negation,
    rebuilt,
    some,
)

MISSING = {
    "dash_for_missing": "-",
    "plus_for_space": "-",
    "unknown_for_missing": "unknown",
    "zero_for_missing": "0",
}
"""What a store writes for a missing field, by the change that does so."""
_FLOATS = frozenset({"double", "float", "half_float", "scaled_float", "real", "DOUBLE"})
"""Types of stores that hold whole numbers beyond 2^53 as the nearest that they know."""
_WHOLE = re.compile(r"-?[0-9]{1,300}")
_GROUPS = re.compile(r"\(\?(?:<?[=!]|P?<\w+>|>)")
"""The beginnings of groups of a regular expression in which angle brackets stand for no character."""
_APART = frozenset({"account_only", "lower_case", "audit_record"})
"""Changes after which two fields of one form are not equal where their values were."""


def changes_of(field: Field) -> tuple[str, ...]:
    """The names of what is done to a field's values, as ``detections/sources/README.md`` lists them."""
    return (field.changed,) if isinstance(field.changed, str) and field.changed else tuple(field.changed)


def marks_of(field: Field) -> tuple[str, ...]:
    """What the store writes where the field is missing; nothing if it leaves it out."""
    return tuple(MISSING[change] for change in changes_of(field) if change in MISSING)


def marks_by_name(fields: Iterable[Field]) -> dict[str, list[str]]:
    """What stands for a missing value, by the name of the field at the store, of those of which something does.

    Of shapes that lie together, whose events one query cannot tell apart: what one of them writes the others have not.
    """
    found: dict[str, set[str]] = {}
    for field in fields:
        if marks := marks_of(field):
            found.setdefault(field.name, set()).update(marks)
    return {name: sorted(marks) for name, marks in sorted(found.items())}


def adapt(tree: Tree, arrival: Arrival, fields: Mapping[str, Field]) -> Tree:
    """``tree`` as it must be asked of a store that alters values; still in Sigma's field names.

    ``fields`` are those of the arrival for the rule's category. Raises ``Refusal`` where the alteration has lost what
    the condition asks for. The given tree is left as it is.
    """
    for leaf in leaves(tree):
        if isinstance(leaf, ConditionValueExpression):
            _check_keyword(leaf.value, arrival, fields)
        elif leaf.field in fields and fields[leaf.field].type in _FLOATS:
            _check_float(leaf)
    if not arrival.drops and not any(changes_of(fields[name]) for name in fields_of(tree) if name in fields):
        return tree
    return _adapted(tree, arrival, fields)


def _adapted(tree: Tree, arrival: Arrival, fields: Mapping[str, Field]) -> Tree:
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        return rebuilt(tree, [_adapted(arg, arrival, fields) for arg in args_of(tree)])
    if isinstance(tree, ConditionValueExpression) or tree.field not in fields:
        return tree
    _check_dropped(tree, arrival, fields[tree.field])
    if isinstance(tree.value, SigmaFieldReference):
        return _reference(tree, tree.value, fields)
    result: Tree = tree
    for change in changes_of(fields[tree.field]):
        result = _changed(change, tree.field, result)
    return result


def _check_dropped(leaf: Atom, arrival: Arrival, field: Field) -> None:
    """Refuse a question for the very value that the store leaves out, or by which it marks a missing one.

    An event that had it cannot be represented there and counts as one without the field, so patterns and ``null`` are
    let through; so is the empty string, for which there is a named deviation (``empty-is-missing``).
    """
    asked = str(leaf.value) if isinstance(leaf.value, SigmaNumber) else ""
    if isinstance(leaf.value, SigmaString) and not leaf.value.contains_special():
        asked = _text(leaf.value).lower()
    dropped = [*arrival.drops.get(leaf.field, ()), *marks_of(field)]
    if asked and asked in {str(value).lower() for value in dropped}:
        raise Refusal(UNSAYABLE, f"{leaf.field!r} is not kept when it is {asked!r}, which the rule asks for")


def _reference(leaf: Atom, other: SigmaFieldReference, fields: Mapping[str, Field]) -> Tree:
    sides = (leaf.field, other.field)
    # Letter case does not count between fields, unless the rule says so.
    kept = "" if isinstance(other, CasedReference) else "lower_case"
    changes = [[c for c in changes_of(fields[side]) if c != kept] for side in sides if side in fields]
    if len(changes) == 2 and changes[0] == changes[1] and not _APART & set(changes[0]):
        # Two fields that are missing are not equal, though both hold what the store writes for it.
        return every([leaf, *(negation(_mark(leaf.field, MISSING[c])) for c in changes[0] if c in MISSING)])
    if any(changes):
        raise Refusal(UNSAYABLE, f"{sides[0]!r} and {sides[1]!r} are kept in different forms and cannot be compared")
    return leaf


def _changed(change: str, field: str, tree: Tree) -> Tree:
    """One change applied to a leaf, or to the AND or OR that an earlier change made of it."""
    if isinstance(tree, (ConditionAND, ConditionOR, ConditionNOT)):
        return rebuilt(tree, [_changed(change, field, arg) for arg in args_of(tree)])
    if isinstance(tree, ConditionValueExpression):
        return tree
    if change in _REWRITTEN:
        return _REWRITTEN[change](tree)
    if change in FORMS:
        return _formed(tree, FORMS[change])
    if not isinstance(tree.value, (SigmaNull, SigmaExists)):
        _check_timestamp(field, tree.value)
        _check_lost(change, field, tree.value)
    return tree


def _check_keyword(value: SigmaType, arrival: Arrival, fields: Mapping[str, Field]) -> None:
    """Refuse a keyword that is not found in a field which the store decodes, for it may be in any.

    Nor is a regular expression with what the event as a whole has in another form, such as a quote in one of JSON.
    """
    for change in sorted({change for field in fields.values() for change in changes_of(field)} & _DECODED):
        lost, why = _LOST[change]
        if lost(value):
            raise Refusal(UNSAYABLE, f"a keyword is looked for in every field, some of them {why}")
    if isinstance(value, SigmaRegularExpression) and (told := sorted(_characters(value) & altered(arrival.escapes))):
        words = f"a keyword with {' '.join(told)}, which the events of {arrival.shape} as a whole have in another form"
        raise Refusal(UNSAYABLE, words, "ask for the field that has it", ("detection",))


def _characters(value: SigmaRegularExpression) -> set[str]:
    """The characters that a regular expression may stand for; not those that open a group or take a sign for itself."""
    plain = _GROUPS.sub("", str(value.regexp))
    return {*plain.replace("\\", ""), *("\\" if "\\\\" in plain else "")}


def _check_float(leaf: Atom) -> None:
    """Refuse to ask a field of floats for a whole number that none of them is: it would find the nearest."""
    asked = str(leaf.value.number if isinstance(leaf.value, SigmaCompareExpression) else leaf.value)
    if _WHOLE.fullmatch(asked) and int(float(asked)) != int(asked):
        raise Refusal(UNSAYABLE, f"{leaf.field!r} is kept as a float, and none is {asked}", keys=("detection",))


def _check_lost(change: str, field: str, value: SigmaType) -> None:
    lost = _LOST.get(change)
    if lost is None:
        raise Refusal(UNSAYABLE, f"{field!r} is changed by the store in a way that is not known here: {change}")
    if lost[0](value):
        raise Refusal(UNSAYABLE, f"{field!r}: {lost[1]}")


def _recorded(leaf: Atom) -> Tree:
    """A leaf as a test of the record that holds its field."""
    found = changes_record.asked(leaf.field, leaf.value)
    if found is None:
        raise Refusal(UNSAYABLE, f"{leaf.field!r}: {changes_record.LOST}")
    return found


def _formed(leaf: Atom, form: Form) -> Tree:
    """A leaf in the form in which the store keeps the value."""
    if isinstance(leaf.value, (SigmaNull, SigmaExists)) and not form.other:
        return leaf
    asked = form.asked(leaf.value)
    if asked is None:
        raise Refusal(UNSAYABLE, f"{leaf.field!r}: {form.lost} can be asked")
    found = equals(leaf.field, asked)
    return every([found, negation(equals(leaf.field, SigmaString(form.other)))]) if form.other else found


def _mark(field: str, mark: str) -> Atom:
    return equals(field, SigmaString(mark))


def _filled(leaf: Atom, mark: str) -> Tree:
    """The store writes ``mark`` for a missing field: null means that too, and nothing else may match it by accident."""
    missing = _mark(leaf.field, mark)
    if isinstance(leaf.value, SigmaNull):
        return some([leaf, missing])
    if isinstance(leaf.value, SigmaExists) or may_match(leaf.value, mark):
        return every([leaf, negation(missing)])
    return leaf


def _filled_and_plussed(leaf: Atom) -> Tree:
    """The same, and ``+`` for each space."""
    return _filled(equals(leaf.field, _plussed(leaf.field, leaf.value)), MISSING["plus_for_space"])


def _plussed(field: str, value: SigmaType) -> SigmaType:
    if isinstance(value, SigmaString):
        plussed = value.__class__()
        plussed.s = [part.replace(" ", "+") if isinstance(part, str) else part for part in value.s]
        plussed.original = value.original
        return plussed
    if isinstance(value, SigmaRegularExpression):
        return SigmaRegularExpression(_SPACES.sub(lambda match: _plus(field, match[0]), str(value.regexp)), value.flags)
    _check_timestamp(field, value)
    return value


def _check_timestamp(field: str, value: SigmaType) -> None:
    """Refuse a part of a timestamp: between its date and its time may be a space, before its zone capitals."""
    number = value.number if isinstance(value, SigmaCompareExpression) else value
    if isinstance(number, SigmaTimestampPart):
        raise Refusal(UNSAYABLE, f"{field!r}: not kept as it is written, so no part of a timestamp is read off it")


_SPACES = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]| ", re.DOTALL)


def _plus(field: str, piece: str) -> str:
    """An escape, a class or a space of a regular expression, as it must be where a space is kept as a plus sign."""
    if piece in (" ", "\\ "):
        return r"\+"
    if piece == r"\s":
        return r"[\s+]"
    if piece == r"\S":
        return r"[^\s+]"
    if piece[0] == "[" and re.search(r"\\[sS]", piece):
        raise Refusal(UNSAYABLE, f"{field!r} is kept with `+` for a space, which the class {piece} does not tell apart")
    return piece.replace(" ", "+") if piece[0] == "[" else piece


def may_match(value: SigmaType, text: str) -> bool:
    """True if a condition value can match ``text``; when in doubt, true."""
    if isinstance(value, SigmaString):
        return re.fullmatch("".join(_regex(value)), text, re.IGNORECASE | re.DOTALL) is not None
    if isinstance(value, SigmaRegularExpression):
        return re.search(str(value.regexp), text, re.IGNORECASE | re.DOTALL) is not None
    if isinstance(value, SigmaCompareExpression):
        return text.isdecimal()
    return not isinstance(value, SigmaCIDRExpression) and str(value) == text


def _regex(value: SigmaString) -> Iterator[str]:
    wild: dict[object, str] = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    for part in value.s:
        yield re.escape(part) if isinstance(part, str) else wild.get(part, ".*")


def _letters_lost(value: SigmaType) -> bool:
    if isinstance(value, SigmaRegularExpression):
        bare = re.sub(r"\\.", "", str(value.regexp))
        return SigmaRegularExpressionFlag.IGNORECASE not in value.flags and any(letter.isupper() for letter in bare)
    return isinstance(value, SigmaCasedString)


def _text(value: SigmaType) -> str:
    if isinstance(value, SigmaString):
        return "".join(part for part in value.s if isinstance(part, str))
    return str(value.regexp) if isinstance(value, SigmaRegularExpression) else ""


def _percent_lost(value: SigmaType) -> bool:
    return "%" in _text(value)


def _plus_lost(value: SigmaType) -> bool:
    text = _text(value)
    literal = bool(re.search(r"\\\+|\[[^]]*\+", text)) if isinstance(value, SigmaRegularExpression) else "+" in text
    return "%" in text or literal


_LOST = {
    "lower_case": (_letters_lost, "kept in lower case: `cased`, and `re` with capitals, cannot be asked"),
    "percent_decoded": (_percent_lost, "kept percent-decoded: a value with `%` cannot be asked for"),
    "url_decoded": (_plus_lost, "kept URL-decoded: a value with `%` or `+` cannot be asked for"),
    "account_only": (lambda _: True, "kept without its domain: only `null` and `exists` can be asked"),
}
_DECODED = frozenset({"percent_decoded", "url_decoded"})
_REWRITTEN: Mapping[str, Callable[[Atom], Tree]] = {
    "audit_record": _recorded,
    "dash_for_missing": functools.partial(_filled, mark=MISSING["dash_for_missing"]),
    "plus_for_space": _filled_and_plussed,
    "unknown_for_missing": functools.partial(_filled, mark=MISSING["unknown_for_missing"]),
    "zero_for_missing": functools.partial(_filled, mark=MISSING["zero_for_missing"]),
}
