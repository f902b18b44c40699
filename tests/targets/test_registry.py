"""Every SIEM is one module that defines TARGET."""

import pathlib
import pkgutil
import re

import pytest

import compiler.targets
from compiler.targets import load_targets


def test_targets_are_found_by_their_modules():
    """The registry is the folder: a module that defines TARGET is a target, under its own name."""
    folder = pathlib.Path(compiler.targets.__file__).parent
    defined = [
        path.stem for path in folder.glob("*.py") if re.search(r"^TARGET = ", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert list(load_targets()) == sorted(defined)
    assert {"elastic", "splunk", "yara"} <= set(defined)
    assert all(name == target.name for name, target in load_targets().items())


def test_a_module_that_is_no_target_is_an_error(monkeypatch):
    """A SIEM that forgot its TARGET is not silently without packages."""
    found = [*pkgutil.iter_modules(compiler.targets.__path__), pkgutil.ModuleInfo(None, "json", False)]
    monkeypatch.setattr(compiler.targets.pkgutil, "iter_modules", lambda _: found)
    monkeypatch.setattr(compiler.targets.importlib, "import_module", lambda name: name)
    with pytest.raises(TypeError, match="defines no TARGET"):
        load_targets()
