"""The README of a package, from a template beside the targets (``templates/<name>.md``, Jinja)."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2

FOLDER = Path(__file__).parent / "templates"


def readme(name: str, **values: Any) -> bytes:
    """A template with ``values`` filled in. Raises ``jinja2.UndefinedError`` for a name that ``values`` lack."""
    return _environment().get_template(f"{name}.md").render(values).encode()


def cell(words: object) -> str:
    """Text that stays in its cell of a table, and is no HTML."""
    text = " ".join(str(words).split())
    for letter, said in (("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("`", "\\`"), ("[", "\\[")):
        text = text.replace(letter, said)
    return text


def code(words: object) -> str:
    """Text as code in a cell of a table: in more backticks than it holds, and with its bars kept apart."""
    text = " ".join(str(words).split())
    fence = "`" * (max((len(run) for run in "".join(c if c == "`" else " " for c in text).split()), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}".replace("|", "\\|")


@functools.cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701 - Markdown, whose own escapes are the filters
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"cell": cell, "code": code}
    return made
