"""Ranges of addresses as regular expressions: they match exactly what is an address of the range."""

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.targets.sql_network import network_regex


def matches(network, text):
    return re.fullmatch(network_regex(ipaddress.ip_network(network, strict=False)), text) is not None


def contained(network, text):
    try:
        return "%" not in text and ipaddress.ip_address(text) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("network", "text"),
    [
        ("192.0.2.0/24", "192.0.2.255"),
        ("192.0.2.0/24", "192.0.3.0"),
        ("192.0.2.0/24", "192.0.2.01"),
        ("192.0.2.0/24", "192.0.2.256"),
        ("192.0.2.0/24", "::ffff:192.0.2.1"),
        ("192.0.2.129/25", "192.0.2.128"),
        ("0.0.0.0/0", "255.255.255.255"),
        ("2001:db8::/32", "2001:0DB8::1"),
        ("2001:db8::/32", "2001:db8:1:2:3:4:5:6"),
        ("2001:db8::/32", "2001:db8:1:2:3:4:192.0.2.1"),
        ("2001:db8::/32", "2001:db8:1:2:3:4:5:6:7"),
        ("2001:db8::/32", "2001:db8::1::"),
        ("2001:db8::/32", "2001:db8"),
        ("2001:db8::/32", "2001:db8::1%eth0"),
        ("::1/128", "0:0:0:0:0:0:0:1"),
        ("::1/128", "::0.0.0.1"),
        ("::1/128", "0::0:1"),
        ("::ffff:0:0/96", "::ffff:192.0.2.1"),
        ("fe80::/10", "febf::1"),
        ("fe80::/10", "fec0::1"),
        ("::/0", "::"),
    ],
)
def test_the_notable_addresses(network, text):
    """Ends of a range, other spellings of an address, and what is none."""
    assert matches(network, text) == contained(network, text)


@given(st.ip_addresses(v=4), st.integers(0, 32), st.integers(0, 2**32 - 1), st.integers(0, 32))
def test_every_address_of_version_4(address, prefix, noise, shared):
    """An address that shares some bits with the range matches if it shares enough of them."""
    network = f"{address}/{prefix}"
    text = str(ipaddress.IPv4Address(int(address) ^ (noise >> shared)))
    assert matches(network, text) == contained(network, text)


GROUP = st.sampled_from(["0", "00", "0000", "1", "db8", "DB8", "2001", "ffff", "FE80", "a", ""])
TAIL = st.sampled_from(["", ":192.0.2.1", ":0.0.0.1", ":1.2.3", "192.0.2.1", ":256.0.0.1"])


@given(st.ip_addresses(v=6), st.integers(0, 128), st.integers(0, 2**128 - 1), st.integers(0, 128), st.data())
def test_every_address_of_version_6(address, prefix, noise, shared, data):
    """As for version 4, in the three forms in which an address is written."""
    network = f"{address}/{prefix}"
    other = ipaddress.IPv6Address(int(address) ^ (noise >> shared))
    low = ipaddress.IPv4Address(int(other) & 0xFFFFFFFF)
    forms = [str(other), other.exploded.upper(), f"{other.exploded.rpartition(':')[0].rpartition(':')[0]}:{low}"]
    text = data.draw(st.sampled_from(forms))
    assert matches(network, text) == contained(network, text)


@given(st.lists(GROUP, max_size=9), TAIL, st.sampled_from(["::/0", "2001:db8::/32", "::/8", "::1/128", "0:0:1::/48"]))
def test_what_looks_like_an_address(groups, tail, network):
    """Colons, groups and octets in any order match only if they are an address."""
    text = ":".join(groups) + tail
    assert matches(network, text) == contained(network, text)


@given(st.integers(0, 2**24 - 1), st.integers(104, 128), st.integers(0, 2**32 - 1))
def test_zeros_may_be_left_out_anywhere(low, prefix, other):
    """Ranges and addresses with long runs of zeros, compressed at every place."""
    network = f"{ipaddress.IPv6Address(low)}/{prefix}"
    groups = [f"{(other >> (112 - 16 * place)) & 0xFFFF:x}" for place in range(8)]
    for start in range(8):
        for end in range(start + 1, 9):
            if set(groups[start:end]) == {"0"}:
                text = f"{':'.join(groups[:start])}::{':'.join(groups[end:])}"
                assert matches(network, text) == contained(network, text)
