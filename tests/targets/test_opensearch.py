"""Rules as searches of OpenSearch: which query says which value, what is refused, and what a monitor is."""

import json
import re

import pytest

from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.opensearch_correlation import FIRES
from compiler.targets.opensearch_text import fold
from compiler.targets.target import Pack, Packed, Query

TARGET = load_targets()["opensearch"]


@pytest.fixture
def content(make):
    def made(rules, **types):
        fields = {name: (f"there.{name}", kind) for name, kind in types.items()}
        return make.content(*rules, sources=[make.source(make.arrival("opensearch", fields))])

    return made


@pytest.fixture
def said(make, content):
    """The search of one selection over fields of the given types, or the message of the refusal."""

    def search(selection, **types):
        rule = make.rule({"selection": selection})
        result = convert(rule, TARGET, content([rule], **types))
        return json.loads(result.text)["query"] if isinstance(result, Query) else result[0].message

    return search


def ignoring(kind, value):
    return {kind: {"there.a": {"value": value, "case_insensitive": True}}}


@pytest.mark.parametrize(
    ("selection", "type_", "query"),
    [
        ({"a": "cmd"}, "keyword", ignoring("term", "cmd")),
        ({"a": "17"}, "keyword", {"term": {"there.a": {"value": "17"}}}),
        ({"a|cased": "cmd"}, "keyword", {"term": {"there.a": {"value": "cmd"}}}),
        ({"a|contains": "cmd"}, "keyword", ignoring("wildcard", "*cmd*")),
        ({"a": r"c?d\*e\\"}, "keyword", ignoring("wildcard", r"c?d\*e\\")),
        ({"a": "*"}, "keyword", {"exists": {"field": "there.a"}}),
        ({"a": ""}, "keyword", {"term": {"there.a": {"value": ""}}}),
        ({"a": "*"}, "long", {"exists": {"field": "there.a"}}),
        ({"a": None}, "keyword", {"bool": {"must_not": [{"exists": {"field": "there.a"}}]}}),
        ({"a": 17}, "long", {"term": {"there.a": {"value": 17}}}),
        ({"a": "017"}, "long", {"match_none": {}}),
        ({"a": "x"}, "boolean", {"match_none": {}}),
        ({"a": True}, "boolean", {"term": {"there.a": {"value": True}}}),
        ({"a|gte": 17}, "long", {"range": {"there.a": {"gte": 17}}}),
        ({"a|cidr": "192.0.2.0/24"}, "ip", {"term": {"there.a": {"value": "192.0.2.0/24"}}}),
        ({"a|startswith": "192.0.2."}, "ip", {"term": {"there.a": {"value": "192.0.2.0/24"}}}),
        ({"a|startswith": "300."}, "ip", {"match_none": {}}),
        ({"a": "no address"}, "ip", {"match_none": {}}),
        ({"a": [1, 2]}, "long", {"terms": {"there.a": [1, 2]}}),
    ],
)
def test_each_type_is_asked_in_its_own_way(said, selection, type_, query):
    """Every value has the query that says it exactly for the type of its field."""
    assert said(selection, a=type_) == query


def test_letters_beyond_ascii_are_named_in_each_form(said):
    """``case_insensitive`` folds ASCII alone, so other letters are written out."""
    assert said({"a": "Ärger"}, a="keyword")["regexp"]["there.a"]["value"] == "[äÄ][rR][gG][eE][rR]"


def test_letters_with_three_forms_are_all_found(said):
    """The sign for kelvin is a k: Unicode's simple mapping, not one pair for each letter."""
    assert said({"a": "é k"}, a="keyword")["regexp"]["there.a"]["value"] == "[éÉ] [kK\u212a]"
    assert {fold(letter) for letter in "kK\u212a"} == {"k"}


def test_no_value_opens_a_template(said):
    """A monitor runs its search as a template, so two braces of a value are never beside each other."""
    for selection in ({"a|contains": "{{x}}"}, {"a": "{{period_end}}"}, {"a|re": "{{2}"}, {"a": ["{{1}}"] * 100}):
        assert "{{" not in json.dumps(said(selection, a="keyword"))


