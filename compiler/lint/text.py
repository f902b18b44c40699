"""What Sigma and YARA rules have in common: how titles, descriptions, dates and references are written."""

from __future__ import annotations

import datetime
import re
import unicodedata
import uuid

_SMALL_WORDS = (
    "a an and as at but by for from in into is its nor not of off on onto or out over per so than that the to up via"
    " vs with within without"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_OWN_SPELLING = re.compile(r"[^a-z'-]")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BRANCH = re.compile(r"https://git(?:hub|lab)\.com/[^/]+/[^/]+/(?:-/)?(?:blob|tree|raw)/(?:main|master|dev|develop)/")


def not_one_line(title: str) -> str:
    """Why a title cannot stand on one line of somebody else's file; empty if it can."""
    if not title.strip():
        return "is missing"
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp", "Cf"} for character in title):
        return "holds a line break, or a character that does not show"
    return f"has {len(title)} characters, more than 256" if len(title) > 256 else ""


def not_title_case(title: str) -> list[str]:
    """The words that begin with a small letter where Title Case has a capital."""
    words = [part.strip("()[]\"',:;") for part in re.split(r"[\s/]+", title)]
    words = [word for word in words if word]
    return [
        word
        for number, word in enumerate(words)
        if word[0].islower()
        and not _OWN_SPELLING.search(word)
        and (word not in _SMALL or number in (0, len(words) - 1))
    ]


def no_name(title: str) -> str:
    """Why a title is no name for what is found; empty if it is."""
    if title.lower().startswith(("detects ", "detect ", "detection of ", "rule ")):
        return f"begins with {title.split(maxsplit=1)[0]!r}"
    if title.endswith("."):
        return "ends with a full stop"
    return f"has {len(title)} characters, more than 100" if len(title) > 100 else ""


def no_description(description: str, opening: str) -> str:
    """Why a description says too little; empty if it does not."""
    if not description.strip():
        return "is missing"
    if not description.startswith(opening):
        return f"does not begin with {opening.strip()!r}"
    length = len(" ".join(description.split()))
    return f"has {length} characters, fewer than 40" if length < 40 else ""


def date_of(text: str) -> datetime.date | None:
    """The day that ``2026-11-21`` names; None for anything else."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def is_uuid4(text: str) -> bool:
    """True for a random UUID (RFC 9562, version 4) in its usual spelling."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return False
    return parsed.version == 4 and str(parsed) == text.lower()


def not_to_be_followed(reference: str) -> str:
    """Why a reference cannot be relied on; empty if it can."""
    if not reference.startswith("https://") or len(reference.split()) != 1:
        return "is no https address"
    if reference.startswith("https://attack.mitre.org/"):
        return "is a page of ATT&CK, which the tags name"
    return "follows a branch and will show something else one day" if _BRANCH.match(reference) else ""
