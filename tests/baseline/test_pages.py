"""The ordinary web pages on which YARA rules must be silent: many, unlike each other, harmless, and silent indeed."""

from __future__ import annotations

import itertools
import pathlib
import re

import pytest

from compiler.content.sealed import unseal
from compiler.engines import yara
from compiler.lint.samples import real_addresses

ROOT = pathlib.Path(__file__).parents[2]
FOLDER = ROOT / "samples" / "baseline" / "pages"
PAGES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.glob("*/*"))}
RULES = {path.name: path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("detections/yara/*/*.yar"))}

SHELLS = [
    ROOT / "samples" / "rules" / "webshell_asp_eval_request" / "eval_request.asp.sealed",
    ROOT / "samples" / "rules" / "webshell_aspx_command" / "process_start.aspx.sealed",
    ROOT / "samples" / "rules" / "webshell_jsp_command" / "runtime_exec.jsp.sealed",
    ROOT / "samples" / "rules" / "webshell_php_eval_request" / "eval_post.php.sealed",
]
"""Pages that are no ordinary ones, on which the same scanner must not be silent."""

LANGUAGES = ("asp", "aspx", "jsp", "php")
"""What web shells are mostly written in; other languages may have fewer pages."""

MARKER = "tocsin inert sample"
NAMESPACES = {"java.sun.com", "schemas.microsoft.com", "www.springframework.org", "www.w3.org"}
"""Hosts in names that a page must spell as they are; nobody connects to them."""


def text_of(content: bytes) -> str:
    """A page as its editor shows it: UTF-16 or UTF-8 with or without a mark, else Latin-1."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of three tokens, a token being a word or a sign."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))


def similarity(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """The share of the runs of two pages that both have, from 0 to 1."""
    return len(one & other) / len(one | other)


def test_there_are_many_pages() -> None:
    """A rule that is silent on a handful of pages has shown nothing."""
    assert len(PAGES) >= 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_many_pages(language: str) -> None:
    """Each language that shells are written in has ordinary pages of its own."""
    assert sum(name.startswith(f"{language}/") for name in PAGES) >= 10


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_long_as_pages_are(name: str) -> None:
    """A page has a body to look at and is short enough to read."""
    assert 20 <= len(text_of(PAGES[name]).splitlines()) <= 200


def test_no_two_pages_are_nearly_the_same() -> None:
    """No page is another one with some names changed: that would count one thing twice."""
    seen = {name: shingles(text_of(content)) for name, content in PAGES.items()}
    close = [pair for pair in itertools.combinations(seen, 2) if similarity(seen[pair[0]], seen[pair[1]]) >= 0.6]
    assert close == []


def test_a_page_with_a_few_names_changed_is_nearly_the_same() -> None:
    """The measure sees through what a lazy copy changes: two names and the indentation."""
    page = text_of(PAGES["php/backup.php"])
    copy = page.replace("$stamp", "$moment").replace("$dir", "$folder").replace("    ", "\t")
    assert similarity(shingles(page), shingles(copy)) >= 0.6


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_not_call_itself_a_sample(name: str) -> None:
    """The marker of malicious samples stands on none, or a rule could tell benign from malicious by it."""
    assert MARKER not in text_of(PAGES[name]).lower()


@pytest.mark.parametrize("name", PAGES)
def test_addresses_and_hosts_on_a_page_are_invented(name: str) -> None:
    """Nothing on a page points at somebody: addresses of documentation, hosts under example.com."""
    text = text_of(PAGES[name])
    lines = text.split("\n")
    addresses = [address for line, address in real_addresses(text) if "version" not in lines[line - 1].lower()]
    hosts = set(re.findall(r"\b(?:https?|ftp)://([\w-]+(?:\.[\w-]+)+)", text)) - NAMESPACES
    foreign = {host for host in hosts if host != "example.com" and not host.endswith(".example.com")}
    assert (addresses, foreign) == ([], set())


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("CRLF", rb"\r\n"),
        ("a UTF-8 mark", rb"\A\xef\xbb\xbf"),
        ("UTF-16", rb"\A\xff\xfe"),
        ("Latin-1", rb"[ -~][\xe0-\xff][ -~]"),
    ],
)
def test_some_pages_are_stored_as_old_editors_store_them(what: str, pattern: bytes) -> None:
    """Line ends and encodings differ among pages as they do on servers, whatever a checkout likes better."""
    assert sum(re.search(pattern, content) is not None for content in PAGES.values()) >= 2, what


@pytest.mark.parametrize("engine", sorted(yara.ENGINES))
def test_every_rule_is_silent_on_every_page(engine: str) -> None:
    """Either engine, with all rules of the tree loaded, finds nothing on any page."""
    scanner, complaints = yara.ENGINES[engine](RULES)
    assert [complaint for complaint in complaints if complaint.error] == []
    assert {path.name for path in SHELLS if not scanner.scan(unseal(path.read_text(encoding="ascii"))[1])} == set()
    assert {name: found for name, content in PAGES.items() if (found := scanner.scan(content))} == {}
