"""Chance that repeats: every draw comes from one seeded stream, the same on every Python and platform.

Only ``random.Random.random()`` seeded with a string is used, because it is the one part of the module whose sequence
is promised not to change (Python Library Reference, ``random``, "Notes on Reproducibility"); ``choice``, ``shuffle``
and the distributions carry no such promise.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of chance. Two dice made of equal parts give equal draws; each activity takes dice of its own."""

    __slots__ = ("_next",)

    def __init__(self, *parts: object) -> None:
        # Nothing secret hangs on these draws: they must repeat, which a secure source cannot.
        self._next = random.Random("/".join(str(part) for part in parts)).random  # noqa: S311

    def below(self, bound: int) -> int:
        """A whole number from 0 to ``bound`` - 1."""
        return int(self._next() * bound)

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._next() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in ``share`` of the draws (0 to 1)."""
        return self._next() < share

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the other."""
        return items[int(self._next() * len(items))]

    def weigh(self, items: Iterable[tuple[T, float]]) -> T:
        """One of the items, each as likely as its weight says."""
        pairs = list(items)
        left = self._next() * sum(weight for _, weight in pairs)
        for item, weight in pairs:
            left -= weight
            if left < 0:
                return item
        return pairs[-1][0]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """``count`` different items in drawn order; all of them if there are fewer."""
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(min(count, len(rest)))]

    def gap(self, mean: int) -> int:
        """A waiting time around ``mean``: mostly shorter, seldom up to three times as long.

        The square of an even draw has the mean 1/3; unlike a logarithm it is computed alike by every C library.
        """
        draw = self._next()
        return int(3 * mean * draw * draw) + 1

    def hexa(self, digits: int) -> str:
        """That many lower-case hexadecimal digits."""
        text = ""
        while len(text) < digits:
            text += f"{int(self._next() * 16**12):012x}"
        return text[:digits]

    def guid(self) -> str:
        """A random (version 4) UUID in lower case."""
        digits = self.hexa(30)
        variant = "89ab"[self.below(4)]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-{variant}{digits[15:18]}-{digits[18:30]}"

    def token(self, length: int) -> str:
        """Letters and digits as in cookies and canaries."""
        return "".join(self.pick(_LETTERS) for _ in range(length))


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
