"""Splunk's data models as an option: asked where it was chosen and where they have the fields, else the raw events."""

import dataclasses
import datetime as dt

import pytest

from compiler.content.model import Catalogue, Kind, Logsource
from compiler.convert import convert
from compiler.engines.spl import Spl
from compiler.release.build import build
from compiler.targets.splunk import TARGET
from compiler.targets.splunk_selftest import selftest
from compiler.targets.target import Content, Pack, Packed, Query, Trial, TrialRow
from compiler.verify.evidence import evidence_of, shown
from compiler.verify.queries import Outcome
from compiler.verify.translation import verify

OPTION = "splunk:data_models"
MODEL = {"macro": "tocsin_cim_made", "default": 'from datamodel:"Made.All"', "generates": True}
A = {"selection": {"A": "x"}}


@pytest.fixture
def sources(make):
    """Raw events with the fields A and B, and a data model with A alone, which writes ``unknown`` for a missing one."""
    raw = make.arrival("splunk", {"A": ("a_raw", "string"), "B": ("b_raw", "string")})
    model = make.arrival(
        "splunk", {"A": ("a", "string", "unknown_for_missing")}, "cim", where=MODEL, option="data_models"
    )
    return [make.source(raw), make.source(model, name="cim_made")]


def asked(rules, sources, options=(OPTION,)):
    query = convert(rules[-1], TARGET, Content.of(sources, rules, options=options))
    assert isinstance(query, Query), query
    return query


def test_the_raw_events_are_asked_where_nothing_was_chosen(make, sources):
    """An arrival with an option does not exist without it."""
    query = asked([make.rule(A)], sources, ())
    assert query.text == '`tocsin_made` a_raw="x"'
    assert (query.asked_of, query.settings["shapes"]) == ("splunk", ["made/made"])


def test_the_data_model_is_asked_alone_where_it_was_chosen(make, sources):
    """It has the events of the others, so an alert is not told twice."""
    query = asked([make.rule(A)], sources)
    assert query.text == '| `tocsin_cim_made`\n| search a="x"'
    assert (query.asked_of, query.settings["shapes"]) == (OPTION, ["cim_made/cim"])
    assert query.settings["macros"] == {"tocsin_cim_made": 'from datamodel:"Made.All"'}


@pytest.mark.parametrize("selection", [{"B": "x"}, {"A": "x", "B": "y"}], ids=["alone", "beside"])
def test_a_field_that_the_data_model_lacks_is_asked_of_the_raw_events(make, sources, selection):
    """The option is taken where the data model has the fields, all of them."""
    query = asked([make.rule({"selection": selection})], sources)
    assert query.text.startswith("`tocsin_made` ")
    assert query.asked_of == "splunk"


def test_a_keyword_is_asked_of_the_raw_events(make, sources):
    """What a data model gives is fields; nothing says that the event as it was written comes with them."""
    query = asked([make.rule({"selection": ["word"]})], sources)
    assert query.text == '`tocsin_made`\n| where match(_raw, "(?is)word")'


def test_of_several_data_models_none_is_asked(make, sources):
    """One search over several is not certain to be exact, so it is not written."""
    other = make.arrival("splunk", {"A": ("a", "string")}, "other", where=MODEL, option="data_models")
    query = asked([make.rule(A)], [*sources, make.source(other, name="cim_other")])
    assert query.text == '`tocsin_made` a_raw="x"'


def test_conditions_that_no_search_can_say_follow_the_search(make, sources):
    """The one ``where`` stands behind the search of the data model's events."""
    query = asked([make.rule({"selection": {"A|re": "x{3}"}})], sources)
    assert query.text == '| `tocsin_cim_made`\n| where isnotnull(mvfilter(match(a, "x{3}")))'


@pytest.fixture
def correlation(make):
    """A correlation over rules of the made log source, by the name of its type."""

    def made(kind, *selections):
        rules = [
            dataclasses.replace(make.rule({"name": f"rule_{number}", "selection": given}), name=f"rule_{number}")
            for number, given in enumerate(selections)
        ]
        body = {"type": kind, "rules": [one.name for one in rules], "group-by": ["A"], "timespan": "5m"}
        if kind == "event_count":
            body["condition"] = {"gte": 3}
        return [*rules, make.rule({"name": "mr_made", "correlation": body})]

    return made


def test_a_correlation_of_one_rule_counts_in_the_data_model(correlation, sources):
    """One search has all of its events."""
    query = asked(correlation("event_count", {"A|startswith": "x"}), sources)
    assert query.text.startswith('| `tocsin_cim_made`\n| search a="x*"\n')
    assert query.asked_of == OPTION


def test_a_correlation_of_several_searches_counts_in_the_raw_events(correlation, sources):
    """They are joined by multisearch, which takes streaming searches alone."""
    query = asked(correlation("temporal", {"A": "x"}, {"A": "y"}), sources)
    assert "tocsin_cim_made" not in query.text
    assert query.asked_of == "splunk"


