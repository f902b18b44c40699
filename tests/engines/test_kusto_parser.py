"""Microsoft's parser of KQL; skipped where the package is not in the cache, since a test downloads nothing."""

import pytest

from compiler.engines import load_engines
from compiler.engines.engine import Ask, EngineUnavailable, Table
from compiler.engines.kusto_parser import ENGINE


@pytest.fixture(scope="module")
def parser(running):
    with running(ENGINE(fetch=False)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("T | where ['cs-method'] =~ 'POST'", ""),
        ("T | where Missing == 1", "does not refer to any known column"),
        ("T | where N =~ 'x'", "KS106"),
        ("T | wherex N == 1", "KS"),
    ],
)
def test_names_and_types_are_held_to_the_table(parser, text, error):
    """A query that is right has no error; one that is not is refused in the parser's words."""
    (answer,) = parser.run([Table("T", {"cs-method": "string", "N": "long"}, ())], [Ask("kql", text)])
    assert answer.hits is None
    assert error in answer.error
    assert bool(answer.error) is bool(error)


def test_it_is_an_engine_by_its_name():
    """``--engine kusto_parser`` asks it; what is only a part of an engine has no name."""
    engines = load_engines()
    assert engines["kusto_parser"] is ENGINE
    assert "spl_search" not in engines


def test_it_is_told_plainly_where_it_cannot_be_had(monkeypatch):
    """Without Node.js, and at an address, there is no parser."""
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(EngineUnavailable, match=r"Node\.js is not installed"):
        ENGINE().open()
    with pytest.raises(EngineUnavailable, match="no URL"):
        ENGINE("https://192.0.2.1").open()
