"""Records of the Linux audit system as text: what is written, and which pattern finds a value in it and no other."""

import re

import pytest
from sigma.conditions import ConditionNOT
from sigma.types import (
    SigmaCasedString,
    SigmaCompareExpression,
    SigmaExists,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
)

from compiler.targets.changes_record import asked, record
from compiler.targets.tree import leaves


def finds(field, value, line):
    """Whether the test of a field holds for a record."""
    tree = asked(field, value)
    found = any(re.search(str(leaf.value.regexp), line) for leaf in leaves(tree))
    return found is not isinstance(tree, ConditionNOT)


def test_a_record_is_written_as_the_audit_system_writes_it():
    """What a program chooses stands in quotes, or in hexadecimal where that would not do; all else is bare."""
    fields = {"a0": "cat", "a1": "x y", "a2": 'q"', "pid": 7, "success": True, "type": "EXECVE", "key": ""}
    assert record(fields) == ('type=EXECVE msg=audit(0.000:0): a0="cat" a1=782079 a2=7122 pid=7 success=true key=""')


@pytest.mark.parametrize(
    "fields",
    [{"a0": "\x07"}, {"op": "x y"}, {"op": ""}, {"op": "it's"}, {"a0": 2020}],
)
def test_what_would_read_as_something_else_is_not_written(fields):
    """A control character, a blank in a bare value, and a number that reads as an encoded text."""
    assert record(fields) is None


EXECVE = 'type=EXECVE msg=audit(1.0:1): argc=3 a0="tail" a1=2D66206CC3A4 a2="/var/Log/x"'
SYSCALL = (
    'node=h type=SYSCALL msg=audit(1.0:2): syscall=59 success=yes a0=5 tty=pts0 uid=0\x1dSYSCALL=execve UID="root"'
)
SERVICE = "type=SERVICE_STOP msg=audit(1.0:3): pid=1 msg='unit=cron comm=\"systemd\" res=success'"


@pytest.mark.parametrize(
    ("field", "value", "line", "holds"),
    [
        ("a0", SigmaString("TAIL"), EXECVE, True),
        ("a0", SigmaCasedString("TAIL"), EXECVE, False),
        ("a0", SigmaString("tai"), EXECVE, False),
        ("a0", SigmaString("*ai*"), EXECVE, True),
        ("a1", SigmaString("-f*"), EXECVE, True),
        ("a1", SigmaString("-F L*"), EXECVE, True),
        ("a1", SigmaString("-f"), EXECVE, False),
        ("a1", SigmaString("*6L*"), EXECVE, False),
        ("a2", SigmaString("/var/*/x"), EXECVE, True),
        ("a2", SigmaString("*tail*"), EXECVE, False),
        ("a0", SigmaNumber(5), SYSCALL, True),
        ("syscall", SigmaNumber(59), SYSCALL, True),
        ("syscall", SigmaString("execve"), SYSCALL, False),
        ("SYSCALL", SigmaString("execve"), SYSCALL, True),
        ("uid", SigmaString("root"), SYSCALL, False),
        ("tty", SigmaString("pts*"), SYSCALL, True),
        ("type", SigmaString("syscall"), SYSCALL, True),
        ("type", SigmaString("execve"), EXECVE, True),
        ("unit", SigmaString("cron"), SERVICE, True),
        ("comm", SigmaString("systemd"), SERVICE, True),
        ("a3", SigmaNull(), EXECVE, True),
        ("a2", SigmaNull(), EXECVE, False),
        ("a2", SigmaExists(True), EXECVE, True),
        ("a2", SigmaString("*"), EXECVE, True),
        ("a9", SigmaString("*"), EXECVE, False),
    ],
)
def test_a_value_is_found_in_its_pair_alone(field, value, line, holds):
    """In quotes, bare or encoded; letters of the key count, those of the value as the rule says."""
    assert finds(field, value, line) is holds


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("a0", SigmaRegularExpression("x")),
        ("pid", SigmaCompareExpression(SigmaNumber(5), SigmaCompareExpression.CompareOperators.GT)),
        ("a0", SigmaString("a?c")),
        ("a0", SigmaString("ä")),
        # Of digits alone a part may be one of an encoded value as well.
        ("a0", SigmaString("*dd*")),
        ("tty", SigmaString("a b")),
    ],
)
def test_what_no_pattern_tells_is_refused(field, value):
    """No question is asked that would be answered otherwise than it is meant."""
    assert asked(field, value) is None
