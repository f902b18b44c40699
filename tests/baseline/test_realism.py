"""The week looks like one: days and nights, many people, no line by the thousand, nobody else's address."""

import collections
import ipaddress
import json
import re

import pytest

from compiler.baseline import SOURCES

DOCUMENTATION = [
    ipaddress.ip_network(net)
    for net in (
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "10.0.0.0/8",
        "127.0.0.0/8",
    )
]
# Versions that look like addresses.
NUMBERS = {
    "15.1.2507.35",
    "15.1.2507.58",
    "116.0.1938.76",
    "140.0.0.0",
    "109.0.0.0",
    "4.0.30319.0",
    "9.2.1.0",
    "15.0.0.0",
    "4.18.25070.5",
    "255.255.255.0",
}
# User agents of search engines and surveyors, XML namespaces, where tools come from, and services that rules name.
FOREIGN = {
    "about.censys.io",
    "ahrefs.com",
    "api.dropboxapi.com",
    "client.dropbox.com",
    "content.dropboxapi.com",
    "curl.se",
    "download.windowsupdate.com",
    "files.pythonhosted.org",
    "github.com",
    "raw.githubusercontent.com",
    "registry.npmjs.org",
    "schemas.microsoft.com",
    "www.bing.com",
    "www.google.com",
    "yandex.com",
}


def requests(week, source):
    """The lines of a web server's log without header lines, split at spaces."""
    return [line.split(" ") for line in week[source].decode().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_addresses_are_nobodys(week, source):
    """Each IPv4 address lies in a documentation range or inside the organisation."""
    text = week[source].decode()
    found = set(re.findall(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]|-\d)", text)) - NUMBERS
    versions = set(re.findall(r'"FileVersion": "([\d.]+)"', text)) | set(re.findall(r"/([\d.]+)", text))
    strange = [
        address
        for address in found - versions
        if not any(ipaddress.ip_address(address) in net for net in DOCUMENTATION)
    ]
    assert strange == []


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_names_are_under_example_com(week, source):
    """Each host in a URL is ours to use; the exceptions are named."""
    hosts = set(re.findall(r"https?://([a-zA-Z0-9.-]+\.[a-z]{2,})", week[source].decode()))
    assert {host for host in hosts if not re.fullmatch(r"(.+\.)?example\.com", host)} <= FOREIGN


@pytest.mark.parametrize("source", ["apache", "iis"])
def test_nights_are_quieter_than_days(week, source):
    """Between midnight and six in the office there is less than a quarter of the traffic of ten to sixteen."""
    pattern = r"^\S+ (\d\d):" if source == "iis" else r"\[\d\d/\w+/\d{4}:(\d\d)"
    hours = collections.Counter(int(found) for found in re.findall(pattern, week[source].decode(), re.MULTILINE))
    shift = 2 if source == "iis" else 0
    night = sum(hours[(at - shift) % 24] for at in range(6))
    day = sum(hours[(at - shift) % 24] for at in range(10, 16))
    assert night * 4 < day


def test_weekends_are_quieter_than_weekdays(week):
    """A Saturday has less than half of a Monday at the mail server."""
    days = collections.Counter(line[0] for line in requests(week, "iis"))
    assert days["2026-09-19"] * 2 < days["2026-09-14"]


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_no_line_is_a_template_with_a_counter(week, source):
    """Without times, numbers and hexadecimal no shape of a line makes up more than a sixth of the log."""
    shapes = collections.Counter(
        re.sub(r"[0-9a-fA-F]{4,}|\d+", "#", line) for line in week[source].decode().splitlines()
    )
    assert max(shapes.values()) * 6 < sum(shapes.values())


@pytest.mark.parametrize(("source", "agents", "clients"), [("iis", 29, 219), ("apache", 27, 460)])
def test_many_kinds_of_clients(week, source, agents, clients):
    """The web logs have so many user agents and addresses, and no agent has half of the requests."""
    if source == "iis":
        lines = requests(week, "iis")
        names, addresses = [line[9] for line in lines], [line[8] for line in lines]
    else:
        text = week[source].decode()
        names = re.findall(r'"([^"]*)"$', text, re.MULTILINE)
        addresses = [line.split(" ", 1)[0] for line in text.splitlines()]
    assert len(set(names)) == agents
    assert len(set(addresses)) == clients
    assert max(collections.Counter(names).values()) * 2 < len(names)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_time_runs_forward(week, source):
    """Each log is in the order of time, as an agent writes it."""
    patterns = {
        "iis": r"^(\d{4}-\S+ \S+) ",
        "auditd": r"msg=audit\((\d+\.\d+):",
        "security": r'"EventTime": "([^"]+)"',
        "sysmon_linux": r'SystemTime="([^"]+)"',
        "sysmon_linux_site": r'SystemTime="([^"]+)"',
        "auth": r"^(\S+) web01 ",
        "azure_audit": r'^\{"time": "([^"]+)"',
        "azure_signin": r'^\{"time": "([^"]+)"',
        "cisco_aaa": r": (Sep \d\d \S+): %",
        "exchange_ecp": r"^(\d{4}-\S+?Z),",
        "exchange_oabgenerator": r"^(\d{4}-\S+?Z),",
        "m365_audit": r'^\{"CreationTime": "([^"]+)"',
        "exchange_httpproxy": r"^(\d{4}-\S+?Z),",
        "firewall": r"\|rt=(\d+) ",
        "squid": r"^(\d+\.\d+) ",
        "zeek_conn": r'^\{"ts": (\d+\.\d+)',
        "zeek_dns": r'^\{"ts": (\d+\.\d+)',
        "zeek_x509": r'^\{"ts": (\d+\.\d+)',
    }
    if source in {"apache", "nginx"}:
        found = re.findall(r"\[(\d\d)/Sep/2026:(\S+) \+0200\]", week[source].decode())
    else:
        pattern = patterns.get(source, r'"SystemTime": "([^"]+)"')
        found = re.findall(pattern, week[source].decode(), re.MULTILINE)
    assert len(found) >= 400
    assert found == sorted(found)


def test_record_numbers_count_without_gaps(week):
    """Each machine numbers its Sysmon events one by one."""
    numbers = collections.defaultdict(list)
    for line in week["sysmon"].decode().splitlines():
        system = json.loads(line)["Event"]["System"]
        numbers[system["Computer"]].append(system["EventRecordID"])
    assert len(numbers) == 19
    assert all(mine == list(range(mine[0], mine[0] + len(mine))) for mine in numbers.values())
