"""Loki's pipeline as an engine: lines in the form that a source says, selectors, counts, refusals, how it is had."""

import pathlib
import re

import pytest

from compiler.engines import loki as module
from compiler.engines.engine import Answer, Ask, EngineUnavailable, Table
from compiler.engines.loki import ENGINE, SOURCES, built, loki_version

STREAM = '{service_name="made"}'


@pytest.fixture(scope="module")
def loki(running):
    """Loki's pipeline; skipped where it cannot be had."""
    with running(ENGINE()) as engine:
        yield engine
    engine.close()


def table(*documents, name=STREAM):
    return Table(name, {}, tuple({**document, "tocsin_id": str(at)} for at, document in enumerate(documents)))


def ask(loki, text, *tables, **settings):
    (answer,) = loki.run(tables, [Ask("logql", text, settings)])
    return answer


def test_a_document_is_a_line_of_json(loki):
    """Fields are read back by their names, whatever their values hold."""
    given = table({"a": 'x"\\\n\u00e9`'}, {"a": 5}, {"a": True}, {"a": None}, {"a": ""})
    assert ask(loki, STREAM + r' | json | a="x\"\\\n\u00e9`"', given) == Answer(("0",))
    assert ask(loki, STREAM + ' | json | a="5"', given) == Answer(("1",))
    assert ask(loki, STREAM + ' | json | a="true"', given) == Answer(("2",))
    assert ask(loki, STREAM + ' | json | a=""', given) == Answer(("3", "4"))


def test_a_line_can_have_another_form(loki):
    """Each field stands where its braces are, a missing one as a hyphen."""
    given = table({"method": "GET", "status": 200}, {"status": 404})
    settings = {"streams": {STREAM: "10.0.0.1 {method} {status}"}}
    query = f"{STREAM} | pattern `<_> <method> <status>` | method=`-`"
    assert ask(loki, query, given, **settings) == Answer(("1",))


def test_only_the_streams_of_the_selector_are_read(loki):
    """A line of another stream is not selected."""
    other = Table('{service_name="other"}', {}, ({"a": "x", "tocsin_id": "other"},))
    assert ask(loki, f"{STREAM} | json", table({"a": "x"}), other) == Answer(("0",))
    assert ask(loki, '{service_name=~".+"} | json', table({"a": "x"}), other) == Answer(("0", "other"))


def test_a_count_selects_the_lines_that_it_counts(loki):
    """On both sides of an ``or``; a selection once."""
    query = " or ".join(f'sum(count_over_time({STREAM} | json | a=~"{one}" [5m])) > 0' for one in ("x", "[xy]"))
    assert ask(loki, query, table({"a": "x"}, {"a": "y"}, {"a": "z"})) == Answer(("0", "1"))


def test_a_refused_query_is_told_in_loki_s_words_and_the_others_go_on(loki):
    """A syntax error is the answer to one query alone."""
    first, second = loki.run([table({"a": "x"})], [Ask("logql", "{"), Ask("logql", f"{STREAM} | json")])
    assert first.hits is None
    assert "parse error" in first.error
    assert second == Answer(("0",))


def test_a_selector_without_a_value_is_refused(loki):
    """Loki demands one matcher that an empty value does not satisfy."""
    assert "at least one regexp or equality matcher" in ask(loki, '{service_name=~".*"}', table({"a": "x"})).error


def test_a_run_leaves_nothing_for_the_next(loki):
    """Each run has its own lines."""
    ask(loki, STREAM, table({"a": "x"}))
    assert ask(loki, STREAM) == Answer(())


def test_a_program_that_dies_is_an_error_of_each_query(loki, monkeypatch):
    """What it said last is the answer."""
    monkeypatch.setattr(loki, "_program", pathlib.Path("/bin/false"))
    assert [answer.hits for answer in loki.run([], [Ask("logql", STREAM)] * 2)] == [None, None]


def test_a_program_that_is_late_is_an_error(loki, monkeypatch, tmp_path):
    """Nobody waits for ever."""
    late = tmp_path / "late"
    late.write_text("#!/bin/sh\nexec sleep 20\n")
    late.chmod(0o755)
    monkeypatch.setattr(loki, "_program", late)
    monkeypatch.setattr(module, "ANSWERING", 0.2)
    assert loki.run([], [Ask("logql", STREAM)]) == [Answer(None, "no answer within 0.2 s")]


def test_the_version_is_the_one_that_the_module_asks_for(loki):
    """What was built is what ``go.mod`` names."""
    assert re.fullmatch(r"loki \d+\.\d+\.\d+", loki.version)
    assert loki_version() in (SOURCES / "go.mod").read_text(encoding="utf-8")


def test_there_is_no_engine_without_go(monkeypatch, tmp_path):
    """One line says what is missing."""
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    with pytest.raises(EngineUnavailable, match="Go is not installed"):
        built(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_build_that_fails_leaves_no_program(monkeypatch, tmp_path):
    """Go's last words are told, and the next attempt starts afresh."""
    go = tmp_path / "go"
    go.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    go.chmod(0o755)
    monkeypatch.setattr(module.shutil, "which", lambda _: str(go))
    with pytest.raises(EngineUnavailable, match="no network"):
        built(tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_server_of_others_is_not_written_to():
    """Loki has no way to take lines back."""
    with pytest.raises(EngineUnavailable, match="has no URL"):
        ENGINE(url="https://loki.example.com").open()
