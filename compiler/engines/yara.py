"""YARA rules, run by libyara and by YARA-X behind one interface.

Both are the vendors' own engines: libyara through ``yara-python`` (the classic one, most widely deployed) and YARA-X,
its successor. Rules are input from strangers, so ``include`` is refused and every scan has an end.
"""

from __future__ import annotations

import abc
import dataclasses
import importlib.metadata
import io
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import yara
import yara_x

TIMEOUT = 20
"""Seconds after which the scan of one file is given up."""


class ScanError(Exception):
    """A file could not be scanned to its end: ``TIMEOUT`` passed, or the engine gave up."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What an engine says of a source: ``origin`` is the key of the source, line and column count from 1.

    ``code`` is the engine's own: ``E025`` or ``slow_pattern`` in YARA-X, ``libyara`` in libyara, which has none and
    no columns either (always 1). Only an ``error`` drops the source.
    """

    origin: str
    line: int
    column: int
    code: str
    error: bool
    message: str


class Scanner(abc.ABC):
    """Compiled rules of one engine. ``version`` names the engine and its version, as in ``libyara 4.5.4``."""

    name: ClassVar[str]
    version: ClassVar[str]

    @abc.abstractmethod
    def scan(self, content: bytes) -> tuple[str, ...]:
        """The identifiers of the public rules that match, sorted. Raises ``ScanError``."""

    @abc.abstractmethod
    def serialise(self) -> bytes:
        """The rules in this engine's compiled form, which loads only in the version that made it."""


class Libyara(Scanner):
    """Rules compiled by libyara."""

    name = "libyara"
    version = f"libyara {yara.YARA_VERSION}"

    def __init__(self, rules: Any) -> None:
        self._rules = rules

    def scan(self, content: bytes) -> tuple[str, ...]:
        """The identifiers of the public rules that match, sorted. Raises ``ScanError``."""
        try:
            found = self._rules.match(data=content, timeout=TIMEOUT, fast=True)
        except yara.Error as error:
            raise ScanError(str(error)) from error
        return tuple(sorted(match.rule for match in found))

    def serialise(self) -> bytes:
        """The rules as ``yara.load`` reads them."""
        file = io.BytesIO()
        self._rules.save(file=file)
        return file.getvalue()


class YaraX(Scanner):
    """Rules compiled by YARA-X."""

    name = "yara-x"
    version = f"yara-x {importlib.metadata.version('yara-x')}"

    def __init__(self, rules: yara_x.Rules) -> None:
        self._rules = rules
        self._scanner = yara_x.Scanner(rules)
        self._scanner.set_timeout(TIMEOUT)
        self._scanner.fast_scan(True)

    def scan(self, content: bytes) -> tuple[str, ...]:
        """The identifiers of the public rules that match, sorted. Raises ``ScanError``."""
        try:
            found = self._scanner.scan(content)
        except (yara_x.ScanError, yara_x.TimeoutError) as error:
            raise ScanError(str(error)) from error
        return tuple(sorted(rule.identifier for rule in found.matching_rules))

    def serialise(self) -> bytes:
        """The rules as ``yara_x.Rules.deserialize_from`` reads them."""
        file = io.BytesIO()
        self._rules.serialize_into(file)
        return file.getvalue()


def compile_libyara(sources: Mapping[str, str]) -> tuple[Libyara, tuple[Complaint, ...]]:
    """Compile sources by their origin with libyara, each a namespace of its own. Those with an error are left out."""
    complaints: list[Complaint] = []
    sound: dict[str, str] = {}
    for origin, text in sources.items():
        try:
            warnings = yara.compile(source=text, includes=False).warnings
        except (yara.Error, ValueError) as error:  # ValueError: a NUL in the text
            complaints.append(_libyara_complaint(origin, str(error), error=True))
            continue
        sound[origin] = text
        complaints += (_libyara_complaint(origin, warning, error=False) for warning in warnings)
    return Libyara(yara.compile(sources=sound, includes=False)), tuple(sorted(complaints))


def compile_yara_x(sources: Mapping[str, str]) -> tuple[YaraX, tuple[Complaint, ...]]:
    """Compile sources by their origin with YARA-X, as one set of rules. Those with an error are left out."""
    compiler = yara_x.Compiler()
    compiler.enable_includes(False)
    for origin, text in sources.items():
        try:
            compiler.add_source(text, origin=origin)
        except yara_x.CompileError:
            continue  # all errors of all sources are in compiler.errors()
    complaints = [_yara_x_complaint(entry, error=True) for entry in compiler.errors()]
    complaints += (_yara_x_complaint(entry, error=False) for entry in compiler.warnings())
    return YaraX(compiler.build()), tuple(sorted(complaints))


ENGINES: dict[str, Callable[[Mapping[str, str]], tuple[Scanner, tuple[Complaint, ...]]]] = {
    Libyara.name: compile_libyara,
    YaraX.name: compile_yara_x,
}
"""What compiles ``{origin: text}``, by the name of the engine."""


def _libyara_complaint(origin: str, message: str, *, error: bool) -> Complaint:
    """Libyara's words ``line 3: syntax error`` or ``rule "a" in line 3: ...``, taken apart."""
    found = re.match(r'(?:rule "[^"]*" in )?line (\d+): (.*)', message, re.DOTALL)
    line, text = (int(found[1]), found[2]) if found else (1, message)
    return Complaint(origin, line, 1, Libyara.name, error, text)


def _yara_x_complaint(entry: Mapping[str, Any], *, error: bool) -> Complaint:
    """An entry of YARA-X's report; the words at the place itself say more than the title, so both are kept."""
    labels = entry["labels"]
    origin = str(labels[0]["code_origin"] or "") if labels else ""
    message = "; ".join(dict.fromkeys([entry["title"], *(label["text"] for label in labels if label["text"])]))
    return Complaint(origin, entry["line"] or 1, entry["column"] or 1, entry["code"], error, message)
