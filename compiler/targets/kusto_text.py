"""Texts and names as KQL writes them, so that no value of a rule can end its literal.

Facts: *The string data type* and *Entity names* of the Kusto documentation (MicrosoftDocs/dataexplorer-docs,
data-explorer/kusto/query/scalar-data-types/string.md and schema-entities/entity-names.md).
"""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset(
    """
    accumulate alias and anti as asc assert between bool boolean bin by casesensitive cluster consume contains
    contextual count database datatable date datetime declare decimal default desc distinct double dynamic edges
    endswith entity evaluate execute explain extend external_table externaldata facet false filter find first
    fork from getschema graph granny guid has hassuffix hasprefix id in int into invoke join kind last let like
    limit long lookup macro make matches materialize materialized_view mv nodes not notcontains notlike null
    nulls of on optional or order pack parse partition pattern print project query_parameters range real reduce
    regex render restrict run sample scan search serialize set sort startswith step string summarize table take
    tabular time timespan title to top toscalar true typeof uniqueid union uuid view where with
    """.split()  # noqa: SIM905 - one word after the other reads better than each in quotes
)
"""Words of the language: a column of such a name is written in brackets."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(text: str) -> str:
    """``text`` as a string literal: verbatim where backslashes are all there is to escape."""
    if "\\" in text and '"' not in text and not any(_control(character) for character in text):
        return f'@"{text}"'
    return '"' + "".join(_ESCAPES.get(c, f"\\u{ord(c):04x}" if _control(c) else c) for c in text) + '"'


def _control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029"


def quoted_name(name: str) -> str:
    """A column as KQL reads it: in brackets if it is no plain name."""
    if _NAME.fullmatch(name) and name.lower() not in _WORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def list_table(name: str) -> str:
    """The table by which a query reads the SOC's own list ``name``."""
    return f"TocsinList_{list_word(name)}"


def list_word(name: str) -> str:
    """The name of a list of the SOC's in letters, digits and underscores alone."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def path(name: str) -> str:
    """A place within a dynamic column, ``EventData.CommandLine``, as text; empty where it is missing."""
    first, _, rest = name.partition(".")
    column, bracket, place = first.partition("[")
    return f"tostring({quoted_name(column)}{bracket}{place}{''.join(_step(step) for step in rest.split('.') if rest)})"


def _step(step: str) -> str:
    if _NAME.fullmatch(step) and step.lower() not in _WORDS:
        return f".{step}"
    number = re.fullmatch(r"(.*?)\[(\d+)\]", step)
    if number is not None:
        return f"{_step(number[1]) if number[1] else ''}[{number[2]}]"
    return "[" + literal(step) + "]"
