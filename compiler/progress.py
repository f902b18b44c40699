"""A progress bar for long work: on a terminal, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import track

_T = TypeVar("_T")


def shown(items: Iterable[_T], what: str) -> Iterator[_T]:
    """The items, with a bar on standard error that says ``what`` is being done; silent in CI and where piped."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        return iter(items)
    total = len(items) if isinstance(items, Sized) else None
    return iter(track(items, what, total=total, console=Console(stderr=True), transient=True))