def test_a_correlation_that_the_data_model_is_not_asked_is_tried_on_the_raw_events(make, sources):
    """Though its rules alone would be asked of the data model, which has other names for the fields."""
    body = {"type": "temporal", "rules": ["start", "end"], "group-by": ["A"], "timespan": "5m"}
    bodies = [
        {"name": "start", "detection": {"s": {"A|startswith": "x"}, "condition": "s"}},
        {"name": "end", "detection": {"s": {"A|endswith": "x"}, "condition": "s"}},
        {"name": "mr_made", "correlation": body},
    ]
    rules = [
        dataclasses.replace(rule, span=dataclasses.replace(rule.span, line=line))
        for line, rule in enumerate(map(make.rule, bodies), start=1)
    ]
    catalogue = Catalogue(sources=tuple(sources), rules=tuple(rules), options=frozenset({OPTION}))
    (outcome,) = (one for one in verify(catalogue, [TARGET], [Spl()], rules[-1:]) if isinstance(one, Outcome))
    assert outcome.query.asked_of == "splunk"
    assert (outcome.assurance, outcome.disagreements, outcome.error) == ("modelled", (), "")


@pytest.mark.parametrize(
    "selection",
    [
        {"A": "x"},
        {"A": None},
        {"A|exists": True},
        {"A|exists": False},
        {"A|contains": "know"},
        {"A|re": "unknown|x"},
        {"A": "*"},
        {"A|gte": 3},
    ],
    ids=str,
)
@pytest.mark.parametrize("negated", [False, True])
def test_a_data_model_says_what_the_rule_says(make, sources, selection, negated):
    """Missing fields, for which it writes ``unknown``, among them; negated too."""
    condition = "not selection" if negated else "selection"
    rule = make.rule({"detection": {"selection": selection, "condition": condition}})
    catalogue = Catalogue(sources=tuple(sources), rules=(rule,), options=frozenset({OPTION}))
    (outcome,) = (one for one in verify(catalogue, [TARGET], [Spl()]) if isinstance(one, Outcome))
    assert outcome.query.asked_of == OPTION
    assert (outcome.assurance, outcome.disagreements, outcome.error) == ("modelled", (), "")


@pytest.mark.parametrize("selection", [{"A": "Unknown"}, {"A": ["x", "unknown"]}], ids=str)
def test_the_mark_of_a_missing_value_is_asked_of_the_raw_events(make, sources, selection):
    """The data model cannot tell it from a missing one, in whatever letters."""
    assert asked([make.rule({"selection": selection})], sources).asked_of == "splunk"


def test_each_option_is_tried_beside_the_plain_query(make, sources):
    """What makes no use of it is tried once."""
    rules = (make.rule(A), make.rule({"selection": {"B": "x"}}))
    named = tuple(
        dataclasses.replace(one, name=f"r{number}", span=dataclasses.replace(one.span, line=number + 1))
        for number, one in enumerate(rules)
    )
    catalogue = Catalogue(sources=tuple(sources), rules=named)
    found = [one for one in verify(catalogue, [TARGET], [Spl()], options=[OPTION]) if isinstance(one, Outcome)]
    assert [(one.rule.name, one.query.asked_of) for one in found] == [
        ("r0", "splunk"),
        ("r1", "splunk"),
        ("r0", OPTION),
    ]


def test_evidence_of_an_option_stands_by_itself(make, sources):
    """A build with the option finds what was shown of its query, and one without that of its own."""
    rule = make.rule(A)
    catalogue = Catalogue(sources=tuple(sources), rules=(rule,))
    found = [one for one in verify(catalogue, [TARGET], [Spl()], options=[OPTION]) if isinstance(one, Outcome)]
    evidence = evidence_of("0" * 64, found)
    assert sorted(evidence["targets"]) == ["splunk", OPTION]
    for outcome in found:
        assert shown(outcome.query, evidence)["assurance"] == "modelled"
    assert shown(found[0].query, evidence)["query"] != shown(found[1].query, evidence)["query"]


def test_the_app_of_the_option(make, sources):
    """The macro makes events, so the page of health puts a pipe before it, too."""
    rule = make.rule({"id": "5156a676-fd44-41ac-b47f-732f975f3ddf", "name": "made_rule", **A})
    query = asked([rule], sources)
    files = TARGET.package(Pack("1.2.3", (Packed(rule, query),), tuple(sources))).files
    macros = files["tocsin/default/macros.conf"].decode()
    assert '[tocsin_cim_made]\ndefinition = from datamodel:"Made.All"\n' in macros
    health = files["tocsin/default/data/ui/views/tocsin_health.xml"].decode()
    assert "<query>| `tocsin_cim_made`\n| stats count AS events" in health
    readme = files["tocsin/README.md"].decode()
    assert "`Splunk_SA_CIM`" in readme
    assert "in its macro `cim_<model>_indexes`: `tocsin_cim_made`." in readme


def test_the_self_test_makes_its_own_events(make, sources):
    """No data model is read."""
    rule = make.rule(A)
    rows = (TrialRow("tocsin_cim_made", {"a": "X"}, None, True), TrialRow("tocsin_cim_made", {"a": "y"}, None, False))
    test = selftest("rule", asked([rule], sources), Trial(rows, 2), "my_filter")
    assert test.search.startswith('| `rule_events`\n| search selftest_source="tocsin_cim_made"\n| search a="x"\n')
    assert 'expected="101"' in test.search


def test_a_build_asks_what_the_environment_chose(root, make, sources):
    """Queries of the catalogue's options are packed."""
    rule = make.rule({"id": "5156a676-fd44-41ac-b47f-732f975f3ddf", "name": "made_rule", "level": "low", **A})
    catalogue = Catalogue(sources=tuple(sources), rules=(rule,), options=frozenset({OPTION}))
    assert rule.kind is Kind.SIGMA
    assert sources[1].logsources == (Logsource("made", None, None),)
    built = build(root, catalogue, [TARGET], {}, dt.date(2026, 11, 22))
    assert [query.asked_of for query in built.queries] == [OPTION]
