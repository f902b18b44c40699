"""What can run a query or a rule: one module each, found by its ``ENGINE``."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from types import MappingProxyType

from compiler.engines.engine import Engine

Factory = Callable[..., Engine]
"""Makes an engine, not yet open. An engine that can be reached over the network takes ``url``."""

DEFAULT = frozenset({"duckdb", "eql", "kusto", "spl"})
"""The engines that the default installation has: no server, nothing to download."""

_SHARED = frozenset({"engine", "yara", "http", "java", "localserver", "searchserver"})


@functools.cache
def load_engines() -> Mapping[str, Factory]:
    """Every engine for queries by the name of its module, sorted.

    A module with an underscore in its name that defines none is a part of engines (``spl_search`` of ``spl``). Raises
    ``TypeError`` for a module that is neither an engine, nor a part, nor shared by all.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    engines: dict[str, Factory] = {}
    for name in names:
        if name in _SHARED:
            continue
        factory = getattr(importlib.import_module(f"{__name__}.{name}"), "ENGINE", None)
        if factory is None and "_" in name:
            continue
        if not callable(factory):
            raise TypeError(f"{__name__}.{name} defines no ENGINE")
        engines[name] = factory
    return MappingProxyType(engines)
