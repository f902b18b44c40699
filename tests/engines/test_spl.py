"""The model of SPL holds to Splunk's Search Reference and Search Manual 9.4; each test names its section."""

import pytest

from compiler.engines.engine import Answer, Ask, Table
from compiler.engines.spl import ENGINE, row_of
from compiler.engines.spl_commands import compiled
from compiler.engines.spl_eval import expression
from compiler.engines.spl_text import SplError


def run(text, *documents, table="t"):
    """The rows that come out of a search over documents without ids, as they then are."""
    rows = [row_of({"tocsin_id": str(number), **one}, table) for number, one in enumerate(documents)]
    return compiled(text, [table])(rows)


def hits(text, *documents):
    """The ids that a search selects, in order, each the place of its document."""
    documents = tuple({"tocsin_id": str(number), **one} for number, one in enumerate(documents))
    (found,) = ENGINE().run([Table("t", {}, documents)], [Ask("spl", text)])
    assert found.hits is not None, found.error
    return [int(one) for one in found.hits]


def value(text, **row):
    """What an expression of eval gives for a row."""
    return expression(text)(row)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        # *search*, Usage: "Field values are case-insensitive"; field names are not.
        ("action=PURCHASE", True),
        ("Action=purchase", False),
        # *search*, Comparison expressions: = and != compare text, so "1" does not match "1.0".
        ("status=404", True),
        ("status=404.0", False),
        ("status>=404.0", True),
        ("status<1000", True),
        ("action<quit", True),
        # *Wildcards* of the Search Manual.
        ("action=pur*", True),
        ("action=*cha*", True),
        ("action=pur?hase", False),
        ("action=*", True),
        ("missing=*", False),
        # *search*, IN operator, wildcards among its values.
        ("status IN (200, 40*)", True),
        ('action IN ("addtocart", "Purchase")', True),
        ("action IN (add*)", False),
        # *Difference between NOT and !=*.
        ("action!=x", True),
        ("missing!=x", False),
        ("NOT missing=x", True),
        # *Boolean expressions*: NOT before OR before AND.
        ("action=x OR action=purchase status=404", True),
        ("action=purchase OR action=x status=1", False),
        ("NOT action=x OR action=purchase", True),
        ("(action=x status=1) OR action=purchase", True),
        # CIDR notation.
        ('ip="192.0.2.0/25"', True),
        ('ip="192.0.2.128/25"', False),
        # *Backslashes*: one is written as two; it does not escape an asterisk.
        (r'path="C:\\Temp\\*"', True),
        (r'path="C:\\Te*\\x"', True),
        (r'path="*\\*"', True),
        (r'quote="say \"yes\""', True),
        # A field with several values holds if one does; != too.
        ("mail=b@example.com", True),
        ("mail!=b@example.com", True),
        ("NOT mail=b@example.com", False),
        # Words and phrases alone: *Use CASE() and TERM() to match phrases*.
        ("purchase", True),
        ("purchas", False),
        ("purchas*", True),
        ('"say \\"yes\\""', True),
        ("CASE(purchase)", False),
        ("CASE(Purchase)", True),
        ("TERM(192.0.2.5)", True),
        ("TERM(192.0.2)", False),
    ],
)
def test_search_compares_as_documented(text, holds):
    """One event, told by one search."""
    event = {
        "action": "Purchase",
        "status": 404,
        "ip": "192.0.2.5",
        "path": r"C:\Temp\x",
        "quote": 'say "yes"',
        "mail": ["a@example.com", "b@example.com"],
    }
    assert hits(f"`t` {text}", event) == [0] * holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # *eval*, Operators.
        ("2+3*4", 14),
        ('"a"."b".1', "ab1"),
        ("7%4", 3),
        ("-5+2", -3),
        # Rounding: a product is as precise as its least precise factor, but for exact().
        ("exact(8.250)*exact(0.2)*n", 8.25),
        ("4*n/2", 10),
        ('"a"=="A"', False),
        ('"10"<"9"', False),
        ('"10x"<"9x"', True),
        ("NOT n=5", False),
        ("n=5 AND m=1", None),
        ("n=4 AND m=1", False),
        ("n=5 OR m=1", True),
        ("NOT m=1", None),
        ("true() XOR false()", True),
        # *Boolean expressions*: XOR comes last.
        ("true() XOR false() OR true()", False),
        # *Comparison and Conditional functions*.
        ('case(n==4, "four", n==5, "five")', "five"),
        ('case(n==4, "four")', None),
        ('cidrmatch("192.0.2.0/24", "192.0.2.9")', True),
        ('cidrmatch("2001:db8::/32", "2001:db8::1")', True),
        ('cidrmatch("192.0.2.0/24", "text")', False),
        ("coalesce(m, n)", 5),
        ('if(m=1, "yes", "no")', "no"),
        ('in(s, "x", "Text")', True),
        ('s IN ("text")', False),
        ('like(s, "T_x%")', True),
        ('like(s, "t%")', False),
        ('match(s, "ex")', True),
        ('match(s, "^ex")', False),
        (r'match("a.b", "a\\.b$")', True),
        ('match("\u2028", "\\\\x{2028}")', True),
        # *search*, Quotes and escaping characters: quotes, pipes and the backslash are escaped, nothing else.
        (r'"a\|b\s\\c"', r"a|b\s\c"),
        # *Informational functions*, *Text functions*, *Conversion functions*.
        ("isnull(m)", True),
        ("isnotnull(m)", False),
        ("len(s)", 4),
        ("lower(s)", "text"),
        ("upper(m)", None),
        ('substr("string", 1, 3)', "str"),
        ('substr("string", -3)', "ing"),
        (r'replace("1/14/2025", "^(\\d{1,2})/(\\d{1,2})/", "\2/\1/")', "14/1/2025"),
        ('tonumber("0A4", 16)', 164),
        ('tonumber("abc")', None),
        ('tonumber(" 7")', None),
        ('tonumber("007")', 7),
        ("tostring(1==1)", "True"),
        ("round(3.5)", 4),
        ("round(2.555, 2)", 2.56),
        # *Multivalue eval functions*.
        ("mvcount(v)", 3),
        ("mvcount(s)", 1),
        ("mvcount(m)", None),
        ('split("a;b", ";")', ["a", "b"]),
        ("mvindex(v, -1)", "x.net"),
        ("mvindex(v, 1, 2)", ["b.org", "x.net"]),
        ("mvindex(v, -3, -2)", ["a.net", "b.org"]),
        ("mvindex(v, 3)", None),
        (r'mvfilter(match(v, "\\.net$"))', ["a.net", "x.net"]),
        ('mvfilter(match(v, "z"))', None),
        ("mvdedup(w)", ["b", "a"]),
        ("mvmap(w, w.n)", ["b5", "a5", "b5"]),
        ("mvmap(mvindex(w, 1, 2), w.n)", ["a5", "b5"]),
        # *Date and Time functions*.
        ('strftime(0, "%Y-%m-%dT%H:%M:%S")', "1970-01-01T00:00:00"),
        ('strptime("2021-01-01", "%Y-%m-%d")', 1609459200.0),
        ('strftime(strptime("2021-01-03", "%Y-%m-%d"), "%j %w")', "003 0"),
    ],
)
def test_eval_gives_what_is_documented(text, expected):
    """One expression over one row, in which ``m`` is missing."""
    found = value(text, n=5, s="Text", v=["a.net", "b.org", "x.net"], w=["b", "a", "b"])
    assert found == pytest.approx(expected, abs=0.011) if isinstance(expected, float) else found == expected