def test_many_values_are_few_queries(said):
    """1,024 tests are the most that one search may have; hashes are asked for together."""
    hashes = [f"{number:040x}" for number in range(3000)]
    clauses = said({"a": hashes}, a="keyword")["bool"]["should"]
    assert len(clauses) == 125
    assert "|".join(clause["regexp"]["there.a"]["value"] for clause in clauses).split("|") == hashes


def test_a_network_of_addresses_kept_as_text_is_as_many_expressions_as_it_takes(said):
    """An IPv6 network has more forms than one expression may have characters, and each of them is asked for."""
    clauses = said({"a|cidr": "2001:db8::/33"}, a="keyword")["bool"]["should"]
    patterns = [clause["regexp"]["there.a"]["value"] for clause in clauses]
    assert max(map(len, patterns)) <= 1000
    for address in ("2001:db8::", "2001:DB8:7fff::1", "2001:0db8:0:0:0:0:0:1", "2001:db8::192.0.2.1"):
        assert sum(bool(re.fullmatch(pattern, address)) for pattern in patterns) >= 1
    for address in ("2001:db8:8000::", "2001:db9::", "x2001:db8::", "2001:db8:::"):
        assert not any(re.fullmatch(pattern, address) for pattern in patterns)


def test_a_class_of_a_regular_expression_names_both_cases(said):
    """Lucene ignores letter case outside of classes alone."""
    asked = said({"a|re|i": "who[a-f5]mi"}, a="keyword")["regexp"]["there.a"]
    assert (asked["value"], asked["case_insensitive"]) == (".*who[a-fA-F5]mi.*", True)


def test_a_keyword_is_looked_for_in_every_field(make, content):
    """Of fields that hold no text only those can have it whose values can look so."""
    rule = make.rule({"detection": {"selection": ["17"], "condition": "selection"}})
    result = convert(rule, TARGET, content([rule], a="keyword", n="long", t="boolean"))
    text, number = json.loads(result.text)["query"]["bool"]["should"]
    assert text == {"wildcard": {"there.a": {"value": "*17*"}}}
    assert number["script"]["script"]["params"]["a"] == "there.n"


def test_values_are_parameters_of_scripts(said):
    """No text of a rule becomes a part of a program."""
    one, other = (said({"a|contains": value}, a="long")["script"]["script"] for value in ("1'; x", "2"))
    assert one["source"] == other["source"]


def test_many_parts_of_values_are_asked_for_together(said):
    """As few expressions as Java's length of one allows, where a character beyond the first 65,536 counts twice."""
    parts = [chr(0x1F300 + number) for number in range(600)]
    clauses = said({"a|contains": [*parts, "a*b"]}, a="keyword")["bool"]["should"]
    assert clauses[0] == {"wildcard": {"there.a": {"value": "*a*b*", "case_insensitive": True}}}
    patterns = [clause["regexp"]["there.a"]["value"] for clause in clauses[1:]]
    assert len(patterns) == 2
    assert all(len(pattern.encode("utf-16-le")) <= 2000 for pattern in patterns)
    for part in parts:
        assert sum(bool(re.fullmatch(pattern, f"x{part}y")) for pattern in patterns) == 1
    assert not any(re.fullmatch(pattern, "xy") for pattern in patterns)


def test_a_search_has_no_more_tests_than_the_server_takes(make):
    """Of two places with 600 tests each the second is left out, and told so; with 500 each both are asked."""
    arrivals = [
        make.arrival("opensearch", {"a": (f"{place}.a", "keyword")}, shape=place, where={"index": [f"logs-{place}"]})
        for place in ("here", "there")
    ]
    for count, shapes in ((500, ["made/here", "made/there"]), (600, ["made/here"])):
        values = [f"v*{number}" for number in range(count)]
        rule = make.rule({"detection": {"selection": {"a": values}, "condition": "selection"}})
        query = convert(rule, TARGET, make.content(rule, sources=[make.source(*arrivals)]))
        assert query.settings["shapes"] == shapes
        assert [one.partition(":")[0] for one in query.settings["left_out"]] == ["made/there"][: 2 - len(shapes)]


