"""Queries against rules: what is right is told right, and what is wrong cannot hide."""

import dataclasses
import json
import shutil

import pytest

from compiler.cli import main
from compiler.content.load import load_rules, load_sources, load_tree
from compiler.engines import load_engines
from compiler.engines.engine import ID, Answer, EngineUnavailable
from compiler.targets import load_targets
from compiler.verify.evidence import contradicted, evidence_of, merged
from compiler.verify.queries import Outcome, Untried
from compiler.verify.translation import findings, opened, verify

RULE = """\
title: Shell of a Web Server
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10
name: web_server_shell
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        ParentImage|endswith: '\\w3wp.exe'
    filter:
        CommandLine|contains: 'csc'
    condition: selection and not filter
level: high
"""


OF = "0" * 64
"""A fingerprint of a rule."""


class Told:
    """An engine that answers as a function of documents tells it to, whatever the query says."""

    name, kind, version = "told", "executed", "told 1"
    languages = frozenset({"spl"})

    def __init__(self, answer):
        self.answer, self.closed = answer, 0

    def open(self):
        """Nothing is started."""

    def run(self, tables, asks):
        """Every query gets the same answer."""
        documents = [made for table in tables for made in table.documents]
        return [self.answer(documents) for _ in asks]

    def close(self):
        """Count."""
        self.closed += 1


def right(documents):
    """What the rule means, said in the names that Splunk has for its fields."""

    def values(made, *names):
        found = next((made[name] for name in names if name in made), "")
        return [str(value).lower() for value in (found if isinstance(found, list) else [found])]

    def matches(made):
        parents = values(made, "ParentImage", "ParentProcessName")
        lines = values(made, "CommandLine", "Process_Command_Line")
        return any(one.endswith("\\w3wp.exe") for one in parents) and not any("csc" in one for one in lines)

    return Answer(tuple(sorted(made[ID] for made in documents if matches(made))))


@pytest.fixture
def catalogue(tmp_path, root):
    """One rule, with the sources of the tree."""
    (tmp_path / "shell.yml").write_text(RULE)
    loaded = load_rules([tmp_path], tmp_path)
    return dataclasses.replace(loaded.catalogue, sources=load_sources(root)[0])


def outcomes(catalogue, engine):
    return [item for item in verify(catalogue, [load_targets()["splunk"]], [engine]) if isinstance(item, Outcome)]


def test_a_query_that_agrees_on_every_event_is_as_good_as_its_engine(catalogue):
    """Every witness that the store can hold was tried, and the others are counted by reason."""
    (outcome,) = outcomes(catalogue, Told(right))
    assert (outcome.assurance, outcome.disagreements, outcome.error) == ("executed", (), "")
    assert outcome.tried > 50
    assert all(count > 0 for count in outcome.left_out.values())
    assert list(findings(outcome)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _: Answer(()),
        lambda documents: Answer(tuple(sorted(made[ID] for made in documents))),
        lambda documents: Answer(right([made for made in documents if "filter" in str(made)]).hits),
    ],
    ids=["never", "always", "less"],
)
def test_a_query_that_differs_is_found_with_the_event_and_its_place(catalogue, wrong):
    """Too few and too many are both errors, told at the part of the rule that the event was made for."""
    (outcome,) = outcomes(catalogue, Told(wrong))
    told = list(findings(outcome))
    assert outcome.assurance == "converted"
    assert {finding.code for finding in told} == {"VER002"}
    assert len(told) == len(outcome.disagreements) > 0
    assert {finding.span.line for finding in told} <= set(range(8, 13))


UNTOLD = "lacks a field that is to be empty, which the query declares not to tell from missing"


