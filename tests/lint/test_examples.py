"""Every example of every manual: what is shown as bad is found, what is shown as good is not."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from compiler.diagnostics import CODES
from compiler.lint.registry import CHECKS

Lay = Callable[..., Any]

CONTENT_CODES = sorted(code for code in CODES if code[:3] in ("SIG", "YAR", "SMP", "CAT", "SRC"))


def _example(code: str, which: str) -> str:
    """The fragment after ``Bad:`` or ``Good:`` in a manual; empty if there is none."""
    found = re.search(rf"^{which}:\n((?:(?:    .*)?\n)+)", CODES[code].manual + "\n", re.MULTILINE)
    return inspect.cleandoc(f"\n{found[1]}") + "\n" if found else ""


SHOWN = [code for code in CONTENT_CODES if _example(code, "Bad")]


def test_content_below_the_examples_is_without_fault(lay: Lay) -> None:
    """The content that examples are laid over gives no finding, so that what an example gives is its own."""
    assert [str(finding) for finding in lay("SIG010", "title: Shell of a Web Server\n").findings] == []


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_check_shows_both_examples(code: str) -> None:
    """A check without a bad and a good example is not finished."""
    assert _example(code, "Bad")
    assert _example(code, "Good")


@pytest.mark.parametrize("code", SHOWN)
def test_bad_is_found(code: str, lay: Lay) -> None:
    """The bad example gives a finding of its code, at the line that it marks."""
    laid = lay(code, _example(code, "Bad"))
    assert code in laid.codes()
    if laid.marked:
        places = {(item.span.path, item.span.line) for item in laid.findings if item.code == code}
        assert places == {(laid.path, laid.marked)}


@pytest.mark.parametrize("code", SHOWN)
def test_good_is_not_found(code: str, lay: Lay) -> None:
    """The good example gives no finding of its code."""
    assert code not in lay(code, _example(code, "Good")).codes()
