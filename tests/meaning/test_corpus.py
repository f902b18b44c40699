"""The public rules of SigmaHQ, read whole."""

import re
import tarfile

import pytest
import yaml

from compiler.meaning.errors import MeaningError
from compiler.meaning.rule import read_detection
from compiler.meaning.tree import atoms

ENVIRONMENT = {"known_cdcs": ["cdc01", "cdc02"]}


@pytest.fixture(scope="module")
def bodies(shared):
    with tarfile.open(shared / "corpora" / "sigmahq-rules.tar.xz") as archive:
        return {
            member.name: yaml.load(archive.extractfile(member).read(), Loader=yaml.CSafeLoader)
            for member in archive
            if member.name.endswith(".yml")
        }


def test_every_rule_is_read(bodies):
    """All 3,754 rules have a meaning, given a value for the one placeholder that two of them use."""
    read = [read_detection(body, placeholders=ENVIRONMENT) for body in bodies.values()]
    assert len(read) == 3754
    assert all(atoms(detection.tree) for detection in read)


def test_only_the_placeholder_needs_an_environment(bodies):
    """Without an environment exactly the two rules that expand a placeholder are refused, for that reason."""
    refused = {}
    for name, body in bodies.items():
        try:
            read_detection(body)
        except MeaningError as error:
            refused[re.sub(r".*/", "", name)] = (error.kind, error.message)
    fault = ("placeholder", "the placeholder %known_cdcs% has no value")
    assert refused == {
        "win_security_adcs_certighost_cdc_chase_request.yml": fault,
        "win_security_adcs_certighost_cert_issued_via_chase.yml": fault,
    }
