"""The SIEMs that we write for: one module each, found by its ``TARGET``."""

from __future__ import annotations

import functools
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


@functools.cache
def load_targets() -> Mapping[str, Target]:
    """Every target by its name, sorted.

    A target is a module of this package that defines ``TARGET``; one with an underscore in its name is a part of
    targets (``splunk_app`` of ``splunk``). Raises ``TypeError`` for a module that is neither a target, nor a part, nor
    shared by all.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    targets: dict[str, Target] = {}
    for name in names:
        if name in _SHARED or "_" in name:
            continue
        target = getattr(importlib.import_module(f"{__name__}.{name}"), "TARGET", None)
        if not isinstance(target, Target):
            raise TypeError(f"{__name__}.{name} defines no TARGET")
        targets[target.name] = target
    return MappingProxyType(targets)