def test_a_truth_value_of_an_event_is_a_word():
    """*eval*, Required arguments: no field holds a Boolean."""
    assert value('flag.""', flag=True) == "true"
    assert run("`t` | eval x=flag", {"flag": False})[0]["x"] == "false"


def test_where_keeps_what_is_true_alone():
    """*where*: a null result, of a missing field or its negation, keeps no event."""
    events = ({"a": "x"}, {"a": "y"}, {})
    assert hits('`t` | where a="x"', *events) == [0]
    assert hits('`t` | where NOT a="x"', *events) == [1]
    assert hits('`t` | where isnull(a) OR a!="x"', *events) == [1, 2]


def test_regex_finds_anywhere_in_a_field_or_in_the_raw_event():
    """*regex*: ``field=``, ``field!=``, and ``_raw`` without a field."""
    events = ({"a": "one"}, {"a": "two"})
    assert hits('`t` | regex a="^o"', *events) == [0]
    assert hits('`t` | regex a!="^o"', *events) == [1]
    assert hits('`t` | regex "w"', *events) == [1]


def test_rex_makes_fields_of_named_groups():
    """*rex*: ``field``, named groups, ``max_match``."""
    (row,) = run(r'`t` | rex field=a "(?<user>\\w+)@(?<host>\\w+)"', {"a": "u@h"})
    assert (row["user"], row["host"]) == ("u", "h")
    (row,) = run(r'`t` | rex field=a max_match=0 "(?<letter>[a-z])"', {"a": "a1b2"})
    assert row["letter"] == ["a", "b"]


