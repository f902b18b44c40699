r"""Regular expressions of Sigma in the dialect of Kusto, written so that RE2 reads them alike.

Kusto's *Regex syntax* (MicrosoftDocs/dataexplorer-docs, data-explorer/kusto/query/regex.md) is that of the Rust crate
``regex``: linear, without look-around and back-references, but ``\d``, ``\w`` and ``\s`` are Unicode there, brackets
nest, ``&&``, ``--`` and ``~~`` are operators within them, and a brace that repeats nothing is an error. Sigma's classes
are ASCII, so they are written out; whatever has no need of its meaning is escaped.

``\b`` stays as it is: next to a letter beyond ASCII it differs (deviation ``regex-dialect``).
"""

from __future__ import annotations

import re

import re2
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag

from compiler.targets.target import UNSAYABLE, Refusal

_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
_CLASSES = {
    "d": "0-9",
    "w": "0-9A-Za-z_",
    "s": r"\t\n\f\r ",
    "D": r"\x00-/:-\x{10FFFF}",
    "W": r"\x00-/:-@\[-\^`\{-\x{10FFFF}",
    "S": r"\x00-\x08\x0B\x0E-\x1F!-\x{10FFFF}",
}
_CONTROLS = {"n": r"\n", "t": r"\t", "r": r"\r", "f": r"\f", "v": r"\v", "a": r"\a"}
_PIECE = re.compile(
    r"(?P<quoted>\\Q(?P<inside>.*?)(?:\\E|\Z))"
    r"|\\(?P<property>[pP](?:\{\^?\w+\}|[A-Z]))"
    r"|\\(?P<code>x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|0[0-7]{0,2})"
    r"|\\(?P<escaped>.)"
    r"|\((?P<group>\?(?:P?<(?P<name>[A-Za-z_]\w*)>|(?P<flags>[imsU]*(?:-[imsU]+)?)(?P<scope>[:)])))?"
    r"|(?P<repeat>[*+?]\??|\{\d+(?:,\d*)?\}\??)"
    r"|(?P<open>\[\^?\]?)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_MEMBER = re.compile(
    r"(?P<posix>\[:\^?[a-z]+:\])"
    r"|\\(?P<property>[pP](?:\{\^?\w+\}|[A-Z]))"
    r"|\\(?P<code>x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|0[0-7]{0,2})"
    r"|\\(?P<escaped>.)"
    r"|(?P<other>[^\]])",
    re.DOTALL,
)
_PLAIN = "|^$.)"
_SPECIAL = frozenset(r"\.+*?()|[]{}^$#&-~")


def escape(text: str) -> str:
    """Literal text as an expression that matches it alone."""
    return "".join("\\" + character if character in _SPECIAL else character for character in text)


def kusto(value: SigmaRegularExpression) -> str:
    """``value`` as an expression that ``matches regex`` finds anywhere in a text. Raises ``Refusal``."""
    flags = "".join(sorted(letter for flag, letter in _FLAGS.items() if flag in value.flags))
    text = (f"(?{flags})" if flags else "") + _respelled(str(value.regexp))
    _compiled(text)
    return text


def finds_nothing(pattern: str) -> bool:
    """True if an expression is found in the empty text, which is how a missing text reads."""
    return _compiled(pattern).search("") is not None


def _compiled(pattern: str) -> re2._Regexp:
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        words = error.args[0] if error.args else error
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        raise Refusal(UNSAYABLE, f"a linear engine such as Kusto's cannot evaluate the regex: {said}") from None


def _respelled(source: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(source):
        match = _PIECE.match(source, at)
        if match is None:
            raise Refusal(UNSAYABLE, "a linear engine such as Kusto's cannot evaluate a regex that ends in a backslash")
        at = match.end()
        if match["open"]:
            text, at = _bracket(source, match.start())
            out.append(text)
        else:
            out.append(_piece(match))
    return "".join(out)


def _piece(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        return escape(match["inside"])
    if match["name"]:
        return "(?:"
    if match["property"] or match["group"] or match["repeat"]:
        return match[0]
    if match["code"]:
        return _code(match["code"])
    if match["escaped"]:
        return _escaped(match["escaped"])
    return match[0] if match[0] == "(" or match[0] in _PLAIN else escape(match[0])


def _escaped(letter: str) -> str:
    if letter in _CLASSES:
        negated = letter.isupper()
        return f"[{'^' if negated else ''}{_CLASSES[letter.lower()]}]"
    if letter in "bBAz":
        return "\\" + letter
    return _member(letter)


def _member(letter: str) -> str:
    """An escaped character that stands for itself or a control character."""
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    if letter.isascii() and letter.isalnum():
        raise Refusal(UNSAYABLE, rf"a linear engine such as Kusto's has no \{letter} in a regex")
    return escape(letter)


def _code(code: str) -> str:
    number = int(code[1:].strip("{}") or "0", 16 if code[0] == "x" else 8)
    return rf"\x{{{number:X}}}"


def _bracket(source: str, at: int) -> tuple[str, int]:
    """A class in brackets and the place after it."""
    out = "[^" if source.startswith("[^", at) else "["
    at += len(out)
    first = True
    while at < len(source) and (first or source[at] != "]"):
        match = re.compile(r"\]").match(source, at) if source[at] == "]" else _MEMBER.match(source, at)
        if match is None:
            break
        first, at = False, match.end()
        said = "\\]" if match[0] == "]" else _in_bracket(match)
        bound = _MEMBER.match(source, at + 1) if source.startswith("-", at) and source[at + 1 : at + 2] != "]" else None
        if bound is not None and len(said) and not _is_class(match):
            said, at = f"{said}-{_in_bracket(bound)}", bound.end()
        out += said
    if at >= len(source):
        raise Refusal(UNSAYABLE, "a linear engine such as Kusto's cannot evaluate the regex: missing ]")
    return out + "]", at + 1


def _is_class(match: re.Match[str]) -> bool:
    groups = match.groupdict()
    return bool(groups.get("posix") or groups.get("property") or (groups.get("escaped") or "") in tuple(_CLASSES))


def _in_bracket(match: re.Match[str]) -> str:
    if match["posix"] or match["property"]:
        return match[0]
    if match["code"]:
        return _code(match["code"])
    if match["escaped"]:
        return _CLASSES.get(match["escaped"]) or _member(match["escaped"])
    return escape(match["other"])
