"""What is packed of our own content, held to the consumers' own rules where these can be had."""

import dataclasses
import datetime as dt
import importlib.resources
import json
import os
import re
import subprocess

import duckdb
import pytest
import yara
import yara_x

from compiler.content.load import load_tree
from compiler.release.build import build
from compiler.release.output import write_whole
from compiler.targets import load_targets

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def dist(root, tmp_path_factory):
    """A build of our content, on disk; rules that others are at work on are in it as they are."""
    top = tmp_path_factory.mktemp("consumers")
    built = build(root, load_tree(root).catalogue, list(load_targets().values()), {}, dt.date(2026, 11, 22))
    write_whole(top / "dist", built.files)
    return top / "dist"


@pytest.mark.parametrize("option", ["", "splunk:data_models"])
def test_appinspect_finds_no_failure_and_no_error(root, option, tmp_path):
    """Splunk's own checks of an app. The exit code is 0 whatever they find, so the report is read."""
    command = os.environ.get("TOCSIN_APPINSPECT")
    if not command:
        pytest.skip("needs splunk-appinspect (the session `packages`), named by TOCSIN_APPINSPECT")
    report = tmp_path / "report.json"
    catalogue = dataclasses.replace(load_tree(root).catalogue, options=frozenset({option} - {""}))
    built = build(root, catalogue, [load_targets()["splunk"]], {}, dt.date(2026, 11, 22))
    assert (option in {query.asked_of for query in built.queries}) is bool(option)
    app = tmp_path / "app.tar.gz"
    app.write_bytes(built.files["splunk/tocsin-splunk-latest.tar.gz"])
    words = [command, "inspect", app, "--mode", "precert", "--data-format", "json", "--output-file", report]
    subprocess.run(words, check=False, capture_output=True, timeout=600)
    told = json.loads(report.read_text(encoding="utf-8"))
    bad = [
        (check["name"], [message["message"] for message in check["messages"]])
        for one in told["reports"]
        for group in one["groups"]
        for check in group["checks"]
        if check["result"] in ("failure", "error", "future_failure")
    ]
    assert bad == []
    assert told["summary"]["success"] > 50


def test_the_list_of_components_is_cyclonedx(dist):
    """The JSON Schema of CycloneDX 1.6, as its own library ships it."""
    validation = pytest.importorskip("cyclonedx.validation.json", reason="needs cyclonedx-python-lib")
    schema = pytest.importorskip("cyclonedx.schema")
    validator = validation.JsonStrictValidator(schema.SchemaVersion.V1_6)
    assert validator.validate_str((dist / "sbom.cdx.json").read_text(encoding="utf-8")) is None


def test_duckdb_runs_every_query_on_the_schema_of_its_package(dist):
    """The tables that ``schema.sql`` makes are those that the queries read; on empty ones nothing is found."""
    with duckdb.connect() as connection:
        connection.execute((dist / "duckdb" / "schema.sql").read_text(encoding="utf-8"))
        queries = sorted((dist / "duckdb" / "rules").glob("*.sql"))
        found = {path.name: connection.execute(path.read_text(encoding="utf-8")).fetchall() for path in queries}
    assert found == {path.name: [] for path in queries}
    assert len(found) > 20


def test_spark_plans_every_query_on_the_schema_of_its_package(dist, tmp_path):
    """Spark makes the tables and analyses each query over them."""
    sql = pytest.importorskip("pyspark.sql", reason="needs the extra `engines`")
    from pyspark.errors import PySparkException  # noqa: PLC0415 - not there without the extra

    try:
        builder = sql.SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", str(tmp_path))
        # Without Hive a table is one of Spark's own.
        builder = builder.config("spark.sql.legacy.createHiveTableByDefault", "false")
        session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    except (PySparkException, OSError) as error:
        pytest.skip(f"Spark does not start here: {error}")
    try:
        text = (dist / "spark" / "schema.sql").read_text(encoding="utf-8")
        statements = "\n".join(line for line in text.splitlines() if not line.startswith("--")).split(";")
        for statement in statements:
            if statement.strip():
                session.sql(statement)
        for path in sorted((dist / "spark" / "rules").glob("*.sql")):
            assert session.sql(path.read_text(encoding="utf-8").rstrip().rstrip(";")).columns, path.name
    finally:
        session.stop()


def test_both_yara_engines_read_their_bundles(dist):
    """Source and compiled, each in the engine that it is named after; the same rules in both."""
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    source = (dist / "yara" / "tocsin.yar").read_text(encoding="utf-8")
    names = sorted(rule["name"] for rule in manifest["rules"] if rule["kind"] == "yara")
    (compiled,) = dist.glob("yara/tocsin-yara-[0-9]*.yarc")
    loaded = [rule.identifier for rule in yara.load(str(compiled))]
    assert {*names} <= {*loaded}
    assert sorted(loaded) == sorted(rule.identifier for rule in yara.compile(source=source, includes=False))
    (compiled,) = dist.glob("yara/tocsin-yara-x-[0-9]*.yarx")
    with compiled.open("rb") as file:
        assert yara_x.Rules.deserialize_from(file).scan(b"").matching_rules == ()


def test_every_package_has_a_readme_that_tells_what_checked_it(dist):
    """Import, tuning, removal, and what nobody could check."""
    for target in load_targets().values():
        folder = dist / target.name / ("tocsin" if target.name == "splunk" else "")
        text = (folder / "README.md").read_text(encoding="utf-8")
        assert "## Verify the download" in text, target.name
        assert f"## What checked it\n\nThe package: {target.checked}\n" in text, target.name
        for told in ("## Import", r"## .*\bTune\b", r".*\bremoved?\b"):
            assert re.search(f"^{told}", text, re.IGNORECASE | re.MULTILINE), (target.name, told)
        assert ("Nobody could check here" in text) is (target.name != "yara"), target.name


def test_no_readme_of_ours_holds_html(dist):
    """A name in angle brackets would vanish where Markdown is shown."""
    for path in dist.rglob("README.md"):
        prose = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("    ")]
        assert re.findall(r"<[A-Za-z/!][^>]*>", re.sub(r"(`+).*?\1", "", "\n".join(prose))) == [], path.parent.name


def test_the_icons_are_of_splunks_sizes():
    """36 by 36 and 72 by 72 pixels, as PNG."""
    folder = importlib.resources.files("compiler.targets") / "splunk_static"
    sizes = {}
    for name in ("appIcon.png", "appIcon_2x.png", "appIconAlt.png", "appIconAlt_2x.png"):
        content = (folder / name).read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        sizes[name] = (int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    assert sizes == {
        "appIcon.png": (36, 36),
        "appIcon_2x.png": (72, 72),
        "appIconAlt.png": (36, 36),
        "appIconAlt_2x.png": (72, 72),
    }
