"""Ordinary activity on the reference: what is noise, what is accepted, and what is within a budget."""

import yaml

from compiler import baseline
from compiler.content.model import Casebook, Catalogue
from compiler.content.rules import read_sigma
from compiler.diagnostics import Span
from compiler.verify.baseline import run_baseline

AUTH = b"2026-09-14T06:00:00.000214+02:00 web01 sshd[7]: Failed password for root from 192.0.2.9 port 4022 ssh2\n"
NGINX = b'192.0.2.9 - - [14/Sep/2026:06:01:00 +0200] "POST /wp-login.php HTTP/1.1" 200 900 "-" "-"\n'


def rules(*bodies):
    found = []
    for number, body in enumerate(bodies):
        whole = {"title": body["name"], "id": f"00000000-0000-4000-8000-00000000000{number}", **body}
        found += read_sigma(f"{body['name']}.yml", yaml.safe_dump(whole, sort_keys=False).encode())
    return tuple(found)


def refused(level="medium"):
    logsource = {"product": "linux", "service": "sshd"}
    return {
        "name": "refused",
        "level": level,
        "logsource": logsource,
        "detection": {"s": {"hostname": "web01"}, "condition": "s"},
    }


def verdicts(monkeypatch, *bodies, book=None):
    monkeypatch.setattr(baseline, "SOURCES", {"auth": lambda _: AUTH * 2, "nginx": lambda _: NGINX})
    catalogue = Catalogue(rules=rules(*bodies), casebooks=(book,) if book else ())
    return {verdict.rule: verdict for verdict in run_baseline(catalogue, {})}


def book(accepted=(), budget=0):
    return Casebook("refused", budget, accepted, (), (), Span("cases.yml", 1, 1))


def test_a_hit_on_ordinary_activity_is_noise(monkeypatch):
    """A rule of level medium names each place at which it fires."""
    found = verdicts(monkeypatch, refused())["refused"]
    assert (found.tried, found.hits) == (3, 2)
    assert found.finding.code == "VER005"
    assert found.finding.message == "refused fires on ordinary activity at auth:0, auth:1"


def test_accepted_places_are_exact(monkeypatch):
    """One that is accepted and silent is a finding as one is that fires and is not accepted."""
    assert verdicts(monkeypatch, refused(), book=book(("auth:0", "auth:1")))["refused"].finding is None
    short = verdicts(monkeypatch, refused(), book=book(("auth:0",)))["refused"]
    assert short.finding.message == "refused fires on ordinary activity at auth:1"
    long = verdicts(monkeypatch, refused(), book=book(("auth:0", "auth:1", "nginx:0")))["refused"]
    assert long.finding.message == "refused no longer fires at nginx:0, which its cases accept"


def test_below_medium_a_budget_counts(monkeypatch):
    """It is told for 100,000 events, and rounds down."""
    assert verdicts(monkeypatch, refused("low"), book=book(budget=66_667))["refused"].finding is None
    assert (
        "its budget allows 1"
        in verdicts(monkeypatch, refused("low"), book=book(budget=66_666))["refused"].finding.message
    )


def test_a_correlation_joins_what_two_logs_saw(monkeypatch):
    """The first of its rules fires in one log and the second in another: the noise is seen all the same."""
    asked = {
        "name": "asked",
        "level": "low",
        "logsource": {"category": "webserver"},
        "detection": {"s": {"cs-method": "POST"}, "condition": "s"},
    }
    joined = {
        "name": "joined",
        "level": "medium",
        "correlation": {"type": "temporal", "rules": ["refused", "asked"], "timespan": "5m"},
    }
    found = verdicts(monkeypatch, refused("low"), asked, joined)["joined"]
    assert found.finding.message == "joined fires on ordinary activity at nginx:0"
