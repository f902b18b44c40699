"""What made a build: an in-toto statement of where its files come from, and a CycloneDX list of the software.

Facts: in-toto attestation framework, Statement v1; SLSA v1.0, Provenance; CycloneDX 1.6, JSON; purl specification, type
``pypi``.
"""

from __future__ import annotations

import importlib.metadata
import re
import uuid
from collections.abc import Mapping
from typing import Any

from packaging.requirements import Requirement

from compiler import __version__
from compiler.release.manifest import sha256

STATEMENT = "provenance.json"
COMPONENTS = "sbom.cdx.json"
BUILD_TYPE = "urn:tocsin:build:1"
"""How the parameters of a statement are read: a commit of the tree, and the targets that were asked for."""
BUILDER = "urn:tocsin:builder"
"""Nobody vouches for the machine; a release workflow adds the attestation of whoever runs it."""
_NAMESPACE = uuid.UUID("6e4dd1b6-3a0f-4d4c-8a55-3cf5b94f6a0e")


def statement(subjects: Mapping[str, bytes], targets: list[str], commit: str | None) -> dict[str, Any]:
    """An in-toto statement with SLSA provenance about ``subjects`` (path -> content)."""
    tree = [{"name": "tocsin", "digest": {"gitCommit": commit}}] if commit else []
    libraries = [{"uri": purl(one)} for one in libraries_of("tocsin")]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": path, "digest": {"sha256": sha256(body)}} for path, body in sorted(subjects.items())],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"targets": targets},
                "internalParameters": {},
                "resolvedDependencies": [*tree, *libraries],
            },
            "runDetails": {"builder": {"id": BUILDER, "version": {"tocsin": __version__}}},
        },
    }


def components() -> dict[str, Any]:
    """A CycloneDX list of what tocsin runs on; its serial number is made from what is in it."""
    libraries = libraries_of("tocsin")
    told = "\n".join([__version__, *(purl(one) for one in libraries)])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, told)}",
        "version": 1,
        "metadata": {
            "component": {
                "bom-ref": f"pkg:pypi/tocsin@{__version__}",
                "type": "application",
                "name": "tocsin",
                "version": __version__,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "purl": f"pkg:pypi/tocsin@{__version__}",
            }
        },
        "components": [
            {
                "bom-ref": purl(one),
                "type": "library",
                "name": one.name,
                "version": one.version,
                "purl": purl(one),
                "licenses": [{"license": {"name": name}} for name in _licence(one)],
            }
            for one in libraries
        ],
    }


def libraries_of(name: str) -> list[importlib.metadata.Distribution]:
    """The distributions that an installed one needs, and those that these need, by name; extras are left out."""
    found: dict[str, importlib.metadata.Distribution] = {}
    open_ = [name]
    while open_:
        distribution = importlib.metadata.distribution(open_.pop())
        for text in distribution.requires or ():
            wanted = Requirement(text)
            key = _normal(wanted.name)
            if key not in found and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                found[key] = importlib.metadata.distribution(key)
                open_.append(key)
    return [found[key] for key in sorted(found)]


def purl(distribution: importlib.metadata.Distribution) -> str:
    """The package URL of a distribution."""
    return f"pkg:pypi/{_normal(distribution.name)}@{distribution.version}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(distribution: importlib.metadata.Distribution) -> list[str]:
    """What a distribution says of its licence: an expression, or the first line of a text, or its classifiers."""
    told = distribution.metadata
    for key in ("License-Expression", "License"):
        said = [line for value in told.get_all(key) or [] for line in str(value).strip().splitlines()]
        if said and said[0] != "UNKNOWN":
            return said[:1]
    classifiers = told.get_all("Classifier") or []
    return sorted(one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: "))
