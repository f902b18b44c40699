"""The version of a rule, on its way into what SIEMs read."""

import dataclasses
import datetime as dt
import json

from compiler.content.rules import read_sigma
from compiler.release.build import build
from compiler.targets import load_targets
from tests.release.conftest import RULE


def test_packages_and_manifest_tell_the_version_of_a_rule(small_catalogue, tmp_path):
    """Kibana, Splunk and the manifest have the rule's own; plain Sigma has no key that only tocsin reads."""
    text = RULE.replace(b"level:", b"date: 2021-03-02\nmodified: 2021-03-04\nversion: 3\nlevel:")
    catalogue = dataclasses.replace(small_catalogue, rules=tuple(read_sigma("detections/sigma/x.yml", text)))
    targets = [load_targets()[name] for name in ("elastic", "plain", "splunk")]
    files = build(tmp_path, catalogue, targets, {}, dt.date(2026, 11, 22)).files
    (rule,) = json.loads(files["manifest.json"])["rules"]
    assert (rule["version"], rule["modified"], rule["deprecated"]) == (3, "2021-03-04", None)
    assert json.loads(files["elastic/rules.ndjson"].splitlines()[0])["version"] == 3
    (searches,) = [body for path, body in files.items() if path.endswith("default/savedsearches.conf")]
    assert b'"detection_version":"3"' in searches.replace(b'": "', b'":"')
    assert b"version" not in files["plain/rules/web_server_shell.yml"]
