"""Conditions in SPL: terms for what the search command can say, one where for the rest."""

import pytest

from compiler.content.load import load_sources
from compiler.convert import convert
from compiler.engines.spl_text import commands
from compiler.targets.splunk import TARGET
from compiler.targets.target import Content


def search(make, **selection):
    """The search of a rule with one selection, and whatever else ``detection`` holds."""
    rule = make.rule(selection)
    fields = dict.fromkeys(("Image", "CommandLine", "User", "EventID", "Ip", "Ip6", "a-b", "a.b"), "string")
    result = convert(rule, TARGET, make.content(rule, **fields))
    assert not isinstance(result, list), result
    return result.text


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"Image|endswith": r"\cmd.exe"}, r'Image="*\\cmd.exe"'),
        ({"Image": ["a", "b*"]}, 'Image IN ("a", "b*")'),
        ({"EventID": [1, 2]}, "EventID IN (1, 2)"),
        ({"User": None}, "NOT User=*"),
        ({"User|exists": False}, "NOT User=*"),
        ({"User|exists": True}, "User=*"),
        ({"User": True}, 'User="true"'),
        ({"Image": 'say "x"'}, r'Image="say \"x\""'),
        ({"Ip|cidr": "192.0.2.0/24"}, 'Ip="192.0.2.0/24"'),
        ({"a-b": "x"}, '"a-b"="x"'),
        ({"CommandLine|contains|all": ["a", "b"]}, 'CommandLine="*a*" CommandLine="*b*"'),
    ],
)
def test_plain_terms_stand_in_the_search(selection, expected, make):
    """What the search command can say is said there, and there is no where."""
    assert search(make, selection=selection) == f"`tocsin_made` {expected}"


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        # A question mark is one character, a star in the search any number: the search is only a prefilter.
        ({"Image": "a?c"}, 'Image="a*c"\n| where isnotnull(mvfilter(match(Image, "(?is)^a.c$(?!\\\\n)")))'),
        ({"Image": r"a\*c"}, 'Image="a*c"\n| where isnotnull(mvfilter(match(Image, "(?is)^a\\\\*c$(?!\\\\n)")))'),
        ({"Image|cased": "Ab"}, 'Image="Ab"\n| where isnotnull(mvfilter(match(Image, "(?s)^Ab$(?!\\\\n)")))'),
        (
            {"Image": "a`b`"},
            'Image="a*b*"\n| where isnotnull(mvfilter(match(Image, "(?is)^a\\\\x60b\\\\x60$(?!\\\\n)")))',
        ),
        ({"Image|re": r"^\w+\.exe$"}, '\n| where isnotnull(mvfilter(match(Image, "^\\\\w+\\\\.exe$(?!\\\\n)")))'),
        ({"Image|re": "a{,2}[$]{2}"}, '\n| where isnotnull(mvfilter(match(Image, "a\\\\{,2}[$]{2}")))'),
        ({"Image|re": "[[:alpha:]$]$"}, '\n| where isnotnull(mvfilter(match(Image, "[A-Za-z$]$(?!\\\\n)")))'),
        ({"Image|re|i|m": "x$"}, '\n| where isnotnull(mvfilter(match(Image, "(?im)x$")))'),
        ({"EventID|gte": 5}, "\n| where isnotnull(mvfilter(tonumber(EventID)>=5))"),
        (
            {"Ip6|cidr": "2001:db8::/32"},
            '\n| where isnotnull(mvfilter(cidrmatch("2001:db8::/32", Ip6) AND NOT match(Ip6, "%")))',
        ),
        (
            {"User|fieldref": "a.b"},
            "\n| where isnotnull(mvmap(User, mvmap('a.b', if(\"x\".lower(User)==\"x\".lower('a.b'), 1, null()))))",
        ),
        (
            {"User": "192.0.2.0/24"},
            '\n| where isnotnull(mvfilter(match(User, "(?is)^192\\\\.0\\\\.2\\\\.0/24$(?!\\\\n)")))',
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_the_rest_stands_in_one_where(selection, expected, make):
    """What the search command cannot say is said by where, and the search says as much of it as it can."""
    assert search(make, selection=selection) == f"`tocsin_made` {expected}".replace(" \n", "\n")


def test_only_the_inexpressible_part_of_a_conjunction_is_in_the_where(make):
    """Terms that the search says exactly are not repeated behind it."""
    text = search(make, selection={"EventID": 1, "Image|re": "x", "User": "u"})
    assert text == '`tocsin_made` EventID=1 User="u"\n| where isnotnull(mvfilter(match(Image, "x")))'


def test_negation_keeps_events_without_the_field(make):
    """``NOT`` in the search does so itself; in the where, null is named, since NOT null would drop the event."""
    text = search(make, selection={"EventID": 1}, no={"Image": "x", "User|re": "y"}, condition="selection and not no")
    assert text == (
        '`tocsin_made` EventID=1\n| where isnull(mvfilter(match(Image, "(?is)^x$(?!\\\\n)")))'
        ' OR isnull(mvfilter(match(User, "y")))'
    )


def test_not_equal_is_never_written_with_an_exclamation_mark(make):
    """``f!=v`` drops events that lack the field, which Sigma keeps."""
    assert search(make, selection={"User|neq": "x"}) == '`tocsin_made` NOT User="x"'


def test_alternatives_within_a_conjunction_are_in_parentheses(make):
    """OR binds tighter than the space in the search command, and looser in where: parentheses say it in both."""
    text = search(make, selection=[{"Image": "x"}, {"User": "y"}], also={"EventID": 1}, condition="selection and also")
    assert text == '`tocsin_made` (Image="x" OR User="y") EventID=1'


@pytest.mark.parametrize(
    ("escapes", "keyword", "pattern"),
    [
        ("", "<script", "<script"),
        ("", 'say "a\\\\b" & go', r"say \"a\\\\b\" & go"),
        ("xml", "<script", "&lt;script"),
        ("xml", "a&b>c'd", "a&amp;b(?:&gt;|>)c(?:'|&apos;)d"),
        ("json", 'a"b', r"a\\\\\"b"),
        ("json", r"c:\\temp", r"c:\\\\\\\\temp"),
        ("json", "/etc/passwd", r"(?:/|\\\\/)etc(?:/|\\\\/)passwd"),
    ],
)
def test_a_keyword_is_looked_for_as_the_raw_event_writes_it(make, escapes, keyword, pattern):
    """JSON puts a backslash before quotes and backslashes, XML has entities; the query names the deviation."""
    rule = make.rule({"keywords": [keyword], "condition": "keywords", "selection": {"EventID": 1}})
    one = make.source(make.arrival("splunk", {"EventID": ("EventID", "string")}, escapes=escapes))
    query = convert(rule, TARGET, make.content(rule, sources=[one]))
    assert query.text == f'`tocsin_made`\n| where match(_raw, "(?is){pattern}")'
    assert query.settings["deviations"] == ["token-keywords"]


def test_shapes_that_say_the_same_are_asked_once(make):
    """Two shapes with one macro and the same names are one search."""
    shape = make.arrival("splunk", {"Image": ("Image", "string")})
    rule = make.rule({"selection": {"Image": "x"}})
    text = convert(rule, TARGET, make.content(rule, sources=[make.source(shape, shape)])).text
    assert text == '`tocsin_made` Image="x"'


def test_plain_shapes_are_joined_by_or(make):
    """Where every shape is plain search, one search asks them all."""
    shapes = [make.arrival("splunk", {"Image": (name, "string")}, name) for name in ("one", "two")]
    rule = make.rule({"selection": {"Image": "x"}})
    text = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)])).text
    assert text == '(`tocsin_one` one="x") OR (`tocsin_two` two="x")'


