"""Comparisons with a number in SQL: of number columns, and of text that may spell a number."""

from __future__ import annotations

import math

from compiler.targets.sql_dialect import REAL, TEXT, WHOLE, Dialect

INTEGER = r"\A[+-]?[0-9]+\z"
NUMERIC = r"\A[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z"
"""Text that is a number (``semantics.md``, `lt` to `gte`), up to ``LONGEST`` characters of it."""
LONGEST = 400


def compared(dialect: Dialect, one: str, kind: str, operator: str, limit: float) -> str:
    """Whether a scalar of type ``kind`` is ``operator`` (``<`` to ``>=``) ``limit``."""
    whole = math.isfinite(limit) and limit == int(limit)
    if kind == WHOLE:
        if whole:
            return f"{one} {operator} {int(limit)}"
        # Of whole numbers, being above 1.5 and being above 1 are the same.
        return f"{one} > {math.floor(limit)}" if operator.startswith(">") else f"{one} < {math.ceil(limit)}"
    if kind == REAL:
        return f"{one} {operator} CAST({limit!r} AS {REAL})"
    if kind != TEXT:
        return "FALSE"
    real = f"{dialect.attempt(one, REAL)} {operator} CAST({limit!r} AS {REAL})"
    branches = [f"WHEN length({one}) > {LONGEST} THEN FALSE"]
    if whole:
        exact = f"coalesce({dialect.attempt(one, dialect.wide)} {operator} {int(limit)}, {real})"
        branches.append(f"WHEN {dialect.found(one, dialect.regex(INTEGER, ()))} THEN {exact}")
    branches.append(f"WHEN {dialect.found(one, dialect.regex(NUMERIC, ()))} THEN {real}")
    return f"CASE {' '.join(branches)} END"


def number_of(dialect: Dialect, one: str, kind: str) -> str:
    """The number that a scalar is or spells, exact to ten decimals; null where it is none."""
    if kind == WHOLE:
        return f"CAST({one} AS DECIMAL(20, 0))"
    if kind == REAL:
        return dialect.attempt(one, dialect.exact)
    if kind != TEXT:
        return f"CAST(NULL AS {dialect.exact})"
    spelled = f"length({one}) <= {LONGEST} AND {dialect.found(one, dialect.regex(NUMERIC, ()))}"
    return f"CASE WHEN {spelled} THEN {dialect.attempt(one, dialect.exact)} END"
