"""The model of Kusto: what it adds to ``duckdb-kql`` is as Microsoft's documentation has it."""

import ipaddress

import pytest

from compiler.engines.engine import Answer, Ask, Table
from compiler.engines.kusto import ENGINE

pytest.importorskip("duckdb_kql")


@pytest.fixture(scope="module")
def kusto():
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def table(types, *documents, name="T"):
    """A table of which each document is named by its place."""
    return Table(name, types, tuple({**document, "tocsin_id": str(at)} for at, document in enumerate(documents)))


def hits(kusto, given, text, **settings):
    (answer,) = kusto.run([given], [Ask("kql", text, settings)])
    assert answer.error == ""
    return answer.hits


def test_a_missing_text_is_empty_and_never_null(kusto):
    """*Null values*: a string cannot be null."""
    given = table({"A": "string"}, {"A": "x"}, {})
    assert hits(kusto, given, "T | where isempty(A)") == ("1",)
    assert hits(kusto, given, "T | where isnull(A)") == ()


def test_a_missing_number_is_null(kusto):
    """*Null values*: equality with null is false, an order with null is null."""
    given = table({"N": "long"}, {"N": 5}, {}, {"N": "no number"})
    assert hits(kusto, given, "T | where not(N == 5)") == ("1", "2")
    assert hits(kusto, given, "T | where not(N < 9)") == ()


@pytest.mark.parametrize("operator", ["=~", "contains", "startswith", "endswith"])
def test_letter_case_is_ignored_in_ascii_alone(kusto, operator):
    """*String operators*: case-insensitive operators are supported for ASCII text only."""
    given = table({"A": "string"}, {"A": "ÄB"}, {"A": "äb"}, {"A": "Äb"})
    assert hits(kusto, given, f'T | where A {operator} "Äb"') == ("0", "2")


@pytest.mark.parametrize("character", ["\x01", "\u2028", "\x7f", '"', "\\", "\n"])
def test_a_character_in_a_literal_may_be_named_by_its_number(kusto, character):
    """*The string data type*: escapes of a string literal, which a verbatim one does not have."""
    number = f"\\u{ord(character):04x}"
    given = table({"A": "string"}, {"A": f"a{character}b"}, {"A": f"a{number}b"})
    assert hits(kusto, given, f'T | where A == "a{number}b"') == ("0",)
    assert hits(kusto, given, f'T | where A == @"a{number}b"') == ("1",)
    assert hits(kusto, given, f'T | where A == "a\\{number}b"') == ("1",)