def test_bin_puts_times_into_spans():
    """*bin*: ``span=5m`` of ``_time``, under another name with ``AS``."""
    (row,) = run("`t` | bin span=5m _time AS slot", {"tocsin_time": 601_000_000})
    assert (row["slot"], row["_time"]) == (600, 601)


def test_sort_puts_numbers_by_size_and_missing_values_last():
    """*sort*: ``num()``, descending with ``-``, and ties stay as they came."""
    events = ({"a": "10"}, {"a": "9"}, {}, {"a": "10", "b": 1})
    ids = [row["\0id"] for row in run("`t` | sort 0 num(a)", *events)]
    assert ids == ["1", "0", "3", "2"]
    assert [row["\0id"] for row in run("`t` | sort 0 - num(a)", *events)][:2] == ["0", "3"]
    assert [row["\0id"] for row in run("`t` | sort 0 num(a), -str(_raw)", *events)] == ["1", "3", "0", "2"]
    assert len(run("`t` | sort 1 a", *events)) == 1


def test_dedup_keeps_the_first_of_each_and_drops_rows_without_the_field():
    """*dedup*: one or ``N`` rows of each combination of values."""
    events = ({"a": 1}, {"a": 1}, {"a": 2}, {})
    assert hits("`t` | dedup a", *events) == [0, 2]
    assert hits("`t` | dedup 2 a", *events) == [0, 1, 2]


def test_mvexpand_makes_a_row_of_each_value():
    """*mvexpand*; a single value stays."""
    assert [row["a"] for row in run("`t` | mvexpand a", {"a": ["x", "y"]}, {"a": "z"})] == ["x", "y", "z"]


def test_fields_table_rename_and_fillnull_change_what_is_there():
    """*fields* keeps internal fields, *table* does not; *rename* moves; *fillnull* fills with 0 or ``value``."""
    event = {"a": 1, "ab": 2, "c": 3}
    (row,) = run("`t` | fields a*", event)
    assert {"a", "ab", "_raw"} == {name for name in row if name != "\0id"}
    (row,) = run("`t` | table c, a", event)
    assert {name for name in row if name != "\0id"} == {"a", "c"}
    (row,) = run("`t` | fields - a*", event)
    assert "ab" not in row
    (row,) = run('`t` | rename a AS "b c" | fillnull value=none d', event)
    assert (row["b c"], row["d"], "a" in row) == (1, "none", False)


def test_stats_drops_rows_without_the_group():
    """*stats*: one row a group; functions pass over missing values."""
    events = ({"g": "x", "n": 1}, {"g": "x", "n": 3}, {"g": "y"}, {"n": 9})
    rows = run("`t` | stats count, sum(n) AS sum, avg(n) AS mean, dc(n) AS kinds by g", *events)
    assert [(row["g"], row["count"], row["sum"], row["mean"], row["kinds"]) for row in rows] == [
        ("x", 2, 4, 2.0, 2),
        ("y", 1, None, None, 0),
    ]


def test_eventstats_tells_each_row_of_its_group():
    """*eventstats*: the rows stay; one without the group has no result."""
    rows = run("`t` | eventstats max(n) AS most by g", {"g": "x", "n": 1}, {"g": "x", "n": 3}, {"n": 9})
    assert [row.get("most") for row in rows] == [3, 3, None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("sum(n) AS s", [1, 3, 6, 10]),
        ("current=f sum(n) AS s", [None, 1, 3, 6]),
        ("window=2 sum(n) AS s", [1, 3, 5, 7]),
        ("window=2 current=f sum(n) AS s", [None, 1, 3, 5]),
        ("sum(n) AS s by g", [1, 2, 4, 6]),
        ("window=1 global=f sum(n) AS s by g", [1, 2, 3, 4]),
        ('reset_before=("n==3") sum(n) AS s', [1, 3, 3, 7]),
        ('reset_after=("n==2") sum(n) AS s', [1, 3, 3, 7]),
        ("current=f last(n) AS s", [None, 1, 2, 3]),
        ("first(n) AS s", [1, 1, 1, 1]),
        ("dc(g) AS s", [1, 2, 2, 2]),
        ("count AS s", [1, 2, 3, 4]),
    ],
)
def test_streamstats_counts_up_to_each_row(options, expected):
    """*streamstats*: current, window, global, reset_before and reset_after, by."""
    events = [{"n": number, "g": "ab"[number % 2 == 0]} for number in (1, 2, 3, 4)]
    assert [row["s"] for row in run(f"`t` | streamstats {options}", *events)] == expected


