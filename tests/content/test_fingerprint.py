"""The fingerprint of a rule: it changes with what its queries are and are tried on, and with nothing else."""

import pytest

from compiler.content.fingerprint import fingerprints
from compiler.content.load import load_tree

RULE = """\
title: A
name: a
logsource: {category: webserver}
detection:
    selection: {x: 1}
    condition: selection
level: high
alert: {title: 'Seen at {x}'}
"""
JOINED = """\
title: M
name: mr_m
correlation: {type: event_count, rules: [a], group-by: [x], timespan: 5m, condition: {gte: 3}}
"""
FILTER = """\
title: F
name: mf_f
logsource: {category: webserver}
filter: {rules: [a], selection: {y: 2}, condition: not selection}
"""
CASES = """\
rule: a
cases:
    - {title: t, expect: true_positive, hits: 1, origin: synthetic, because: b, event: {x: 1}}
"""
FILES = {
    "detections/sigma/a.yml": RULE,
    "detections/sigma/mr_m.yml": JOINED,
    "detections/sigma/mf_f.yml": FILTER,
    "samples/rules/a/cases.yml": CASES,
}


def prints(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    catalogue = load_tree(folder).catalogue
    return fingerprints(catalogue.rules, catalogue.casebooks)


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("detections/sigma/a.yml", "{x: 1}", "{x: 2}", {"a", "mr_m"}),
        ("detections/sigma/a.yml", "webserver", "proxy", {"a", "mr_m"}),
        ("detections/sigma/a.yml", "Seen at", "Found at", set()),
        ("detections/sigma/a.yml", "title: A", "title: B", set()),
        ("detections/sigma/mr_m.yml", "gte: 3", "gte: 4", {"mr_m"}),
        ("detections/sigma/mf_f.yml", "{y: 2}", "{y: 3}", {"a", "mr_m"}),
        ("samples/rules/a/cases.yml", "event: {x: 1}", "event: {x: '1'}", {"a"}),
        ("samples/rules/a/cases.yml", "because: b", "because: c", set()),
    ],
)
def test_only_what_a_query_is_and_is_tried_on_counts(tmp_path, file, old, new, changed):
    """Detection, log source, those that take part and events of cases; no title, alert or reason."""
    before = prints(tmp_path, FILES)
    assert old in FILES[file]
    after = prints(tmp_path, {file: FILES[file].replace(old, new)})
    assert sorted(before) == ["a", "mr_m"]
    assert {name for name in before if before[name] != after[name]} == changed


def test_a_filter_without_a_meaning_changes_nothing(tmp_path):
    """Broken content of a stranger gets a diagnostic from lint, and stops nobody."""
    broken = {**FILES, "detections/sigma/mf_f.yml": "title: F\nname: mf_f\nfilter: nothing\n"}
    assert sorted(prints(tmp_path, broken)) == ["a", "mr_m"]
