"""The table of decisions and the files that hold them."""

import re

import yaml


def rows(root):
    text = (root / "compiler" / "meaning" / "semantics.md").read_text(encoding="utf-8")
    cells = [re.split(r"(?<!\\) \| ", line.strip("| \n")) for line in text.splitlines() if line.startswith("| ")]
    return cells[1:]


def test_every_decision_is_held_by_files_that_exist(root):
    """Each row of the table names conformance files, and each of them is there."""
    known = {path.stem for path in (root / "tests" / "conformance").glob("*.yml")}
    table = rows(root)
    assert len(table) >= 38
    for row in table:
        named = set(re.findall(r"`([a-z0-9_]+)`", row[-1]))
        assert named, row[0]
        assert named <= known, (row[0], named - known)


def test_every_source_that_a_file_names_is_the_specification_or_the_table(root):
    """A conformance file stands on a text of the specification or on the table, by its file name."""
    texts = {
        "sigma-rules-specification.md",
        "sigma-appendix-modifiers.md",
        "sigma-appendix-taxonomy.md",
        "sigma-correlation-rules-specification.md",
        "sigma-filters-specification.md",
        "semantics.md",
    }
    for path in sorted((root / "tests" / "conformance").glob("*.yml")):
        named = set(re.findall(r"[\w-]+\.md", yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]))
        assert named, path.name
        assert named <= texts, path.name
