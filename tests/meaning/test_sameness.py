"""Whether two rules are proved to match the same: what they say about themselves has no part in it."""

import pytest
import yaml

from compiler.content.rules import read_sigma, read_yara
from compiler.meaning.sameness import essence, same_rule

BODY = {
    "title": "A",
    "name": "a_rule",
    "logsource": {"category": "webserver"},
    "detection": {"one": {"cs-uri-stem": "/a"}, "two": {"c-ip": "192.0.2.1"}, "condition": "one and two"},
}
COUNT = {
    "title": "Many",
    "name": "mr_many",
    "correlation": {
        "type": "event_count",
        "rules": ["a_rule"],
        "group-by": ["c-ip"],
        "timespan": "5m",
        "condition": {"gte": 3},
    },
}
FILTER = {
    "title": "Without",
    "name": "mf_without",
    "logsource": {"category": "webserver"},
    "filter": {"rules": ["a_rule"], "s": {"c-ip": "192.0.2.9"}, "condition": "not s"},
}


def sigma(body, **more):
    (rule,) = read_sigma("x.yml", yaml.safe_dump({**body, **more}, sort_keys=False).encode())
    return rule


def detecting(condition):
    return sigma(BODY, detection={**BODY["detection"], "condition": condition})


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (sigma(BODY, title="Another", level="low"), True),
        (detecting("two and one and one"), True),
        (detecting("one"), False),
        (sigma(BODY, logsource={"category": "proxy"}), False),
        (detecting("one and nothing"), False),
        (sigma(COUNT), False),
    ],
)
def test_a_rule_is_the_same_if_its_condition_is(other, same):
    """The order of the condition and other words change nothing; the log source and a lost part do."""
    assert same_rule(sigma(BODY), other) is same


def test_a_rule_without_a_meaning_is_the_same_as_itself():
    """Where nothing can be proved, what is written counts."""
    assert same_rule(detecting("one and nothing"), detecting("one and nothing")) is True


def test_a_correlation_is_the_same_by_what_it_says():
    """Its title does not count; its number does."""
    assert same_rule(sigma(COUNT), sigma(COUNT, title="Lots")) is True
    more = {**COUNT["correlation"], "condition": {"gte": 4}}
    assert same_rule(sigma(COUNT), sigma(COUNT, correlation=more)) is False


def test_a_filter_is_the_same_for_the_same_rules():
    """The rules that it is for count, as its condition does."""
    assert same_rule(sigma(FILTER), sigma(FILTER, title="Less")) is True
    assert same_rule(sigma(FILTER), sigma(FILTER, filter={**FILTER["filter"], "rules": ["b_rule"]})) is False


PAGE = 'rule page { meta: id = "1" strings: $a = "x  y" $b = /a\\/b  c/ condition: $a and $b }'


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (PAGE.replace('id = "1"', 'id = "1" version = 2'), True),
        (PAGE.replace("condition:", "// why\n    condition:\n  "), True),
        (PAGE.replace("$a and", "$a /* both */ and"), True),
        (PAGE.replace("x  y", "x y"), False),
        (PAGE.replace("b  c", "b c"), False),
        (PAGE.replace("$a and $b", "$a or $b"), False),
        (PAGE + " rule other { condition: filesize < 1 }", True),
        ("private rule small { condition: filesize < 9 } " + PAGE.replace("$a and", "small and $a and"), False),
    ],
)
def test_a_yara_rule_is_the_same_if_strings_and_condition_are(other, same):
    """Meta, comments, white space and unrelated rules change nothing; blanks within a string or regex do."""
    first, *_ = [rule for rule in read_yara("x.yar", PAGE.encode()) if rule.name == "page"]
    second, *_ = [rule for rule in read_yara("x.yar", other.encode()) if rule.name == "page"]
    assert same_rule(first, second) is same


def test_a_yara_rule_changes_with_what_it_leans_on():
    """A private rule that the condition names counts, and so does a global one that it does not."""
    text = "private rule small { condition: filesize < 9 } rule page { condition: small }"
    assert essence(text, "page") != essence(text.replace("9", "8"), "page")
    text = "global rule small { condition: filesize < 9 } rule page { condition: true }"
    assert essence(text, "page") != essence(text.replace("9", "8"), "page")
