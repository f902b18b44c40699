"""Ranges of IP addresses."""

import pytest

from compiler.meaning.network import contains, parse_network


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.0/33",
        "192.0.2.0/",
        "192.0.2/24",
        "192.0.2.0/255.255.255.0",
        "fe80::%1/64",
        "x",
        "",
        "192.0.2.*",
        "/8",
        "2001:db8::/129",
    ],
)
def test_what_is_no_range(text):
    """Only an address and a number of bits are a range; masks, wildcards and zones are not."""
    with pytest.raises(ValueError, match=r"."):
        parse_network(text)


@pytest.mark.parametrize(
    ("network", "address", "inside"),
    [
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.9/24", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("0.0.0.0/0", "203.0.113.1", True),
        ("0.0.0.0/0", "2001:db8::1", False),
        ("::/0", "203.0.113.1", False),
        ("::ffff:0:0/96", "::ffff:203.0.113.1", True),
        ("203.0.113.0/24", "::ffff:203.0.113.1", False),
        ("2001:db8::/32", "2001:DB8:0::1", True),
        ("fe80::/10", "fe80::1%eth0", False),
        ("10.0.0.0/8", "10.0.0.01", False),
        ("10.0.0.0/8", " 10.0.0.1", False),
        ("10.0.0.0/8", "10.0.0.1:80", False),
        ("10.0.0.0/8", "10.0.0", False),
        ("10.0.0.0/8", "", False),
    ],
)
def test_contains(network, address, inside):
    """An address is in a range of its own version or it is not; what is no address is in none."""
    assert contains(parse_network(network), address) is inside
