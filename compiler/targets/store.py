"""Which events a store can hold, so that a query is tried on those alone and the others are counted."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Store:
    """What the store of a target can tell apart.

    ``lists``: a field may hold several values. ``empty``: an empty string is not the same as a missing field.
    ``longest``: characters of a value that are kept, None without bound. ``unicode``: letter case is folded beyond
    ASCII. ``raw``: the whole text of the event is kept beside its fields. An explicit null is told from a missing field
    by none.
    """

    lists: bool = True
    empty: bool = True
    longest: int | None = None
    unicode: bool = True
    raw: bool = False
