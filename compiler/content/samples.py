"""Reading evidence: the cases of each rule, and scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from compiler.content.document import Document
from compiler.content.files import FileRefusedError, beside
from compiler.content.model import Case, Casebook, Expect, Expected, Recording, Sample, Scenario
from compiler.content.sealed import unseal
from compiler.content.shape import misshapen, plain, wrong_in
from compiler.diagnostics import Diagnostic, Severity, Span, declare

UNREADABLE = declare(
    "SMP001",
    Severity.ERROR,
    """
    The cases or the scenario cannot be read as YAML

    As SIG001, for the files below ``samples/``.
    """,
)
MISSHAPEN = declare(
    "SMP002",
    Severity.ERROR,
    """
    The cases or the scenario do not have their shape

    A cases file names its rule and lists cases; each has ``title``, ``expect``, ``origin``, ``because`` and exactly
    one of ``event``, ``events`` and ``sample``. The shape is ``compiler/content/shapes/cases.json``.

    Bad:
        rule: web_server_shell
        cases:
            - title: A shell
              expect: positive
    Good:
        rule: web_server_shell
        cases:
            - title: A shell
              expect: true_positive
              origin: synthetic
              because: the web server starts a shell
              event:
                  ParentImage: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe'
    """,
)
NO_SAMPLE = declare(
    "SMP003",
    Severity.ERROR,
    """
    A case or a scenario names a sample that cannot be had

    The file must be a plain file in the same folder; a sealed one must unseal to what its first line says it is.

    Bad:
        sample: ../../elsewhere.log
    Good:
        sample: chain.w3c
    """,
)

BROKEN_EVIDENCE = declare(
    "SMP005",
    Severity.ERROR,
    """
    The evidence of a rule cannot be read

    ``evidence.json`` is what ``tocsin verify`` found out about the rule's queries; a build reads it. It is written by
    the command and not by hand; where it is damaged, run the command again.
    """,
)


def read_cases(document: Document, folder: Path) -> tuple[Casebook | None, list[Diagnostic]]:
    """The cases of one rule. A case that is at fault is left out and told; the others stay."""
    faults = list(misshapen(document, "cases", MISSHAPEN))
    if faults:
        return None, faults
    body = plain(document.body)
    cases = []
    for number, case in enumerate(body["cases"]):
        try:
            sample = _sample(case, body.get("base", {}), folder)
        except FileRefusedError as error:
            faults.append(NO_SAMPLE.at(document.value_span("cases", number, "sample"), str(error)))
            continue
        expect = Expect(case["expect"])
        fires = expect in {Expect.TRUE_POSITIVE, Expect.BENIGN_POSITIVE}
        cases.append(
            Case(
                rule=body["rule"],
                title=case["title"],
                sample=sample,
                expect=expect,
                hits=case.get("hits", 1 if fires else 0),
                origin=case["origin"],
                because=case["because"],
                through=case.get("through", ""),
                span=document.span("cases", number),
            )
        )
    files = tuple(sorted(path.name for path in folder.iterdir() if path.name not in {"cases.yml", "evidence.json"}))
    return Casebook(
        rule=body["rule"],
        budget=body.get("budget", 0),
        accepted=tuple(item["at"] for item in body.get("accepted", ())),
        cases=tuple(cases),
        files=files,
        span=document.span("rule"),
        document=document,
        evidence=_evidence(folder, document, faults),
        placeholders={name: tuple(values) for name, values in body.get("placeholders", {}).items()},
    ), faults


def _sample(case: Mapping[str, Any], base: Mapping[str, Any], folder: Path) -> Sample:
    if "sample" in case:
        name = case["sample"]
        return Sample(name, data=_content(beside(folder, name)))
    events = case["events"] if "events" in case else [case["event"]]
    without = set(case.get("without", ()))
    merged = ({**{key: item for key, item in base.items() if key not in without}, **event} for event in events)
    return Sample("", events=tuple(merged))


def _content(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.suffix != ".sealed":
        return raw
    try:
        return unseal(raw.decode("ascii"))[1]
    except ValueError as error:
        raise FileRefusedError(f"the seal is damaged: {error}") from None


def _evidence(folder: Path, document: Document, faults: list[Diagnostic]) -> Mapping[str, Any]:
    if not (folder / "evidence.json").exists():
        return {}
    path = str(PurePosixPath(document.path).with_name("evidence.json"))
    try:
        found = json.loads(beside(folder, "evidence.json").read_bytes())
    except FileRefusedError as error:
        faults.append(BROKEN_EVIDENCE.at(Span(path), str(error)))
    except (ValueError, RecursionError) as error:
        faults.append(BROKEN_EVIDENCE.at(Span(path), f"not JSON: {error}", "`tocsin verify` writes it anew"))
    else:
        wrong = next(iter(wrong_in(found, "evidence")), None)
        if wrong is None:
            return dict(found)
        faults.append(BROKEN_EVIDENCE.at(Span(path), wrong, "`tocsin verify` writes it anew"))
    return {}


def read_scenario(document: Document, folder: Path) -> tuple[Scenario | None, list[Diagnostic]]:
    """One scenario with its recordings; None where its shape or a recording is at fault."""
    faults = list(misshapen(document, "scenario", MISSHAPEN))
    if faults:
        return None, faults
    body = plain(document.body)
    recordings = []
    for number, recording in enumerate(body["recordings"]):
        try:
            data = beside(folder, recording["file"]).read_bytes()
        except FileRefusedError as error:
            faults.append(NO_SAMPLE.at(document.value_span("recordings", number, "file"), str(error)))
            continue
        recordings.append(Recording(recording["file"], recording["source"], data))
    faults.extend(_strayed(document, body))
    if faults:
        return None, faults
    fires = tuple(
        Expected(item["rule"], tuple(item["at"]), document.span("fires", number))
        for number, item in enumerate(body["fires"])
    )
    return Scenario(folder.name, body["title"], tuple(recordings), fires, document.span(), document), []


def _strayed(document: Document, body: Mapping[str, Any]) -> Iterator[Diagnostic]:
    files = {recording["file"] for recording in body["recordings"]}
    for number, item in enumerate(body["fires"]):
        for index, place in enumerate(item["at"]):
            if place.rpartition(":")[0] not in files:
                yield NO_SAMPLE.at(document.span("fires", number, "at", index), f"{place!r} names no recording")
