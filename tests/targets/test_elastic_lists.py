"""Lists that a SOC keeps in Kibana: which rules leave them out by exceptions, and what these mean."""

import json

import pytest

from compiler.convert import convert
from compiler.engines.elasticsearch import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.targets.elastic import TARGET
from compiler.targets.schema import faults
from compiler.targets.target import Pack, Packed

ID = "5156a676-fd44-41ac-b47f-732f975f3ddf"
FIELDS = {"Image": ("process.name", "keyword"), "Host": ("winlog.computer_name", "keyword"), "Ip": ("source.ip", "ip")}


def filtered(field="Host", modifiers="expand"):
    return {"s": {"Image": "x"}, "f": {f"{field}|{modifiers}": "%own%"}, "condition": "s and not f"}


def rule_of(make, detection, name="made_rule", id=ID):
    return make.rule({"id": id, "name": name, "detection": detection})


def asked(make, detection, values=(), **shapes):
    rule = rule_of(make, detection)
    arrivals = [make.arrival("elastic", FIELDS | more, shape=shape) for shape, more in (shapes or {"made": {}}).items()]
    content = make.content(rule, sources=[make.source(*arrivals)], placeholders={"own": values})
    return convert(rule, TARGET, content)


def package(make, *rules):
    content = make.content(
        *rules, sources=[make.source(make.arrival("elastic", FIELDS))], placeholders={"own": (), "other": ()}
    )
    made = (Packed(rule, convert(rule, TARGET, content)) for rule in rules)
    return TARGET.package(Pack("1.2.3", tuple(made), content.sources))


def lines(made):
    return [json.loads(line) for line in made.files["rules.ndjson"].decode().splitlines()]


@pytest.mark.parametrize(("field", "kind"), [("Host", "keyword"), ("Ip", "ip")])
def test_a_list_that_a_rule_leaves_out_is_an_exception(make, field, kind):
    """The query is as it is without the filter; Kibana leaves out what is on the value list before it asks."""
    query = asked(make, filtered(field))
    assert query.text == 'any where ?process.name : "x"'
    assert query.settings["exceptions"] == [{"name": "own", "field": FIELDS[field][0], "type": kind}]


@pytest.mark.parametrize(
    "detection",
    [
        filtered(modifiers="cased|expand"),
        filtered(modifiers="startswith|expand"),
        {"s": {"Image": "x"}, "f": {"Host|expand": "%own%", "Ip": "10.0.0.1"}, "condition": "s and not f"},
        {"s": {"Image": "x"}, "o": {"Ip": None}, "f": {"Host|expand": "%own%"}, "condition": "s and (o or not f)"},
        {"s": {"Image": "x"}, "f": {"Host|expand": "%own%"}, "condition": "s or f"},
    ],
)
def test_what_an_exception_would_not_mean_exactly_has_none(make, detection):
    """Letters that count, a part of a value, and a list that decides only beside something else."""
    assert "exceptions" not in asked(make, detection).settings


def test_one_of_several_lists_that_are_left_out_is_an_exception_of_its_own(make):
    """Not (a or b) leaves out each."""
    either = {"s": {"Image": "x"}, "f": [{"Host|expand": "%own%"}, {"Ip|expand": "%own%"}], "condition": "s and not f"}
    assert [one["field"] for one in asked(make, either).settings["exceptions"]] == ["source.ip", "winlog.computer_name"]


@pytest.mark.parametrize(
    ("one", "two", "known"),
    [
        ({}, {}, True),
        ({}, {"Host": ("winlog.computer_name", "keyword", "lower_case")}, True),
        ({}, {"Host": ("host.name", "keyword")}, False),
        ({"Host": ("log.host", "text")}, {"Host": ("log.host", "text")}, False),
        ({"Host": ("n", "keyword", "account_only")}, {"Host": ("n", "keyword", "account_only")}, False),
    ],
)
def test_a_list_is_left_out_where_all_shapes_have_the_value_in_one_field(make, one, two, known):
    """In another shape the field could hold something else; in another form the value is not to be found."""
    assert ("exceptions" in asked(make, filtered(), one=one, two=two).settings) is known


def test_values_of_the_environment_are_in_the_query(make):
    """A build that gives them needs no list at run time."""
    query = asked(make, filtered(), values=("PAW01",))
    assert 'not ?winlog.computer_name : "PAW01"' in query.text
    assert "exceptions" not in query.settings


@pytest.mark.parametrize(("field", "values"), [("Host", ("PAW01", "PAW02")), ("Ip", ("192.0.2.7", "2001:db8::1"))])
def test_an_exception_means_what_the_values_would_mean_in_the_rule(make, eql, field, values):
    """Kibana asks for terms; an empty list leaves out nothing, and a missing field is on none."""
    read, built = asked(make, filtered(field)), asked(make, filtered(field), values)
    (one,) = read.settings["exceptions"]
    types = dict(FIELDS.values())
    for value in (*values, values[0] + "0", None):
        event = {"process.name": "x"} | ({one["field"]: value} if value else {})
        found = eql.matches(read.text, event, strict=False, types=types)
        assert found is True
        assert (found and event.get(one["field"]) not in values) is eql.matches(
            built.text, event, strict=False, types=types
        )


