"""The layers: imports run downwards only, modules stay small, and nothing works at import."""

import ast

import pytest

from compiler import verbs
from compiler.diagnostics import CODES

WINGS = {
    "diagnostics": set(),
    "content": {"diagnostics"},
    "meaning": {"diagnostics", "content"},
    "targets": {"diagnostics", "content"},
    "lint": {"diagnostics", "content", "meaning"},
    "engines": set(),
    "baseline": set(),
    "cores": set(),
    "convert": {"cores", "diagnostics", "content", "targets"},
    "verify": {"cores", "diagnostics", "content", "meaning", "engines", "baseline", "targets", "convert"},
    "match": {"diagnostics", "content", "meaning", "engines", "verify", "progress"},
    "release": {"diagnostics", "content", "targets", "convert", "verify"},
    "report": {"diagnostics"},
    "call": set(),
    "asked": {"diagnostics", "content", "engines", "targets"},
    "told": {"diagnostics", "report"},
    "progress": set(),
    "verbs": None,
    "cli": {"diagnostics", "told", "verbs"},
    "__main__": {"cli"},
}
"""Each wing (a package or a module of ``compiler``) and the wings that it may stand on; None: all of them."""

LONGEST = 400


def wing(name: str) -> str:
    return name.split(".")[1] if name.count(".") else name


def imports(path):
    """Every module of ours that a file imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides what stands on what"
            if node.module == "compiler":
                yield from (f"compiler.{alias.name}" for alias in node.names if alias.name != "__version__")
            elif node.module and node.module.startswith("compiler."):
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("compiler"))


def modules(root):
    return sorted((root / "compiler").rglob("*.py"))


def test_every_wing_is_known(root):
    """A new wing says here what it stands on."""
    found = {path.relative_to(root / "compiler").parts[0].removesuffix(".py") for path in modules(root)}
    assert found - {"__init__"} == set(WINGS)


def test_imports_run_downwards_only(root):
    """No wing stands on one that it must not know."""
    climbing = [
        f"{path.relative_to(root)} imports {name}"
        for path in modules(root)
        for name in imports(path)
        for own in [path.relative_to(root / "compiler").parts[0].removesuffix(".py")]
        if own != "__init__" and WINGS[own] is not None and wing(name) not in WINGS[own] | {own}
    ]
    assert climbing == []


def test_the_order_of_wings_has_no_circle():
    """What the table allows is itself one direction."""
    order: list[str] = []

    def visit(name, above=()):
        assert name not in above, f"{name} stands on itself by way of {above}"
        for below in sorted(WINGS[name] or ()):
            visit(below, (*above, name))
        order.append(name)

    for name in WINGS:
        visit(name)
    assert set(order) == set(WINGS)


def test_the_reference_shares_nothing_with_pysigma(root):
    """A mistake of pySigma's parser must show as a difference, so the reference must not import it."""
    offenders = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in sorted((root / "compiler" / "meaning").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sigma")
        or (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "sigma" for alias in node.names))
    ]
    assert offenders == []


def test_modules_hold_one_idea(root):
    """No module has more than 400 lines, each opens with a line that says what it is for, and half have under 200."""
    sizes = {}
    for path in modules(root):
        text = path.read_text(encoding="utf-8")
        sizes[path.relative_to(root).as_posix()] = text.count("\n")
        assert ast.get_docstring(ast.parse(text)), f"{path}: no line says what the module is for"
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}
    assert sorted(sizes.values())[len(sizes) // 2] < 200


@pytest.fixture(scope="module")
def declared():
    """Every code there is: the verbs together read all modules."""
    for name in verbs.names():
        verbs.load(name)
    return dict(CODES)


def test_every_code_has_a_manual(declared):
    """A code is declared once, with a title and the reason, in the range of its stage."""
    stages = {"CAT", "SRC", "SIG", "YAR", "SMP", "CNV", "VER", "PKG", "ENV"}
    assert {code[:3] for code in declared} <= stages
    thin = {
        code: page.title
        for code, page in declared.items()
        if len(page.manual.splitlines()) < 3 or len(page.title) > 120
    }
    assert thin == {}
