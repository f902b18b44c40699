"""Correlations as targets read them: one without a meaning is refused, not read as if what is wrong were not there."""

import pytest

from compiler.targets.correlation import read_correlation
from compiler.targets.target import Refusal

COUNT = {"type": "event_count", "rules": ["made"], "timespan": "5m", "condition": {"gte": 2}}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"condition": {"ge": 2}}, "'ge' is no comparison"),
        ({"condition": {"gte": 2, "fields": "A"}}, "'fields' is no comparison"),
        ({"type": "value_count"}, "a correlation of type 'value_count' needs a `field`"),
        ({"type": "value_percentile", "condition": {"field": "A", "lte": 1}}, "a percentile needs `percentile`"),
        ({"aliases": {"ip": {"other": "A"}}}, "an alias for 'other', which is none of the rules"),
    ],
)
def test_a_correlation_without_a_meaning_is_refused(make, changed, words):
    """What the specification does not know is no part that can be left out."""
    made = make.rule({"name": "made", "detection": {"selection": {"A": 1}, "condition": "selection"}})
    rule = make.rule({"correlation": {**COUNT, **changed}})
    with pytest.raises(Refusal, match=words):
        read_correlation(rule, make.content(made, rule), extended=True)


def test_a_correlation_with_a_meaning_is_read(make):
    """Each of these is there, and names what is there."""
    made = make.rule({"name": "made", "detection": {"selection": {"A": 1}, "condition": "selection"}})
    condition = {"field": "A", "percentile": 95, "lte": 1}
    given = {**COUNT, "type": "value_percentile", "condition": condition, "aliases": {"ip": {"made": "A"}}}
    found = read_correlation(make.rule({"correlation": given}), make.content(made), extended=True)
    assert (found.conditions, found.fields, found.percentile) == ((("<=", 1),), ("A",), 95)
