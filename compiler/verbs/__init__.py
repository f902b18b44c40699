"""The verbs of the command: one module each, which defines ``verb`` and is read when it is asked for."""

from __future__ import annotations

import importlib
import pkgutil

import click


def names() -> list[str]:
    """Every verb, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> click.Command:
    """The verb of a name that ``names`` has."""
    verb = importlib.import_module(f"{__name__}.{name}").verb
    if not isinstance(verb, click.Command):
        raise TypeError(f"{__name__}.{name} defines no verb")
    return verb
