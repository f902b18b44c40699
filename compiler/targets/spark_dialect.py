"""Spark's SQL.

Facts from the SQL reference of Apache Spark 4 (in ANSI mode, the default, a cast that fails is an error, hence
``try_cast``), and tried on 4.3: identifiers are compared without letter case; a backslash in a literal escapes, and
``${...}`` is replaced before the text is read; ``LIKE`` escapes with a backslash unless another sign is given;
``lower`` makes two characters of U+0130 and looks around at U+03A3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from compiler.targets.spark_regex import java
from compiler.targets.sql_dialect import TIME, Dialect
from compiler.targets.target import UNSAYABLE, Refusal


class Spark(Dialect):
    """Spark 4."""

    name: ClassVar[str] = "spark"
    title: ClassVar[str] = "Spark"
    wide: ClassVar[str] = "DECIMAL(38, 0)"
    exact: ClassVar[str] = "DECIMAL(25, 10)"
    notes: ClassVar[Sequence[str]] = (
        "Needs Spark 4, with `spark.sql.parser.escapedStringLiterals` false as it is by default, and the time zone of",
        "the session in UTC.",
    )
    commands: ClassVar[Sequence[str]] = (
        "spark-sql --conf spark.sql.session.timeZone=UTC -f schema.sql",
        "spark-sql --conf spark.sql.session.timeZone=UTC -f rules/NAME.sql",
        "# or, from Python, without the semicolon: spark.sql(text)",
    )

    def quoted(self, name: str) -> str:
        """In backticks."""
        return "`" + name.replace("`", "``") + "`"

    def literal(self, text: str) -> str:
        """In single quotes, with the escapes of Spark; a dollar sign that would open a variable by its number."""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Refusal(UNSAYABLE, "half of a surrogate pair cannot be written in SQL") from None
        shown = re.sub(r"[\\']", r"\\\g<0>", text)
        shown = re.sub(r"[\x00-\x1f]|\$(?=\{)", lambda match: f"\\u{ord(match[0]):04x}", shown)
        return f"'{shown}'"

    def fits(self, text: str, pattern: str, *, escaped: bool) -> str:
        """With the escape told wherever there is a backslash, which would be one otherwise."""
        return super().fits(text, pattern, escaped=escaped or "\\" in pattern)

    def folded(self, text: str) -> str:
        """As ``lower`` does it, without its two exceptions."""
        return f"lower(translate({text}, '\u0130\u03a3', 'i\u03c3'))"

    def regex(self, pattern: str, flags: Iterable[str]) -> str:
        """Java's syntax."""
        return java(pattern, flags)

    def found(self, text: str, regex: str) -> str:
        """As ``RLIKE``."""
        return f"{text} RLIKE {self.literal(regex)}"

    def shaped(self, shape: str, text: str, part: str) -> str:
        """A function for each, called as Sigma calls it."""
        return f"{shape}({text}, {part})"

    def array(self, items: Sequence[str]) -> str:
        """As ``array``."""
        return f"array({', '.join(items)})"

    def joined(self, lists: Sequence[str]) -> str:
        """Flattened, once lists that are null are gone."""
        return f"flatten(filter(array({', '.join(lists)}), item -> item IS NOT NULL))"

    def flat(self, lists: str) -> str:
        """As ``flatten``."""
        return f"flatten({lists})"

    def any_of(self, items: str, variable: str, test: str) -> str:
        """As ``exists``."""
        return f"exists({items}, {variable} -> {test})"

    def mapped(self, items: str, variable: str, expression: str) -> str:
        """As ``transform``."""
        return f"transform({items}, {variable} -> {expression})"

    def present(self, items: str) -> str:
        """As ``filter``."""
        return f"filter({items}, item -> item IS NOT NULL)"

    def distinct(self, items: str) -> str:
        """As ``array_distinct``."""
        return f"array_distinct({items})"

    def holds(self, items: str, item: str) -> str:
        """As ``array_contains``."""
        return f"array_contains({items}, {item})"

    def item(self, items: str, place: int | str) -> str:
        """As ``element_at``."""
        return f"element_at({items}, {place})"

    def length(self, items: str) -> str:
        """As ``size``."""
        return f"size({items})"

    def spread(self, items: str) -> str:
        """As ``explode``."""
        return f"explode({items})"

    def micros(self, time: str) -> str:
        """As ``unix_micros``."""
        return f"unix_micros({time})"

    def instant(self, micros: str) -> str:
        """As ``timestamp_micros``."""
        return f"timestamp_micros({micros})"

    def distinct_over(self, value: str, window: str) -> str:
        """Spark counts no distinct values in windows, and collects them instead."""
        return f"size(collect_set({value}) OVER {window})"

    def sorted_over(self, value: str, window: str) -> str:
        """As ``collect_list``, which leaves null out."""
        return f"sort_array(collect_list({value}) OVER {window})"

    def type_of(self, type_: str) -> str:
        """A list is an ARRAY."""
        return f"ARRAY<{self.type_of(type_[:-2])}>" if type_.endswith("[]") else type_

    def attempt(self, value: str, type_: str) -> str:
        """As ``try_cast``."""
        return f"try_cast({value} AS {type_})"

    def row(self, table: str) -> str:
        """All columns of the one table that is read."""
        del table
        return "to_json(struct(*))"

    def loading(self, table: str, fields: Mapping[str, tuple[str, str]]) -> str:
        """From a file of JSON lines in Sigma's names with ``@timestamp``; names are told apart by letter case there."""
        columns = [("@timestamp", TIME, "TIMESTAMP")]
        columns += [(name, self.quoted(column), type_) for name, (column, type_) in sorted(fields.items())]
        selected = ",\n    ".join(f"{self._within(name, type_)} AS {to}" for name, to, type_ in columns)
        raw = self.quoted(f"{table}_raw")
        return (
            f"CREATE TEMPORARY VIEW {raw} USING text OPTIONS (path {self.literal(f'{table}.jsonl')});\n"
            f"INSERT INTO {self.quoted(table)} BY NAME SELECT\n    {selected}\nFROM {raw};"
        )

    def _within(self, name: str, type_: str) -> str:
        path = self.literal(f"$['{name}']")
        value = f"get_json_object(value, {path})"
        if type_.startswith("ARRAY"):
            single = f"CASE WHEN {value} IS NOT NULL THEN array({self.attempt(value, type_[6:-1])}) END"
            return f"coalesce(from_json({value}, {self.literal(type_)}), {single})"
        return self.attempt(value, type_)
