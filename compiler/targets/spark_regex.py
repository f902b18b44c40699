r"""Regexes of rules as Java reads them (java.util.regex.Pattern, Java SE 17), with the meaning that rules give them.

Rules are read as RE2 does, or, with look-around and back-references, which RE2 lacks, as Python's ``regex`` does with
ASCII classes. In Java ``$`` also stands before a newline at the end, ``.`` leaves out more than the newline unless
``(?d)`` is set, ``\s`` has the vertical tab, ``\b`` knows letters beyond ASCII, a bracket or ``&&`` in a class begins
another class, and letter case is ignored in ASCII alone without ``(?u)``, with which U+0130 and U+0131 are an ``i``
too: in Unicode's simple folding, which is RE2's, they are not. The backtracking engine ignores it in ASCII alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import re2

from compiler.targets.reading_regex import CLASSES
from compiler.targets.target import UNSAYABLE, Refusal

_WORD = "[0-9A-Za-z_]"
_EDGES = {
    "b": f"(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD}))",
    "B": f"(?:(?<={_WORD})(?={_WORD})|(?<!{_WORD})(?!{_WORD}))",
    "A": r"\A",
    "z": r"\z",
    "Z": r"(?=\n?\z)",
}
_CODES = {"a": r"\x07", "f": r"\f", "n": r"\n", "r": r"\r", "t": r"\t", "v": r"\x0B"}
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_TURKIC = "iI\u0130\u0131"
"""What Java takes for one letter where letter case is ignored, and RE2 for three."""
_CASES = frozenset({"Lu", "Ll", "Lt"})
"""Categories of which Java makes one where letter case is ignored."""
_FOLDED = [*map(chr, range(128)), "\u017f", "\u212a"]
"""The characters of ASCII, and those beyond it that are one of them where letter case is ignored: a long s, Kelvin."""
_BEYOND = re.compile(r"\\[pPDWSxQ0-7]|\[:\^")
"""What makes a class of ASCII text have members beyond ASCII, or may."""
_REPEAT = re.compile(r"\{(\d+)(,(\d*))?\}")
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])")
_NAMED = re.compile(r"\(\?P?<([A-Za-z_]\w*)>", re.ASCII)
_CATEGORY = re.compile(r"\\([pP])(?:\{(\^?)(\w+)\}|(\w))", re.ASCII)
_HEX = re.compile(r"\\x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))")
_OCTAL = re.compile(r"\\(0[0-7]{0,2}|[1-7][0-7]{1,2})")


def java(pattern: str, flags: Iterable[str]) -> str:
    """The regex for Java. Raises ``Refusal`` for what has no counterpart there."""
    given = frozenset(flags)
    writer = _Writer(pattern, lines="m" in given, ignoring="i" in given)
    prefix = "(?d" + (writer.folding if "i" in given else "") + ("s" if "s" in given else "") + ")"
    return prefix + writer.write()


def is_linear(pattern: str) -> bool:
    """True if RE2 takes the regex."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError):
        return False
    return True


def _refused(what: str) -> Refusal:
    return Refusal(UNSAYABLE, f"{what} of a regular expression has no counterpart in Java's syntax")


