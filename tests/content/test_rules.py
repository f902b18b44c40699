"""Reading rules of every kind, and telling those that cannot be used."""

import pytest

from compiler.content.model import Kind
from compiler.content.rules import read_sigma, read_yara
from compiler.diagnostics import Diagnostic

SIGMA = """\
title: Shell of a Web Server
id: 0a1b2c3d-0000-4000-8000-000000000001
name: web_server_shell
level: high
tags:
    - attack.t1505.003
behaviours:
    - aa21-200b.t1505.003
logsource:
    category: process_creation
detection:
    selection:
        Image: x
    condition: selection
"""


def read(text, path="rules/a.yml"):
    return list(read_sigma(path, text.encode()))


def faults(text):
    found = read(text)
    assert all(isinstance(item, Diagnostic) for item in found), found
    return [(item.code, item.span.line, item.span.column, item.message) for item in found]


def test_a_rule_keeps_what_its_author_wrote():
    """The nouns come from the keys of the rule; the body is the parsed YAML, the text the file."""
    (rule,) = read(SIGMA)
    assert (rule.name, rule.kind, rule.id, rule.level) == (
        "web_server_shell", Kind.SIGMA, "0a1b2c3d-0000-4000-8000-000000000001", "high",
    )  # fmt: skip
    assert (rule.tags, rule.behaviours) == (("attack.t1505.003",), ("aa21-200b.t1505.003",))
    assert rule.text == SIGMA
    assert rule.body["detection"]["selection"] == {"Image": "x"}
    assert str(rule.place("detection", "selection", "Image")) == "rules/a.yml:13:9"


def test_a_rule_without_a_name_is_called_by_its_file():
    """Foreign rules seldom have a ``name:``; further documents of a file are numbered."""
    text = SIGMA.replace("name: web_server_shell\n", "")
    assert [rule.name for rule in read(f"{text}---\n{text}")] == ["a", "a_1"]


@pytest.mark.parametrize(("key", "kind"), [("correlation", Kind.CORRELATION), ("filter", Kind.FILTER)])
def test_the_kind_is_told_by_the_section(key, kind):
    """A correlation and a filter are rules of their own kinds."""
    (rule,) = read(f"title: x\n{key}:\n    rules: [a]\n")
    assert rule.kind is kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b\n", ("SIG002", 1, 1, "a rule is a map, this is a list")),
        ("just text\n", ("SIG002", 1, 1, "a rule is a map, this is a text")),
        ("title: x\n", ("SIG002", 1, 1, "neither a detection nor a correlation nor a filter")),
        (SIGMA.replace("level: high", "level: 3"), ("SIG002", 4, 8, "level must be text, this is a number")),
        (SIGMA.replace("title: Shell", "title: [a] #"), ("SIG002", 1, 8, "title must be text, this is a list")),
        (SIGMA.replace("tags:\n    - attack", "tags: attack"), ("SIG002", 5, 1, "tags must be a list of text")),
        ("title: x\ncorrelation: {rules: 5}\n", ("SIG002", 2, 15, "rules must be a list of text")),
        ("title: x\nfilter: {rules: [5]}\n", ("SIG002", 2, 10, "rules must be a list of text")),
        ("title: x\ndetection:\n    - a\n", ("SIG002", 2, 1, "detection must be a map, this is a list")),
        (SIGMA.replace("web_server_shell", "../../x"), ("SIG003", 3, 7, "the name '../../x' is not safe")),
        (SIGMA.replace("web_server_shell", ".hidden"), ("SIG003", 3, 7, "the name '.hidden' is not safe")),
        (SIGMA.replace("web_server_shell", '"a\\nb"'), ("SIG003", 3, 7, "the name 'a\\nb' is not safe")),
        (SIGMA + "title: again\n", ("SIG001", 15, 1, "the key 'title' stands twice")),
        ("\ttitle: x", ("SIG001", 1, 1, "not YAML: found character that cannot start any token")),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_told_at_its_place(text, expected):
    """Each fault has a code and a line, and no rule comes of it."""
    assert faults(text) == [expected]


def test_one_broken_document_leaves_the_others():
    """The rest of the file goes on."""
    found = read(f"- a list\n---\n{SIGMA}")
    assert [type(item).__name__ for item in found] == ["Diagnostic", "Rule"]


YARA = """\
private rule helper { condition: filesize < 10KB }
rule shell : tag
{
    meta:
        id = "0a1b2c3d-0000-4000-8000-000000000002"
        title = "A Shell"
        behaviour = "aa21-200b.t1505.003, aa21-062a.t1505.003-chopper-oneliner"
        score = 80
    strings:
        $a = "tocsin"
    condition:
        helper and $a
}
"""


def test_a_yara_rule_is_known_by_its_identifier_and_meta():
    """Private rules are parts of others and no rules of their own."""
    (rule,) = read_yara("y/shell.yar", YARA.encode())
    assert (rule.name, rule.kind, rule.id, rule.title) == (
        "shell", Kind.YARA, "0a1b2c3d-0000-4000-8000-000000000002", "A Shell",
    )  # fmt: skip
    assert rule.behaviours == ("aa21-200b.t1505.003", "aa21-062a.t1505.003-chopper-oneliner")
    assert rule.body["score"] == 80
    assert str(rule.span) == "y/shell.yar:2:6"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (YARA.replace("and $a", "and $b"), (12, 20), "unknown pattern `$b` (E025)"),
        ('include "/etc/passwd"\n' + YARA, (1, 1), "include statements not allowed (E044)"),
        ("rule {", (1, 6), "syntax error (E001)"),
    ],
)
def test_a_broken_yara_file_is_told_at_its_place(text, place, message):
    """YARA-X's own words and places, in our shape; an include opens nothing."""
    found = list(read_yara("y/shell.yar", text.encode()))
    assert [(item.code, item.span.line, item.span.column, item.message) for item in found][:1] == [
        ("YAR001", *place, message)
    ]


def test_a_yara_file_that_is_no_text_is_told():
    """Not UTF-8 is a finding, with its line."""
    (found,) = read_yara("y/shell.yar", b"rule a {\n\xff }")
    assert (found.code, found.span.line) == ("YAR002", 2)
