"""DuckDB's SQL.

Facts from DuckDB's documentation (1.3 and later) and tried on 2.0: identifiers are compared without letter case even in
quotes; a backslash in a literal is itself; ``LIKE`` has no escape unless one is given; ``lower`` folds code point by
code point; ``regexp_matches`` is RE2, case-sensitive, ``.`` not a newline, ``$`` at the end of the text alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import re2

from compiler.targets.sql_dialect import TEXT, TIME, Dialect
from compiler.targets.target import UNSAYABLE, Refusal

_SHAPES = {"contains": "contains", "startswith": "starts_with", "endswith": "ends_with"}


class DuckDB(Dialect):
    """DuckDB, 1.3 and later (lambda functions in Python's style)."""

    name: ClassVar[str] = "duckdb"
    title: ClassVar[str] = "DuckDB"
    wide: ClassVar[str] = "HUGEINT"
    exact: ClassVar[str] = "DECIMAL(38, 10)"
    notes: ClassVar[Sequence[str]] = ("Needs DuckDB 1.3 or later.",)
    commands: ClassVar[Sequence[str]] = (
        "duckdb lake.db < schema.sql",
        "duckdb -json lake.db < rules/NAME.sql",
    )

    def quoted(self, name: str) -> str:
        """In double quotes."""
        return '"' + name.replace('"', '""') + '"'

    def literal(self, text: str) -> str:
        """In single quotes; what an editor or a terminal would not leave alone is named by its number."""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refusal(UNSAYABLE, "half of a surrogate pair cannot be written in SQL") from None
        pieces = [""]
        for letter in text:
            if ord(letter) < 32:
                pieces += [f"chr({ord(letter)})", ""]
            else:
                pieces[-1] += "''" if letter == "'" else letter
        if len(pieces) == 1:
            return f"'{pieces[0]}'"
        shown = [piece if place % 2 else f"'{piece}'" for place, piece in enumerate(pieces) if place % 2 or piece]
        return f"({' || '.join(shown)})" if len(shown) > 1 else shown[0]

    def folded(self, text: str) -> str:
        """As ``lower`` does it."""
        return f"lower({text})"

    def regex(self, pattern: str, flags: Iterable[str]) -> str:
        """RE2's own syntax; flags stand in front of it."""
        options = re2.Options()
        options.log_errors = False
        prefix = "".join(sorted(flags))
        try:
            re2.compile(pattern, options)
        except (re2.error, UnicodeEncodeError):
            raise Refusal(
                UNSAYABLE, "DuckDB's regular expressions (RE2) have no look-around and no back-references"
            ) from None
        return f"(?{prefix}){pattern}" if prefix else pattern

    def found(self, text: str, regex: str) -> str:
        """As ``regexp_matches``."""
        return f"regexp_matches({text}, {self.literal(regex)})"

    def shaped(self, shape: str, text: str, part: str) -> str:
        """A function for each."""
        return f"{_SHAPES[shape]}({text}, {part})"

    def array(self, items: Sequence[str]) -> str:
        """In brackets."""
        return f"[{', '.join(items)}]"

    def joined(self, lists: Sequence[str]) -> str:
        """Flattened; a list that is null counts as empty."""
        return f"flatten([{', '.join(lists)}])"

    def any_of(self, items: str, variable: str, test: str) -> str:
        """Whether anything is left of the list once it is filtered."""
        return f"len(list_filter({items}, lambda {variable}: {test})) > 0"

    def flat(self, lists: str) -> str:
        """As ``flatten``."""
        return f"flatten({lists})"

    def mapped(self, items: str, variable: str, expression: str) -> str:
        """As ``list_transform``."""
        return f"list_transform({items}, lambda {variable}: {expression})"

    def present(self, items: str) -> str:
        """As ``list_filter``."""
        return f"list_filter({items}, lambda item: item IS NOT NULL)"

    def distinct(self, items: str) -> str:
        """As ``list_distinct``, which leaves null out."""
        return f"list_distinct({items})"

    def holds(self, items: str, item: str) -> str:
        """As ``list_contains``."""
        return f"list_contains({items}, {item})"

    def item(self, items: str, place: int | str) -> str:
        """In brackets."""
        return f"{items}[{place}]"

    def length(self, items: str) -> str:
        """As ``len``."""
        return f"len({items})"

    def spread(self, items: str) -> str:
        """As ``unnest``."""
        return f"unnest({items})"

    def micros(self, time: str) -> str:
        """As ``epoch_us``."""
        return f"epoch_us({time})"

    def instant(self, micros: str) -> str:
        """As ``make_timestamp``."""
        return f"make_timestamp({micros})"

    def distinct_over(self, value: str, window: str) -> str:
        """DuckDB counts distinct values in windows."""
        return f"count(DISTINCT {value}) OVER {window}"

    def sorted_over(self, value: str, window: str) -> str:
        """As ``list`` with a filter."""
        return f"list_sort(list({value}) FILTER ({value} IS NOT NULL) OVER {window})"

    def type_of(self, type_: str) -> str:
        """DuckDB knows the names of the sources; shown by its own."""
        return type_.replace(TEXT, "VARCHAR")

    def attempt(self, value: str, type_: str) -> str:
        """As ``TRY_CAST``."""
        return f"TRY_CAST({value} AS {type_})"

    def row(self, table: str) -> str:
        """A table's name stands for its row."""
        return f"CAST(to_json({self.quoted(table)}) AS VARCHAR)"

    def loading(self, table: str, fields: Mapping[str, tuple[str, str]]) -> str:
        """From a file of JSON lines in Sigma's names with ``@timestamp`` (with its zone)."""
        columns = [("@timestamp", TIME, "TIMESTAMPTZ")]
        columns += [(name, self.quoted(column), type_) for name, (column, type_) in sorted(fields.items())]
        selected = ",\n    ".join(f"{self._within(name, type_)} AS {to}" for name, to, type_ in columns)
        file = self.literal(f"{table}.jsonl")
        return (
            f"INSERT INTO {self.quoted(table)} BY NAME SELECT\n    {selected}\n"
            f"FROM read_json_objects({file}, format = 'newline_delimited');"
        )

    def _within(self, name: str, type_: str) -> str:
        path = self.literal("$." + json.dumps(name, ensure_ascii=False))
        if type_ == "TIMESTAMPTZ":
            # A cast to TIMESTAMP would take the clock as written and forget the zone beside it.
            return f"make_timestamp(epoch_us({self.attempt(f'(json ->> {path})', type_)}))"
        if not type_.endswith("[]"):
            return self.attempt(f"(json ->> {path})", type_)
        single = f"CASE WHEN (json ->> {path}) IS NOT NULL THEN [{self.attempt(f'(json ->> {path})', type_[:-2])}] END"
        return f"coalesce({self.attempt(f'(json -> {path})', type_)}, {single})"
