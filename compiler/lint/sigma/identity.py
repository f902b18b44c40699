"""Checks of what a rule is called and where it stands: id, name, file, folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from compiler.content.model import Kind, Logsource, Rule
from compiler.content.scaffold import FILL_IN
from compiler.diagnostics import Severity
from compiler.lint.index import Index
from compiler.lint.layout import lines_with
from compiler.lint.registry import Finding, Subject, check
from compiler.lint.text import is_uuid4

PREFIXES: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("process_creation", "windows", ""): ("proc_creation_win_",),
    ("process_creation", "linux", ""): ("proc_creation_lnx_",),
    ("process_creation", "macos", ""): ("proc_creation_macos_",),
    ("file_event", "windows", ""): ("file_event_win_",),
    ("file_event", "linux", ""): ("file_event_lnx_",),
    ("network_connection", "windows", ""): ("net_connection_win_",),
    ("network_connection", "linux", ""): ("net_connection_lnx_",),
    ("registry_set", "windows", ""): ("registry_set_",),
    ("image_load", "windows", ""): ("image_load_",),
    ("webserver", "", ""): ("web_",),
    ("proxy", "", ""): ("proxy_",),
    ("dns", "", ""): ("net_dns_",),
    ("", "linux", "auditd"): ("lnx_auditd_",),
    ("", "linux", ""): ("lnx_",),
    ("", "windows", ""): ("win_",),
}
"""How names begin, by log source; after SigmaHQ's convention for file names. The first that fits counts."""

_STEM = re.compile(r"[a-z0-9_]{10,70}")
_FOLDERS = {Kind.CORRELATION: ("correlation", "mr_"), Kind.FILTER: ("filter", "mf_")}


@check("SIG024", Severity.ERROR, Subject.SIGMA, house=True)
def id_is_random(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The id is no random UUID.

    SIEMs know a rule by its id and replace the one that has the same, so it must not clash with anybody's:
    UUID version 4, as ``tocsin new`` writes it.

    Bad:
        id: web-shell-1  # <--
    Good:
        id: 2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11
    """
    if not is_uuid4(rule.id):
        said = f"no random UUID: {rule.id!r}" if rule.id else "`id` is missing"
        yield Finding(rule.place("id"), said, "take the one that `tocsin new` makes")


@check("SIG025", Severity.ERROR, Subject.SIGMA)
def id_is_unique(rule: Rule, index: Index) -> Iterator[Finding]:
    """Two rules have the same id.

    On importing them a SIEM keeps the one that comes last.

    Bad:
        id: 71f0a6c2-5c1c-4a3e-8f5e-3d1f0c9b2a77  # <--
    Good:
        id: 2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11
    """
    first = index.first_of.get(("id", rule.id), rule.span)
    if rule.id and first != rule.span:
        yield Finding(rule.place("id"), f"the id {rule.id} is that of {first} as well")


@check("SIG026", Severity.ERROR, Subject.SIGMA)
def name_is_unique(rule: Rule, index: Index) -> Iterator[Finding]:
    """Two rules have the same name.

    Correlations and filters refer to a rule by its name (specification 2.1.0: *unique*), and ours is joined to its
    samples by it.

    Bad:
        name: mr_web_example_many  # <--
    Good:
        name: web_example_shell
    """
    first = index.first_of.get(("name", rule.name), rule.span)
    if "name" in rule.body and first != rule.span:
        yield Finding(rule.place("name"), f"the name {rule.name} is that of {first} as well")


@check("SIG027", Severity.ERROR, Subject.SIGMA, house=True)
def name_is_the_stem(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The name of the rule is not that of its file.

    Rule, file and folder of samples are joined by one name and nothing else.

    Bad:
        name: web_example_backdoor  # <--
    Good:
        name: web_example_shell
    """
    stem = PurePosixPath(rule.span.path).stem
    if rule.body.get("name") != stem:
        said = f"the name is {rule.name!r}, the file's is {stem!r}" if "name" in rule.body else "`name` is missing"
        yield Finding(rule.place("name"), said, f"`name: {stem}`")


@check("SIG028", Severity.WARNING, Subject.SIGMA, house=True)
def name_tells_the_log_source(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The name does not begin as its log source asks, or the file stands in another's folder.

    A name is 10 to 70 of ``a-z 0-9 _`` and begins with the prefix of its log source (``proc_creation_win_``,
    ``web_``, ``lnx_auditd_``), of a correlation ``mr_``, of a filter ``mf_``. The file stands in the folder of its
    category or, without one, its service.

    Bad:
        logsource:
            category: process_creation
            product: windows
    Good:
        logsource:
            category: webserver
    """
    stem, folder = PurePosixPath(rule.span.path).stem, PurePosixPath(rule.span.path).parent.name
    wanted_folder, prefixes = _expected(rule)
    if not _STEM.fullmatch(stem):
        yield Finding(rule.span, f"{stem!r} is not 10 to 70 of a-z, 0-9 and _")
    elif not stem.startswith(prefixes):
        yield Finding(rule.place("name"), f"{stem} does not begin with {prefixes[0]}")
    if wanted_folder and folder != wanted_folder:
        yield Finding(rule.place("logsource"), f"the file stands in {folder}/, not in {wanted_folder}/")


def _expected(rule: Rule) -> tuple[str, tuple[str, ...]]:
    if rule.kind in _FOLDERS:
        folder, prefix = _FOLDERS[rule.kind]
        return folder, (prefix,)
    source = logsource_of(rule)
    words = (source.category or "", source.product or "", source.service or "")
    for asked, prefixes in PREFIXES.items():
        if all(want in ("", have) for want, have in zip(asked, words, strict=True)):
            return source.category or source.service or "", prefixes
    return source.category or source.service or "", ("",)


def logsource_of(rule: Rule) -> Logsource:
    """The log source of a rule as written; words that are no text count as not given."""
    written = rule.body.get("logsource")
    words = written if isinstance(written, dict) else {}
    return Logsource(
        **{key: words[key] for key in ("category", "product", "service") if isinstance(words.get(key), str)}
    )


@check("SIG037", Severity.ERROR, Subject.SIGMA, house=True)
def nothing_is_left_to_fill_in(rule: Rule, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """Something is left to fill in.

    ``tocsin new`` writes ``FILL IN`` where the author has to write; nothing is shipped before that is done.

    Bad:
        title: FILL IN  # <--
    Good:
        title: Shell of a Web Server
    """
    for span in lines_with((FILL_IN, "FILL_IN"), rule.text, rule.span.path):
        yield Finding(span, "this is left to fill in")