@pytest.mark.parametrize(
    ("selection", "type_", "words"),
    [
        ({"a|contains": "x"}, "text", "cannot ask a field of type text"),
        ({"a|re": "x"}, "long", "no regular expressions for a field of type long"),
        # ``ConstantFieldType`` knows ``*`` alone, which has no escape there.
        ({"a": "x?y"}, "constant_keyword", "has no pattern but *"),
        ({"a": r"x\*y"}, "constant_keyword", "has no pattern but *"),
        # Java shows a double of 5 as 5.0.
        ({"a|startswith": "5"}, "double", "shows a field of type double in a notation of its own"),
        # An index of addresses keeps each of IPv4 as the IPv6 address that it is mapped to.
        ({"a|cidr": "::/0"}, "ip", "a field of type ip holds no IPv6 addresses that are mapped to IPv4"),
        ({"a": "::ffff:192.0.2.1"}, "ip", "a field of type ip holds no IPv6 addresses that are mapped to IPv4"),
        ({"a": [f"v{number}" for number in range(65)]}, "wildcard", "so many values"),
        ({"a|fieldref": "a"}, "wildcard", "cannot be compared with another"),
    ],
)
def test_what_a_type_cannot_say_is_refused(said, selection, type_, words):
    """A refusal names the type of the field."""
    assert words in said(selection, a=type_)


@pytest.fixture
def correlated(make, content):
    login = make.rule(
        {"name": "login", "detection": {"selection": {"a": "fail"}, "condition": "selection"}, "title": "Login"}
    )
    many = make.rule(
        {
            "title": "Many",
            "name": "many",
            "level": "high",
            "correlation": {
                "type": "event_count",
                "rules": ["login"],
                "group-by": ["u"],
                "timespan": "10m",
                "condition": {"gte": 3},
            },
        }
    )
    return many, convert(many, TARGET, content([login, many], a="keyword", u="keyword"))


def test_a_correlation_scores_the_rules_that_an_event_met(correlated):
    """The window is a script's; what it is told of the rule are parameters."""
    _, query = correlated
    body = json.loads(query.text)
    assert body["query"]["bool"]["should"][0]["constant_score"]["boost"] == 1
    params = body["aggs"][FIRES]["scripted_metric"]["params"]
    assert params["branches"] == [{"groups": ["there.u"], "kept": [], "level": 0, "rule": 0, "values": []}]
    (level,) = params["levels"]
    assert (level["span"], level["conditions"], level["rules"]) == (600_000, [[">=", "3"]], 1)


def test_a_monitor_is_disabled_and_looks_back_over_its_span(correlated):
    """A correlation looks back over its timespan, and fires for what ended in this run alone."""
    rule, query = correlated
    package = TARGET.package(Pack("1.0.0", (Packed(rule, query),)))
    made = json.loads(package.files["monitors/many.json"])
    search = made["inputs"][0]["search"]
    trigger = made["triggers"][0]["query_level_trigger"]
    assert (made["enabled"], made["name"], trigger["severity"]) == (False, "Many", "2")
    assert search["indices"] == ["logs-made-*"]
    time = search["query"]["query"]["bool"]["filter"][0]["range"]["@timestamp"]
    assert time["gt"] == "{{period_end}}||-19m"
    params = search["query"]["aggs"][FIRES]["scripted_metric"]["params"]
    assert (params["since"], params["slack"]) == ("{{period_start}}", 240_000)
    assert trigger["condition"]["script"]["source"] == "ctx.results[0].aggregations.fires.value.size() > 0"
    assert package.rules == {"monitors/many.json": ("many",)}


def test_a_monitor_of_one_event_counts_its_hits(make, content):
    """A rule that is no correlation triggers on a hit; the README names each monitor, and a title cannot break it."""
    rule = make.rule({"title": "One | two", "name": "one", "detection": {"s": {"a": "x"}, "condition": "s"}})
    package = TARGET.package(Pack("1.0.0", (Packed(rule, convert(rule, TARGET, content([rule], a="keyword"))),)))
    made = json.loads(package.files["monitors/one.json"])
    source = made["triggers"][0]["query_level_trigger"]["condition"]["script"]["source"]
    assert source == "ctx.results[0].hits.total.value > 0"
    assert made["inputs"][0]["search"]["query"]["track_total_hits"] is True
    assert r"| `one` | One \| two | medium |  | logs-made-* |  |" in package.files["README.md"].decode().splitlines()
