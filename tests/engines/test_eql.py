"""The model of EQL holds to Elasticsearch's *EQL syntax reference*, version 9; each test names its section."""

import pytest

from compiler.engines.engine import Answer, Ask, EngineUnavailable, Table
from compiler.engines.eql import ENGINE

TYPES = {
    "name": "keyword",
    "path": "wildcard",
    "port": "long",
    "ip": "ip",
    "ip6": "ip",
    "mapped": "ip",
    "dotless": "keyword",
    "load": "double",
    "module": "constant_keyword",
    "empty": "wildcard",
    "none": "keyword",
    "event.sequence": "long",
    "flag": "boolean",
    "message": "match_only_text",
    "a-b": "keyword",
    "process.name": "keyword",
}


def ask(text, *documents, types=TYPES):
    """The answer to one query over documents, whose ids are their places."""
    made = tuple({"tocsin_id": str(number), **one} for number, one in enumerate(documents))
    (answer,) = ENGINE().run([Table("logs-made-default", types, made)], [Ask("eql", text, {"index": ["logs-made-*"]})])
    return answer


MAPPED = "CIDR notation is not allowed with IPv6-mapped IPv4 address: '::ffff:192.0.2.0/120'"
EVENT = {
    "name": "Cmd.exe",
    "path": r"C:\Windows",
    "port": 443,
    "ip": "192.0.2.7",
    "flag": True,
    "a-b": "x*y",
    "ip6": "2001:DB8::1",
    "mapped": "::ffff:192.0.2.9",
    "dotless": "\u0131",
    "empty": "",
    "none": [],
    "event.sequence": 7,
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        # *Comparison operators*: ``==`` minds letter case, ``:`` does not.
        ('name == "Cmd.exe"', True),
        ('name == "cmd.exe"', False),
        ('name != "x"', True),
        ('name : "cmd.exe"', True),
        ('name : "cmd.*"', True),
        ('name : "c?d.exe"', True),
        ('name : ("x", "CMD*")', True),
        ("port == 443", True),
        ("port >= 443 and port < 444", True),
        ("port > 443", False),
        ("flag == true", True),
        ("flag == false", False),
        ('ip == "192.0.2.7"', True),
        # An address is one in every spelling (*IP field type*).
        ('ip6 == "2001:db8:0::1"', True),
        ('ip6 != "2001:db8::2"', True),
        ('ip6 in ("192.0.2.7", "2001:DB8::1")', True),
        # Letter case of ASCII alone is ignored, as Lucene's automata do.
        ('dotless : "i"', False),
        ('dotless in~ ("I")', False),
        # *Pattern comparison keywords*.
        ('name like "Cmd*"', True),
        ('name like "cmd*"', False),
        ('name like~ "cmd*"', True),
        ('name regex "[A-Z]md.exe"', True),
        ('name regex "md"', False),
        ('name regex~ "CMD.+"', True),
        # *Lookup operators*: no wildcards.
        ('name in ("Cmd.exe", "x")', True),
        ('name in ("cmd.exe")', False),
        ('name in~ ("cmd.exe")', True),
        ('`a-b` in~ ("X*Y")', True),
        ('`a-b` in~ ("X*")', False),
        ("port in (80, 443)", True),
        # *Logical operators*: not before and before or.
        ('not name : "x" and port == 443', True),
        ("port == 443 or port == 80 and port == 81", True),
        ("(port == 443 or port == 80) and port == 81", False),
        ("true", True),
        ("not true", False),
        # *Optional fields*, *Check if a field exists*.
        ("?nowhere == null", True),
        ("?nowhere != null", False),
        ("name != null", True),
        ('(?nowhere == null or not ?nowhere : "x")', True),
        # *Escape a field name*, *Escape characters in a string*.
        ('`a-b` : "x*y"', True),
        (r'path : "c:\\windows"', True),
        (r'name : "\u{43}md.exe"', True),
        # *EQL function reference*.
        ('cidrMatch(ip, "198.51.100.0/24", "192.0.2.0/24")', True),
        ('cidrMatch(ip, "198.51.100.0/24")', False),
        ('string(port) : "44*"', True),
        ('string(ip6) : "2001:db8::*"', True),
        # Elasticsearch's ``EqlBase.g4``: a word of EQL is no ``identifier``.
        ("event.`sequence` == 7", True),
        # *Arrays*: an empty one is indexed as nothing.
        ("none == null", True),
        # ``WildcardFieldMapper``: a pattern of wildcards alone asks whether there is a value.
        ('empty : "?*"', True),
        ('empty regex "..*"', False),
        # *IP field type*: IPv4 addresses are kept among those of IPv6.
        ('cidrMatch(ip, "::/0")', True),
        ('cidrMatch(ip, "2001:db8::/32")', False),
        ('cidrMatch(mapped, "192.0.2.0/24")', True),
        ('mapped == "192.0.2.9"', True),
        ('string(mapped) : "192.0.2.9"', True),
        # Case-insensitive expressions fold letters, and no ranges (``RegExp`` of Lucene 9).
        ('name regex~ "[ck]MD[.]exe"', True),
        ('name regex~ "[a-d]md.exe"', False),
        ('name regex~ "[^c]md.exe"', False),
    ],
)
def test_condition_holds_as_documented(condition, holds):
    """One event, told by one condition."""
    assert ask(f"any where {condition}", EVENT).hits == ("0",) * holds


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("any where port : 443 and nowhere == 1", "[port] of type long : 443"),
        ("any where nowhere == 1", "Unknown column [nowhere]"),
        ('any where port == "443"', "[port] of type long == '443'"),
        ("any where name == 5", "[name] of type keyword == 5"),
        ('any where message : "x"', "[message] is of type match_only_text, which EQL cannot ask"),
        ("any where name == path", "'path' where a value belongs; fields cannot be compared with one another"),
        ('any where a-b : "x"', "no EQL that is known here: '-b : \"x\"'"),
        ('any where cidrMatch(name, "192.0.2.0/24")', "cidrMatch of name, a field of type keyword"),
        (r'any where name : "\*"', "no escape: \\*"),
        ('any where name regex "^x"', "a regular expression beyond what is known here: '^x'"),
        ('any where name regex "a<1-9>"', "a regular expression beyond what is known here: 'a<1-9>'"),
        ('any where not name : "x"', "what the query selects hangs on what a comparison with a missing field gives"),
        ("any where event.sequence == 7", "'sequence' in a field's name without backticks"),
        ('any where module : "a?c"', "a field of type constant_keyword knows * alone: 'a?c'"),
        ('any where module == "a*c"', "a field of type constant_keyword knows * alone: 'a*c'"),
        ('any where string(load) : "5*"', "string of load, a field of type double"),
        ('any where not (port == 1 or name : "x")', "a negation of more than one test"),
        ('any where cidrMatch(ip, "::ffff:192.0.2.0/120")', MAPPED),
        ('any where name : "a\\u{01}b*"', "U+0001 escapes in a pattern of EQL"),
        (f'any where name : "{"a" * 1000}*"', "input automaton is too large: 1001"),
        (f'any where name regex "{"a" * 1001}"', "the length of a regex has exceeded the allowed maximum of 1000"),
        ('any where name regex "|a"', "a regular expression beyond what is known here: '|a'"),
        ('any where name regex "(a|())b"', "a regular expression beyond what is known here: '(a|())b'"),
        ('process where name : "x"', "'process' where 'any' belongs"),
        ('any where name : "x" | head 5', "no EQL that is known here: '| head 5'"),
        ("any where (true", "'the end' where ')' belongs"),
    ],
)
def test_what_elasticsearch_refuses_or_is_not_known_is_an_error(query, reason):
    """Type errors, unknown fields and unknown syntax are told, never skipped."""
    assert ask(query, {"port": 1}) == Answer(None, reason)


