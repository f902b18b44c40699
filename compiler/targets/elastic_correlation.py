"""x."""

from compiler.content.model import Rule
from compiler.targets.target import UNSAYABLE_CORRELATION, Content, Query, Refusal


def correlate(rule: Rule, content: Content) -> Query:
    """X."""
    raise Refusal(UNSAYABLE_CORRELATION, "not yet")