class _Writer:
    """One pass over a regex; ``at`` is where it stands."""

    def __init__(self, pattern: str, *, lines: bool, ignoring: bool) -> None:
        self.pattern, self.at = pattern, 0
        self.linear = is_linear(pattern)
        self.folding = "iu" if self.linear else "i"
        self.lines, self.ignoring = lines, ignoring
        self.scopes: list[tuple[bool, bool]] = []
        self.behind: list[int] = []
        self.names: dict[str, str] = {}

    def write(self) -> str:
        out: list[str] = []
        while self.at < len(self.pattern):
            out.append(self._piece())
        return "".join(out)

    def _matched(self, wanted: re.Pattern[str]) -> re.Match[str] | None:
        found = wanted.match(self.pattern, self.at)
        if found:
            self.at = found.end()
        return found

    def _piece(self) -> str:  # noqa: PLR0911 - one case for each sign
        letter = self.pattern[self.at]
        if letter == "\\":
            return self._escape()
        if letter == "(":
            return self._group()
        if letter == "[":
            return self._class()
        if letter == "{":
            return self._brace()
        self.at += 1
        if letter == ")":
            self._close()
        elif letter == "^":
            return r"(?<![^\n])" if self.lines else r"\A"
        elif letter == "$":
            return r"(?=\n|\z)" if self.lines else r"\z"
        elif letter in "*+" and self.behind:
            raise _refused("a look-behind without bound")
        return self._cased(letter, letter)

    def _close(self) -> None:
        if self.scopes:
            self.lines, self.ignoring = self.scopes.pop()
        if self.behind and self.behind[-1] > len(self.scopes):
            self.behind.pop()

    def _cased(self, letter: str, written: str) -> str:
        """A letter outside of a class; as it stands where Java would take it for more letters than RE2 does."""
        if not (self.ignoring and self.linear and letter and letter in _TURKIC):
            return written
        return "(?-i:[iI])" if letter in "iI" else f"(?-i:{letter})"

    def _brace(self) -> str:
        found = self._matched(_REPEAT)
        if found is None:
            if not self.linear and re.match(r"\{,\d+\}", self.pattern[self.at :]):
                raise _refused("a repetition without a lower bound")
            self.at += 1
            return r"\{"
        if self.behind and found[2] == ",":
            raise _refused("a look-behind without bound")
        return found[0]

    def _group(self) -> str:
        named = self._matched(_NAMED)
        if named:
            self.scopes.append((self.lines, self.ignoring))
            self.names[named[1]] = f"g{len(self.names) + 1}"
            return f"(?<{self.names[named[1]]}>"
        flagged = self._matched(_FLAGS)
        if flagged:
            return self._flags(flagged[1], flagged[2] or "", flagged[3])
        for opening in ("(?=", "(?!", "(?<=", "(?<!", "(?>"):
            if self.pattern.startswith(opening, self.at):
                self.at += len(opening)
                self.scopes.append((self.lines, self.ignoring))
                if "<" in opening:
                    self.behind.append(len(self.scopes))
                return opening
        back = self._matched(re.compile(r"\(\?P=(\w+)\)"))
        if back and back[1] in self.names:
            return rf"\k<{self.names[back[1]]}>"
        if back or self.pattern.startswith("(?", self.at):
            raise _refused("a group of this kind")
        self.at += 1
        self.scopes.append((self.lines, self.ignoring))
        return "("

    def _flags(self, on: str, off: str, end: str) -> str:
        for flag in on + off:
            if flag not in "ims":
                raise _refused(f"the flag {flag}")
        if end == ":":
            self.scopes.append((self.lines, self.ignoring))
        self.lines = "m" in on or (self.lines and "m" not in off)
        self.ignoring = "i" in on or (self.ignoring and "i" not in off)
        shown = on.replace("m", "").replace("i", self.folding)
        hidden = off.replace("m", "").replace("i", self.folding)
        flags = shown + (f"-{hidden}" if hidden else "")
        return f"(?{flags}{end}" if flags or end == ":" else ""

    def _escape(self) -> str:  # noqa: PLR0911 - one case for each kind of escape
        """An escape outside of a class."""
        found = self._code()
        if found is not None:
            return self._cased(_letter_of(found), found)
        category = self._matched(_CATEGORY)
        if category:
            return self._category(category)
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter == "Q":
            end = self.pattern.find(r"\E", self.at)
            quoted = self.pattern[self.at + 2 : end if end >= 0 else len(self.pattern)]
            self.at += len(quoted) + (4 if end >= 0 else 2)
            return "".join(self._cased(one, _plain(one)) for one in quoted)
        self.at += 2
        if letter in _EDGES and (self.linear or letter != "z"):
            return _EDGES[letter]
        if letter.lower() in _CLASSES and letter:
            return f"[{'^' if letter.isupper() else ''}{self._set(letter.lower())}]"
        if letter.isdigit() and not self.linear:
            return rf"\{letter}(?:)"
        return self._literal(letter)

    def _set(self, letter: str) -> str:
        # The backtracking engine, which reads what RE2 does not take, counts the vertical tab as a blank.
        return _CLASSES[letter] + (r"\x0B" if letter == "s" and not self.linear else "")

    @staticmethod
    def _literal(letter: str) -> str:
        if not letter or (letter.isascii() and letter.isalnum()):
            raise _refused(f"the escape \\{letter}")
        return _plain(letter)

    def _code(self) -> str | None:
        """An escape that stands for one character by its number or name; None for another."""
        found = self._matched(_HEX)
        if found:
            return rf"\x{{{found[1] or found[2]}}}"
        octal = self._matched(_OCTAL) if self.linear else None
        if octal:
            return rf"\x{{{int(octal[1], 8):x}}}"
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _CODES and letter:
            self.at += 2
            return _CODES[letter]
        return None

    def _category(self, found: re.Match[str]) -> str:
        if self.ignoring and (found[3] or found[4]) in _CASES:
            raise _refused("a category of letter case where letter case is ignored")
        return _category(found)

    def _class(self) -> str:
        begun = self.at
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        items: list[str] = []
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise _refused("a class without an end")
            first = False
            items.append(self._item(negated=negated))
        self.at += 1
        written = f"[{'^' if negated else ''}{''.join(items)}]"
        if not (self.ignoring and self.linear):
            return written
        said = self.pattern[begun : self.at]
        members = "".join(one for one in _TURKIC if re2.fullmatch(f"(?i){said}", one))
        if len(members) in (0, len(_TURKIC)):
            return written
        if not negated and said.isascii() and not _BEYOND.search(said):
            return f"(?-i:[{_ranges(one for one in _FOLDED if re2.fullmatch(f'(?i){said}', one))}])"
        # An alternative for each character: of a repetition Java keeps each on its stack, which thousands overflow.
        return f"(?:(?-i:[{members}])|(?-i:(?![{_TURKIC}])){written})"

    def _item(self, *, negated: bool) -> str:
        """One member of a class: a character, a range or a class within."""
        posix = self._matched(re.compile(r"\[:(\^?)(\w+):\]"))
        if posix:
            return self._within(CLASSES[posix[2]], turned=bool(posix[1]), negated=negated)
        category = self._matched(_CATEGORY)
        if category:
            return self._category(category)
        letter = self.pattern[self.at + 1 : self.at + 2] if self.pattern[self.at] == "\\" else ""
        if letter and letter.lower() in _CLASSES:
            self.at += 2
            return self._within(self._set(letter.lower()), turned=letter.isupper(), negated=negated)
        start = self._single()
        if self.pattern.startswith("-", self.at) and not self.pattern.startswith("-]", self.at):
            self.at += 1
            return f"{start}-{self._single()}"
        return start

    @staticmethod
    def _within(members: str, *, turned: bool, negated: bool) -> str:
        if not turned:
            return members
        if negated:
            raise _refused("a negated class within a negated class")
        return f"[^{members}]"

    def _single(self) -> str:
        if self.pattern[self.at] != "\\":
            self.at += 1
            return _plain(self.pattern[self.at - 1])
        found = self._code()
        if found is not None:
            return found
        letter = self.pattern[self.at + 1 : self.at + 2]
        self.at += 2
        return r"\x08" if letter == "b" and not self.linear else self._literal(letter)


