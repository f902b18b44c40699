"""Plain Sigma: what leaves means what the rule with its filters means, and holds nothing that only we read."""

import pytest
import yaml

from compiler.content.rules import read_sigma
from compiler.meaning.rule import read_detection
from compiler.meaning.ruleset import read_filtered
from compiler.targets.plain import OURS, TARGET, plain
from compiler.targets.target import Pack, Packed

BODY = {
    "title": "Made",
    "id": "8d7bf0a1-4f51-4f5e-9d0c-4c8f6f1b2a10",
    "name": "made",
    "logsource": {"category": "process_creation", "product": "windows"},
    "detection": {"selection": {"Image|endswith": "\\cmd.exe"}, "condition": "selection"},
    "level": "high",
    "behaviours": ["aa21-200b.t1505.003"],
    "date": "2026-11-22",
}
EVENTS = [
    {"Image": "C:\\cmd.exe", "User": user, "CommandLine": line}
    for user in ("svc", "bob")
    for line in ("/c dir", "/q x")
]


def rule(**body):
    (made,) = read_sigma("detections/sigma/made.yml", yaml.safe_dump({**BODY, **body}).encode())
    return made


def filter_rule(condition, name="mf_made", **selections):
    body = {key: BODY[key] for key in ("title", "logsource")}
    filtered = {"rules": ["made"], **selections, "condition": condition}
    text = yaml.safe_dump({**body, "name": name, "filter": filtered})
    (made,) = read_sigma("detections/sigma/mf.yml", text.encode())
    return made


def matched(body):
    detection = read_detection(body)
    return [detection.matches(event) for event in EVENTS]


@pytest.mark.parametrize(
    ("condition", "rule_condition"),
    [
        ("not selection", "selection"),
        ("not 1 of user*", "selection or other"),
        ("not all of them", "1 of them"),
        ("not (selection and user_bob)", "all of selection*"),
        ("not 1 of selection* and not user_svc", "selection and not 1 of filter_*"),
    ],
)
def test_a_filter_is_joined_as_the_reference_joins_it(condition, rule_condition):
    """Whatever the selections are called, and however the conditions choose among them."""
    detection = {
        "selection": {"Image|endswith": "\\cmd.exe"},
        "other": {"User": "nobody"},
        "filter_q": {"CommandLine|contains": "/q"},
        "condition": rule_condition,
    }
    made = rule(detection=detection)
    given = {
        "selection": {"CommandLine|contains": "dir"},
        "user_svc": {"User": "svc"},
        "user_bob": {"User": "bob"},
    }
    chosen = filter_rule(condition, **given)
    wanted = read_filtered(made, [made, chosen])
    assert matched(plain(made, [chosen], {})) == [wanted.matches(event) for event in EVENTS]


def test_two_filters_keep_apart():
    """Selections of one name in two filters are two."""
    first = filter_rule("not selection", "mf_one", selection={"User": "svc"})
    second = filter_rule("not selection", "mf_two", selection={"CommandLine|contains": "/q"})
    assert matched(plain(rule(), [first, second], {})) == [False, False, True, False]


def test_several_conditions_are_each_filtered():
    """A list of conditions is an OR, and the filter holds for every one."""
    detection = {"a": {"User": "svc"}, "b": {"User": "bob"}, "condition": ["a", "b"]}
    body = plain(rule(detection=detection), [filter_rule("not s", s={"CommandLine|contains": "/q"})], {})
    assert len(body["detection"]["condition"]) == 2
    assert matched(body) == [True, False, True, False]


def test_placeholders_are_filled_and_others_stay():
    """A list takes the place of the placeholder; one without a value is the converter's."""
    detection = {"s": {"User|expand": ["%accounts%", "root"], "Host|expand": "%hosts%"}, "condition": "s"}
    body = plain(rule(detection=detection), [], {"accounts": ["svc", "bob"]})
    assert body["detection"]["s"] == {"User": ["svc", "bob", "root"], "Host|expand": "%hosts%"}
    both = plain(rule(detection={"s": {"User|contains|expand": "a%x%b%x%"}, "condition": "s"}), [], {"x": ["1", 2]})
    assert both["detection"]["s"] == {"User|contains": ["a1b1", "a1b2", "a2b1", "a2b2"]}


def test_the_rule_itself_is_left_as_it_is():
    """The rule belongs to others too."""
    made, chosen = rule(), filter_rule("not s", s={"User": "svc"})
    before = made.body, str(made.body), str(chosen.body)
    plain(made, [chosen], {})
    assert (made.body, str(made.body), str(chosen.body)) == before


def test_the_package_holds_rules_that_say_nothing_of_ours():
    """One file a rule; filters are in their rules and have no file."""
    chosen = filter_rule("not s", s={"User": "svc"})
    package = TARGET.package(Pack("1.0", (Packed(rule()), Packed(chosen))))
    assert sorted(package.files) == ["README.md", "rules/made.yml"]
    body = yaml.safe_load(package.files["rules/made.yml"])
    assert not set(OURS) & set(body)
    assert body["detection"]["condition"] == "(selection) and (not _filter1_s)"
    assert b"mf_made" in package.files["README.md"]
