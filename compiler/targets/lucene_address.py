"""IPv4 addresses among those of IPv6: Lucene keeps each as the IPv6 address that it is mapped to."""

from __future__ import annotations

import ipaddress

MAPPED = "a field of type ip holds no IPv6 addresses that are mapped to IPv4: it keeps and shows these as IPv4"
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")


def mapped(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """True for an IPv6 address that stands for one of IPv4."""
    return address in _MAPPED


def mixed(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """True for a network of IPv6 in which a server finds IPv4 addresses too, as in ``::/0``."""
    return isinstance(network, ipaddress.IPv6Network) and network.overlaps(_MAPPED)
