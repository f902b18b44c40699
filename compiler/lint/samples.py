"""Checks of samples and scenarios: that they are inert, invented, complete and used."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from compiler.content.model import Casebook, Expect, Scenario
from compiler.content.scaffold import FILL_IN
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index, near
from compiler.lint.layout import lines_with
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.yara_strings import MARKER

_ADDRESS = re.compile(
    r"(?:(?<=//)|(?<![\w./~\\-]))(?P<v4>\d{1,3}(?:\.\d{1,3}){3})(?!\.?\w)"
    r"|(?<![\w.:-])(?P<v6>[0-9a-fA-F]{1,4}:[0-9a-fA-F:]*:[0-9a-fA-F]{0,4})(?![\w.:])"
)
_LIKELY = re.compile(r"[0-9]\.[0-9]|:[0-9a-fA-F]{0,4}:")
"""What is in every address: asked first of each line, for samples have megabytes and most lines have none."""
_VERSION = re.compile(r"version\W{0,4}$", re.IGNORECASE)


def real_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Addresses in a text that may be somebody's: the line from 1, and the address.

    Not those of documentation (RFC 5737, RFC 3849), private, loopback and the like, nor what is a version number.
    """
    for number, line in enumerate(text.split("\n"), 1):
        for match in _ADDRESS.finditer(line) if _LIKELY.search(line) else ():
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            if (
                address.is_global
                and not address.is_multicast
                and not _VERSION.search(line[max(0, match.start() - 12) : match.start()])
            ):
                yield number, match[0]


_INVENTED = "take one of 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32"


@check("SMP030", Severity.WARNING, Subject.CASES)
def files_are_used(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A file of the folder is in no case.

    Bad:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the path of a shell
              event: {cs-method: POST, cs-uri-stem: /shell.aspx}
    Good:
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the log of one visit
              sample: visit.w3c
    """
    used = {case.sample.name for case in book.cases}
    folder = PurePosixPath(book.span.path).parent
    for name in book.files:
        if name not in used:
            yield Finding(Span(str(folder / name)), f"no case of {book.rule} runs on {name}", "use it or remove it")


@check("SMP031", Severity.ERROR, Subject.CASES)
def sealed_samples_are_marked(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A sealed sample of something malicious does not say that it is inert.

    Samples show the path from input to execution whole, behind an early exit. Whoever unseals one must see at once
    what he has before him: the words ``tocsin inert sample`` stand in it.

    Bad:
        sample: unmarked.aspx.sealed
    Good:
        sample: marked.aspx.sealed
    """
    for case in book.cases:
        if case.expect not in (Expect.TRUE_POSITIVE, Expect.FALSE_NEGATIVE):
            continue
        sealed = case.sample.name.endswith(".sealed") and case.sample.data is not None
        if sealed and MARKER.encode() not in _letters(case.sample.data):
            yield Finding(
                case.span, f"{case.sample.name} does not say `{MARKER}`", "write it into a comment of the page"
            )


def _letters(data: bytes | None) -> bytes:
    # In a page saved as UTF-16 a NUL stands beside each letter of the marker.
    return (data or b"").replace(b"\0", b"").lower()


@check("SMP032", Severity.WARNING, Subject.CASES)
def addresses_are_invented(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A sample has an address that may be somebody's.

    Samples are read, copied and looked up. Addresses for examples are those of RFC 5737 and RFC 3849, and private
    ones where a private one is the point.

    Bad:
        base:
            c-ip: 8.8.8.8  # <--
    Good:
        base:
            c-ip: 192.0.2.8
    """
    if book.document is not None:
        for line, address in real_addresses(book.document.text):
            yield Finding(Span(book.document.path, line), f"{address} may be somebody's", _INVENTED)
    folder = PurePosixPath(book.span.path).parent
    read = {case.sample.name: case.sample.data for case in book.cases if case.sample.data is not None}
    for name, content in read.items():
        for line, address in real_addresses(content.decode("utf-8", "replace")):
            place = Span(str(folder / name), 1 if name.endswith(".sealed") else line)
            yield Finding(place, f"{address} may be somebody's", _INVENTED)


@check("SMP033", Severity.ERROR, Subject.CASES)
def nothing_in_cases_is_left_to_fill_in(book: Casebook, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Something is left to fill in.

    As SIG037.

    Bad:
        base:
            c-ip: FILL IN  # <--
    Good:
        base:
            c-ip: 192.0.2.8
    """
    if book.document is not None:
        for span in lines_with((FILL_IN, "FILL_IN"), book.document.text, book.document.path):
            yield Finding(span, "this is left to fill in")


@check("SMP040", Severity.ERROR, Subject.SCENARIO)
def scenario_rules_exist(scenario: Scenario, index: Index) -> Iterator[Finding]:
    """A scenario expects a rule that there is not, or one twice.

    Bad:
        fires:
            - {rule: web_example_shel, at: ['visit.w3c:0']}  # <--
    Good:
        fires:
            - {rule: web_example_shell, at: ['visit.w3c:0']}
    """
    for number, expected in enumerate(scenario.fires):
        if expected.rule not in index.by_name:
            hint = near(expected.rule, index.by_name)
            yield Finding(expected.span, f"there is no rule {expected.rule!r} that could be read", hint)
        elif any(expected.rule == other.rule for other in scenario.fires[:number]):
            yield Finding(expected.span, f"{expected.rule} stands twice", "list all its places in one `at`")


@check("SMP041", Severity.ERROR, Subject.SCENARIO)
def scenario_sources_exist(scenario: Scenario, index: Index) -> Iterator[Finding]:
    """A recording is of a source that there is not.

    ``source`` is the name of a file in ``detections/sources/``.

    Bad:
        recordings:
            - {file: visit.w3c, source: isi}
    Good:
        recordings:
            - {file: visit.w3c, source: iis}
    """
    known = {source.name for source in index.catalogue.sources}
    for recording in scenario.recordings:
        if recording.source not in known:
            message = f"{recording.name} is of the source {recording.source!r}, which there is not"
            yield Finding(scenario.span, message, near(recording.source, known))


@check("SMP042", Severity.WARNING, Subject.SCENARIO)
def scenario_addresses_are_invented(scenario: Scenario, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A recording has an address that may be somebody's.

    As SMP032.

    Bad:
        recordings:
            - {file: real.w3c, source: iis}
        fires: []
    Good:
        recordings:
            - {file: visit.w3c, source: iis}
        fires: []
    """
    folder = PurePosixPath(scenario.span.path).parent
    for recording in scenario.recordings:
        for line, address in real_addresses(recording.data.decode("utf-8", "replace")):
            yield Finding(Span(str(folder / recording.name), line), f"{address} may be somebody's", _INVENTED)