@pytest.mark.parametrize(
    ("condition", "left_out"),
    [("selection and filter", True), ("selection and (filter or lacking)", False)],
    ids=["empty", "empty or missing"],
)
def test_what_a_query_declares_not_to_tell_apart_is_not_held_against_it(tmp_path, root, condition, left_out):
    """Kusto keeps a missing text as an empty one: no event is tried whose verdict turns on which of the two it is."""
    text = RULE.replace(
        "CommandLine|contains: 'csc'", "CurrentDirectory: ''\n    lacking:\n        CurrentDirectory: null"
    )
    (tmp_path / "shell.yml").write_text(text.replace("selection and not filter", condition))
    loaded = load_rules([tmp_path], tmp_path)
    catalogue = dataclasses.replace(loaded.catalogue, sources=load_sources(root)[0])
    with opened({"kusto": load_engines()["kusto"]}, {}) as (engines, _):
        (outcome,) = [
            one for one in verify(catalogue, [load_targets()["sentinel"]], engines) if isinstance(one, Outcome)
        ]
    assert outcome.disagreements == ()
    assert outcome.tried > 0
    assert (UNTOLD in outcome.left_out) is left_out


def test_a_query_that_the_engine_refuses_is_an_error(catalogue):
    """The engine's own words are told, and the query is worth nothing more."""
    (outcome,) = outcomes(catalogue, Told(lambda _: Answer(None, "line 1: no such command")))
    (finding,) = findings(outcome)
    assert outcome.assurance == "converted"
    assert "told 1 refuses the query: line 1: no such command" in finding.message


def test_a_query_that_ran_on_nothing_is_only_converted(catalogue):
    """Zero evaluated events prove nothing, and neither do events of which none had to match; the line says why."""
    (outcome,) = outcomes(catalogue, Told(right))
    nothing = dataclasses.replace(outcome, tried=0, fired=False, left_out={})
    assert nothing.assurance == "converted"
    assert nothing.line == (
        "web_server_shell splunk converted (told 1): 0 events, 0 differ, none of them one that the rule matches"
    )


def test_a_query_that_no_engine_can_be_asked_is_told(catalogue):
    """Silence would pass for success."""
    engine = Told(right)
    engine.languages = frozenset({"klingon"})
    (untried,) = verify(catalogue, [load_targets()["splunk"]], [engine])
    assert isinstance(untried, Untried)
    (outcome,) = outcomes(catalogue, Told(right))
    told = {"engine": "", "assurance": "converted", "tried": 0, "left_out": {}}
    assert untried.record == {**outcome.record, **told}


def test_a_rule_that_is_converted_without_having_a_meaning_is_told(tmp_path, root):
    """A converter takes what the reference does not: of such a query nobody can say what it should select."""
    deep = f"{'(' * 60}selection{')' * 60}"
    (tmp_path / "deep.yml").write_text(RULE.replace("selection and not filter", deep))
    loaded = load_rules([tmp_path], tmp_path)
    catalogue = dataclasses.replace(loaded.catalogue, sources=load_sources(root)[0])
    ((finding,),) = verify(catalogue, [load_targets()["splunk"]], [Told(right)])
    assert (str(finding.span), finding.code) == ("deep.yml:12:5", "VER006")
    assert finding.message == "the condition nests deeper than 50"


def test_evidence_speaks_of_one_query_and_not_of_another(catalogue):
    """A build reads evidence by the hash of the query: one that has changed since was never tried."""
    (outcome,) = outcomes(catalogue, Told(lambda _: Answer(())))
    rule, evidence = outcome.rule, evidence_of(OF, [outcome])
    finding = contradicted(rule, outcome.query, evidence)
    assert finding is not None
    assert (finding.code, "differs on" in finding.message) == ("VER002", True)
    assert contradicted(rule, dataclasses.replace(outcome.query, text="search *"), evidence) is None
    (sound,) = outcomes(catalogue, Told(right))
    assert contradicted(rule, sound.query, evidence_of(OF, [sound])) is None


def test_evidence_of_other_targets_stays_while_the_rule_does(catalogue):
    """A run on one target keeps what an earlier one showed of another, unless the rule has changed."""
    (outcome,) = outcomes(catalogue, Told(right))
    fresh = evidence_of(OF, [outcome])
    earlier = {"rule": fresh["rule"], "targets": {"elastic": {"query": "x"}}}
    assert merged(fresh, {}) == fresh
    assert sorted(merged(fresh, earlier)["targets"]) == ["elastic", "splunk"]
    assert sorted(merged(fresh, {**earlier, "rule": "other"})["targets"]) == ["splunk"]