def test_a_list_holds_if_any_value_does():
    """A field with several values, and its negation."""
    event = {"name": ["a", "b"]}
    assert ask('any where name : "B"', event).hits == ("0",)
    assert ask('any where (name == null or not name : "B")', event).hits == ()


def test_only_tables_that_fit_the_index_patterns_are_asked():
    """``index`` of the settings, as in a rule of Kibana."""
    tables = [Table(f"logs-{name}-default", TYPES, ({"tocsin_id": name, "port": 1},)) for name in ("one", "two")]
    (answer,) = ENGINE().run(tables, [Ask("eql", "any where port == 1", {"index": ["logs-two-*"]})])
    assert answer.hits == ("two",)


def test_a_field_of_two_kinds_cannot_be_asked():
    """Elasticsearch refuses a field that indices of one search map in incompatible ways."""
    tables = [Table("one", {"x": "keyword"}, ()), Table("two", {"x": "long"}, ())]
    (answer,) = ENGINE().run(tables, [Ask("eql", 'any where x : "a"')])
    assert answer.error == "[x] of type ambiguous (keyword, long) : 'a'"


def test_two_sizes_of_number_are_two_kinds():
    """Field capabilities name ``integer`` and ``long`` apart, and EQL asks no field of both (``IndexResolver``)."""
    tables = [Table("one", {"x": "integer"}, ()), Table("two", {"x": "long"}, ())]
    (answer,) = ENGINE().run(tables, [Ask("eql", "any where x == 1")])
    assert answer.error == "[x] of type ambiguous (integer, long) == 1"


def test_the_engine_has_no_url():
    """It runs in the process, and says so."""
    with pytest.raises(EngineUnavailable):
        ENGINE(url="https://elastic.example.com").open()
