"""The statement and the list of components: the shapes that others read, without a time of day."""

import json

from compiler.release.manifest import as_json, sha256
from compiler.release.provenance import components, libraries_of, purl, statement


def test_the_statement_names_every_file_but_itself_and_the_sums(small_files):
    """Each subject has the SHA-256 of a file of the build."""
    told = json.loads(small_files["provenance.json"])
    assert told["_type"] == "https://in-toto.io/Statement/v1"
    assert told["predicateType"] == "https://slsa.dev/provenance/v1"
    assert {one["name"]: one["digest"]["sha256"] for one in told["subject"]} == {
        path: sha256(body) for path, body in small_files.items() if path not in ("provenance.json", "sha256sums.txt")
    }


def test_the_statement_has_what_slsa_requires():
    """Build type, external parameters, builder; and the commit as a dependency, if it is known."""
    predicate = statement({"a": b"1"}, ["splunk"], "0" * 40)["predicate"]
    assert predicate["buildDefinition"]["externalParameters"] == {"targets": ["splunk"]}
    assert predicate["buildDefinition"]["resolvedDependencies"][0] == {
        "name": "tocsin",
        "digest": {"gitCommit": "0" * 40},
    }
    assert predicate["runDetails"]["builder"]["id"] == "urn:tocsin:builder"
    without = statement({"a": b"1"}, ["splunk"], None)["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert all("uri" in one for one in without)


def test_the_components_are_what_is_installed():
    """Those that tocsin asks for and those that they ask for, each with its version and a licence."""
    told = components()
    refs = [one["bom-ref"] for one in told["components"]]
    assert refs == [purl(one) for one in libraries_of("tocsin")]
    assert {"pkg:pypi/yara-x@1.23.0", "pkg:pypi/jinja2@3.1.6"} <= {*refs}
    assert not any(ref.startswith(("pkg:pypi/pytest@", "pkg:pypi/ruff@")) for ref in refs)
    assert [one["name"] for one in told["components"] if not one["licenses"]] == []


def test_the_list_is_the_same_again():
    """Its serial number is made from what is in it."""
    assert as_json(components()) == as_json(components())