def test_multisearch_and_append_put_searches_together():
    """*multisearch* over streaming searches, *append* after the rows so far; ids go along."""
    events = ({"a": "x"}, {"a": "y"}, {"a": "z"})
    assert hits('| multisearch [ search `t` a="x" ] [ search `t` | where a="z" ]', *events) == [0, 2]
    assert hits('`t` a="y" | append [ search `t` a="x" | head 1 ]', *events) == [0, 1]
    with pytest.raises(SplError, match="does not stream"):
        run("| multisearch [ search `t` | sort 0 a ] [ search `t` ]", *events)


def test_pipes_brackets_and_quotes_within_texts_are_text():
    """*About the search pipeline*: a pipe in quotes is no pipe."""
    assert hits('`t` a="x|y" | where a=="x|y" AND NOT a=="]["', {"a": "x|y"}) == [0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("`t` | transaction a", "the command 'transaction' is not known here"),
        ("`t` | eval x=md5(a)", "the function md5() is not known here"),
        ("`t` | stats perc50(a)", "the aggregation 'perc50(a)' is not known here"),
        ("`t` | streamstats time_window=5m count", "streamstats with time_window is not known here"),
        ("`t` | streamstats window=5 count by a", "streamstats with a window over all groups, and a by clause"),
        ("`t` | streamstats window=10001 count", "streamstats with a window of 10001, over 10000"),
        ("`other` a=1", "no macro `other` is known here"),
        ('`t` a="2001:db8::/32"', "a search for the IPv6 network 2001:db8::/32"),
        ('`t` | where match(a, "`t`")', "a backtick in quotes begins a macro"),
        (r'`t` | where match(a, "\\K")', "a regular expression beyond what is known here: '\\\\K'"),
        (r'`t` | where match(a, "\\u0041")', "a regular expression beyond what is known here"),
        ('`t` | where match(a, "x{,2}")', "a regular expression beyond what is known here"),
        ('`t` | where match(a, "(")', "'(' is no regular expression here: missing ), unterminated subpattern"),
        ('`t` | where match(a "x")', "'\"x\"' where ')' belongs"),
        ("`t` | where a+", "'the end' where 'a word' belongs"),
        ("`t` a=", "'the end' where 'a word' belongs"),
        ('`t` a="x', '" without an end'),
        ("`t` | eval x=8.250*0.2", "a product with a fraction outside of exact()"),
        ('`t` | eval x=strftime(0, "%V")', "the time format %V is not known here"),
        ("`t` | eval x=-a", "a minus before what is no number"),
        ("`t` | eval x=isnull(a)", "the result of an eval cannot be a truth value"),
        ("`t` | sort 0 a b", "sort '0 a b'"),
        ("`t` | mvexpand _time", "mvexpand of the internal field _time"),
        ("`t` | stats count", "the rows that come out are no events"),
        ("", "a search that begins with no search"),
    ],
)
def test_what_is_not_known_is_an_error(text, reason):
    """Nothing is skipped: the engine answers with a reason and no hits."""
    documents = ({"tocsin_id": "0", "a": "x"}, {"tocsin_id": "1", "a": "x"})
    (found,) = ENGINE().run([Table("t", {}, documents)], [Ask("spl", text)])
    assert found.hits is None
    assert found.error.startswith(reason)


def test_an_operator_over_several_values_is_an_error():
    """What ``==`` does with a multivalue field is not documented."""
    (found,) = ENGINE().run(
        [Table("t", {}, ({"tocsin_id": "0", "a": ["x", "y"]},))], [Ask("spl", '`t` | where a=="x"')]
    )
    assert found == Answer(None, "an operator over a field with several values")


def test_makeresults_makes_rows_out_of_nothing():
    """One or ``count`` of them, whatever events there are; an append may make more; the model knows no other option."""
    assert len(run("| makeresults", {"a": "1"}, {"a": "2"})) == 1
    rows = run("| makeresults count=2 | streamstats count AS n | append [| makeresults | eval n=9 ]", {"a": "1"})
    assert [row["n"] for row in rows] == [1, 2, 9]
    assert all("a" not in row for row in rows)
    with pytest.raises(SplError, match="makeresults"):
        run("| makeresults annotate=true")


@pytest.mark.parametrize(("field", "expected"), [(["a", "b"], "a,b"), ("a", "a"), (["1", "02"], "1,02"), (None, None)])
def test_mvjoin_puts_values_into_one_text(field, expected):
    """Of one value it is that value, of none it is null."""
    (row,) = (
        run('| makeresults | eval x=y, z=mvjoin(x, ",")')
        if field is None
        else run('t | eval z=mvjoin(f, ",")', {"f": field, "_raw": "t"})
    )
    assert row["z"] == expected
