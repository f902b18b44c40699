"""The monitors of OpenSearch, read by its own classes: those of its alerting, of its searches, and its Mustache.

The alerting plugin itself is not on Maven Central; ``common-utils`` is, and the plugin reads a monitor with it.
"""

import json
import pathlib
import zipfile

import pytest

from compiler.content.load import load_tree
from compiler.content.model import AlertKind
from compiler.convert import convert
from compiler.engines.engine import EngineUnavailable
from compiler.engines.java import fetch, find_java
from compiler.engines.opensearch import VERSION
from compiler.targets.opensearch import TARGET
from compiler.targets.opensearch_monitor import monitor
from compiler.targets.target import Content, Packed, Query

pytestmark = pytest.mark.engines
DISTRIBUTION = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
READERS = (
    f"org.opensearch:common-utils:{VERSION}.0",
    f"org.opensearch.plugin:lang-mustache-client:{VERSION}",
    "com.github.spullara.mustache.java:compiler:0.9.14",
    "com.cronutils:cron-utils:9.2.1",
    "org.jetbrains.kotlin:kotlin-stdlib:1.9.25",
    "org.slf4j:slf4j-api:1.7.36",
)


class Readers:
    """OpenSearch's classes in a Java of our own, by way of py4j."""

    def __init__(self, java):
        self._java = java
        model = java.org.opensearch.commons.alerting.model
        module = java.org.opensearch.search.SearchModule(
            java.org.opensearch.common.settings.Settings.EMPTY, java.java.util.ArrayList()
        )
        named = java.java.util.ArrayList(module.getNamedXContents())
        for one in (model.Monitor, model.SearchInput, model.QueryLevelTrigger):
            named.add(one.Companion.getXCONTENT_REGISTRY())
        self._registry = java.org.opensearch.core.xcontent.NamedXContentRegistry(named)
        self._json = java.org.opensearch.common.xcontent.json.JsonXContent.jsonXContent
        self._mustache = java.org.opensearch.script.mustache.MustacheScriptEngine()

    def monitor(self, body):
        """The name of a monitor and how many triggers it has, or what the reader says against it."""
        from py4j.protocol import Py4JJavaError  # noqa: PLC0415 - not there without the extra

        strict = self._java.org.opensearch.core.xcontent.DeprecationHandler.THROW_UNSUPPORTED_OPERATION
        parser = self._json.createParser(self._registry, strict, json.dumps(body))
        parser.nextToken()
        try:
            read = self._java.org.opensearch.commons.alerting.model.Monitor.parse(parser, "id", 1)
        except Py4JJavaError as error:
            return str(error.java_exception.getMessage())
        return read.getName(), read.getTriggers().size()

    def message(self, template, results):
        """A template as the plugin fills it in."""
        given = json.dumps({"ctx": {"results": [results]}})
        values = self._java.org.opensearch.common.xcontent.XContentHelper.convertToMap(self._json, given, False)
        options = self._java.java.util.HashMap()
        for name, value in template["options"].items():
            options.put(name, value)
        context = self._java.org.opensearch.script.TemplateScript.CONTEXT
        return self._mustache.compile("message", template["source"], context, options).newInstance(values).execute()


@pytest.fixture(scope="module")
def readers(tmp_path_factory):
    gateways = pytest.importorskip("py4j.java_gateway", reason="needs py4j, which the extra `engines` brings")
    pyspark = pytest.importorskip("pyspark", reason="needs the extra `engines`")
    try:
        java = find_java(21) / "bin" / "java"
        *jars, archive = fetch([*READERS, DISTRIBUTION])
    except EngineUnavailable as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("lib")
    with zipfile.ZipFile(archive) as held:
        for name in held.namelist():
            if "/lib/" in name and name.endswith(".jar"):
                (folder / pathlib.PurePosixPath(name).name).write_bytes(held.read(name))
    (own,) = pathlib.Path(pyspark.__file__).parent.glob("jars/py4j-*.jar")
    gateway = gateways.JavaGateway.launch_gateway(
        jarpath=str(own),
        classpath=":".join(map(str, [*jars, *sorted(folder.iterdir())])),
        java_path=str(java),
        javaopts=["-Xmx256m"],
        die_on_exit=True,
    )
    yield Readers(gateway.jvm)
    gateway.shutdown()
    gateway.java_process.stdin.close()
    gateway.java_process.wait(timeout=60)


@pytest.fixture(scope="module")
def packed(root):
    """Every rule of ours that OpenSearch takes, by name."""
    catalogue = load_tree(root).catalogue
    content = Content.of(catalogue.sources, catalogue.rules, catalogue.values)
    converted = [(rule, convert(rule, TARGET, content)) for rule in catalogue.rules if rule.kind in TARGET.kinds]
    return {rule.name: Packed(rule, query) for rule, query in converted if isinstance(query, Query)}


def test_opensearch_reads_every_monitor(readers, packed):
    """As its alerting reads one, search and trigger and action among it; a key too many is refused."""
    monitors = {name: monitor(one) for name, one in packed.items()}
    assert len(monitors) > 50
    read = {name: readers.monitor(body) for name, body in monitors.items()}
    assert read == {name: (body["name"], 1) for name, body in monitors.items()}
    broken = monitors["web_exchange_foreign_page"]
    broken["triggers"][0]["query_level_trigger"]["actions"][0]["odd"] = 1
    assert readers.monitor(broken) == "Unexpected field: odd, while parsing action"


def nested(path, value):
    """An event with one value at a path of names with dots between."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def filled(packed, values):
    """An event with the same value in each field that the alert names, in the first shape."""
    event = {}
    for paths in packed.query.returned.values():
        for path in paths[:1]:
            merge(event, nested(path, values))
    return event


def merge(whole, part):
    for name, value in part.items():
        merge(whole.setdefault(name, {}), value) if isinstance(value, dict) else whole.update({name: value})


def test_opensearch_fills_every_message(readers, packed):
    """The values of two events, as they are; no tag is left over, and none is empty."""
    for name, one in packed.items():
        for action in monitor(one)["triggers"][0]["query_level_trigger"]["actions"]:
            hits = [{"_index": "i", "_id": str(number), "_source": filled(one, f"c:\\{number}<")} for number in (1, 2)]
            groups = [["", 0, [f"c:\\{number}<"] * 9] for number in (1, 2)]
            results = {"hits": {"hits": hits}, "aggregations": {"fires": {"value": groups}}}
            subject, message = (
                readers.message(action[key], results) for key in ("subject_template", "message_template")
            )
            assert "{{" not in subject + message, name
            told = [line for line in message.split("\n\n")[0].split("\n") if line.startswith("- ")]
            assert len(told) == 2, name
            assert subject.partition("] ")[2] == told[0].removeprefix("- "), name
            fields = one.rule.alert.in_title
            known = [field for field in fields if one.query.returned.get(field)]
            assert [line.count(f"c:\\{number}<") for number, line in enumerate(told, start=1)] == [len(known)] * 2, name
            assert [step[:20] in message for step in one.rule.triage] == [True] * len(one.rule.triage), name
    assert any(one.rule.alert.kind is AlertKind.BUILDING_BLOCK for one in packed.values() if one.rule.alert)
