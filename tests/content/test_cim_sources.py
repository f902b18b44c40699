"""Every claim of the sources that are data sets of Splunk's Common Information Model."""

import re

import pytest

from compiler.content.load import load_rules, load_sources
from compiler.convert import convert
from compiler.engines.spl_search import search
from compiler.targets.changes import changes_of
from compiler.targets.splunk import TARGET
from compiler.targets.target import Content
from tests.conftest import ROOT

SOURCES = {source.name: source for source in load_sources(ROOT)[0]}
CIM = [
    pytest.param(arrival, id=source.name)
    for source in SOURCES.values()
    for arrival in source.arrives
    if arrival.option == "data_models"
]
EACH = pytest.mark.parametrize("arrival", CIM)
TABLE = {
    tuple(line.split("\t"))
    for line in (ROOT / "compiler" / "targets" / "schemas" / "cim.tsv").read_text(encoding="utf-8").splitlines()[2:]
}
"""Field, data model and data set, as Splunk publishes them."""
PARENT = {"Proxy": "Web"}
"""Data sets that have the fields of another, and none of their own."""
UNKNOWN = {
    "All_Traffic": {"action", "user"},
    "DNS": {"dest", "query"},
    "Filesystem": {"dest", "file_path", "user"},
    "Processes": {"dest", "original_file_name", "parent_process", "process", "user"},
    "Proxy": {"http_method", "http_referrer", "http_user_agent", "src", "status", "url", "user"},
}
"""By data set: fields that are mapped of which Splunk_SA_CIM 8.5.0 calculates that a missing one is ``unknown``."""
CHANGES = ("unknown_for_missing", "zero_for_missing")


def dataset(arrival):
    """The data model and the data set that the macro reads."""
    return re.match(r'from datamodel:"(\w+)\.(\w+)"', arrival.where["default"]).groups()


def found(arrival, **row):
    """True if a row of the data set is one that the macro finds."""
    _, _, condition = arrival.where["default"].partition(" | search ")
    return search(condition, ())({**arrival.documented, **row})


@EACH
def test_the_macro_generates_events_of_a_published_data_set(arrival):
    """What stands behind the leading pipe reads a data set that there is."""
    assert arrival.where["generates"] is True
    model, name = dataset(arrival)
    assert (model, PARENT.get(name, name)) in {row[1:] for row in TABLE}


@EACH
def test_every_field_is_one_of_its_data_set(arrival):
    """A field of another data set is not there; one that the table does not have yet names the version that has it."""
    model, name = dataset(arrival)
    known = {row[0] for row in TABLE if row[1:] == (model, PARENT.get(name, name))}
    others = {field.name for field in arrival.fields.values() if field.name not in known}
    assert others == {field.name for field in arrival.fields.values() if field.citation != arrival.citation}


@EACH
def test_what_the_data_model_fills_is_known_to_be_filled(arrival):
    """A field that is never missing there says what stands for a missing one."""
    given = {change: {f.name for f in arrival.fields.values() if change in changes_of(f)} for change in CHANGES}
    ports = {"dest_port", "src_port"} if dataset(arrival)[1] == "All_Traffic" else set()
    assert given == {"unknown_for_missing": UNKNOWN[dataset(arrival)[1]], "zero_for_missing": ports}


@pytest.mark.parametrize(
    ("source", "row", "expected"),
    [
        ("cim_process", {"parent_process_id": 4624}, True),
        ("cim_process", {"parent_process_id": 4624, "process_path": "\\\\server\\share\\x.exe"}, True),
        # A process that ends, and a library that is loaded, have no parent.
        ("cim_process", {}, False),
        ("cim_process", {"parent_process_id": 1, "process_path": "/usr/bin/sudo"}, False),
        ("cim_process", {"parent_process_id": 1, "process_path": "\\Device\\HarddiskVolume1\\x.exe"}, False),
        ("cim_file", {}, True),
        ("cim_file", {"file_path": "/etc/cron.d/job"}, False),
        ("cim_file", {"file_path": "\\Device\\HarddiskVolume1\\x.aspx"}, False),
    ],
)
def test_the_macro_finds_the_events_of_the_source_alone(source, row, expected):
    """The data sets hold more than the source has: other systems, other kinds of events, other forms of paths."""
    (arrival,) = SOURCES[source].arrives
    assert found(arrival, **row) is expected


@pytest.mark.parametrize(
    ("rule", "macro"),
    [
        ("process_creation/proc_creation_win_webserver_shell", "tocsin_cim_processes"),
        ("file_event/file_event_win_webserver_script_write", "tocsin_cim_files"),
        ("firewall/net_firewall_remote_login_from_internet", "tocsin_cim_traffic"),
        ("dns/net_dns_long_label", "tocsin_cim_dns"),
        ("proxy/proxy_covenant_default", "tocsin_cim_proxies"),
        # Of web servers not even the path is required of add-ons, and nothing but its path tells a system from Linux.
        ("webserver/web_exchange_foreign_page", None),
        ("process_creation/proc_creation_lnx_server_shell", None),
    ],
)
def test_a_rule_is_asked_of_the_data_model_that_has_its_fields(rule, macro):
    """With the option each goes to the data set alone, or, where there is none, to the events as they are logged."""
    (loaded,) = load_rules([ROOT / "detections" / "sigma" / f"{rule}.yml"], ROOT).catalogue.rules
    content = Content.of(tuple(SOURCES.values()), [loaded], options={"splunk:data_models"})
    query = convert(loaded, TARGET, content)
    cim = [name for name in query.settings["macros"] if name.startswith("tocsin_cim_")]
    assert (cim, query.asked_of) == (([macro], "splunk:data_models") if macro else ([], "splunk"))
