"""Reading how a rule tells its alert."""

import pytest

from compiler.content.model import Alert, AlertKind, Entity
from compiler.content.rules import read_sigma
from compiler.diagnostics import Diagnostic

RULE = """\
title: Shell
logsource:
    category: webserver
detection:
    selection:
        cs-method: POST
    condition: selection
"""
ALERT = """\
alert:
    title: 'Shell {cs-uri-stem} called by {c-ip}'
    entities:
        - {ip: c-ip}
        - {url: cs-uri-stem}
    group: [c-ip]
    suppress: {fields: [c-ip, s-ip], for: 4h}
    kind: finding
"""


def read(text):
    return list(read_sigma("rules/a.yml", (RULE + text).encode()))


def test_an_alert_is_read():
    """Its entities, groups and silence become nouns, times seconds."""
    (rule,) = read(ALERT + "triage:\n    - First\n      this.\n    - 'Then that.'\n")
    assert rule.alert == Alert(
        title="Shell {cs-uri-stem} called by {c-ip}",
        entities=(Entity("ip", "c-ip"), Entity("url", "cs-uri-stem")),
        group=("c-ip",),
        suppress=("c-ip", "s-ip"),
        silence=14400,
        kind=AlertKind.FINDING,
    )
    assert rule.triage == ("First this.", "Then that.")


def test_the_fields_of_an_alert_are_told_once():
    """Every field that is named anywhere, in the order of reading."""
    (rule,) = read(ALERT)
    assert rule.alert is not None
    assert rule.alert.in_title == ("cs-uri-stem", "c-ip")
    assert rule.alert.fields == ("cs-uri-stem", "c-ip", "s-ip")


def test_rules_of_others_have_no_alert():
    """The keys are ours; a rule without them is whole."""
    (rule,) = read("")
    assert (rule.alert, rule.triage) == (None, ())


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("for: 4h", "for: 4 hours", 14),
        ("for: 4h", "for: 0h", 14),
        ("kind: finding", "kind: alarm", 15),
        ("{ip: c-ip}", "{address: c-ip}", 11),
        ("{ip: c-ip}", "{ip: c-ip, url: x}", 11),
        ("group: [c-ip]", "group: []", 13),
        ("    group: [c-ip]\n", "", 8),
        ("    title: 'Shell {cs-uri-stem} called by {c-ip}'", "    title: 4", 9),
    ],
)
def test_a_misshapen_alert_is_told_at_its_place(old, new, line):
    """The rule is kept without an alert, so that one run shows its other faults as well."""
    assert old in ALERT
    fault, rule = read(ALERT.replace(old, new))
    assert isinstance(fault, Diagnostic)
    assert (fault.code, fault.span.line) == ("SIG005", line)
    assert (rule.alert, rule.triage) == (None, ())
