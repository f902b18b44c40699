"""The tree that a rule is read into."""

from compiler.meaning.rule import read_detection
from compiler.meaning.tree import And, Atom, Not, Or, atoms, fields, walk


def tree(condition, **selections):
    return read_detection({"logsource": {"product": "x"}, "detection": {**selections, "condition": condition}}).tree


def test_walk_gives_parents_first():
    """Every node below comes once for each place that names it, in the order of the condition."""
    node = tree("not a and (b or a)", a={"A": 1}, b=[{"B": 1}])
    assert [type(item) for item in walk(node)] == [And, Not, And, Atom, Or, Or, And, Atom, And, Atom]


def test_atoms_come_once():
    """An atom that the condition names twice is one atom."""
    assert [atom.field for atom in atoms(tree("a or (b and a)", a={"A": 1}, b={"B": 1}))] == ["A", "B"]


def test_atoms_that_look_alike_stay_apart():
    """Equal entries of two selections have places of their own, and a mutant may change one alone."""
    found = atoms(tree("a or b", a={"A": 1}, b={"A": 1}))
    assert [atom.keys for atom in found] == [("detection", "a", "A"), ("detection", "b", "A")]


def test_fields_are_those_of_atoms_and_references():
    """Keywords read no field; a reference reads two."""
    assert fields(tree("1 of them", a=["word", {"A|fieldref": "B"}], b={"C.d|exists": False})) == {"A", "B", "C.d"}


def test_an_atom_knows_how_its_values_are_joined():
    """``all`` and ``neq`` are read off the modifiers, wherever they stand."""
    both, plain = atoms(tree("a", a={"A|neq|contains|all": ["x", "y"], "B": 1}))
    assert (both.every, both.negated, both.label) == (True, True, "A|neq|contains|all")
    assert (plain.every, plain.negated, plain.label) == (False, False, "B")


def test_trees_of_equal_rules_are_equal():
    """Nodes are values: two readings of one rule can be compared."""
    selections = {"a": {"A|contains|windash": [" -x"], "B|re|i": "x+"}, "b": ["word"]}
    assert tree("a and not b", **selections) == tree("a and not b", **selections)
