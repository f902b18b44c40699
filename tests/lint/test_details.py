"""What the examples of the manuals leave open: the other faults that a check finds, and what it must not find."""

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from compiler.lint.samples import real_addresses

Lay = Callable[..., Any]

ROWS = yaml.safe_load((pathlib.Path(__file__).parent / "details.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=[f"{number}-{row['code']}" for number, row in enumerate(ROWS)])
def test_check_finds_exactly(row: dict[str, Any], lay: Lay) -> None:
    """The check says exactly this of the changed file."""
    laid = lay(row["code"], row["lay"], row.get("subject", ""))
    said = [item.message for item in laid.findings if item.code == row["code"] and item.span.path == laid.path]
    assert sorted(said) == row["says"]


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("c-ip: 8.8.8.8", ["8.8.8.8"]),
        ("2021-03-03 04:52:07 8.8.8.8 GET / 200", ["8.8.8.8"]),
        ("Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36", []),
        ("FileVersion: 15.1.225.42", []),
        ('"ProductVersion":"15.1.225.42"', []),
        ("https://8.8.4.4/x and \\\\8.8.4.4\\share", ["8.8.4.4"]),
        ("192.0.2.1 198.51.100.2 203.0.113.3 10.1.2.3 172.16.0.1 192.168.1.1 127.0.0.1 0.0.0.0 239.1.1.1", []),
        ("2001:db8::1 fe80::1 ::1 2606:4700::1111", ["2606:4700::1111"]),
        ("1.2.3.4.5 1.2.3 999.1.1.1", []),
    ],
)
def test_real_addresses(line: str, addresses: list[str]) -> None:
    """Addresses that may be somebody's, and not what only looks like one."""
    assert list(real_addresses(line)) == [(1, address) for address in addresses]
