"""Where our EQL differs from that of the stock backend, and why: each stock output shown to be wrong."""

import pytest
from sigma.backends.elasticsearch.elasticsearch_eql import EqlBackend
from sigma.collection import SigmaCollection

from compiler.convert import convert
from compiler.targets.elastic import TARGET


@pytest.mark.parametrize(
    ("detection", "wrong", "right"),
    [
        # A name with a hyphen is a subtraction.
        ({"selection": {"cs-method": "POST"}}, 'cs-method:"POST"', '?`cs-method` : "POST"'),
        # A number is compared with text: event.code is a keyword.
        ({"selection": {"EventID": 1}}, "EventID:1", '?EventID : "1"'),
        # regex~ matches the whole value and ignores letter case; Sigma looks anywhere and does not.
        ({"selection": {"Image|re": "cmd"}}, 'Image regex~ "cmd"', '?Image regex ".*cmd.*"'),
        # == knows no wildcard, so this never matches.
        ({"selection": {"Image|endswith|cased": "Cmd"}}, 'Image == "*Cmd"', '?Image like "*Cmd"'),
        # \* is no escape of EQL but a syntax error.
        ({"selection": {"Image": r"a\*b"}}, r'Image:"a\*b"', '?Image in~ ("a*b")'),
        # A negation drops the events that lack the field.
        (
            {"selection": {"Image": "x"}, "condition": "not selection"},
            'not Image:"x"',
            '(?Image == null or not ?Image : "x")',
        ),
        # A keyword is no condition of EQL.
        (
            {"selection": ["whoami"]},
            '"whoami"',
            (
                '{"query": {"bool": {"minimum_should_match": 1, "should": ['
                '{"wildcard": {"EventID": {"case_insensitive": true, "value": "*whoami*"}}}, '
                '{"wildcard": {"Image": {"case_insensitive": true, "value": "*whoami*"}}}, '
                '{"wildcard": {"cs-method": {"case_insensitive": true, "value": "*whoami*"}}}]}}}'
            ),
        ),
    ],
)
def test_stock_is_wrong_and_ours_is_not(detection, wrong, right, make):
    """Stock gives the wrong query; ours says what the rule means, or refuses."""
    logsource = {"category": "made"}
    body = {"title": "Made", "logsource": logsource, "detection": {"condition": "selection", **detection}}
    assert EqlBackend().convert(SigmaCollection.from_dicts([body])) == [f"any where {wrong}"]
    rule = make.rule(body)
    fields = dict.fromkeys(("cs-method", "EventID", "Image"), "keyword")
    ours = convert(rule, TARGET, make.content(rule, **fields))
    assert (None if isinstance(ours, list) else ours.text.removeprefix("any where ")) == right
