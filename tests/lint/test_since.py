"""Which rules count as changed since a revision: a correlation with the rules that it refers to."""

import datetime as dt

import pytest

from compiler.content.rules import read_sigma
from compiler.lint.since import untold

DAY = dt.date(2026, 11, 1)
LOGON = """\
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10
name: logon
date: 2026-10-01
modified: {modified}
version: {version}
logsource: {{category: process_creation, product: windows}}
detection:
    selection: {{Image: '{image}'}}
    condition: selection
"""
MANY = """\
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a11
name: many_logons
date: 2026-10-01
correlation: {type: event_count, rules: [logon], group-by: [Computer], timespan: 5m, condition: {gte: 5}}
"""
MORE = """\
id: 8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a12
name: more_logons
date: 2026-10-01
correlation: {type: event_count, rules: [many_logons], group-by: [Computer], timespan: 1h, condition: {gte: 2}}
"""


def rules(image, version=1, modified="2026-10-01", many=MANY):
    """The rule, a correlation over it, and one over that."""
    logon = LOGON.format(image=image, version=version, modified=modified)
    return [
        *read_sigma("logon.yml", logon.encode()),
        *read_sigma("m.yml", many.encode()),
        *read_sigma("n.yml", MORE.encode()),
    ]


def told(now, before):
    return {(finding.span.path, finding.message) for finding in untold(now, before, "v1", DAY)}


def test_a_correlation_changes_with_the_rules_that_it_refers_to():
    """Directly or by way of another correlation; the finding names the rule whose meaning is another one."""
    found = told(rules("b.exe", 2, "2026-11-02"), rules("a.exe"))
    assert found == {
        (path, f"{name} matches something else than in v1, for logon does, and {rest}")
        for path, name in (("m.yml", "many_logons"), ("n.yml", "more_logons"))
        for rest in ("is still version 1", "was last changed on 2026-10-01")
    }


def test_a_correlation_that_tells_its_change_is_let_pass():
    """A higher version and a later date are enough, as for any rule."""
    many = MANY.replace("date: 2026-10-01", "date: 2026-10-01\nmodified: 2026-11-02\nversion: 2")
    found = told(rules("b.exe", 2, "2026-11-02", many), rules("a.exe"))
    assert {path for path, _ in found} == {"n.yml"}


@pytest.mark.parametrize("image", ["A.EXE", "a.exe"])
def test_a_correlation_stays_as_long_as_its_rules_mean_the_same(image):
    """Another spelling of the same, letter case for one, changes nothing."""
    assert told(rules(image), rules("a.exe")) == set()