def test_shapes_with_a_where_of_their_own_are_a_multisearch(make):
    """The where of one shape must not judge the events of another."""
    shapes = [make.arrival("splunk", {"Image": (name, "string")}, name) for name in ("one", "two")]
    rule = make.rule({"selection": {"Image|re": "x"}})
    text = convert(rule, TARGET, make.content(rule, sources=[make.source(*shapes)])).text
    assert text == (
        '| multisearch [ search `tocsin_one` | where isnotnull(mvfilter(match(one, "x"))) ]'
        ' [ search `tocsin_two` | where isnotnull(mvfilter(match(two, "x"))) ]'
    )


@pytest.mark.parametrize("value", ["x\n| delete", "`danger`", 'x" OR index=*', "x\\", "x\u2028y", "*|x"])
def test_no_value_gets_out_of_its_quotes(value, make, spl):
    """A hostile value is one value: the query has one command more at most, and still finds it."""
    text = search(make, selection={"CommandLine|contains": value})
    assert len(commands(text)) == (2 if "| where" in text else 1)
    assert "\n" not in text.partition("\n| where ")[2]
    assert "`" not in text.removeprefix("`tocsin_made`")
    if "\u2028" not in value:
        assert (
            len(spl.run(text, [{"CommandLine": f"a{value.replace('*', 'o')}z"}], {"tocsin_made": lambda _: True})) == 1
        )


def test_a_list_that_nobody_has_filled_is_a_macro_of_its_own(make):
    """The SOC edits its definition; as it is shipped nothing is on it, so a filter by it leaves out nothing."""
    rule = make.rule({"detection": {"s": {"A": "x"}, "f": {"B|expand": "%own%"}, "condition": "s and not f"}})
    query = convert(rule, TARGET, make.content(rule, placeholders={"own": ()}, A="string", B="string"))
    assert query.text.endswith("\n| where isnull(mvfilter(`tocsin_list_own(B)`))")
    assert query.settings["lists"] == {"tocsin_list_own": 'match($field$, "(?!)")'}


def test_a_list_within_a_longer_value_matches_nothing(make):
    """The macro asks for whole values; what only begins with a list's value cannot be asked at run time."""
    rule = make.rule({"detection": {"s": {"A": "x"}, "f": {"B|expand": "%own%-1"}, "condition": "s and not f"}})
    query = convert(rule, TARGET, make.content(rule, placeholders={"own": ()}, A="string", B="string"))
    assert "own" not in query.text
    assert query.settings["lists"] == {}


@pytest.mark.parametrize(
    ("selection", "deviations"),
    [
        ({"a0": "kill"}, ["ascii-case"]),
        ({"a0|contains": "sh"}, []),
        ({"a0|cased": "kill"}, []),
        ({"comm": "kill"}, []),
    ],
)
def test_letters_that_hexadecimal_hides_are_declared(make, root, selection, deviations):
    """The audit log writes the Kelvin sign, a k when case does not count, as digits that tell nothing of a k."""
    detection = {"selection": selection, "condition": "selection"}
    rule = make.rule({"logsource": {"product": "linux", "service": "auditd"}, "detection": detection})
    query = convert(rule, TARGET, Content.of(load_sources(root)[0], [rule]))
    assert query.settings["deviations"] == deviations
