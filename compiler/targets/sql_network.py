"""Ranges of IP addresses as regular expressions over the text of an address, for languages without addresses.

The expressions hold literals, classes, groups, alternatives and counted repetition alone, so every dialect reads them
alike. They accept an address as strictly as it is written by the rules: four decimal octets without zeros in front
(RFC 6943, 3.1.1), or IPv6 in any of the forms of RFC 4291, 2.2, no zone, no port. Each is to be matched whole.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_QUAD = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_FREE = "[0-9a-fA-F]{1,4}"
_GROUPS = 8
_ZERO = "0{1,4}"


def network_regex(network: Network) -> str:
    """The regular expression of which an address of ``network``, as text, is one whole match, and nothing else is."""
    if isinstance(network, ipaddress.IPv4Network):
        return _quad(int(network.network_address), network.prefixlen)
    return _alternatives(_version6(network))


def _alternatives(parts: Iterable[str]) -> str:
    unique = list(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else f"(?:{'|'.join(unique)})"


def _quad(address: int, prefix: int) -> str:
    return r"\.".join(
        _octet((address >> (24 - 8 * place)) & 255, min(max(prefix - 8 * place, 0), 8)) for place in range(4)
    )


def _octet(value: int, bits: int) -> str:
    """The octets that begin with ``bits`` bits of ``value``."""
    if bits == 8:
        return str(value)
    if not bits:
        return _OCTET
    first = value >> (8 - bits) << (8 - bits)
    return f"(?:{'|'.join(_decimals(first, first + (1 << (8 - bits)) - 1))})"


def _decimals(first: int, last: int) -> Iterator[str]:
    """The numbers from ``first`` to ``last``, below 1,000: those of one stem written with a class."""
    stems: dict[str, list[str]] = {}
    for number in range(first, last + 1):
        stems.setdefault(str(number)[:-1], []).append(str(number)[-1])
    for stem, digits in stems.items():
        yield stem + (digits[0] if len(digits) == 1 else f"[{digits[0]}-{digits[-1]}]")


def _version6(network: ipaddress.IPv6Network) -> Iterator[str]:
    """One alternative for each place at which zeros may be left out, and for each end as four octets."""
    address, prefix = int(network.network_address), network.prefixlen
    groups = [
        _group((address >> (112 - 16 * place)) & 0xFFFF, min(max(prefix - 16 * place, 0), 16))
        for place in range(_GROUPS)
    ]
    # Zeros may be left out where the bits of the range that fall there are zeros.
    empty = [(address >> (112 - 16 * place)) & 0xFFFF == 0 for place in range(_GROUPS)]
    end = _quad(address & 0xFFFFFFFF, max(prefix - 96, 0))
    yield ":".join(_runs(groups))
    yield ":".join([*_runs(groups[:6]), end])
    fixed = -(-prefix // 16)
    for before in range(_GROUPS):
        head = ":".join(_runs(groups[:before]))
        tails = [after for after in range(_GROUPS - before) if all(empty[before : _GROUPS - after])]
        free = [after for after in tails if _GROUPS - after >= fixed]
        if free and free == list(range(len(free))):
            yield f"{head}::{_up_to(len(free) - 1)}"
            tails = [after for after in tails if after not in free]
        for after in tails:
            yield f"{head}::{':'.join(_runs(groups[_GROUPS - after :]))}"
            if after >= 2:
                yield f"{head}::{':'.join([*_runs(groups[_GROUPS - after : 6]), end])}"


def _up_to(most: int) -> str:
    """No group, or up to so many, of any value, the last two of them as four octets or not."""
    if most < 2:
        return f"(?:{_FREE})?" if most else ""
    return f"(?:(?:{_FREE}:){{0,{most - 2}}}(?:{_QUAD}|{_FREE}:{_FREE})|{_FREE})?"


def _runs(groups: list[str]) -> list[str]:
    """The groups, a run of free ones at the end as one expression."""
    count = next((n for n, group in enumerate(reversed(groups)) if group != _FREE), len(groups))
    if count < 2:
        return groups
    return [*groups[: len(groups) - count], f"{_FREE}(?::{_FREE}){{{count - 1}}}"]


def _group(value: int, bits: int) -> str:
    """The groups of four hexadecimal digits, zeros in front left out or not, that begin with ``bits`` bits of it."""
    if not bits:
        return _FREE
    digits = [_digit((value >> (12 - 4 * place)) & 15, min(max(bits - 4 * place, 0), 4)) for place in range(4)]
    text = ""
    for place, (digit, zero) in enumerate(digits):
        text += digit
        # What stands in front may be left out as long as all of it can be zero.
        if place < 3 and all(nought for _, nought in digits[: place + 1]) and zero:
            text = f"(?:{text})?" if place else f"{text}?"
    return _ZERO if text == "(?:(?:0?0)?0)?0" else text


def _digit(value: int, bits: int) -> tuple[str, bool]:
    """The hexadecimal digits that begin with ``bits`` bits of ``value``, and whether 0 is among them."""
    first = value >> (4 - bits) << (4 - bits)
    found = "".join(f"{digit:x}" for digit in range(first, first + (1 << (4 - bits))))
    if len(found) == 16:
        return "[0-9a-fA-F]", True
    letters = "".join(sorted({*found, *found.upper()}))
    return (letters if len(letters) == 1 else f"[{letters}]"), first == 0
