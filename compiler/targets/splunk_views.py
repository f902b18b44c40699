"""The pages of the Splunk app: what it holds, whether each source and search is alive, and the self-test.

Simple XML 1.1: *Simple XML Reference* of Dashboards and Visualizations 9.4; fields of the scheduler's log:
*Scheduler activity*, Monitoring Splunk Enterprise; ``rest``: Search Reference 9.4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from compiler.content.attack import load_attack
from compiler.targets.labels import level_of, techniques_of
from compiler.targets.splunk_conf import inside
from compiler.targets.target import Packed

CONTENT, HEALTH, SELFTEST = "tocsin_content", "tocsin_health", "tocsin_selftest"


def views(app: str, rules: Mapping[str, Packed], whole_test: str, macros: Mapping[str, str]) -> dict[str, str]:
    """The navigation and the dashboards by path. ``rules`` by stanza, ``macros`` those of the sources."""
    return {
        "default/data/ui/nav/default.xml": _navigation(),
        f"default/data/ui/views/{CONTENT}.xml": _content(app, rules),
        f"default/data/ui/views/{HEALTH}.xml": _health(app, rules, macros),
        f"default/data/ui/views/{SELFTEST}.xml": _selftest(whole_test),
    }


def _navigation() -> str:
    nav = ET.Element("nav", {"search_view": "search"})
    ET.SubElement(nav, "view", {"name": CONTENT, "default": "true"})
    for name in (HEALTH, SELFTEST, "search"):
        ET.SubElement(nav, "view", {"name": name})
    return _written(nav)


def _content(app: str, rules: Mapping[str, Packed]) -> str:
    page = _page("What Tocsin detects", "Every search, with its state on this Splunk; enable and schedule in Settings.")
    told = [
        f'stanza=="{_quoted(stanza)}", "{level_of(packed.rule)}|{_techniques(packed)}"'
        for stanza, packed in sorted(rules.items())
    ]
    lines = [
        f"| rest /servicesNS/-/{app}/saved/searches splunk_server=local",
        f'| search eai:acl.app="{app}" title="Tocsin - *"',
        "| rename title AS stanza",
        f"| eval told=case({', '.join(told)})" if told else '| eval told=""',
        '| eval level=mvindex(split(told, "|"), 0), techniques=mvindex(split(told, "|"), 1)',
        '| eval state=if(disabled==1, "disabled", "enabled")',
        "| table stanza level techniques state cron_schedule next_scheduled_time description",
        "| sort 0 stanza",
    ]
    _table(page, "Searches", "\n".join(lines), "-1m")
    return _written(page)


def _techniques(packed: Packed) -> str:
    return " ".join(technique.id for technique in techniques_of(packed.rule, load_attack()))


def _health(app: str, rules: Mapping[str, Packed], macros: Mapping[str, str]) -> str:
    words = "A source without recent events, or whose fields are empty, makes every search on it blind without a word."
    page = _page("Whether Tocsin can see", words)
    for macro in sorted(macros):
        _table(page, f"Source `{macro}`, last 24 hours", _source(macro, rules), "-24h")
    counted = (
        "latest(_time) AS last_run",
        "max(hit) AS last_hit",
        "count AS runs",
        "sum(bad) AS not_successful",
        "max(run_time) AS longest_seconds",
    )
    enabled = f'| rest /servicesNS/-/{app}/saved/searches splunk_server=local | search title="Tocsin - *" disabled=0'
    runs = [
        f'index=_internal sourcetype=scheduler app="{app}" savedsearch_name="Tocsin - *"',
        '| eval hit=if(result_count>0, _time, null()), bad=if(status!="success", 1, 0)',
        f"| stats {', '.join(counted)} by savedsearch_name",
        f"| append [{enabled} | fields title | rename title AS savedsearch_name ]",
        "| stats first(*) AS * by savedsearch_name",
        '| eval state=case(isnull(last_run), "never run", isnull(last_hit), "runs, no hit", true(), "runs and hits")',
        '| eval last_run=strftime(last_run, "%F %T"), last_hit=strftime(last_hit, "%F %T")',
        "| table savedsearch_name state last_run last_hit runs not_successful longest_seconds",
        "| sort 0 last_run",
    ]
    _table(page, "Searches that are enabled or have run, last 30 days", "\n".join(runs), "-30d")
    return _written(page)


def _source(macro: str, rules: Mapping[str, Packed]) -> str:
    """The last event of a source, and of each field that searches need in how many events of a hundred it is."""
    queries = [packed.query for packed in rules.values() if packed.query is not None]
    fields = sorted({name for query in queries if macro in query.settings["macros"] for name in query.fields})
    generating = any(macro in query.settings["generating"] for query in queries)
    counted = [f"count({_field(name)}) AS filled{number}" for number, name in enumerate(fields)]
    shares = [f'"{_quoted(name)} ".round(100*filled{number}/events)."%"' for number, name in enumerate(fields)]
    return "\n".join(
        [
            f"| `{macro}`" if generating else f"`{macro}`",
            f"| stats count AS events latest(_time) AS last {' '.join(counted)}".rstrip(),
            f"| eval filled=if(events>0, mvappend({', '.join(shares)}), null())" if shares else '| eval filled=""',
            '| eval state=case(events==0, "no events", now()-last>3600, "silent for an hour or more", true(), "alive")',
            '| eval last=strftime(last, "%F %T")',
            "| table state last events filled",
        ]
    )


def _field(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w.]*", name, re.ASCII) else f'"{_quoted(name)}"'


def _selftest(whole_test: str) -> str:
    page = _page(
        "Self-test",
        "Each search over events made here: what it must find, and nothing else. No index is read, and your own filter "
        "macros count: a FAIL after an upgrade of Splunk or a change of a filter is a search that no longer works.",
    )
    _table(page, "Results", f'| savedsearch "{whole_test}" nosubstitution=true\n| sort 0 result, rule', "-1m")
    return _written(page)


def _page(title: str, words: str) -> ET.Element:
    page = ET.Element("dashboard", {"version": "1.1", "theme": "light"})
    ET.SubElement(page, "label").text = title
    ET.SubElement(page, "description").text = words
    return page


def _table(page: ET.Element, title: str, query: str, earliest: str) -> None:
    panel = ET.SubElement(ET.SubElement(page, "row"), "panel")
    table = ET.SubElement(panel, "table")
    ET.SubElement(table, "title").text = title
    search = ET.SubElement(table, "search")
    # Between two dollar signs a dashboard reads a token; two of them are one.
    ET.SubElement(search, "query").text = query.replace("$", "$$")
    ET.SubElement(search, "earliest").text = earliest
    ET.SubElement(search, "latest").text = "now"
    ET.SubElement(table, "option", {"name": "count"}).text = "50"
    ET.SubElement(table, "option", {"name": "wrap"}).text = "true"


def _quoted(words: str) -> str:
    return inside(words).replace('"', "'")


def _written(root: ET.Element) -> str:
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def sources_of(rules: Sequence[Packed]) -> dict[str, str]:
    """The macros of the sources that the queries read, and their definitions as delivered."""
    found: dict[str, str] = {}
    for packed in rules:
        if packed.query is not None:
            found |= packed.query.settings["macros"]
    return dict(sorted(found.items()))
