"""Checks of YARA rules: their files, their meta, and what the compiler warns of."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import yara_x

from compiler.content.model import Rule
from compiler.content.scaffold import FILL_IN
from compiler.diagnostics import Severity, Span
from compiler.lint import text
from compiler.lint.index import Index
from compiler.lint.layout import lines_with, meta_place, untidy
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.yara_text import read_file, read_rule

META = ("id", "title", "description", "author", "license", "date", "reference", "score", "behaviour")
"""What the meta of a rule of ours says."""
MODULES = ("dotnet", "elf", "hash", "macho", "math", "pe", "string", "time")
"""Modules that libyara and YARA-X both have, and that need no data beside the file."""


@functools.lru_cache(maxsize=4096)
def _warnings(source: str) -> tuple[Any, ...]:
    compiler = yara_x.Compiler(relaxed_re_syntax=False)
    compiler.enable_includes(False)
    compiler.add_source(source)
    return tuple(compiler.warnings())


@check("YAR010", Severity.WARNING, Subject.YARA)
def compiler_is_content(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """YARA-X warns of something.

    Most often of a string that makes every scan slow, or of a condition that is always or never true.

    Bad:
        condition:
            filesize < 10KB and $command or true
    Good:
        condition:
            filesize < 10KB and $command
    """
    written = read_rule(rule.text, rule.span.path, rule.name)
    for warning in _warnings(rule.text):
        place = Span(rule.span.path, warning.get("line") or 1, warning.get("column") or 1)
        if not written.span.line <= place.line <= written.last:
            continue  # of another rule in this file
        labels = "; ".join(str(label["text"]) for label in warning.get("labels", ()) if label.get("text"))
        yield Finding(place, f"{warning['title']} ({warning['code']})", labels)


@check("YAR011", Severity.ERROR, Subject.YARA, house=True)
def file_has_one_rule(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A file holds several rules, or one of another name.

    Rule, file and folder of samples are joined by one name and nothing else. Private rules that it leans on may stand
    beside it.

    Bad:
        rule webshell_example_another { condition: filesize < 10 }
    Good:
        meta:
            score = 80
    """
    stem = PurePosixPath(rule.span.path).stem
    if rule.name != stem:
        several = stem in read_file(rule.text, rule.span.path).rules
        hint = "give it a file of its own" if several else f"`rule {stem}`"
        yield Finding(rule.span, f"the rule is {rule.name}, the file {stem}", hint)


