"""Ranges of IP addresses, for ``cidr``."""

from __future__ import annotations

import functools
import ipaddress

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def parse_network(text: str) -> Network:
    """The range ``address/prefix`` of IPv4 or IPv6 (RFC 4632, RFC 4291); an address alone is a range of one.

    Bits of the host are ignored. Raises ``ValueError`` for anything else, masks in dotted form included.
    """
    address, slash, prefix = text.partition("/")
    if slash and not (prefix.isascii() and prefix.isdigit()):
        raise ValueError("the prefix must be a number of bits")
    if "%" in address:
        raise ValueError("a zone has no place in a range")
    return ipaddress.ip_network(text, strict=False)


@functools.lru_cache(maxsize=65536)
def parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that ``text`` is, or None. Strict: no zone, no port, no zeros in front, no blanks."""
    if "%" in text or len(text) > 45:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def contains(network: Network, text: str) -> bool:
    """True if ``text`` is an address of the range; an IPv4-mapped IPv6 address is an IPv6 address."""
    address = parse_address(text)
    return address is not None and address in network
