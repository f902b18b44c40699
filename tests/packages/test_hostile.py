"""Hostile words in every place of a rule: each package is read back as its consumer reads it, and nothing broke out."""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import duckdb
import pytest
import yaml
import yara
import yara_x

from compiler.release.archive import members
from compiler.release.names import portable
from compiler.targets import load_targets
from tests.packages.hostile_words import HOSTILE

TARGETS = sorted(load_targets())


def below(built, prefix):
    """The files of a target by their path below its folder, archives left out."""
    return {
        path.removeprefix(f"{prefix}/"): body
        for path, body in built.files.items()
        if path.startswith(f"{prefix}/") and not path.endswith((".zip", ".tar.gz"))
    }


def conf(body):
    """A .conf file as Splunk reads it: stanzas and their keys; a backslash at the end of a line joins the next.

    Raises ``ValueError`` for a line that is neither, and for a stanza that is there twice.
    """
    found = {}
    stanza = None
    for line in re.findall(r"(?:[^\n]*\\\n)*[^\n]*", body.decode()):
        if re.fullmatch(r"\[[^\]]*\]", line):
            stanza = line[1:-1]
            if stanza in found:
                raise ValueError(f"{stanza} twice")
            found[stanza] = {}
        elif match := re.match(r"([\w.:]+) = (.*)", line, re.DOTALL):
            found[stanza][match[1]] = match[2]
        elif line.strip():
            raise ValueError(f"no stanza and no key: {line!r}")
    return found


def shape(value):
    """What stays the same whatever the words are: keys, and how many values."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value] if isinstance(value, list) else type(value).__name__


def test_every_rule_is_in_every_package_or_is_told(hostile):
    """None of the words makes a rule vanish without a finding."""
    told = {(rule.name, target) for rule, target, _ in hostile.left_out}
    told |= {(finding.span.path.rpartition("/")[2].partition(".")[0], "") for finding in hostile.diagnostics}
    manifest = json.loads(hostile.files["manifest.json"])
    for target in TARGETS:
        packed = {name for one in manifest["packages"] if one["target"] == target for name in one["rules"]}
        prefix = "yara_" if target == "yara" else "rule_"
        missing = {f"{prefix}{number:02}" for number in range(len(HOSTILE))} - packed
        assert {name for name in missing if (name, target) not in told and (name, "") not in told} == set()


@pytest.mark.parametrize("target", TARGETS)
def test_every_file_has_a_portable_name(hostile, target):
    """No path climbs, is a device of Windows, or differs from another in letter case alone."""
    paths = [path for path in hostile.files if path.startswith(f"{target}/")]
    assert [path for path in paths if not all(portable(part) for part in path.split("/"))] == []
    assert len({path.lower() for path in paths}) == len(paths)


@pytest.mark.parametrize("target", TARGETS)
def test_the_archive_holds_the_files_and_nothing_else(hostile, target):
    """What an unpacker writes is the package, below one folder."""
    path = next(path for path in hostile.files if re.search(rf"^{target}/tocsin-{target}-latest\.(zip|tar\.gz)$", path))
    held = members("zip" if path.endswith(".zip") else "tar.gz", hostile.files[path])
    tops = {name.partition("/")[0] for name in held}
    assert len(tops) == 1
    inner = {re.sub(r"^tocsin-[\w-]+-\d[\d.]*/", "", name): body for name, body in held.items()}
    assert inner == below(hostile, target)


@pytest.mark.parametrize("name", ["savedsearches", "macros", "analyticstories", "app"])
def test_splunk_reads_the_stanzas_and_keys_that_were_meant(hostile, harmless, name):
    """As many stanzas as harmless words give, none of them [default], and each with the same keys."""
    found, wanted = (conf(below(one, "splunk")[f"tocsin/default/{name}.conf"]) for one in (hostile, harmless))
    assert "default" not in found
    assert len(found) == len(wanted) - len([one for one in hostile.diagnostics if one.code == "PKG010"]) * (
        1 if name in ("savedsearches", "macros") else 0
    )
    assert {frozenset(keys) for keys in found.values()} == {frozenset(keys) for keys in wanted.values()}
    assert not any(
        re.search(r"[\x00-\x09\x0b-\x1f\u2028\u2029]", value) for keys in found.values() for value in keys.values()
    )


def test_splunk_fills_in_no_token_that_was_not_meant(hostile):
    """Between dollar signs stand fields of ours alone."""
    searches = conf(below(hostile, "splunk")["tocsin/default/savedsearches.conf"])
    tokens = {
        token
        for keys in searches.values()
        for key in (
            "action.notable.param.rule_title",
            "action.notable.param.rule_description",
            "action.risk.param._risk_message",
        )
        for token in re.findall(r"\$([^$]*)\$", keys.get(key, ""))
    }
    assert tokens <= {"alert_user", "user", "User"}
    for keys in searches.values():
        for key, value in keys.items():
            if key.endswith(("annotations", "metadata", "_risk", "drilldown_searches", "next_steps")):
                json.loads(value)


def test_splunk_pages_are_xml_of_the_same_shape(hostile, harmless):
    """No title opens an element."""
    for path, body in below(hostile, "splunk").items():
        if path.endswith(".xml"):
            found, wanted = (
                [element.tag for element in ET.fromstring(text).iter()]  # noqa: S314 - a file of ours
                for text in (body, below(harmless, "splunk")[path])
            )
            assert found == wanted


def test_kibana_reads_one_object_a_line(hostile, harmless):
    """As many lines as harmless words give, each with the same keys."""
    found, wanted = (
        [json.loads(line) for line in below(one, "elastic")["rules.ndjson"].decode().split("\n")[:-1]]
        for one in (hostile, harmless)
    )
    assert len(found) == len(wanted)
    assert {frozenset(one) for one in found} == {frozenset(one) for one in wanted}


def test_arm_takes_no_word_for_an_expression(hostile):
    """A text that begins with a bracket begins with two, unless it is an expression of the template's own."""
    template = json.loads(below(hostile, "sentinel")["azuredeploy.json"])

    def texts(node):
        if isinstance(node, dict):
            for value in node.values():
                yield from texts(value)
        elif isinstance(node, list):
            for value in node:
                yield from texts(value)
        elif isinstance(node, str):
            yield node

    opened = {text for text in texts(template["resources"]) if text.startswith("[") and not text.startswith("[[")}
    assert not any("concat('a', 'b')" in text for text in opened)
    assert {
        text
        for text in opened
        if not re.match(r"\[(concat|contains|equals|if|not|parameters|resourceId|union|variables)\(", text)
    } == set()


