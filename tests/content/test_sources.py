"""Every claim of ``detections/sources/``: names that vendors publish, events mapped as their documents show them."""

import json
import re
import urllib.parse

import pytest

from compiler.content.load import load_sources
from compiler.content.model import Logsource
from compiler.meaning.values import MISSING, lookup
from compiler.targets.changes import MISSING as MARKS
from compiler.targets.changes import changes_of
from compiler.targets.changes_forms import FORMS
from compiler.targets.schema import field_type
from tests.conftest import ROOT

SOURCES, FAULTS = load_sources(ROOT)
ARRIVALS = [(source, arrival) for source in SOURCES for arrival in source.arrives]
EACH_SOURCE = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
NAMES = [f"{source.name}-{arrival.target}-{arrival.shape}" for source, arrival in ARRIVALS]
EACH_ARRIVAL = pytest.mark.parametrize("arrival", [arrival for _, arrival in ARRIVALS], ids=NAMES)
EACH_ARRIVAL_OF_ITS_SOURCE = pytest.mark.parametrize(("source", "arrival"), ARRIVALS, ids=NAMES)


CHANGES = {
    **{name: form.kept for name, form in FORMS.items()},
    "lower_case": str.lower,
    "percent_decoded": urllib.parse.unquote,
    "url_decoded": urllib.parse.unquote_plus,
    "account_only": lambda value: value.rpartition("\\")[2].partition("@")[0],
    **dict.fromkeys(MARKS, str),
    "plus_for_space": lambda value: value.replace(" ", "+"),
}


TABLES = {"duckdb", "spark"}
"""The targets whose tables we make ourselves; no vendor publishes them (``test_lake.py``)."""
COLUMNS = {"sentinel", "defender"}
"""The targets whose fields are columns of one table each (``test_kusto_sources.py``)."""
LABELS = {"loki"}
"""The targets whose fields a query itself takes from lines (``test_loki_sources.py``)."""


def every_field(arrival):
    """The arrival's fields and those of its overrides, as pairs of Sigma name and field."""
    yield from arrival.fields.items()
    for fields in arrival.overrides.values():
        yield from ((name, field) for name, field in fields.items() if field is not None)


def fields_for(arrival, event):
    """The arrival's fields as they are for the category of an event."""
    merged = dict(arrival.fields)
    for logsource in event.logsources:
        merged |= arrival.overrides.get(logsource.category, {})
    return {name: field for name, field in merged.items() if field is not None}


def text(value):
    """A value as it reads, whatever its type: stores differ in what they make a number or a truth value."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def changed(field, value):
    """A value as the store has it, changed in the order in which the field tells it."""
    for change in changes_of(field):
        value = str(CHANGES[change](value))
    return value


def stored(arrival, event):
    """What the SIEM keeps of an event, by the arrival's own account: field there -> value as text."""
    kept = {}
    for name, field in fields_for(arrival, event).items():
        value = lookup(event.fields, name)
        if field.upto and value is not MISSING:
            kept |= {f"{field.name}{number}": text(item) for number, item in enumerate(value, start=1)}
        elif value is not MISSING and "audit_record" in changes_of(field):
            kept[field.name] = arrival.raw.strip()
        elif value is not MISSING and value is not None:
            if value not in arrival.drops.get(name, ()):
                values = value if isinstance(value, list) and field.changed else [value]
                between = "\n" if "joined" in changes_of(field) else ""
                kept[field.name] = between.join(changed(field, text(item)) for item in values)
        elif field.name in arrival.documented and (marks := MARKS.keys() & set(changes_of(field))):
            kept[field.name] = MARKS[marks.pop()]
    return kept


def test_every_source_can_be_read():
    """The files have their shape, and none is left out."""
    assert FAULTS == ()
    assert [source.name for source in SOURCES] == sorted(
        path.stem for path in (ROOT / "detections" / "sources").glob("*.yml")
    )


def test_the_sources_of_the_first_content_are_there():
    """The log sources that the rules of the Exchange intrusion use, at both targets."""
    found = {source.name: {arrival.target for arrival in source.arrives} & {"splunk", "elastic"} for source in SOURCES}
    wanted = ("iis", "apache", "sysmon", "security", "exchange", "auditd", "sysmon_linux")
    assert {name: found.get(name) for name in wanted} == {name: {"splunk", "elastic"} for name in wanted}


@EACH_ARRIVAL
def test_every_field_is_published_by_the_vendor(arrival):
    """No name is invented: each stands in the tables of published fields, at Elastic with the type given here."""
    if arrival.target in TABLES | COLUMNS | LABELS:
        return
    types = {field.name: field_type(arrival.target, field.name) for _, field in every_field(arrival)}
    assert [name for name, type_ in types.items() if type_ is None] == []
    if arrival.target == "elastic":
        given = {field.name: field.type for _, field in every_field(arrival)}
        assert given == types


