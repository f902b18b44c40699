"""What a check is, and the registry that the decorator ``check`` fills."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from compiler.diagnostics import Code, Severity, Span, declare
from compiler.lint.index import Index


class Subject(enum.Enum):
    """What a check looks at, one at a time."""

    SIGMA = "a Sigma rule of any kind"
    DETECTION = "a Sigma rule with a detection"
    CORRELATION = "a Sigma correlation"
    FILTER = "a Sigma filter"
    YARA = "a YARA rule"
    RULE = "a rule of any kind"
    CASES = "the cases of a rule"
    SCENARIO = "a scenario"
    ADVISORY = "an advisory"
    SOURCE = "a data source"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found; the registry adds the code and how much it weighs."""

    span: Span
    message: str
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One check. ``house``: it holds our own style, so it is not asked of other people's rules."""

    code: Code
    subject: Subject
    house: bool
    run: Callable[[Any, Index], Iterator[Finding]]


CHECKS: dict[str, Check] = {}
"""Every check by its code, in the order of their modules."""

_Function = TypeVar("_Function", bound=Callable[..., Iterator[Finding]])


def check(code: str, severity: Severity, subject: Subject, *, house: bool = False) -> Callable[[_Function], _Function]:
    """Register a function of one subject and the ``Index`` as the check ``code``; its docstring is the manual.

    The docstring has a title line, the reason, and after ``Bad:`` and ``Good:`` an indented fragment each, which a test
    lays over content without a fault. There a line that ends in ``# <--`` is the one where the finding must stand,
    ``␍`` is a carriage return, and ``␠`` a space at the end of a line.
    """

    def register(function: _Function) -> _Function:
        CHECKS[code] = Check(declare(code, severity, function.__doc__ or ""), subject, house, function)
        return function

    return register
