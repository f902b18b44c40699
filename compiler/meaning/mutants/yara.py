"""Mutants of YARA rules: a string dropped, a count loosened, a size or a magic dropped, a negation removed.

The source is changed as text. Comments, strings and regexes are blanked first, so that only words of the language are
seen; what no longer compiles is for the caller to leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from compiler.meaning.mutants.mutant import Mutant

OPAQUE = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[is]*",
    re.DOTALL,
)
_SET = r"(?:them|\([^()]*\))"
_OF = re.compile(rf"\b(?P<how>any|all|[0-9]+)(?P<of>\s+of\s+)(?P<set>{_SET})")
_SIZE = re.compile(
    r"\bfilesize\s*(?:<=|>=|==|!=|<|>)\s*[0-9]+(?:KB|MB)?|\b[0-9]+(?:KB|MB)?\s*(?:<=|>=|<|>)\s*filesize\b"
)
_MAGIC = re.compile(r"\bu?int(?:8|16|32)(?:be)?\s*\([^()]*\)\s*==\s*(?:0x[0-9a-fA-F]+|[0-9]+)")
_PLACE = re.compile(r"(?P<name>\$\w+)\s+(?:at\s+[\w.()-]+|in\s*\([^()]*\))")
_COUNT = re.compile(r"#\w+\s*(?P<how>>=|>|==)\s*(?P<number>[0-9]+)")
_STRING = re.compile(r"\$\w+\b(?!\s*(?:at|in)\b)(?!\*)")
_DEFINED = re.compile(r"(?m)^\s*\$(\w+)\s*=")
_Change = tuple[str, str, int, int, str]
"""An operator, a description, where the change begins and ends, and what stands there instead."""


def yara_mutants(text: str, name: str) -> Iterator[Mutant]:
    """Mutants of the rule ``name`` in a source. Some may not compile."""
    blank = OPAQUE.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    head = re.search(rf"\brule\s+{re.escape(name)}\b", blank)
    found = re.compile(r"\bcondition\s*:").search(blank, head.end()) if head else None
    if head is None or found is None:
        return
    following = re.compile(r"\n\s*(?:(?:private|global)\s+)*rule\s+\w").search(blank, found.end())
    end = blank.rindex("}", 0, following.start() if following else len(blank))
    seen: set[str] = set()
    for operator, description, first, last, instead in _changes(blank, found.end(), end):
        changed = f"{text[:first]}{instead}{text[last:]}"
        moved = f"{blank[:first]}{instead}{blank[last:]}"
        length = len(instead) - (last - first)
        sound = _renamed(changed, moved[: end + length], head.end(), found.span())
        if sound not in seen:
            seen.add(sound)
            counted = operator != "drop string of any"
            yield Mutant(operator, " ".join(description.split()), text=sound, offset=first, counted=counted)


def _changes(blank: str, start: int, end: int) -> Iterator[_Change]:
    sets = [(found.start(), found.end()) for found in _OF.finditer(blank, start, end)]
    for found in _OF.finditer(blank, start, end):
        yield _dropped("drop string", blank, found.start(), found.end())
        yield from _loosened(found)
        yield from _members(found)
    for operator, pattern in (("drop filesize", _SIZE), ("drop magic", _MAGIC)):
        for found in pattern.finditer(blank, start, end):
            yield _dropped(operator, blank, found.start(), found.end())
    for found in _PLACE.finditer(blank, start, end):
        yield "drop magic", f"{found[0]} -> {found['name']}", found.start(), found.end(), found["name"]
    for found in _COUNT.finditer(blank, start, end):
        number = int(found["number"]) - 1
        yield "loosen count", f"{found[0]} -> {number}", *found.span("number"), str(number)
    for found in _STRING.finditer(blank, start, end):
        if not any(first <= found.start() < last for first, last in sets):
            yield _dropped("drop string", blank, found.start(), found.end())
    for found in re.compile(r"\bnot\b").finditer(blank, start, end):
        yield "remove not", f"without `not` before {blank[found.end() : found.end() + 30]}", *found.span(), ""


def _dropped(operator: str, blank: str, first: int, last: int) -> _Change:
    """A part of the condition made what changes nothing beside its neighbours: true in an *and*, false in an *or*."""
    negation = re.search(r"\bnot\s+$", blank[:first])
    begins = negation.start() if negation else first
    before = re.search(r"(\w+)\s*$", blank[:begins])
    after = re.match(r"\s*(\w+)", blank[last:])
    beside = {found[1] for found in (before, after) if found}
    instead = "false" if "or" in beside and "and" not in beside else "true"
    return operator, f"{blank[begins:last]} -> {instead}", begins, last, instead


def _loosened(found: re.Match[str]) -> Iterator[_Change]:
    how = found["how"]
    if how == "all":
        yield "loosen count", f"all of {found['set']} -> any of", *found.span("how"), "any"
    elif how.isdigit() and int(how) > 1:
        yield "loosen count", f"{how} of {found['set']} -> {int(how) - 1} of", *found.span("how"), str(int(how) - 1)


def _members(found: re.Match[str]) -> Iterator[_Change]:
    if found["set"] == "them":
        return
    names = [name.strip() for name in found["set"][1:-1].split(",")]
    operator = "drop string of any" if found["how"] == "any" else "drop string"
    for name in names if len(names) > 1 else ():
        rest = ", ".join(other for other in names if other != name)
        yield operator, f"{found[0]} without {name}", *found.span("set"), f"({rest})"


def _renamed(text: str, blank: str, head: int, word: tuple[int, int]) -> str:
    """The source with a leading underscore for each string that the condition no longer names: engines ask for it.

    ``blank`` ends where the condition does; ``word`` is where `condition:` stands.
    """
    condition = blank[word[1] :]
    if re.search(r"\bthem\b", condition):
        return text
    used = set(re.findall(r"[$#@!](\w+)\b(?!\*)", condition))
    stems = re.findall(r"\$(\w*)\*", condition)
    for found in reversed(list(_DEFINED.finditer(blank, head, word[0]))):
        name = found[1]
        if name not in used and not name.startswith("_") and not any(name.startswith(stem) for stem in stems):
            text = f"{text[: found.start(1)]}_{text[found.start(1) :]}"
    return text
