"""Random rules on random events: DuckDB's answer is the reference's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.convert import convert
from compiler.engines.duckdb import ENGINE
from compiler.engines.engine import Ask, Table
from compiler.meaning.rule import MeaningError, read_detection
from compiler.targets.duckdb import TARGET
from compiler.targets.target import Query

COLUMNS = {"t": "STRING", "u": "STRING", "n": "BIGINT", "l": "STRING[]", "b": "BOOLEAN", "k": "BIGINT[]"}
LETTERS = st.sampled_from(list("aAbB01.-/ %_!*?\\'\"\n$^()[]{}|+éÉİıΣσςßK\u2028\t#;:"))  # noqa: RUF001
TEXT = st.text(LETTERS, max_size=6)
NUMERIC = st.sampled_from(["5", "-5", "05", "5.0", "5e0", ".5", "+5", " 5", "5_0", "", "1e999", "9" * 40, "7"])
ADDRESS = st.sampled_from(["192.0.2.1", "192.0.3.1", "192.0.2.01", "2001:DB8::1", "2001:db9::", "::ffff:192.0.2.1"])
TIME = st.sampled_from(
    ["2021-03-03T03:59:59Z", "2021-02-29 03:00", "2020-12-31", "0000-01-01", "2021-03-03T24:00:00", "2021-3-3T03:00"]
)
VALUE = st.one_of(TEXT, NUMERIC, ADDRESS, TIME, st.sampled_from(["true", "False", "cmd -a", "cmd /a", "a"]))
NUMBER = st.sampled_from([0, 5, -5, 7, 2**53 + 1, 2**63 - 1, -(2**63)])
EVENT = st.fixed_dictionaries(
    {},
    optional={
        "t": VALUE,
        "u": VALUE,
        "n": NUMBER,
        "l": st.lists(VALUE, max_size=3),
        "b": st.booleans(),
        "k": st.lists(NUMBER, max_size=2),
    },
)
FIELD = st.sampled_from(sorted(COLUMNS))
SHAPES = ["contains", "startswith", "endswith"]
REGEX = st.sampled_from(
    ["a.b", "^a", "a$", "A", r"\d+", r"\s", r"\ba", "[aé]", "(?i)É", "a|b", "(a)(b)?", r"\\", "'", "", r"^$", r"\Wa"]
)
STRINGS = st.builds(
    lambda field, mods, value: ("|".join([field, *mods]), value),
    FIELD,
    st.sampled_from([[], *([shape] for shape in SHAPES), ["cased"], *([shape, "cased"] for shape in SHAPES), ["neq"]]),
    st.one_of(VALUE, st.lists(VALUE, min_size=1, max_size=3)),
)
ITEM = st.one_of(
    STRINGS,
    STRINGS,
    st.builds(lambda f, v: (f, v), FIELD, st.one_of(NUMBER, st.booleans(), st.sampled_from([0.5, 5.0]))),
    st.builds(lambda f, v: (f"{f}|contains|all", v), FIELD, st.lists(TEXT.filter(bool), min_size=2, max_size=2)),
    st.builds(lambda f, s, v: (f"{f}|re{s}", v), FIELD, st.sampled_from(["", "|i", "|s", "|m", "|i|m|s"]), REGEX),
    st.builds(
        lambda f, op, v: (f"{f}|{op}", v),
        FIELD,
        st.sampled_from(["lt", "lte", "gt", "gte"]),
        st.sampled_from([0, 5, 4.5, -4.5, 2**53, 2**53 + 2, -5]),
    ),
    st.builds(lambda f, v: (f"{f}|cidr", v), FIELD, st.sampled_from(["192.0.2.0/24", "2001:db8::/32", "::/0"])),
    st.builds(lambda f: (f, None), FIELD),
    st.builds(lambda f, v: (f"{f}|exists", v), FIELD, st.booleans()),
    st.builds(
        lambda f, s, g: (f"{f}|fieldref{s}", g), FIELD, st.sampled_from(["", *(f"|{shape}" for shape in SHAPES)]), FIELD
    ),
    st.builds(lambda f: (f"{f}|windash|contains", "-a"), FIELD),
    st.builds(
        lambda f, part, op, v: (f"{f}|{part}{op}", v),
        FIELD,
        st.sampled_from(["minute", "hour", "day", "week", "month", "year"]),
        st.sampled_from(["", "|gte", "|lt"]),
        st.sampled_from([0, 3, 53, 2021, 59]),
    ),
)
KEYWORDS = st.lists(st.one_of(TEXT.filter(bool), st.sampled_from(["true", 5, "5"])), min_size=1, max_size=2)
SELECTION = st.one_of(st.lists(ITEM, min_size=1, max_size=2).map(dict), KEYWORDS)
CONDITION = st.sampled_from(["x", "not x", "x and y", "x or not y", "not (x and y)", "not (x or y)", "1 of them"])
RULE = st.builds(lambda x, y, condition: {"x": x, "y": y, "condition": condition}, SELECTION, SELECTION, CONDITION)
EXPECTED = ("(RE2)", "neither text, a number nor a regex", "`base64", "fieldref", "whole number", "Modifier")


@pytest.fixture(scope="module")
def engine():
    """DuckDB, open."""
    engine = ENGINE()
    engine.open()
    yield engine
    engine.close()


def detection_of(body):
    try:
        return read_detection(body)
    except MeaningError:
        return None


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=st.lists(RULE, min_size=8, max_size=8), events=st.lists(EVENT, min_size=8, max_size=8))
def test_duckdb_answers_as_the_reference(rules, events, make, engine):
    """Eight rules over eight events: each query selects exactly the events that its rule matches."""
    said = {name: (name, type_) for name, type_ in COLUMNS.items()}
    source = make.source(make.arrival("duckdb", said, where={"table": "made"}))
    asked = []
    for detection in rules:
        body = {"logsource": {"category": "made"}, "detection": detection}
        meaning = detection_of(body)
        if meaning is None:
            continue
        rule = make.rule(body)
        result = convert(rule, TARGET, make.content(rule, sources=[source]))
        if isinstance(result, Query):
            asked.append((detection, meaning, result))
        else:
            assert any(reason in result[0].message for reason in EXPECTED), (detection, result[0].message)
    documents = tuple({**event, "tocsin_id": str(number)} for number, event in enumerate(events))
    answers = engine.run([Table("made", COLUMNS, documents)], [Ask("duckdb", query.text) for *_, query in asked])
    for (detection, meaning, query), answer in zip(asked, answers, strict=True):
        assert answer.hits is not None, (detection, query.text, answer.error)
        meant = tuple(str(number) for number, event in enumerate(events) if meaning.matches(event))
        assert answer.hits == meant, (detection, query.text, events)