def test_of_several_engines_the_strongest_counts_unless_one_refutes(catalogue):
    """A weaker engine run later does not take away what a stronger one showed; a refutation is never outweighed."""
    (strong,) = outcomes(catalogue, Told(right))
    weak = dataclasses.replace(strong, engine="model 1", kind="modelled")
    both = merged(evidence_of(OF, [weak]), evidence_of(OF, [strong]))["targets"]["splunk"]
    assert (both["assurance"], [one["assurance"] for one in both["also"]]) == ("executed", ["modelled"])
    (wrong,) = outcomes(catalogue, Told(lambda _: Answer(())))
    refuted = merged(evidence_of(OF, [dataclasses.replace(wrong, engine="model 1")]), {**evidence_of(OF, [strong])})
    assert contradicted(strong.rule, strong.query, refuted) is not None


def test_engines_are_closed_whatever_happens():
    """One that cannot be had is told and the others run; all are closed, also after an interruption."""
    made = {"first": Told(right), "second": Told(right)}

    def refuse():
        raise EngineUnavailable("no Java here")

    made["second"].open = refuse
    seen = []

    def interrupted():
        with opened({name: lambda n=name: made[n] for name in made}, {}) as (running, missing):
            seen.extend([running, missing])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert seen == [[made["first"]], ["second: no Java here"]]
    assert [engine.closed for engine in made.values()] == [1, 1]


def test_a_strangers_rules_are_verified_from_the_command_line(tmp_path, monkeypatch, capsys):
    """Any folder of rules: one JSON line a query with what was tried, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shell.yml").write_text(RULE)
    with pytest.raises(SystemExit) as caught:
        main(["verify", "shell.yml", "-t", "duckdb", "--engine", "duckdb", "--format", "json"])
    (record,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert caught.value.code == 0
    assert (record["name"], record["target"], record["assurance"], record["differ"]) == (
        "web_server_shell",
        "duckdb",
        "executed",
        [],
    )
    assert record["tried"] > 50
    assert [path.name for path in tmp_path.iterdir()] == ["shell.yml"]


def test_a_correlation_that_is_converted_without_having_a_meaning_is_told(tmp_path, root):
    """The fault is the rule's, at its place, and no engine is said to have refused anything."""
    (tmp_path / "shell.yml").write_text(RULE)
    counts = "type: event_count, rules: [web_server_shell], timespan: 5m, condition: {gte: 2}, generate: 5"
    (tmp_path / "many.yml").write_text(f"title: Many\nname: many\ncorrelation: {{{counts}}}\n")
    loaded = load_rules([tmp_path], tmp_path)
    catalogue = dataclasses.replace(loaded.catalogue, sources=load_sources(root)[0])
    many = [rule for rule in catalogue.rules if rule.name == "many"]
    ((finding,),) = verify(catalogue, [load_targets()["splunk"]], [Told(right)], many)
    assert (str(finding.span), finding.code) == (f"many.yml:3:{15 + counts.index('generate')}", "VER006")
    assert finding.message == "`generate` is true or false, not 5"