def test_the_lists_of_a_package_stand_behind_its_rules(make):
    """Each exception list once, with one exception that reads the value list of its file."""
    rules = [
        rule_of(make, filtered()),
        rule_of(make, filtered(), "second", ID.replace("51", "61")),
        rule_of(make, {"s": {"Image": "y"}, "condition": "s"}, "third", ID.replace("51", "71")),
    ]
    made = package(make, *rules)
    one, two, three, held, item = lines(made)
    reference = {
        "id": "tocsin_own_winlog_computer_name",
        "list_id": "tocsin_own_winlog_computer_name",
        "namespace_type": "single",
        "type": "detection",
    }
    assert one["exceptions_list"] == two["exceptions_list"] == [reference]
    assert "exceptions_list" not in three
    assert (held["list_id"], held["type"], held["namespace_type"]) == (reference["list_id"], "detection", "single")
    assert item["list_id"] == reference["list_id"]
    assert item["entries"] == [
        {
            "field": "winlog.computer_name",
            "list": {"id": "tocsin_own_keyword.txt", "type": "keyword"},
            "operator": "included",
            "type": "list",
        }
    ]
    assert made.files["lists/tocsin_own_keyword.txt"] == b"(nothing is on this list yet)\n"
    assert made.rules == {"rules.ndjson": ("made_rule", "second", "third")}
    assert [faults(line, "kibana-exception") for line in (held, item)] == [[], []]


def test_one_list_of_two_fields_is_two_exception_lists(make):
    """An exception holds for every rule that names its list, so it must not be of a field of another rule's."""
    other = rule_of(make, filtered("Ip"), "second", ID.replace("51", "61"))
    one, two, *held = lines(package(make, rule_of(make, filtered()), other))
    assert [named["exceptions_list"][0]["list_id"] for named in (one, two)] == [
        "tocsin_own_winlog_computer_name",
        "tocsin_own_source_ip",
    ]
    assert [line["entries"][0]["field"] for line in held if "entries" in line] == ["source.ip", "winlog.computer_name"]


@pytest.mark.parametrize(
    ("rules", "known"),
    [(["made_rule"], True), (["made_rule", "second"], True), (["made_rule", "third"], False), (["inner"], True)],
)
def test_a_correlation_leaves_out_what_each_of_its_rules_does(make, rules, known):
    """An exception leaves out the events of every rule that it joins; one that counts them is enough for none."""
    counted = {"type": "event_count", "timespan": "1h", "condition": {"gte": 5}}
    given = [
        rule_of(make, filtered()),
        rule_of(make, {**filtered(), "s": {"Image": "y"}}, "second", ID.replace("51", "61")),
        rule_of(make, filtered("Ip"), "third", ID.replace("51", "71")),
        make.rule({"name": "inner", "correlation": {**counted, "rules": ["made_rule"]}}),
        make.rule({"id": ID.replace("51", "81"), "name": "many", "correlation": {**counted, "rules": rules}}),
    ]
    (line,) = [line for line in lines(package(make, *given)) if line.get("rule_id") == ID.replace("51", "81")]
    assert line["type"] == "esql"
    assert [one["list_id"] for one in line.get("exceptions_list", ())] == (
        ["tocsin_own_winlog_computer_name"] if known else []
    )


def test_the_readme_tells_which_rules_read_which_value_list(make):
    """And nothing of lists where no rule reads one."""
    row = "| `tocsin_own_ip.txt` | `tocsin_own_source_ip` | `source.ip` | made\\_rule |"
    said = package(make, rule_of(make, filtered("Ip"))).files["README.md"].decode()
    assert row.replace("\\_", "_") in said
    plain = package(make, rule_of(make, {"s": {"Image": "y"}, "condition": "s"}))
    assert "value list" not in plain.files["README.md"].decode()
    assert not [path for path in plain.files if path.startswith("lists/")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"type": "endpoint"}, "type: 'detection' was expected"),
        ({"item_id": "tocsin_a", "type": "simple"}, "the document: 'entries' is a required property"),
        ({"os": 1}, "the document: Additional properties are not allowed ('os' was unexpected)"),
    ],
)
def test_the_schema_knows_what_kibana_refuses_of_exceptions(make, change, fault):
    """What is wrong is told with its place."""
    held = lines(package(make, rule_of(make, filtered())))[1]
    assert faults({**held, **change}, "kibana-exception") == [fault]


@pytest.fixture
def elasticsearch(running):
    with running(ENGINE()) as engine:
        yield engine


@pytest.mark.engines
def test_an_exception_of_a_correlation_means_what_the_values_would_mean_in_its_rules(make, elasticsearch):
    """On the server, which leaves out by terms, as Kibana asks it to, before ES|QL counts."""
    counted = {"type": "event_count", "group-by": ["Image"], "timespan": "5m", "condition": {"gte": 2}}
    rule = rule_of(make, filtered())
    many = make.rule({"name": "many", "correlation": {**counted, "rules": ["made_rule"]}})
    read, built = (
        convert(
            many,
            TARGET,
            make.content(
                rule,
                many,
                sources=[make.source(make.arrival("elastic", FIELDS))],
                placeholders={"own": values},
            ),
        )
        for values in ((), ("PAW01",))
    )
    hosts = ("PAW01", "PAW01", "mail", "PAW01", "mail")
    documents = tuple(
        {"tocsin_id": str(at), "tocsin_time": at * 1_000_000, "process.name": "x", "winlog.computer_name": host}
        for at, host in enumerate(hosts)
    )
    (one,) = read.settings["exceptions"]
    without = {"bool": {"must_not": [{"bool": {"filter": {"terms": {one["field"]: ["PAW01"]}}}}]}}
    asks = [
        Ask("esql", read.text, read.settings),
        Ask("esql", read.text, {**read.settings, "filter": without}),
        Ask("esql", built.text, built.settings),
    ]
    table = Table("logs-made-default", dict(FIELDS.values()), documents)
    assert [answer.hits for answer in elasticsearch.run([table], asks)] == [("1",), ("4",), ("4",)]