@check("YAR012", Severity.ERROR, Subject.YARA)
def rule_is_not_global(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A rule is global.

    In a bundle the condition of a global rule is joined to every other rule's, whoever wrote that.

    Bad:
        global rule webshell_example_eval { condition: filesize < 10KB }
    Good:
        condition:
            filesize < 10KB and $command
    """
    if "global" in read_rule(rule.text, rule.span.path, rule.name).words:
        yield Finding(rule.span, f"{rule.name} is global", "repeat its condition where it is needed")


@check("YAR013", Severity.ERROR, Subject.YARA, house=True)
def meta_is_complete(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The meta lacks something that it must say.

    A rule travels alone, so it carries its id, title, description, author, license, date, reference, score and the
    behaviour that it shows.

    Bad:
        meta:
            author = ""
    Good:
        meta:
            author = "tocsin"
    """
    missing = [key for key in META if key not in rule.body]
    if missing:
        yield Finding(rule.span, f"the meta has no {', '.join(missing)}")
    for key in META:
        if rule.body.get(key) == "":
            yield Finding(meta_place(rule, key), f"`{key}` is empty")


@check("YAR014", Severity.ERROR, Subject.YARA, house=True)
def yara_id_is_random(rule: Rule, index: Index) -> Iterator[Finding]:
    """The id is no random UUID, or another rule has it too.

    As SIG024 and SIG025.

    Bad:
        meta:
            id = "shell-1"
    Good:
        meta:
            id = "5d0f3c1e-3f52-4a51-8d0c-6d0f2a0b7e11"
    """
    first = index.first_of.get(("id", rule.id), rule.span)
    if rule.id and not text.is_uuid4(rule.id):
        yield Finding(meta_place(rule, "id"), f"no random UUID: {rule.id!r}", "take the one that `tocsin new` makes")
    elif rule.id and first != rule.span:
        yield Finding(meta_place(rule, "id"), f"the id {rule.id} is that of {first} as well")


@check("YAR015", Severity.WARNING, Subject.YARA, house=True)
def yara_title_is_a_name(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The title is no name in Title Case, or not one line.

    As SIG020, SIG021 and SIG022.

    Bad:
        meta:
            title = "Detects a page that evaluates its request"
    Good:
        meta:
            title = "Page Evaluates Its Request"
    """
    if not rule.title:
        return  # YAR013 has told
    fault = text.not_one_line(rule.title) or text.no_name(rule.title)
    if fault:
        yield Finding(meta_place(rule, "title"), f"the title {fault}")
    for word in text.not_title_case(rule.title):
        yield Finding(meta_place(rule, "title"), f"`{word}` begins with a small letter")


@check("YAR016", Severity.WARNING, Subject.YARA, house=True)
def yara_description_says_enough(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The description does not say what is detected.

    As SIG023.

    Bad:
        meta:
            description = "Web shell"
    Good:
        meta:
            description = "Detects pages that evaluate what the client sends, as one-line shells do."
    """
    description = str(rule.body.get("description", ""))
    fault = text.no_description(description, "Detects ") if description else ""
    if fault:
        yield Finding(meta_place(rule, "description"), f"the description {fault}")


@check("YAR017", Severity.ERROR, Subject.YARA, house=True)
def yara_dates_are_dates(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The date is none.

    As SIG032.

    Bad:
        meta:
            date = "21.11.2026"
    Good:
        meta:
            date = "2026-11-21"
    """
    for key in ("date", "modified"):
        if rule.body.get(key) and text.date_of(str(rule.body[key])) is None:
            yield Finding(meta_place(rule, key), f"`{key}` is no date: {rule.body[key]}", "write it as 2026-11-21")


@check("YAR018", Severity.ERROR, Subject.YARA, house=True)
def score_is_a_percentage(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The score is no whole number from 0 to 100.

    Scanners add scores up and compare them with a bound; it says how sure a match is.

    Bad:
        meta:
            score = 500
    Good:
        meta:
            score = 80
    """
    score = rule.body.get("score", 0)
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 100:
        yield Finding(meta_place(rule, "score"), f"no score from 0 to 100: {score!r}")


@check("YAR019", Severity.ERROR, Subject.YARA, house=True)
def yara_license_is_ours(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The licence is not Apache-2.0.

    As SIG033.

    Bad:
        meta:
            license = "MIT"
    Good:
        meta:
            license = "Apache-2.0"
    """
    if rule.body.get("license", "Apache-2.0") != "Apache-2.0":
        yield Finding(meta_place(rule, "license"), f"the licence is {rule.body['license']!r}", "`Apache-2.0`")


@check("YAR023", Severity.WARNING, Subject.YARA, house=True)
def yara_references_can_be_followed(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The reference cannot be relied on.

    As SIG035.

    Bad:
        meta:
            reference = "an advisory"
    Good:
        meta:
            reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a"
    """
    reference = str(rule.body.get("reference", ""))
    fault = text.not_to_be_followed(reference) if reference else ""
    if fault:
        yield Finding(meta_place(rule, "reference"), f"the reference {fault}")


@check("YAR024", Severity.ERROR, Subject.YARA, house=True)
def modules_are_everywhere(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The file imports a module that not every scanner has.

    libyara and YARA-X share dotnet, elf, hash, macho, math, pe, string and time; a bundle with another does not load.

    Bad:
        import "cuckoo"
    Good:
        import "math"
    """
    for module, place in read_file(rule.text, rule.span.path).imports:
        if module not in MODULES:
            yield Finding(place, f"the module {module!r} is not everywhere", f"there are {', '.join(MODULES)}")


@check("YAR030", Severity.ERROR, Subject.YARA, house=True)
def nothing_in_yara_is_left_to_fill_in(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Something is left to fill in.

    As SIG037.

    Bad:
        meta:
            title = "FILL IN"
    Good:
        meta:
            title = "Page Evaluates Its Request"
    """
    for span in lines_with((FILL_IN, "fill_in"), rule.text, rule.span.path):
        yield Finding(span, "this is left to fill in")


@check("YAR031", Severity.WARNING, Subject.YARA, house=True)
def yara_lines_are_tidy(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Lines end with a carriage return or blanks, or the last one does not end.

    As SIG090.

    Bad:
        condition:
            filesize < 10KB and $command␠
    Good:
        condition:
            filesize < 10KB and $command
    """
    yield from untidy(rule.text, rule.span.path)
