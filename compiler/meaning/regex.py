"""Regular expressions of rules, evaluated so that no stranger's regex can hang a run.

Most are evaluated by RE2, in time linear in the text. What RE2 lacks by design (look-around, back-references, atomic
groups, possessive quantifiers, repetition above 1,000) falls to a backtracking engine with a limit on its time, beyond
which the rule is at fault.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import time
from collections.abc import Callable, Iterator

import re2
import regex as backtracking  # type: ignore[import-untyped]

TIME_LIMIT = 1.0
"""Seconds that one evaluation of a regex may take; RE2 needs no limit."""
TOTAL_LIMIT = 60.0
"""Seconds that one regex may take in all within a process: many events may each stay just below ``TIME_LIMIT``."""
MAX_LENGTH = 20_000
"""Characters a regex may have; the longest of SigmaHQ has 1,300."""
MAX_DEPTH = 100
"""Groups that may stand in one another in a regex RE2 cannot take: the other compiler recurses."""


class RegexError(ValueError):
    """The regex cannot be evaluated; the message says why."""


class RegexOverrunError(Exception):
    """An evaluation took longer than it may; from then on the regex is at fault and evaluated no more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Dialect:
    """The sub-modifiers of ``re``: ``i`` ignores letter case, ``m`` anchors at lines, ``s`` lets ``.`` be a newline."""

    i: bool = False
    m: bool = False
    s: bool = False

    @property
    def prefix(self) -> str:
        """The same as inline flags, '' for none."""
        flags = "i" * self.i + "m" * self.m + "s" * self.s
        return f"(?{flags})" if flags else ""


@functools.lru_cache(maxsize=8192)
def compile_regex(source: str, dialect: Dialect) -> Callable[[str], bool]:
    r"""A test whether the regex is found anywhere in a text.

    As ``semantics.md`` says: case-sensitive without ``i``, ``\d \s \w \b`` ASCII, ``.`` not a newline without ``s``,
    ``$`` at the very end alone without ``m``. Raises ``RegexError``; the test raises ``RegexOverrunError``.
    """
    if len(source) > MAX_LENGTH:
        raise RegexError(f"has {len(source)} characters, more than {MAX_LENGTH}")
    try:
        return _linear(source, dialect)
    except re2.error as error:
        if not _needs_backtracking(source):
            raise RegexError(_words(error)) from None
    return _bounded(source, dialect)


def is_linear(source: str) -> bool:
    """True if RE2 takes the regex, hence every linear engine can in principle; False also if it does not compile."""
    try:
        _linear(source, Dialect())
    except (re2.error, RegexError):
        return False
    return True


def _linear(source: str, dialect: Dialect) -> Callable[[str], bool]:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(dialect.prefix + source, options)
    except UnicodeEncodeError:
        raise RegexError("holds half of a surrogate pair, which no text can have") from None

    def found(text: str) -> bool:
        try:
            return compiled.search(text) is not None
        except UnicodeEncodeError:
            return compiled.search(_SURROGATE.sub("\ufffd", text)) is not None

    return found


_SURROGATE = re.compile("[\ud800-\udfff]")


def _words(error: Exception) -> str:
    message = error.args[0] if error.args else error
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)


_ESCAPE = r"\\(?:x\{[0-9a-fA-F]+\}|[pP]\{\^?\w+\}|g\{-?\w+\}|k[<{']\w+[>}']|.)"
_PIECE = re.compile(
    rf"(?P<escape>{_ESCAPE})"
    r"|(?P<open>\((?:\?(?:P?<[A-Za-z_]\w*>|P=\w+|<?[=!]|[>:|#]|(?P<flags>[a-zA-Z-]+)[:)])?)?)"
    r"|(?P<repeat>(?:[*+?]|\{(?P<least>[0-9]*)(?:,(?P<most>[0-9]*))?\})(?P<possessive>\+)?)"
    r"|(?P<set>\[\^?\]?)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_IN_SET = re.compile(rf"(?P<escape>{_ESCAPE})|(?P<posix>\[:\^?\w+:\])|(?P<close>\])|(?P<other>.)", re.DOTALL)
_BEYOND_ESCAPES = frozenset("123456789gkZGhHRXK")
_BEYOND_GROUPS = ("(?=", "(?!", "(?<=", "(?<!", "(?>", "(?P=", "(?|")


def _pieces(source: str) -> Iterator[tuple[re.Match[str], bool]]:
    """The regex cut where its syntax allows, each piece with whether it stands within a character class."""
    at, in_set = 0, False
    while match := (_IN_SET if in_set else _PIECE).match(source, at):
        yield match, in_set
        at = match.end()
        in_set = not match["close"] if in_set else bool(match["set"])


def _needs_backtracking(source: str) -> bool:
    # A fault of the author must stay a fault: only a regex with something that RE2 lacks by design is tried elsewhere.
    for match, in_set in _pieces(source):
        if in_set:
            continue
        if match["escape"] and match["escape"][1:2] in _BEYOND_ESCAPES:
            return True
        if match["open"] and match["open"].startswith(_BEYOND_GROUPS):
            return True
        if match["possessive"] or max(_count(match["least"]), _count(match["most"])) > 1000:
            return True
    return False


def _count(digits: str | None) -> int:
    return int(digits[:9]) if digits else 0


def _bounded(source: str, dialect: Dialect) -> Callable[[str], bool]:
    flags = backtracking.ASCII | backtracking.VERSION0
    flags |= backtracking.IGNORECASE if dialect.i else 0
    flags |= backtracking.DOTALL if dialect.s else 0
    try:
        compiled = backtracking.compile(_respell(source, multiline=dialect.m), flags)
    except (backtracking.error, OverflowError) as error:
        raise RegexError(str(error)) from None

    left = TOTAL_LIMIT

    def found(text: str) -> bool:
        nonlocal left
        if left <= 0:
            raise RegexOverrunError
        begun = time.monotonic()
        try:
            return compiled.search(text, timeout=TIME_LIMIT) is not None
        except TimeoutError:
            left = 0.0
            raise RegexOverrunError from None
        finally:
            left -= time.monotonic() - begun

    return found


_ENDS = {"$": r"\Z", "^": r"\A"}
_LINE_ENDS = {"$": r"(?=\n|\Z)", "^": r"(?<![^\n])"}


def _respell(source: str, *, multiline: bool) -> str:
    r"""The regex as the other engine spells it: its ``$`` also stands before a last newline, its ``\Z`` does not."""
    ends = (_LINE_ENDS if multiline else _ENDS) | {r"\z": r"\Z", r"\Z": r"(?=\n?\Z)"}
    out: list[str] = []
    depth = 0
    for match, in_set in _pieces(source):
        piece = match[0]
        if not in_set:
            depth += bool(match["open"]) - (piece == ")")
            if depth > MAX_DEPTH:
                raise RegexError(f"groups nest deeper than {MAX_DEPTH}")
            if "m" in (match["flags"] or ""):
                raise RegexError("the inline flag m cannot stand in a regex with look-around or back-references")
            piece = ends.get(piece, piece)
            if piece.startswith("{,"):
                piece = "\\" + piece  # to RE2 no repetition but characters
        out.append(piece)
    return "".join(out)
