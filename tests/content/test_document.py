"""YAML that remembers places, and refuses what a stranger might do with it."""

import datetime as dt

import pytest

from compiler.content.document import MAX_BYTES, DocumentError, read_documents

RULE = b"""\
title: A Title
detection:
    selection:
        Image|endswith:
            - 'a.exe'
            - 'b.exe'
    condition: selection
date: 2026-11-21
"""


def refusal(raw: bytes) -> tuple[int, int, str]:
    with pytest.raises(DocumentError) as caught:
        read_documents("x.yml", raw)
    return caught.value.line, caught.value.column, caught.value.message


def test_values_are_those_of_the_safe_loader():
    """Dates, numbers, booleans and nulls come out as every Sigma converter reads them."""
    (document,) = read_documents("x.yml", b"a: 2026-11-21\nb: 0x10\nc: yes\nd:\ne: '1'\nf: 1.5\n")
    assert document.body == {"a": dt.date(2026, 11, 21), "b": 16, "c": True, "d": None, "e": "1", "f": 1.5}


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ((), (1, 1)),
        (("detection", "selection"), (3, 5)),
        (("detection", "selection", "Image|endswith", 1), (6, 15)),
        (("detection", "selection", "no such key"), (3, 5)),
        (("detection", "selection", "Image|endswith", 7), (4, 9)),
        (("date",), (8, 1)),
    ],
)
def test_every_key_has_its_place(keys, place):
    """The span of a key path is that of the key, or of the nearest parent that is there."""
    (document,) = read_documents("x.yml", RULE)
    span = document.span(*keys)
    assert (span.path, span.line, span.column) == ("x.yml", *place)


def test_the_place_of_a_value_is_behind_its_key():
    """A value has a place of its own, for findings about the value."""
    (document,) = read_documents("x.yml", RULE)
    assert (document.value_span("title").line, document.value_span("title").column) == (1, 8)


def test_documents_of_one_file_stay_apart():
    """A file may hold several documents, in order, each with its own places."""
    first, second = read_documents("x.yml", b"title: a\n---\ntitle: b\n")
    assert (first.body, second.body, second.span("title").line) == ({"title": "a"}, {"title": "b"}, 3)


def test_merge_keys_are_followed():
    """``<<`` lays a map below the keys that stand beside it."""
    (document,) = read_documents("x.yml", b"base: &base {a: 1, b: 2}\nuse:\n    <<: *base\n    b: 3\n")
    assert document.body["use"] == {"a": 1, "b": 3}


def test_a_repeated_key_is_refused_at_its_place():
    """YAML readers silently keep one of two equal keys, and not all the same one."""
    assert refusal(b"title: a\nlevel: low\ntitle: b\n") == (3, 1, "the key 'title' stands twice")


@pytest.mark.parametrize(
    ("raw", "line", "message"),
    [
        (b"", 1, "the file is empty"),
        (b"# a comment\n", 1, "the file is empty"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"a: [1, 2\nb: 3\n", 2, "not YAML"),
        (b"a: !!python/object/apply:os.system [x]\n", 1, "not YAML"),
        (b"? [a, b]\n: 1\n", 1, "a key must be a plain value"),
        (b"a: &a\n    b: *a\n", 1, "contains itself"),
        (b"a: 2026-13-99\n", 1, "not a value"),
        (b"a: \x00\n", 1, "does not allow"),
        (b"a: " + b"x" * MAX_BYTES, 1, "more than"),
    ],
)
def test_what_is_no_usable_yaml_is_refused_with_its_line(raw, line, message):
    """Nothing that a file can hold ends in a traceback."""
    found = refusal(raw)
    assert found[0] == line
    assert message in found[2]


@pytest.mark.parametrize(
    "raw",
    [b"[" * 50_000, b"- " * 50_000, b"{a: " * 50_000, b"a:\n" + b"".join(b" " * n + b"a:\n" for n in range(1, 500))],
)
def test_depth_is_bounded_before_it_exhausts_the_stack(raw):
    """A file that nests without end is refused rather than crashing the interpreter."""
    assert "nested deeper than 64 levels" in refusal(raw)[2]


def test_depth_by_way_of_aliases_is_bounded():
    """A chain of aliases nests as deep as brackets do."""
    raw = b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 500))
    assert "nested deeper than 64 levels" in refusal(raw)[2]


def test_a_bomb_of_aliases_is_refused_at_once():
    """Nine aliases of nine aliases and so on would be 9^12 values; the budget ends it."""
    lines = [b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n"]
    lines += [b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 13)]
    assert "after its aliases are followed" in refusal(b"".join(lines))[2]
