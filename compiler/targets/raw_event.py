"""How an event as a whole, in which keywords are looked for, writes the characters of its values.

JSON has quotes and backslashes behind a backslash, and a slash may have one (RFC 8259, section 7); XML has entities for
ampersands and less-than signs, and may have them for the other three (XML 1.0, section 2.4).
"""

from __future__ import annotations

_FORMS = {
    "json": {'"': ('\\"',), "\\": ("\\\\",), "/": ("/", "\\/")},
    "xml": {"&": ("&amp;",), "<": ("&lt;",), ">": ("&gt;", ">"), '"': ('"', "&quot;"), "'": ("'", "&apos;")},
}


def forms(character: str, escapes: str) -> tuple[str, ...]:
    """How a character of a value is written, the usual form first; ``escapes``: ``json``, ``xml``, empty: as it is."""
    return _FORMS.get(escapes, {}).get(character, (character,))


def written(text: str, escapes: str) -> str:
    """A value in the usual form of each of its characters."""
    return "".join(forms(character, escapes)[0] for character in text)


def altered(escapes: str) -> frozenset[str]:
    """The characters that never, or not always, stand for themselves."""
    return frozenset(_FORMS.get(escapes, {}))
