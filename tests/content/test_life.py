"""What a rule says of its age: version, last change, and what replaces it."""

import datetime as dt

import pytest
import yaml

from compiler.content.life import changed_on, replaced_by, version_of
from compiler.content.rules import read_sigma, read_yara


def sigma(**more):
    body = {"title": "A", "logsource": {"category": "webserver"}, "detection": {"s": {"a": "b"}, "condition": "s"}}
    (rule,) = read_sigma("x.yml", yaml.safe_dump({**body, **more}, sort_keys=False).encode())
    return rule


@pytest.mark.parametrize(
    ("said", "version"), [({}, 1), ({"version": 3}, 3), ({"version": 0}, 1), ({"version": True}, 1)]
)
def test_version_is_one_unless_a_rule_counts(said, version):
    """What is no count is left to lint; nobody downstream sees it."""
    assert version_of(sigma(**said)) == version


def test_the_last_change_is_modified_else_the_date():
    """Dates are read as YAML has them and as text, which is all that YARA has."""
    assert changed_on(sigma(date=dt.date(2021, 3, 2))) == dt.date(2021, 3, 2)
    assert changed_on(sigma(date=dt.date(2021, 3, 2), modified=dt.date(2021, 3, 4))) == dt.date(2021, 3, 4)
    assert changed_on(sigma(modified="soon")) is None
    (rule,) = read_yara("x.yar", b'rule x { meta: date = "2021-03-02" version = 2 condition: true }')
    assert (changed_on(rule), version_of(rule)) == (dt.date(2021, 3, 2), 2)


def test_a_successor_is_told_with_the_reason_or_not_at_all():
    """Half of it is nothing."""
    assert replaced_by(sigma(deprecated={"reason": "r", "successor": "s"})) == {"reason": "r", "successor": "s"}
    assert replaced_by(sigma(deprecated={"reason": "r"})) is None
    assert replaced_by(sigma()) is None
