"""A deprecated rule and the one that takes over, in one tree."""

import pytest
import yaml

from compiler.content.model import Catalogue
from compiler.content.rules import read_sigma
from compiler.lint import lint

OLD, NEW = "2b6a1d4c-1a52-4f0e-9d3c-0a4f6f1b7c11", "3c7b2e5d-2b63-4a1f-8e4d-1b5a7a2c8d22"
BODY = {"logsource": {"category": "webserver"}, "detection": {"s": {"c-ip": "192.0.2.1"}, "condition": "s"}}


def rule(name, id, **more):
    text = yaml.safe_dump({"title": name, "id": id, "name": name, **BODY, **more}, sort_keys=False)
    (read,) = read_sigma(f"detections/sigma/webserver/{name}.yml", text.encode())
    return read


@pytest.mark.parametrize(
    ("related", "says"),
    [
        ([{"id": OLD, "type": "obsolete"}], []),
        ([{"id": OLD, "type": "similar"}], ["web_new_rule does not say so"]),
        (None, ["web_new_rule does not say so"]),
    ],
)
def test_the_successor_says_so_too(related, says):
    """Other people's tools read ``related`` of the rule that is in use, not a key of ours in the one that is not."""
    old = rule("web_old_rule", OLD, status="deprecated", deprecated={"reason": "Too wide", "successor": NEW})
    new = rule("web_new_rule", NEW, status="experimental", **({"related": related} if related else {}))
    found = [finding.message for finding in lint(Catalogue(rules=(new, old))) if finding.code == "SIG111"]
    assert found == says
