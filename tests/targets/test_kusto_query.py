"""KQL queries: names and texts that end no literal, shapes joined, and what has to be told of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.convert import convert
from compiler.engines.engine import Ask, Table
from compiler.engines.kusto import ENGINE
from compiler.targets.kusto_text import literal, path, quoted_name
from compiler.targets.sentinel import TARGET
from compiler.targets.target import Query

pytest.importorskip("duckdb_kql")


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", '"plain"'),
        ('a "quote"', r'"a \"quote\""'),
        ("C:\\Temp", '@"C:\\Temp"'),
        ('C:\\"', r'"C:\\\""'),
        ("a\nb\x00", r'"a\nb\u0000"'),
        ("\\\n", r'"\\\n"'),
    ],
)
def test_a_text_is_a_literal(text, said):
    """Verbatim where backslashes are all there is to escape."""
    assert literal(text) == said


@given(st.text())
def test_no_text_ends_its_literal(text):
    """Whatever a rule holds, its quote is the last of the literal: the reading of the literal gives the text back."""
    said = literal(text)
    assert said.endswith('"')
    if said.startswith('@"'):
        assert '"' not in said[2:-1]
        assert said[2:-1] == text
    else:
        inner = said[1:-1].encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
        assert '"' not in inner.replace("\\\\", "").replace('\\"', "")


@pytest.mark.parametrize(
    ("name", "said"),
    [("csMethod", "csMethod"), ("cs-method", "['cs-method']"), ("where", "['where']"), ("it's", r"['it\'s']")],
)
def test_a_column_is_quoted_where_it_must_be(name, said):
    """What is no plain name, or is a word of the language, stands in brackets."""
    assert quoted_name(name) == said


def test_a_path_within_a_dynamic_column_is_a_text():
    """Steps that are no plain names, and places in lists."""
    assert path("EventData.CommandLine") == "tostring(EventData.CommandLine)"
    assert path("Targets[0].a-b") == 'tostring(Targets[0]["a-b"])'


def shapes(make, **fields):
    one = make.arrival("sentinel", fields, shape="one", where={"table": "One"})
    two = make.arrival("sentinel", {n: (f"D.{n}", "dynamic") for n in fields}, shape="two", where={"table": "Two"})
    return [make.source(one, two)]


def test_a_rule_is_asked_in_every_shape(make):
    """A workspace need not have all tables; what lies within a dynamic column becomes a column."""
    rule = make.rule({"selection": {"Image": "x", "User|contains": "y"}})
    query = convert(
        rule, TARGET, make.content(rule, sources=shapes(make, Image=("Img", "string"), User=("User", "string")))
    )
    assert query.text.splitlines() == [
        "union isfuzzy=true",
        "(One",
        '| where Img =~ "x"',
        '| where User contains "y"),',
        "(Two",
        "| extend Image = tostring(D.Image), User = tostring(D.User)",
        '| where Image =~ "x"',
        '| where User contains "y")',
    ]
    assert query.settings["tables"] == {
        "One": {"Img": "string", "TimeGenerated": "datetime", "User": "string"},
        "Two": {"D.Image": "dynamic", "D.User": "dynamic", "TimeGenerated": "datetime"},
    }
    assert query.settings["made"] == {"One": [], "Two": ["Image", "User"]}


def test_a_long_condition_is_asked_once_of_all_shapes(make, kusto):
    """The columns get the names of the rule first; the query selects the same events, and is half as long."""
    values = [f"value-{number:06}" for number in range(500)]
    rule = make.rule({"selection": {"Image": values, "Port": 22}})
    sources = shapes(make, Image=("Img", "string"), Port=("Port", "long"))
    query = convert(rule, TARGET, make.content(rule, sources=sources))
    assert isinstance(query, Query), query
    assert query.text.count("value-000499") == 1
    one = Table("One", {"Img": "string", "Port": "long"}, tuple(documents("a", "Img", "Port")))
    two = Table("Two", {"D.Image": "dynamic", "D.Port": "dynamic"}, tuple(documents("b", "D.Image", "D.Port")))
    (answer,) = kusto.run([one, two], [Ask("kql", query.text, query.settings)])
    assert answer.hits == ("a0", "b0")


@pytest.mark.parametrize(
    ("modifiers", "found"),
    [
        ("contains", {"whole", "upper", "start", "end", "special"}),
        ("startswith", {"whole", "upper", "start", "special"}),
        ("endswith", {"whole", "upper", "end"}),
        ("contains|cased", {"whole", "start", "end", "special"}),
    ],
)
def test_many_parts_of_a_text_are_one_regular_expression(modifiers, found, make, kusto):
    """Where the tests one by one would be too long they are joined, with nothing of a value read as an expression."""
    values = [f"part-{number:04}(" for number in range(480)] + ["c:\\$x.y\n|z"]
    rule = make.rule({"selection": {f"Image|{modifiers}": values}})
    query = convert(rule, TARGET, make.content(rule, sources=shapes(make, Image=("Img", "string"))))
    assert isinstance(query, Query), query
    assert query.text.count(" matches regex ") == 1
    assert len(query.text) < 9_900
    texts = {
        "whole": "part-0479(",
        "upper": "PART-0479(",
        "start": "part-0000(x",
        "end": "x\npart-0000(",
        "special": "c:\\$x.y\n|z.",
        "other": "c:\\$x-y\n|z",
        "none": "part-0480(",
    }
    documents = tuple({"tocsin_id": name, "Img": text} for name, text in texts.items())
    (answer,) = kusto.run([Table("One", {"Img": "string"}, documents)], [Ask("kql", query.text, query.settings)])
    assert set(answer.hits) == found


def documents(prefix, image, port):
    """One event that meets the rule, one with another port, one with another image."""
    pairs = [("VALUE-000007", 22), ("value-000007", 23), ("value", 22)]
    return [{"tocsin_id": f"{prefix}{at}", image: first, port: second} for at, (first, second) in enumerate(pairs)]


@pytest.mark.parametrize(
    ("detection", "refused"),
    [
        ({"a": {"Image": ""}, "condition": "a"}, False),
        ({"a": {"Image": ""}, "b": {"Image": None}, "condition": "a or b"}, False),
        ({"a": {"Image": ""}, "b": {"Image": None}, "condition": "a and not b"}, True),
        ({"a": {"Image|exists": True}, "b": {"Image": ""}, "condition": "a and b"}, True),
    ],
)
def test_a_rule_that_tells_empty_from_missing_is_refused(detection, refused, make):
    """KQL has them as one; a rule that does not tell them apart names the deviation."""
    rule = make.rule({"detection": detection})
    arrival = make.arrival("sentinel", {"Image": ("Image", "string")}, where={"table": "One"})
    result = convert(rule, TARGET, make.content(rule, sources=[make.source(arrival)]))
    assert isinstance(result, Query) is not refused
    if refused:
        assert "which the rule tells apart" in result[0].message
    else:
        assert result.settings["deviations"] == ["empty-is-missing"]


def test_a_column_of_time_is_asked_for_its_parts_in_utc(make):
    """A text cannot be asked of it; its parts can."""
    arrival = make.arrival("sentinel", {"When": ("When", "datetime")}, where={"table": "One"})
    sources = [make.source(arrival)]
    hour, text = make.rule({"selection": {"When|hour": 3}}), make.rule({"selection": {"When": "x"}})
    assert convert(hour, TARGET, make.content(hour, sources=sources)).text == (
        'One\n| where coalesce(datetime_part("hour", When) == 3, false)'
    )
    assert "cannot be asked for a text" in convert(text, TARGET, make.content(text, sources=sources))[0].message