def test_an_engine_that_cannot_be_had_is_no_success(tmp_path, monkeypatch, capsys):
    """Whoever asks for an engine learns by the exit code that it was not asked, and which queries were not tried."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shell.yml").write_text(RULE)
    with pytest.raises(SystemExit) as caught:
        main(["verify", "shell.yml", "-t", "opensearch", "--engine", "opensearch=http://[::1"])
    assert (caught.value.code, capsys.readouterr().err.splitlines()) == (
        2,
        [
            "not run: opensearch: the address of the server is none: Invalid IPv6 URL",
            "not tried: 1 of opensearch, as no engine that was asked speaks dsl",
        ],
    )


@pytest.fixture
def tree(tmp_path, root):
    """A tree of two rules, each with a case."""
    cases = "rule: {0}\ncases:\n    - {{title: t, expect: true_negative, hits: 0, origin: synthetic, because: b, "
    for name, start in (("one", "8d7bf0a1"), ("two", "8d7bf0a2")):
        (tmp_path / "samples" / "rules" / name).mkdir(parents=True)
        (tmp_path / "detections" / "sigma").mkdir(parents=True, exist_ok=True)
        text = cases.format(name) + "event: {CommandLine: 'whatever'}}\n"
        (tmp_path / "samples" / "rules" / name / "cases.yml").write_text(text)
        rule = RULE.replace("web_server_shell", name).replace("8d7bf0a1", start)
        (tmp_path / "detections" / "sigma" / f"{name}.yml").write_text(rule)
    shutil.copytree(root / "detections" / "sources", tmp_path / "detections" / "sources")
    return tmp_path


def test_of_a_tree_the_rules_that_are_asked_for_get_evidence(tree, capsys):
    """One rule at a time: its evidence is written, with the events of its cases, and no other's is touched."""
    words = ["verify", str(tree / "detections" / "sigma" / "one.yml"), "--root", str(tree)]
    with pytest.raises(SystemExit) as caught:
        main([*words, "-t", "duckdb", "--engine", "duckdb"])
    assert (caught.value.code, len(capsys.readouterr().out.splitlines())) == (0, 1)
    assert [str(path.relative_to(tree)) for path in tree.rglob("*evidence*")] == ["samples/rules/one/evidence.json"]
    assert load_tree(tree).diagnostics == ()
    (book,) = [book for book in load_tree(tree).catalogue.casebooks if book.evidence]
    assert list(book.evidence["targets"]) == ["duckdb"]


def test_what_was_shown_before_ctrl_c_is_written(tree, monkeypatch, capsys):
    """The evidence of the target that was done is there, that of the next one is not."""

    def interrupted(*given):
        for outcome in verify(*given):
            if isinstance(outcome, Outcome) and outcome.query.target == "splunk":
                raise KeyboardInterrupt
            yield outcome

    monkeypatch.setattr("compiler.verbs.verify.verify", interrupted)
    with pytest.raises(SystemExit) as caught:
        main(["verify", "--root", str(tree), "-t", "duckdb", "-t", "splunk"])
    assert (caught.value.code, capsys.readouterr().err.splitlines()[-1]) == (130, "tocsin: interrupted")
    books = load_tree(tree).catalogue.casebooks
    assert [(book.rule, list(book.evidence["targets"])) for book in books] == [("one", ["duckdb"]), ("two", ["duckdb"])]


def test_an_engine_that_dies_is_told_once_and_the_others_go_on(catalogue):
    """Nothing is said of the queries that it did not answer, which are neither right nor refused."""

    def dies(_):
        raise EngineUnavailable("it has died")

    dying = Told(dies)
    dying.name = "dying"
    target = dataclasses.replace(load_targets()["splunk"], engines=())
    told = list(verify(catalogue, [target, target], [dying, Told(right)]))
    assert [str(one) for one in told if isinstance(one, EngineUnavailable)] == ["it has died"]
    assert [one.assurance for one in told if isinstance(one, Outcome)] == ["executed", "executed"]


def test_a_verification_that_an_engine_did_not_end_is_no_success(tree, monkeypatch, capsys):
    """What was shown is written, the reason is told, and the exit code says that it could not be run."""

    def dies(*given):
        yield from verify(*given)
        yield EngineUnavailable("it has died")

    monkeypatch.setattr("compiler.verbs.verify.verify", dies)
    with pytest.raises(SystemExit) as caught:
        main(["verify", "--root", str(tree), "-t", "duckdb", "--engine", "duckdb"])
    assert (caught.value.code, "not run to its end: it has died" in capsys.readouterr().err.splitlines()) == (2, True)
    assert [list(book.evidence["targets"]) for book in load_tree(tree).catalogue.casebooks] == [["duckdb"], ["duckdb"]]
