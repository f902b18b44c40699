"""The package for Loki's ruler: groups of alerts, texts that no template changes, and a README of the streams."""

import pytest
import yaml

from compiler.convert import convert
from compiler.targets.loki import TARGET
from compiler.targets.target import Pack, Packed

ID = "5156a676-fd44-41ac-b47f-732f975f3ddf"
JSON = {"stream": '{service_name="one"}', "parser": "json"}
TEXT = {"stream": '{service_name="two"}', "parser": "pattern `<Image> <_>`", "before": "!~ `^#`", "line": "{Image} -"}


def package(make, *bodies, wheres=(JSON,)):
    made = []
    arrivals = [
        make.arrival("loki", {"Image": ("Image", "string")}, shape=f"shape{number}", where=where)
        for number, where in enumerate(wheres)
    ]
    source = make.source(*arrivals)
    for body in bodies:
        detection = {"selection": {"Image": "x"}, "condition": "selection"}
        rule = make.rule({"id": ID, "name": "made_rule", "detection": detection, **body})
        made.append(Packed(rule, convert(rule, TARGET, make.content(rule, sources=[source]))))
    return TARGET.package(Pack("1.2.3", tuple(made), (source,)))


def groups(packed):
    return yaml.safe_load(packed.files["rules.yaml"])["groups"]


def test_an_alert_has_what_the_ruler_asks_for(make):
    """Name, expression, no waiting, labels and annotations, and nothing else."""
    (group,) = groups(package(make, {"level": "high", "description": "What it is", "tags": ["attack.t1505.003"]}))
    assert (group["name"], group["interval"]) == ("tocsin-high", "1m")
    (rule,) = group["rules"]
    log = '{service_name="one"} | json | __error__="" | label_format lower_Image="{{ToLower .Image}}" | lower_Image="x"'
    assert rule == {
        "alert": "made_rule",
        "expr": f"sum(count_over_time({log} [5m])) > 0",
        "for": "0m",
        "labels": {"severity": "high", "rule_id": ID, "tags": "attack.t1505.003"},
        "annotations": {
            "summary": "Made",
            "description": "What it is",
            "logs": log.replace("{{", '{{"{{"}}'),
        },
    }


def test_the_worst_come_first(make):
    """One group for each level that has rules."""
    packed = package(make, {"name": "a", "level": "low"}, {"name": "b", "level": "critical"}, {"name": "c"})
    assert [group["name"] for group in groups(packed)] == ["tocsin-critical", "tocsin-medium", "tocsin-low"]
    assert packed.rules == {"rules.yaml": ("a", "b", "c")}


@pytest.mark.parametrize("key", ["title", "description"])
def test_a_text_is_no_template(make, key):
    """Two braces in a rule's text are shown and not run by the ruler."""
    (group,) = groups(package(make, {key: "{{ $labels.x }} and {{{"}))
    annotations = group["rules"][0]["annotations"]
    assert annotations["summary" if key == "title" else key] == '{{"{{"}} $labels.x }} and {{"{{"}}{'


def test_a_text_cannot_open_a_key(make):
    """Whatever a title holds, the file has the groups that were meant."""
    (group,) = groups(package(make, {"title": "x\n- alert: y\n  expr: 'vector(1)' # \u2028 \"{"}))
    assert [rule["alert"] for rule in group["rules"]] == ["made_rule"]


def test_streams_of_two_forms_are_counted_each(make):
    """The alert has a result if either count has one; both queries stand in the annotation."""
    (group,) = groups(package(make, {}, wheres=(JSON, TEXT)))
    first, word, second = group["rules"][0]["expr"].split("\n")
    assert word == "or"
    assert first.startswith('sum(count_over_time({service_name="one"} | json ')
    assert second.startswith('sum(count_over_time({service_name="two"} !~ `^#` | pattern `<Image> <_>` | label_format')
    assert first.endswith(" [5m])) > 0")
    assert second.endswith(" [5m])) > 0")
    assert len(group["rules"][0]["annotations"]["logs"].split("\n")) == 2


def test_a_second_rule_of_one_name_is_left_out_and_told(make):
    """The first keeps the name."""
    packed = package(make, {"title": "First"}, {"title": "Second"})
    assert [finding.code for finding in packed.diagnostics] == ["PKG010"]
    assert [rule["annotations"]["summary"] for rule in groups(packed)[0]["rules"]] == ["First"]


def test_the_readme_names_each_stream_and_rule(make):
    """What a SOC must send, and how it is read."""
    readme = package(make, {"level": "high"}, wheres=(JSON, TEXT)).files["README.md"].decode()
    assert '| `{service_name="one"}` | `json` | Made | switch made on |' in readme
    assert '| `{service_name="two"}` | `` pattern `<Image> <_>` `` | Made | switch made on |' in readme
    assert f"| `made_rule` | high | {ID} |  |" in readme


def test_the_package_is_the_same_each_time(make):
    """Byte for byte."""
    assert package(make, {}).files == package(make, {}).files


ALERT = {
    "title": "Program {{{Image} }}",
    "entities": [{"process": "Image"}],
    "group": ["Image"],
    "suppress": {"fields": ["Image"], "for": "4h"},
    "kind": "finding",
}


def test_an_alert_is_told_with_the_values_of_its_event(make):
    """Its fields are labels of the count, which the title, a template, shows; other braces are shown as they are."""
    (group,) = groups(package(make, {"alert": ALERT}))
    (rule,) = group["rules"]
    assert rule["expr"].startswith('topk(100, sum by (Image) (count_over_time({service_name="one"} | json ')
    assert rule["expr"].endswith(" [5m]))) > 0")
    assert rule["labels"]["kind"] == "finding"
    told = {name: rule["annotations"][name] for name in ("summary", "entities", "group", "repeat_after")}
    assert told == {
        "summary": 'Program {{"{"}}{{"{"}}{{ $labels.Image }} }}',
        "entities": "process: {{ $labels.Image }}",
        "group": "Image",
        "repeat_after": "240m",
    }


def test_a_field_with_two_names_is_shown_by_the_one_that_is_there(make):
    """Streams that call a field otherwise are counted by both names, and the title takes what it finds."""
    arrivals = [
        make.arrival("loki", {"Image": (name, "string")}, shape=name, where={**JSON, "stream": f'{{a="{name}"}}'})
        for name in ("one", "two")
    ]
    source = make.source(*arrivals)
    rule = make.rule(
        {
            "id": ID,
            "name": "made_rule",
            "detection": {"selection": {"Image": "x"}, "condition": "selection"},
            "alert": ALERT,
        }
    )
    query = convert(rule, TARGET, make.content(rule, sources=[source]))
    packed = TARGET.package(Pack("1.2.3", (Packed(rule, query),), (source,)))
    (made,) = groups(packed)[0]["rules"]
    assert made["expr"].count("sum by (one, two) (") == 2
    assert made["annotations"]["entities"] == "process: {{ or $labels.one $labels.two }}"
