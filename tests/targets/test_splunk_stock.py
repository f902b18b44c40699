"""Where our SPL differs from that of the stock backend, and why: each stock output shown to be wrong."""

import pytest
from sigma.backends.splunk.splunk import SplunkBackend
from sigma.collection import SigmaCollection

from compiler.convert import convert
from compiler.targets.splunk import TARGET

LOGSOURCE = {"category": "made"}


def both(make, detection):
    body = {"title": "Made", "logsource": LOGSOURCE, "detection": {"condition": "selection", **detection}}
    (stock,) = SplunkBackend().convert(SigmaCollection.from_dicts([body]))
    rule = make.rule(body)
    ours = convert(rule, TARGET, make.content(rule, Image="string", User="string", A="string", B="string"))
    return stock, ours.text


@pytest.mark.parametrize(
    ("detection", "wrong", "tried"),
    [
        # A question mark becomes a star: any number of characters.
        ({"selection": {"Image": "a?c"}}, 'Image="a*c"', ({"Image": "abbc"}, False)),
        # The backslash does not escape the star in a search.
        ({"selection": {"Image": r"a\*c"}}, 'Image="a\\*c"', ({"Image": "a*c"}, True)),
        # The negation of a group is lost on the part that is deferred.
        (
            {"selection": {"Image|re": "x", "User": "u"}, "condition": "not selection"},
            'NOT (User="u")\n| regex Image="x"',
            ({"Image": "y", "User": "u"}, True),
        ),
        # A negated regex drops events that lack the field.
        (
            {"selection": {"A|fieldref": "B"}, "condition": "not selection"},
            "*\n| where NOT 'A'='B'",
            ({"A": "x"}, True),
        ),
        # Fields are compared in their letter case.
        ({"selection": {"A|fieldref": "B"}}, "*\n| where 'A'='B'", ({"A": "x", "B": "X"}, True)),
    ],
)
def test_stock_is_wrong_and_ours_is_not(detection, wrong, tried, make, spl):
    """Stock gives the wrong search; ours is another one and gives the verdict that the rule means."""
    stock, ours = both(make, detection)
    event, meant = tried
    assert stock == wrong
    assert ours.removeprefix("`tocsin_made` ") != stock
    assert bool(spl.run(ours, [event], {"tocsin_made": lambda _: True})) is meant


def test_stock_has_no_letter_case():
    """Stock raises what is no error of Sigma's on ``cased``, which ends a run."""
    body = {
        "title": "M",
        "logsource": LOGSOURCE,
        "detection": {"selection": {"A|cased": "x"}, "condition": "selection"},
    }
    with pytest.raises(NotImplementedError):
        SplunkBackend().convert(SigmaCollection.from_dicts([body]))


def test_stock_counts_in_bins():
    """Stock's event_count is a count by fixed bins of the clock."""
    rule = {"title": "A", "name": "a", "logsource": LOGSOURCE, "detection": {"s": {"A": 1}, "condition": "s"}}
    many = {"type": "event_count", "rules": ["a"], "group-by": ["A"], "timespan": "5m", "condition": {"gte": 3}}
    collection = SigmaCollection.from_dicts([rule, {"title": "B", "correlation": many}])
    assert "| bin _time span=5m" in "".join(SplunkBackend().convert(collection))
