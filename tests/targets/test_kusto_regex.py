r"""Regular expressions for Kusto: the same in RE2's dialect and in that of Kusto, where ``\d`` is Unicode."""

import pytest
import re2
from sigma.types import SigmaRegularExpression, SigmaRegularExpressionFlag

from compiler.targets.kusto_regex import escape, finds_nothing, kusto
from compiler.targets.target import Refusal


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (r"^\d+$", r"^[0-9]+$"),
        (r"\W", r"[^0-9A-Za-z_]"),
        (r"[\w\-.]+", r"[0-9A-Za-z_\-\.]+"),
        (r"[^\S]", r"[^\x00-\x08\x0B\x0E-\x1F!-\x{10FFFF}]"),
        (r"[]a]", r"[\]a]"),
        (r"[a&&b]", r"[a\&\&b]"),
        (r"[[:alpha:]]+", r"[[:alpha:]]+"),
        (r"a{2}b{", r"a{2}b\{"),
        (r"\/etc\/", r"/etc/"),
        (r"(?P<n>a)b", r"(?:a)b"),
        (r"\x41", r"\x{41}"),
        (r"\bcmd\b", r"\bcmd\b"),
    ],
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_regex_is_written_in_what_both_dialects_read_alike(source, said):
    """Classes are written out in ASCII, and what has no need of a meaning is escaped."""
    assert kusto(SigmaRegularExpression(source)) == said


def test_flags_stand_in_front():
    """``i``, ``m`` and ``s`` become inline flags."""
    flags = {SigmaRegularExpressionFlag.IGNORECASE, SigmaRegularExpressionFlag.DOTALL}
    assert kusto(SigmaRegularExpression("a.b", flags)) == "(?is)a.b"


@pytest.mark.parametrize("source", [r"(?=a)", r"(a)\1", r"a{1001}", r"\Z"])
def test_what_a_linear_engine_cannot_evaluate_is_refused(source):
    """Look-around, back-references, large repetition, and escapes that Kusto does not have."""
    with pytest.raises(Refusal, match="a linear engine such as Kusto's"):
        kusto(SigmaRegularExpression(source))


def test_escaped_text_matches_itself_alone():
    """Every character of ASCII stands for itself once it is escaped."""
    text = "".join(map(chr, range(1, 128)))
    assert re2.fullmatch(escape(text), text) is not None


@pytest.mark.parametrize(("pattern", "found"), [(".*", True), ("a|^$", True), ("a", False), ("^a*b$", False)])
def test_a_regex_found_in_nothing_is_known(pattern, found):
    """What is missing reads as an empty text, so a regex found there needs a guard."""
    assert finds_nothing(pattern) is found
