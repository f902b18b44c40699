"""Why a rule did or did not match."""

from compiler.meaning.rule import read_detection
from compiler.meaning.values import MISSING, NOTHING


def explain(event, condition="selection and not 1 of filter_*", **selections):
    body = {"logsource": {"product": "x"}, "detection": {**selections, "condition": condition}}
    return read_detection(body).explain(event)


def outline(node):
    return (node.label, node.holds, [outline(part) for part in node.parts])


def test_the_tree_mirrors_the_condition():
    """Joints, selections, entries and values stand as the rule has them, each with its own verdict."""
    found = explain(
        {"Image": "C:\\cmd.exe", "User": "bob"},
        selection={"Image|endswith": ["\\cmd.exe", "\\pwsh.exe"]},
        filter_a={"User": "alice"},
        filter_b={"User|contains": "bo"},
    )
    assert outline(found) == (
        "and",
        False,
        [
            (
                "selection",
                True,
                [("Image|endswith", True, [("'\\\\cmd.exe'", True, []), ("'\\\\pwsh.exe'", False, [])])],
            ),
            (
                "not",
                False,
                [
                    (
                        "1 of filter_*",
                        True,
                        [
                            ("filter_a", False, [("User", False, [("'alice'", False, [])])]),
                            ("filter_b", True, [("User|contains", True, [("'bo'", True, [])])]),
                        ],
                    )
                ],
            ),
        ],
    )


def test_atoms_say_what_they_saw():
    """An entry shows the event's value, null, or that there is none; joints and keywords read no field."""
    found = explain({"A": None, "C": ["x", 1]}, "selection or words", selection={"A": 1, "B": 2, "C": 3}, words=["k"])
    selection, words = found.parts
    assert found.saw is NOTHING
    assert selection.saw is NOTHING
    assert [part.saw for part in selection.parts] == [None, MISSING, ["x", 1]]
    assert words.parts[0].saw is NOTHING


def test_places_lead_into_the_rule():
    """Every node has the keys of what it explains."""
    found = explain({}, "selection", selection=[{"A": ["x", "y"]}])
    entry = found.parts[0].parts[0]
    assert found.keys == ("detection", "selection")
    assert entry.keys == ("detection", "selection", 0, "A")
    assert [value.keys for value in entry.parts] == [(*entry.keys, 0), (*entry.keys, 1)]


def test_under_neq_values_are_shown_as_they_are():
    """An entry with neq holds where its values do not."""
    found = explain({"A": "x"}, "selection", selection={"A|neq": ["x", "y"]}).parts[0]
    assert outline(found) == ("A|neq", False, [("'x'", True, []), ("'y'", False, [])])


def test_values_are_shown_as_yaml_has_them():
    """null, booleans, numbers and strings are told apart."""
    found = explain({}, "selection", selection={"A": None, "B": True, "C": 1, "D": "1"})
    assert [entry.parts[0].label for entry in found.parts] == ["null", "true", "1", "'1'"]
