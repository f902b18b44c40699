"""The recorded intrusions: many, each with a second team's way, and true to what they say of themselves."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
import yaml

FOLDERS = sorted(path.parent for path in pathlib.Path(__file__).parents[2].glob("samples/scenarios/*/scenario.yml"))
SECOND = "_second_team"


def body_of(folder: pathlib.Path) -> dict[str, Any]:
    """The scenario as YAML has it."""
    body: dict[str, Any] = yaml.safe_load((folder / "scenario.yml").read_text(encoding="utf-8"))
    return body


def test_each_intrusion_has_a_second_team() -> None:
    """Six intrusions at least, and beside each the same end reached in another way."""
    names = {folder.name for folder in FOLDERS}
    first = {name for name in names if not name.endswith(SECOND)}
    assert len(first) >= 6
    assert names - first == {name + SECOND for name in first}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_correlations_of_the_description_fire(folder: pathlib.Path) -> None:
    """Whatever correlation the description says sees the intrusion is expected to, and no other."""
    body = body_of(folder)
    said = set(re.findall(r"\bmr_\w+", str(body["description"]).partition("Missed:")[0]))
    fires = {item["rule"] for item in body["fires"] if item["rule"].startswith("mr_")}
    assert said == fires


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_recordings_are_several_and_small(folder: pathlib.Path) -> None:
    """A scenario spans several sources, and all of it is less than 300 kB."""
    recordings = body_of(folder)["recordings"]
    assert len({recording["source"] for recording in recordings}) >= 2
    assert sum((folder / recording["file"]).stat().st_size for recording in recordings) < 300_000


@pytest.mark.parametrize("folder", [path for path in FOLDERS if path.name.endswith(SECOND)], ids=lambda path: path.name)
def test_the_second_team_is_another(folder: pathlib.Path) -> None:
    """The rules that a second team sets off are not those of the first, or it would show nothing new."""
    first = body_of(folder.with_name(folder.name.removesuffix(SECOND)))
    rules = [{item["rule"] for item in body["fires"]} for body in (first, body_of(folder))]
    assert len(rules[0] & rules[1]) * 2 < len(rules[0] | rules[1])