ADDRESSES = [
    *("192.0.2.1", "192.0.3.1", "192.0.2", "0192.0.2.1", "256.0.2.1", "2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
    *("2001:db8:8000::", "::", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8:9", "1:::2", "12345::", "", "word"),
]


@pytest.mark.parametrize("network", ["192.0.2.0/24", "0.0.0.0/0", "2001:db8::/33", "::/0", "::ffff:0:0/96"])
def test_an_address_is_in_the_range_that_it_is_in(kusto, network):
    """*ipv4_is_in_range()*, *ipv6_is_in_range()*: for every address of the range's own version."""
    version = ipaddress.ip_network(network).version
    given = table({"A": "string"}, *({"A": text} for text in ADDRESSES))
    found = set(hits(kusto, given, f'T | where ipv{version}_is_in_range(A, "{network}")'))
    known = {str(at): ipaddress.ip_address(text) for at, text in enumerate(ADDRESSES) if is_address(text)}
    same = {at: address for at, address in known.items() if address.version == version}
    assert {at for at in found if at in same} == {
        at for at, address in same.items() if address in ipaddress.ip_network(network)
    }
    assert not found & {str(ADDRESSES.index(text)) for text in ("word", "", "1:::2", "12345::", "256.0.2.1")}


def is_address(text):
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def test_an_address_of_version_4_is_a_mapped_one_to_version_6(kusto):
    """*ipv6_is_in_range()* takes IPv4 addresses: a query that must not match them needs a guard."""
    given = table({"A": "string"}, {"A": "192.0.2.1"})
    assert hits(kusto, given, 'T | where ipv6_is_in_range(A, "::ffff:0:0/96")') == ("0",)


def test_format_ipv4_gives_the_address_without_zeros_in_front(kusto):
    """*format_ipv4()*: an empty text for what is no address."""
    given = table({"A": "string"}, {"A": "192.0.2.1"}, {"A": "192.0.2.01"}, {"A": "192.0.2.1/24"}, {"A": "word"})
    assert hits(kusto, given, "T | where format_ipv4(A) == A") == ("0",)


def test_prev_reads_the_row_before_in_the_order_of_the_sort(kusto):
    """*prev()*: with the default for the first row."""
    given = table({"N": "long"}, {"N": 3}, {"N": 1}, {"N": 2})
    assert hits(kusto, given, "T | sort by N asc | extend P = prev(N, 1, 7) | where P == 7") == ("1",)
    assert hits(kusto, given, "T | sort by N asc | extend P = prev(N) | where P == 2") == ("0",)


def test_a_path_within_a_dynamic_column_is_read(kusto):
    """Flat names that lead into a dynamic column are made into its value; a missing one reads as an empty text."""
    given = table({"D.Image": "dynamic", "D.User": "dynamic"}, {"D.Image": "x", "D.User": "u"}, {"D.User": "v"})
    assert hits(kusto, given, 'T | where tostring(D.Image) == "x"') == ("0",)
    assert hits(kusto, given, "T | where isempty(tostring(D.Image))") == ("1",)


def test_the_time_of_a_document_stands_in_the_column_that_the_query_reads(kusto):
    """Microseconds since the epoch, in the column that the settings name."""
    given = table({}, {"tocsin_time": 1_000_000}, {"tocsin_time": 5_000_000})
    text = "T | where Timestamp > datetime(1970-01-01 00:00:03)"
    assert hits(kusto, given, text, time="Timestamp") == ("1",)


def test_a_table_that_is_only_asked_is_empty(kusto):
    """A union over shapes of which one has no events answers for the others."""
    given = table({"A": "string"}, {"A": "x"})
    settings = {"tables": {"Other": {"A": "string"}}}
    assert hits(kusto, given, 'union (T), (Other | where A == "x")', **settings) == ("0",)


def test_a_refused_query_leaves_the_others_their_answers(kusto):
    """The engine's own words, and no exception."""
    given = table({"A": "string"}, {"A": "x"})
    answers = kusto.run([given], [Ask("kql", "T | wherex A"), Ask("kql", "T | where A == 'x'"), Ask("kql", "Nothing")])
    assert [answer.hits for answer in answers] == [None, ("0",), None]
    assert all(answers[at].error for at in (0, 2))
    assert answers[1] == Answer(("0",))


def test_runs_do_not_see_one_another(kusto):
    """Every run is a fresh dataset."""
    hits(kusto, table({"A": "string"}, {"A": "x"}), "T")
    assert hits(kusto, table({"B": "string"}, {"B": "x"}), "T") == ("0",)
    assert kusto.run([], [Ask("kql", "T")])[0].hits is None


def test_url_decode_reads_bytes_as_text(kusto):
    """*url_decode()*: two digits after a percent sign are a byte of UTF-8."""
    given = table({"A": "string"}, {"A": "a%20%C3%A4"}, {"A": "a%C3%A4"})
    assert hits(kusto, given, 'T | where url_decode(A) == "a ä"') == ("0",)


@pytest.mark.parametrize(
    ("call", "expected"), [("tohex(256)", "100"), ("tohex(1, 8)", "00000001"), ("tohex(300, 2)", "12c")]
)
def test_a_number_in_hexadecimal(kusto, call, expected):
    """*tohex()*: lower case, filled up with zeros to the given length."""
    assert hits(kusto, table({"A": "string"}, {}), f'T | where {call} == "{expected}"') == ("0",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # *Null values*: an order with null is null, and so is what is reckoned with it.
        ("where isnull(N > 3)", ("1",)),
        ("where N > 3 or isnull(N)", ("0", "1")),
        ("where isnull(N + 10) and isnull(N * 10)", ("1",)),
        # *tostring()*: null is an empty text. *prev()*: null where there is no row before.
        ('where tostring(N) == ""', ("1",)),
        ("sort by N desc | extend P = prev(N) | where isnull(P) and N == 5", ("0",)),
        # *mv-expand*: a row for each element of an array, and none for an empty one.
        ("mv-expand V = pack_array(1, 2) to typeof(long) | where V == 2 and N == 5", ("0",)),
        ("mv-expand V = dynamic([]) to typeof(long)", ()),
        # *array_sort_asc()*, *array_length()*, and an element by its place, from 0.
        (
            "extend L = array_sort_asc(pack_array(3, 1, 2)) | where toint(L[0]) == 1 and array_length(L) == 3",
            ("0", "1"),
        ),
        # *bin()*, *between*: both ends are in.
        ("where bin(N, 3) == 3", ("0",)),
        ("where N between (5 .. 5)", ("0",)),
    ],
)
def test_what_the_documentation_says_of_nulls_arrays_and_rows(kusto, text, expected):
    """Each from its page in MicrosoftDocs/dataexplorer-docs; the second row has no number."""
    assert hits(kusto, table({"N": "long"}, {"N": 5}, {}), f"T | {text}") == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('ipv4_is_in_range("192.168.1.1", "192.168.1.1")', "True"),
        ('ipv4_is_in_range("192.168.1.1", "192.168.1.255/24")', "True"),
        ('ipv4_is_in_range("word", "192.168.1.255/24")', ""),
        (
            'ipv6_is_in_range("a5e:f127:8a9d:146d:e102:b5d3:c755:abcd", "a5e:f127:8a9d:146d:e102:b5d3:c755:0000/112")',
            "True",
        ),
        ('ipv6_is_in_range("a5e:f127:8a9d:146d:e102:b5d3:c755:abcd", "0:0:0:0:0:ffff:c0a8:ac/60")', "False"),
        ('format_ipv4("192.168.1.1")', "192.168.1.1"),
        ('format_ipv4("192.168.1.1/24")', "192.168.1.0"),
        ('format_ipv4("word")', ""),
        ('"Fabrikam" contains "BRik"', "True"),
        ('"Fabrikam" contains_cs "BRik"', "False"),
        ('"Fabrikam" startswith "fab" and "Fabrikam" endswith "Kam"', "True"),
        ('"Fabrikam" matches regex "b.*k"', "True"),
        ('"abc" in~ ("123", "345", "ABC")', "True"),
        ('"abc" in ("123", "345", "ABC")', "False"),
        ('tolower("Hello")', "hello"),
    ],
)
def test_the_examples_of_the_documentation_come_out_as_there(kusto, call, expected):
    """*String operators*, *ipv4_is_in_range()*, *ipv6_is_in_range()* (it shows True), *format_ipv4()*, *tolower()*."""
    assert hits(kusto, table({"A": "string"}, {"A": "x"}), f'T | where tostring({call}) == "{expected}"') == ("0",)


def test_a_list_in_a_table_is_looked_up_whatever_its_letter_case(kusto):
    """*in operator*: an inline tabular expression stands in double parentheses, and its first column counts."""
    own = Table("Own", {"SearchKey": "string"}, ({"tocsin_id": "own", "SearchKey": "X"},))
    given = [table({"A": "string"}, {"A": "x"}, {"A": "y"}), own]
    said = "A in~ ((Own | project SearchKey))"
    found = kusto.run(given, [Ask("kql", f"T | where {said}"), Ask("kql", f"T | where not({said})")])
    assert found == [Answer(("0",)), Answer(("1",))]
