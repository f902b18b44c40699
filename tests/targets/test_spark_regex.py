"""Regexes of rules as Java must be told them; ``tests/engines/test_spark.py`` runs them there."""

import pytest

from compiler.targets.spark_regex import java
from compiler.targets.target import Refusal

EDGE = "(?:(?<=[0-9A-Za-z_])(?![0-9A-Za-z_])|(?<![0-9A-Za-z_])(?=[0-9A-Za-z_]))"


@pytest.mark.parametrize(
    ("regex", "flags", "said"),
    [
        ("abc", "", "(?d)abc"),
        ("abc", "ims", "(?dius)abc"),
        ("^a$", "", r"(?d)\Aa\z"),
        ("^a$", "m", r"(?d)(?<![^\n])a(?=\n|\z)"),
        (r"\ba", "", f"(?d){EDGE}a"),
        (r"\s\S\d\W", "", r"(?d)[\t\n\f\r ][^\t\n\f\r ][0-9][^0-9A-Za-z_]"),
        (r"\v\a\x41\x{1F600}\012", "", r"(?d)\x0B\x07\x{41}\x{1F600}\x{a}"),
        ("[[&&a]", "", r"(?d)[\[\&\&a]"),
        (r"[^]\s-]", "", r"(?d)[^\]\t\n\f\r \-]"),
        (r"[a\S]", "", r"(?d)[a[^\t\n\f\r ]]"),
        ("[[:alpha:][:^digit:]_]", "", "(?d)[A-Za-z[^0-9]_]"),
        ("[+--]", "", r"(?d)[\+-\-]"),
        (r"\pL\PL\p{Greek}\p{^Lu}", "", r"(?d)\p{L}\P{L}\p{IsGreek}\P{Lu}"),
        (r"\Qa.b\E.", "", r"(?d)a\.b."),
        ("a{,2}{3}", "", r"(?d)a\{,2}{3}"),
        ("a{2,}?b", "", "(?d)a{2,}?b"),
        ("(?P<one_two>a)(?<b>c)", "", "(?d)(?<g1>a)(?<g2>c)"),
        ("(?i)a(?-i:b)(?m:^)^", "", r"(?d)(?iu)a(?-iu:b)(?:(?<![^\n]))\A"),
        ("(?m)^", "", r"(?d)(?<![^\n])"),
        (r"(a)\1", "", r"(?d)(a)\1(?:)"),
        (r"(?P<x>a)(?P=x)", "", r"(?d)(?<g1>a)\k<g1>"),
        (r"(?=a)(?<!b)(?>c)d++", "", "(?d)(?=a)(?<!b)(?>c)d++"),
        (r"(?=\s)", "", r"(?d)(?=[\t\n\f\r \x0B])"),
        ("é/'\"", "", "(?d)é/'\""),
        ("dir", "i", "(?diu)d(?-i:[iI])r"),
        ("(?-i:i)i", "i", "(?diu)(?-iu:i)(?-i:[iI])"),
        (r"\x69\QI\E", "i", "(?diu)(?-i:[iI])(?-i:[iI])"),
        ("\u0130", "i", "(?diu)(?-i:\u0130)"),
        ("[a-z]", "i", r"(?diu)(?-i:[A-Za-z\x{17f}\x{212a}])"),
        (r"[hij\d.-]", "i", r"(?diu)(?-i:[\-\.0-9H-Jh-j])"),
        ("[a-zé]", "i", "(?diu)(?:(?-i:[iI])|(?-i:(?![iI\u0130\u0131]))[a-zé])"),
        (r"[i\x{e9}]", "i", "(?diu)(?:(?-i:[iI])|(?-i:(?![iI\u0130\u0131]))[i\\x{e9}])"),
        ("[^i]", "i", "(?diu)(?:(?-i:[\u0130\u0131])|(?-i:(?![iI\u0130\u0131]))[^i])"),
        ("[a-c][^x]", "i", "(?diu)[a-c][^x]"),
        ("(?!x)i", "i", "(?di)(?!x)i"),
    ],
)
def test_a_regex_keeps_its_meaning(regex, flags, said):
    """What Java reads in another way is said in its words."""
    assert java(regex, flags) == said


@pytest.mark.parametrize(
    "regex", [r"(?U)a", r"(?<=a+)b", r"(?<=a{2,})b", r"[^\S](?=a)", r"\C", r"\p{Any}", r"\X(?=a)", "(?|a|b)c"]
)
def test_what_java_cannot_say_is_refused(regex):
    """By the feature of the regex."""
    with pytest.raises(Refusal, match="has no counterpart in Java's syntax"):
        java(regex, "")


@pytest.mark.parametrize("regex", [r"\p{Lu}", r"[\p{Ll}]", r"\P{Lt}"])
def test_a_category_of_letter_case_is_refused_where_letter_case_is_ignored(regex):
    """Java then takes any of the three for the other two."""
    assert java(regex, "").startswith("(?d)")
    with pytest.raises(Refusal, match="a category of letter case where letter case is ignored"):
        java(regex, "i")