def _letter_of(code: str) -> str:
    r"""The character of ``\x{..}``; empty for an escape by name."""
    found = _HEX.fullmatch(code)
    return chr(int(found[1] or found[2], 16)) if found else ""


def _plain(letter: str) -> str:
    """One character that stands for itself, within a class or without."""
    return letter if letter.isalnum() or letter in " _%,:;=\"'<>@!/`~" or not letter.isascii() else f"\\{letter}"


def _ranges(letters: Iterable[str]) -> str:
    """The characters, in order, as the members of a class."""
    runs: list[list[int]] = []
    for code in map(ord, letters):
        if runs and runs[-1][-1] == code - 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return "".join(
        f"{_member(run[0])}-{_member(run[-1])}" if len(run) > 2 else "".join(map(_member, run)) for run in runs
    )


def _member(code: int) -> str:
    return _plain(chr(code)) if 32 <= code < 127 else rf"\x{{{code:x}}}"


def _category(found: re.Match[str]) -> str:
    """A category or script of Unicode."""
    turned = (found[1] == "P") is not (found[2] == "^")
    name = found[3] or found[4]
    if name == "Any":
        raise _refused("the category Any")
    return rf"\{'P' if turned else 'p'}{{{name if len(name) <= 2 else f'Is{name}'}}}"
