"""Deviations that queries declare: each has its row in the reference's own list of decisions."""

import importlib.util
import pathlib
import re
import sys
import warnings

from compiler.convert import convert
from compiler.targets import load_targets
from compiler.targets.target import Query

FOLDER = pathlib.Path(__file__).parent
FEATURES = importlib.util.spec_from_file_location("conformance_features", FOLDER / "features.py")


def named(root):
    """The deviations that have a row: the third column."""
    text = (root / "compiler" / "meaning" / "semantics.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {name for row in rows if len(row) > 2 for name in re.findall(r"`([a-z-]+)`", row[-2])}


def queries():
    """Every query that is made of the files of this folder."""
    made = importlib.util.module_from_spec(FEATURES)
    sys.modules[FEATURES.name] = made  # where its dataclasses look for the names of their types
    FEATURES.loader.exec_module(made)
    targets = {name: target for name, target in load_targets().items() if target.convert is not None}
    for typing in made.TYPINGS:
        for one in made.features(list(targets), typing):
            for target in targets.values():
                for rule in one.asked:
                    if isinstance(query := convert(rule, target, one.content), Query):
                        yield query


def test_every_deviation_of_a_query_has_a_row(root):
    """A name that a user reads in a package is explained, and the files reach those of each target."""
    warnings.simplefilter("ignore")
    found = {name for query in queries() for name in query.settings.get("deviations", ())}
    assert found <= named(root)
    assert {"ascii-case", "empty-is-missing", "null-is-missing", "ten-decimals", "token-keywords"} <= found