@pytest.mark.parametrize(("target", "suffix"), [("sentinel", ".yaml"), ("plain", ".yml"), ("loki", ".yaml")])
def test_yaml_is_read_as_the_same_keys(hostile, harmless, target, suffix):
    """No word opens a key, an anchor or an object."""
    found, wanted = (below(one, target) for one in (hostile, harmless))
    for path in found:
        if path.endswith(suffix):
            first, second = (yaml.safe_load(one[path]) for one in (found, wanted))
            if target == "plain":
                assert first["title"] == HOSTILE[int(path[-6:-4])]
            assert shape(first).keys() == shape(second).keys()


@pytest.mark.parametrize("target", ["defender", "opensearch", "yara"])
def test_json_is_read_as_the_same_keys(hostile, harmless, target):
    """No word opens a key or ends a value; the query of a monitor, which another value may change, is left aside."""
    found, wanted = (below(one, target) for one in (hostile, harmless))
    paths = [path for path in found if path.endswith(".json")]
    assert paths
    for path in paths:
        first, second = (json.loads(one[path]) for one in (found, wanted))
        assert shape({**first, "inputs": 0}) == shape({**second, "inputs": 0}), path


def test_loki_runs_no_template_of_a_word(hostile):
    """Two braces of a word are written by a template, and run none."""
    groups = yaml.safe_load(below(hostile, "loki")["rules.yaml"])["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        for text in (*rule["labels"].values(), *rule["annotations"].values()):
            ours = re.sub(r"\{\{ ?\$labels\.\w+ ?\}\}", "", text.replace('{{"{{"}}', ""))
            assert "{{" not in ours


def test_opensearch_fills_in_the_period_alone(hostile):
    """A monitor is a template: only its own two places are filled in."""
    for path, body in below(hostile, "opensearch").items():
        if path.startswith("monitors/"):
            monitor = json.loads(body)
            text = json.dumps(monitor["inputs"])
            assert set(re.findall(r"\{\{.*?\}\}", text)) <= {"{{period_start}}", "{{period_end}}"}
            assert monitor["enabled"] is False


def test_opensearch_tells_the_fields_of_the_alert_alone(hostile):
    """No word of a rule opens a tag of Mustache in a subject or message, and none changes its delimiters."""
    listed = "ctx.results.0.hits.hits"
    own = {f"#{listed}", f"/{listed}", "_index", "_id"}
    for path, body in below(hostile, "opensearch").items():
        if path.startswith("monitors/"):
            (action,) = json.loads(body)["triggers"][0]["query_level_trigger"]["actions"]
            for key in ("subject_template", "message_template"):
                tags = set(re.findall(r"\{\{(.*?)\}\}", action[key]["source"])) - own
                assert {tag.lstrip("^/").replace(f"{listed}.0.", "") for tag in tags} <= {
                    "_source.host.name",
                    "_source.user.name",
                    "_source.winlog.computer_name",
                    "_source.winlog.event_data.User",
                    "_source.winlog.event_data.SubjectUserName",
                }


@pytest.mark.parametrize("target", ["duckdb", "spark"])
def test_a_sql_file_is_one_statement(hostile, target):
    """Comments stay comments, and nothing is dropped."""
    for path, body in below(hostile, target).items():
        if path.startswith("rules/"):
            text = body.decode()
            statement = "\n".join(line for line in text.split("\n") if not line.startswith("--"))
            comments = [line for line in text.split("\n") if line.startswith("--")]
            assert not re.search(r"[\x00-\x1f\x85\u2028\u2029]", "".join(comments)), path
            if target == "duckdb":
                assert [one.type.name for one in duckdb.extract_statements(text)] == ["SELECT"]
            assert statement.strip().startswith(("SELECT", "WITH", "(SELECT"))
            assert statement.strip().endswith(";")


@pytest.mark.parametrize("target", ["sentinel", "defender"])
def test_kql_has_no_line_that_a_word_opened(hostile, harmless, target):
    """A file of hostile words has as many lines as one of harmless words."""
    found, wanted = (below(one, target) for one in (hostile, harmless))
    for path in found:
        if path.endswith(".kql") and path in wanted:
            first, second = (one[path].decode() for one in (found, wanted))
            assert not re.search(r"[\r\x85\u2028\u2029\x0b\x0c]", first), path
            assert first.count("\n") == second.count("\n"), path


def test_yara_bundles_hold_the_rules_that_were_meant(hostile):
    """Both engines read every bundle, and find the rules of ours in it and no other."""
    for path, body in below(hostile, "yara").items():
        if path.endswith(".yar"):
            names = [rule.identifier for rule in yara.compile(source=body.decode(), includes=False)]
            assert sorted(names) == [f"yara_{number:02}" for number in range(len(HOSTILE))]
            yara_x.compile(body.decode())


def test_no_cell_of_a_table_is_a_formula(hostile):
    """A spreadsheet runs what begins with an equals sign, a plus, a minus or an at sign."""
    for path, body in hostile.files.items():
        if path.endswith(".csv"):
            for cells in csv.reader(io.StringIO(body.decode())):
                assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == [], path


def test_no_readme_holds_html_or_breaks_its_table(hostile, harmless):
    """No tag of a word is one, and each table has its rows."""
    for path, body in hostile.files.items():
        if path.endswith("README.md"):
            text = re.sub(r"`[^`\n]*`", "", body.decode())
            assert not re.search(r"<(?:script|img|/script|!--)", text), path
            rows, wanted = (
                len([line for line in one.files[path].decode().split("\n") if line.startswith("|")])
                for one in (hostile, harmless)
            )
            assert rows <= wanted, path


def test_the_manifest_and_the_sums_are_whole(hostile):
    """One line a file, and JSON that is read."""
    assert len(hostile.files["sha256sums.txt"].decode().split("\n")) == len(hostile.files)
    assert len(json.loads(hostile.files["manifest.json"])["rules"]) == 2 * len(HOSTILE)
