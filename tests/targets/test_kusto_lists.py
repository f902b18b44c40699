"""Lists that a SOC keeps at Sentinel and Defender: what a query asks of them when it runs."""

import pytest

from compiler.convert import convert
from compiler.engines.engine import LIST, Ask, Table
from compiler.engines.kusto import ENGINE
from compiler.targets import defender, sentinel
from compiler.targets.kusto_query import with_lets

pytest.importorskip("duckdb_kql")

VALUES = ("PAW01.example.com", "198.51.100.7", "22")
COLUMNS = {"string": "Host", "dynamic": "D.Host", "long": "Host"}


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def filtered(modifiers="expand"):
    return {"s": {"A": "x"}, "f": {f"Host|{modifiers}": "%own%"}, "condition": "s and not f"}


def content_of(make, rule, *, kind="string", values=(), target="sentinel", changed=""):
    fields = {"A": ("A", "string"), "Host": (COLUMNS[kind], kind, *([changed] if changed else []))}
    sources = [make.source(make.arrival(target, fields, where={"table": "Events"}))]
    return make.content(rule, sources=sources, placeholders={"own": values})


def asked(make, detection, target=sentinel.TARGET, **given):
    rule = make.rule({"detection": detection})
    return convert(rule, target, content_of(make, rule, target=target.name, **given))


def events(kind):
    hosts = {"upper": "PAW01.EXAMPLE.COM", "address": "198.51.100.7", "longer": "PAW01.example.com."}
    hosts = {"listed": 22, "other": 23} if kind == "long" else hosts
    documents = [{"tocsin_id": name, "A": "x", COLUMNS[kind]: host} for name, host in hosts.items()]
    documents.append({"tocsin_id": "none", "A": "x"})
    return Table("Events", {"A": "string", COLUMNS[kind]: kind}, tuple(documents))


def listing(*values):
    return Table("TocsinList_own", LIST, tuple({"tocsin_id": value, "SearchKey": value} for value in values))


def found(kusto, query, *tables):
    (answer,) = kusto.run(tables, [Ask("kql", query.text, query.settings)])
    assert answer.error == ""
    return answer.hits


def test_a_list_that_nobody_has_filled_is_read_when_the_query_runs(make):
    """The condition names a table, which the package defines as the watchlist of that name."""
    query = asked(make, filtered())
    assert query.text.endswith("\n| where not(Host in~ ((TocsinList_own | project SearchKey)))")
    assert query.settings["lists"] == {"TocsinList_own": "own"}
    assert query.settings["lets"] == {"TocsinList_own": "_GetWatchlist('tocsin_own')"}
    assert query.settings["deviations"] == []


@pytest.mark.parametrize("kind", COLUMNS)
def test_an_empty_list_leaves_out_nothing(make, kusto, kind):
    """As a placeholder that stands for nothing, also of an event without the field."""
    given = events(kind)
    ids = tuple(sorted(document["tocsin_id"] for document in given.documents))
    assert found(kusto, asked(make, filtered(), kind=kind), given) == ids


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_list_means_what_its_values_would_mean_in_the_rule(make, kusto, kind):
    """Whole values, without regard to letter case; of a number its digits."""
    read = found(kusto, asked(make, filtered(), kind=kind), events(kind), listing(*VALUES))
    built = found(kusto, asked(make, filtered(), kind=kind, values=VALUES), events(kind))
    assert read == built == {"long": ("none", "other")}.get(kind, ("longer", "none"))


def test_a_rule_that_is_about_a_list_finds_what_is_on_it(make, kusto):
    """Not negated, it finds nothing as long as the list is empty."""
    about = {"s": {"A": "x", "Host|expand": "%own%"}, "condition": "s"}
    query = asked(make, about)
    assert found(kusto, query, events("string")) == ()
    assert found(kusto, query, events("string"), listing(*VALUES)) == ("address", "upper")


def test_a_value_that_is_kept_in_lower_case_is_looked_for_in_a_list(make):
    """Letter case does not count there, so nothing is lost."""
    assert asked(make, filtered(), changed="lower_case").settings["lists"] == {"TocsinList_own": "own"}


@pytest.mark.parametrize(
    ("detection", "changed"),
    [(filtered("cased|expand"), ""), (filtered("startswith|expand"), ""), (filtered(), "dash_for_missing")],
)
def test_a_list_that_cannot_be_asked_as_it_is_matches_nothing(make, detection, changed):
    """Letter by letter, as a part, or of a value that the store has changed: it stands for nothing, as it did."""
    query = asked(make, detection, changed=changed)
    assert "TocsinList" not in query.text
    assert query.settings["lists"] == {}


def test_a_correlation_reads_the_lists_of_its_rules(make, kusto):
    """What is on the list is not counted."""
    rule = make.rule({"name": "one", "detection": filtered()})
    joined = make.rule(
        {
            "name": "two",
            "correlation": {
                "type": "event_count",
                "rules": ["one"],
                "group-by": ["A"],
                "timespan": "5m",
                "condition": {"gte": 2},
            },
        }
    )
    sources = [make.source(make.arrival("sentinel", {n: (n, "string") for n in ("A", "Host")}, where={"table": "E"}))]
    query = convert(joined, sentinel.TARGET, make.content(rule, joined, sources=sources, placeholders={"own": ()}))
    documents = tuple(
        {"tocsin_id": host, "tocsin_time": number * 1_000_000, "A": "x", "Host": host}
        for number, host in enumerate(("paw01.example.com", "mail"))
    )
    given = Table("E", {"A": "string", "Host": "string"}, documents)
    assert found(kusto, query, given) == ("mail",)
    assert found(kusto, query, given, listing(*VALUES)) == ()


def test_at_defender_the_list_stands_at_the_top_of_the_query(make, kusto):
    """There are no watchlists without Sentinel; what the SOC writes between the brackets is the list."""
    query = asked(make, filtered(), defender.TARGET)
    packed = with_lets(query.text, query.settings["lets"])
    assert packed.splitlines()[:3] == [
        "let TocsinList_own =",
        '// Your own values, in quotes with commas between: ["one", "two"]',
        "datatable(SearchKey: string) [];",
    ]
    edited = packed.replace("[];", '["PAW01.example.com", "22"];')
    asks = [Ask("kql", text, {"time": "Timestamp"}) for text in (packed, edited)]
    answers = kusto.run([events("string")], asks)
    assert [answer.hits for answer in answers] == [
        ("address", "longer", "none", "upper"),
        ("address", "longer", "none"),
    ]


def test_the_definition_of_a_list_counts_towards_the_length_of_a_query(make):
    """Sentinel takes 10,000 characters with all that stands in front."""
    query = asked(make, filtered())
    room = sentinel.LONGEST - len(with_lets(query.text, query.settings["lets"])) + 1
    long, longer = ("y" * (room + more) for more in (0, 1))
    fits = {**filtered(), "s": {"A": long}}
    assert len(with_lets(asked(make, fits).text, query.settings["lets"])) == sentinel.LONGEST
    (refused,) = asked(make, {**filtered(), "s": {"A": longer}})
    assert refused.message.endswith(f" characters; sentinel takes {sentinel.LONGEST}")