@EACH_ARRIVAL
def test_the_raw_event_is_kept_as_documented(arrival):
    """The raw event, read and mapped, gives what the vendor's document shows for every mapped field, and no more."""
    events = pytest.importorskip("compiler.meaning.events")
    read, faults = events.read_events(arrival.raw.encode())
    assert (len(read), faults) == (1, [])
    assert stored(arrival, read[0]) == {name: text(value) for name, value in arrival.documented.items()}


@EACH_ARRIVAL_OF_ITS_SOURCE
def test_the_raw_event_is_recognised_as_of_its_source(source, arrival):
    """The reader gives the event a log source that is one of the source's."""
    events = pytest.importorskip("compiler.meaning.events")
    read, _ = events.read_events(arrival.raw.encode())
    assert any(given.covers(own) or own.covers(given) for given in read[0].logsources for own in source.logsources)


@EACH_SOURCE
def test_every_field_is_mapped_or_explained_at_every_arrival(source):
    """What can be asked in one place can be asked in the others, or the file says why not."""
    known = [set(arrival.fields) | set(arrival.unmapped) for arrival in source.arrives]
    everything = set().union(*known)
    assert {arrival.shape: everything - here for arrival, here in zip(source.arrives, known, strict=True)} == {
        arrival.shape: set() for arrival in source.arrives
    }


@EACH_ARRIVAL
def test_no_field_is_both_mapped_and_unmapped(arrival):
    """A reason for leaving a field out stands only where it is left out."""
    assert set(arrival.fields) & set(arrival.unmapped) == set()


@EACH_ARRIVAL_OF_ITS_SOURCE
def test_what_hangs_on_fields_names_fields_that_there_are(source, arrival):
    """Dropped values, overrides, the restrictions of source and arrival: all of mapped fields and known categories."""
    categories = {logsource.category for logsource in source.logsources}
    names = {name for name, _ in every_field(arrival)}
    conditions = [arrival.only, *source.select.values()]
    assert set(arrival.drops) - names == set()
    assert set(arrival.overrides) - categories == set()
    assert {name for condition in conditions for name in condition} - set(arrival.fields) == set()


@EACH_SOURCE
def test_prerequisites_are_of_fields_of_the_source(source):
    """What must be switched on is told of fields that exist."""
    known = {name for arrival in source.arrives for name in (*arrival.fields, *arrival.unmapped)}
    assert set(source.prerequisites) - known == set()


@EACH_ARRIVAL
def test_where_says_what_its_target_needs(arrival):
    """Splunk: a macro of ours and what it stands for. Elastic: indices, and the integration in the version read.

    What other targets need is held by their own tests, and that of a data model by ``test_cim_sources.py``.
    """
    if arrival.target == "splunk":
        assert set(arrival.where) == {"macro", "default"} | ({"generates"} if arrival.option else set())
        assert re.fullmatch(r"tocsin_[a-z0-9_]+", arrival.where["macro"])
    elif arrival.target == "elastic":
        assert set(arrival.where) == {"index", "package", "version"}
        assert re.fullmatch(r"\^\d+\.\d+\.\d+", arrival.where["version"])


def test_macros_and_shapes_are_of_one_arrival_each():
    """A SOC that sets a macro sets one thing, and a shape is told by its name."""
    macros = [arrival.where["macro"] for _, arrival in ARRIVALS if arrival.target == "splunk"]
    shapes = [(source.name, arrival.target, arrival.shape) for source, arrival in ARRIVALS]
    assert len(macros) == len(set(macros))
    assert len(shapes) == len(set(shapes))


@EACH_SOURCE
def test_every_category_beside_others_has_its_condition(source):
    """In a source of several categories, ``select`` tells each from the rest; it names no other."""
    categories = {logsource.category for logsource in source.logsources if logsource.category}
    assert set(source.select) <= categories
    if len(source.logsources) > 1 and len({logsource.service for logsource in source.logsources}) == 1:
        assert set(source.select) == categories


CHANNELS = {
    "sysmon": "Microsoft-Windows-Sysmon/Operational",
    "security": "Security",
    "sysmon_linux": "Linux-Sysmon/Operational",
    "powershell": "Microsoft-Windows-PowerShell/Operational",
}
SELECTED = [
    pytest.param(CHANNELS[source.name], category, condition, id=f"{source.name}-{category}")
    for source in SOURCES
    if source.name in CHANNELS
    for category, condition in source.select.items()
]


@pytest.mark.parametrize(("channel", "category", "condition"), SELECTED)
def test_the_reader_agrees_which_events_a_category_has(channel, category, condition):
    """Each event that ``select`` names is one that the reader gives that category."""
    events = pytest.importorskip("compiler.meaning.events")
    product = "linux" if channel.startswith("Linux") else "windows"
    numbers = condition["EventID"] if isinstance(condition["EventID"], list) else [condition["EventID"]]
    kinds = condition.get("EventType", "")
    for number in numbers:
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            event = {"Channel": channel, "EventID": number, **({"EventType": kind} if kind else {})}
            read, _ = events.read_events(json.dumps(event).encode())
            wanted = Logsource(category, product)
            assert any(wanted.covers(given) for given in read[0].logsources), event
