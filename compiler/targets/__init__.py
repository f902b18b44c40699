"""The SIEMs that we write for: one module each, found by its ``TARGET``."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from compiler.targets.target import Target

_SHARED = frozenset(
    {
        "target",
        "tree",
        "reading",
        "readme",
        "returned",
        "encoding",
        "naming",
        "changes",
        "pipeline",
        "correlation",
        "labels",
        "store",
        "schema",
        "schemas",
        "sql",
        "kusto",
    }
)


def target_names() -> list[str]:
    """Every target, sorted: the modules of this package but for parts of targets (``splunk_app`` of ``splunk``)."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [name for name in names if name not in _SHARED and "_" not in name]


def load_target(name: str) -> Target:
    """The target of a name that ``target_names`` has. Raises ``TypeError`` if the module defines no ``TARGET``."""
    target = getattr(importlib.import_module(f"{__name__}.{name}"), "TARGET", None)
    if not isinstance(target, Target):
        raise TypeError(f"{__name__}.{name} defines no TARGET")
    return target


def load_targets() -> Mapping[str, Target]:
    """Every target by its name, sorted. Raises ``TypeError`` as ``load_target`` does."""
    return MappingProxyType({name: load_target(name) for name in target_names()})
