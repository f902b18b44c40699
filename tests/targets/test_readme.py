"""Templates of READMEs: what is filled in stays in its cell, and nothing is forgotten."""

import jinja2
import pytest

from compiler.targets.readme import FOLDER, cell, code, readme


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a | b", "a \\| b"),
        ("two\nlines\t here", "two lines here"),
        ("<script>", "&lt;script>"),
        ("`code`", "\\`code\\`"),
        ("[link](x)", "\\[link](x)"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_a_cell_stays_a_cell(words, shown):
    """No bar, line, tag, code or link of the words is one."""
    assert cell(words) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [("plain", "`plain`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a``b", "```a``b```"), ("a|b", "`a\\|b`")],
)
def test_code_is_fenced_by_more_backticks_than_it_holds(words, shown):
    """As CommonMark has it, Code spans; a bar is escaped even in code, as tables want it."""
    assert code(words) == shown


def test_a_name_that_is_not_given_is_an_error():
    """A hole in a README would be noticed by its reader alone."""
    with pytest.raises(jinja2.UndefinedError):
        readme("trust", archive="a.zip", checked=[])


def test_every_template_ends_in_one_newline():
    """What the build adds behind it is a paragraph of its own."""
    for path in FOLDER.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n"), path.name
        assert not text.endswith("\n\n"), path.name
