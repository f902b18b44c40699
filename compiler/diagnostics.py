"""What is said of content: where, which code, how bad, and what to do about it."""

from __future__ import annotations

import dataclasses
import enum
import inspect


class Severity(enum.StrEnum):
    """How much a finding weighs: an error stops what it is about, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: path relative to the root in POSIX form, line and column counted from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. ``code`` is a key of ``CODES``; ``message`` and ``hint`` are one line each."""

    span: Span
    code: str
    severity: Severity
    message: str
    hint: str = ""

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """The key by which findings are sorted: place, then code, then words."""
        return (self.span.path, self.span.line, self.span.column, self.code, self.message, self.hint)


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding and its manual page.

    ``manual`` opens with a title line; the rest says why it matters and shows a ``Bad:`` and a ``Good:`` example where
    there is one.
    """

    code: str
    severity: Severity
    manual: str

    @property
    def title(self) -> str:
        """The first line of the manual."""
        return self.manual.partition("\n")[0].rstrip(".")

    def at(self, span: Span, message: str, hint: str = "") -> Diagnostic:
        """A finding of this kind at a place; white space is folded, for content may hold newlines where none belong."""
        return Diagnostic(span, self.code, self.severity, " ".join(message.split()), " ".join(hint.split()))


CODES: dict[str, Code] = {}


def declare(code: str, severity: Severity, manual: str) -> Code:
    """Add a kind of finding to ``CODES``. Raises ``ValueError`` if the code is taken."""
    if code in CODES:
        raise ValueError(f"diagnostic code {code} is declared twice")
    CODES[code] = Code(code, severity, inspect.cleandoc(manual))
    return CODES[code]


class UsageError(Exception):
    """The command cannot run as called: a folder that is not there, an unknown name. One line, exit 2."""
