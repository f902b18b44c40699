"""Arguments and options that several verbs have."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

file = click.Path(path_type=Path, dir_okay=False, exists=True)
paths = functools.partial(click.argument, "paths", nargs=-1, type=click.Path(path_type=Path))
environment = click.option("--environment", type=file, help="What one organisation collects and calls its own.")
targets = click.option(
    "-t",
    "--target",
    "names",
    multiple=True,
    metavar="TARGET[:OPTION]",
    help="A target, defender, duckdb, elastic, loki, opensearch, plain, sentinel, spark, splunk or yara; may be "
    "repeated.  [default: all]",
)


def root(command: _F) -> _F:
    """The option ``--root``."""
    return click.option(
        "--root",
        type=click.Path(path_type=Path, file_okay=False),
        help="The tree of content [default: the nearest parent with detections/].",
    )(command)


def format_(*names: str) -> Callable[[_F], _F]:
    """The option ``--format`` with one of ``names``, the first by default, as the parameter ``style``."""
    return click.option("--format", "style", type=click.Choice(names), default=names[0], show_default=True)
