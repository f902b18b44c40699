"""What Elasticsearch and OpenSearch have in common: indices of our own, documents into them, and searches over them.

An index is mapped as the integrations map theirs (*ECS component templates*: text is ``keyword`` with ``ignore_above``
1024, dates are not guessed). Its name is random and it is removed after the run.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fnmatch
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table
from compiler.engines.http import Client, Unanswered, documented

PAGE = 10_000
"""Hits of one answer: ``index.max_result_window``, and what ES|QL gives at most."""
_BULK = 4_000_000
_SEARCHES = 100
"""Searches in one request."""
_PARAMETER = "id"


class Server(Protocol):
    """Something that was started for us."""

    url: str

    def start(self) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """A table and the index that holds it."""

    table: Table
    index: str


class SearchServer:
    """An engine over HTTP. A subclass says how a server is started, and what it speaks beside the query DSL.

    ``dsl`` is the body of a search, ``lucene`` a query string. ``Ask.settings``: ``index``, the patterns that a query
    reads (a table takes part if its name is one of them, or fits one; without it all do); ``fires``, the name of an
    aggregation whose value lists what a correlation found, each first the ``ID`` of the document that closed it
    (its parameter ``id`` is set to that field).
    """

    name: str
    kind: Kind = "executed"
    variable: ClassVar[str]
    languages: frozenset[str] = frozenset({"dsl", "lucene"})
    stand_ins: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Types that our own server lacks, and what is taken for them."""

    def __init__(self, url: str | None = None) -> None:
        self._given, self._server = url, None if url else self._own()
        self._client: Client | None = None
        self._left: list[str] = []
        self.version = ""

    def _own(self) -> Server:
        raise NotImplementedError

    def open(self) -> None:
        """Start a server on loopback, or find the one that was given. Raises ``EngineUnavailable``."""
        with contextlib.ExitStack() as undone:
            undone.callback(self.close)
            try:
                if self._server is not None:
                    self._server.start()
                    self._client = Client(self._server.url)
                    self._client.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=60s")
                else:
                    self._client = Client.with_credentials(self._given or "", self.variable)
                self.version = f"{self.name} {self._number(self._client)}"
            except Unanswered as error:
                raise EngineUnavailable(f"{self.name} does not answer: {error}") from error
            undone.pop_all()

    def _number(self, client: Client) -> str:
        nodes = client.ask("GET", "/_nodes?filter_path=nodes.*.version")["nodes"]
        return str(next(iter(nodes.values()))["version"])

    def close(self) -> None:
        """Remove what is left of indices, and stop the server if it is ours."""
        client, self._client = self._client, None
        if self._server is not None:
            self._server.close()
        elif client is not None:
            self._remove(client, list(self._left))

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Load the tables afresh, answer each query in order, and remove them again.

        Raises ``EngineUnavailable`` if the server has died.
        """
        if self._client is None:
            raise EngineUnavailable(f"{self.name} is not open")
        client, name = self._client, f"tocsin-{secrets.token_hex(8)}"
        loaded = [Loaded(table, f"{name}-{number}") for number, table in enumerate(tables)]
        try:
            for one in loaded:
                self._left.append(one.index)
                self._load(client, one)
            return self._answers(client, loaded, asks)
        except Unanswered as error:
            return [Answer(None, f"the documents could not be loaded: {error}")] * len(asks)
        finally:
            self._remove(client, [one.index for one in loaded if one.index in self._left])

    def _remove(self, client: Client, indices: list[str]) -> None:
        for index in indices:
            try:
                client.ask("DELETE", f"/{index}?ignore_unavailable=true")
            except (Unanswered, EngineUnavailable):
                continue  # gone with its server, or tried again by ``close``
            self._left.remove(index)

    def _load(self, client: Client, one: Loaded) -> None:
        properties = {name: self._mapped(kind) for name, kind in one.table.types.items()}
        properties |= {ID: {"type": "keyword"}, TIME: {"type": "long"}}
        properties.setdefault("@timestamp", {"type": "date"})
        settings = {
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "mapping.total_fields.limit": 10_000,
        }
        strings = {"match_mapping_type": "string", "mapping": {"type": "keyword", "ignore_above": 1024}}
        body = {
            "settings": {"index": settings},
            "mappings": {
                "date_detection": False,
                "dynamic_templates": [{"strings": strings}],
                "properties": properties,
            },
        }
        client.ask("PUT", f"/{one.index}", body)
        for lines in _bulks(one.table.documents):
            said = client.ask("POST", f"/{one.index}/_bulk", lines)
            with documented():
                for item in said["items"] if said["errors"] else ():
                    if "error" in item["index"]:
                        error = item["index"]["error"]
                        raise Unanswered(str(error.get("caused_by", error)["reason"]))
        client.ask("POST", f"/{one.index}/_refresh")

    def _mapped(self, kind: str) -> Mapping[str, Any]:
        if kind == "keyword":
            return {"type": "keyword", "ignore_above": 1024}
        if self._server is not None and kind in self.stand_ins:
            return self.stand_ins[kind]
        return {"type": kind, "scaling_factor": 1000} if kind == "scaled_float" else {"type": kind}

    def _answers(self, client: Client, loaded: Sequence[Loaded], asks: Sequence[Ask]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        searches: list[tuple[int, str, dict[str, Any]]] = []
        for number, ask in enumerate(asks):
            indices = _indices(ask, loaded)
            if ask.language in ("dsl", "lucene"):
                try:
                    searches.append((number, indices, _body(ask)))
                except (KeyError, TypeError, ValueError) as error:
                    answers[number] = Answer(None, f"no body of a search: {error}")
            else:
                try:
                    answers[number] = self._other(client, ask, loaded, indices)
                except Unanswered as error:
                    answers[number] = Answer(None, str(error))
        for start in range(0, len(searches), _SEARCHES):
            answers |= _search(client, searches[start : start + _SEARCHES], asks)
        return [answers[number] for number in range(len(asks))]

    def _other(self, client: Client, ask: Ask, loaded: Sequence[Loaded], indices: str) -> Answer:  # noqa: ARG002
        return Answer(None, f"{self.name} does not speak {ask.language}")


def _bulks(documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    lines: list[str] = []
    size = 0
    for document in documents:
        line = json.dumps(_timed(document))
        if lines and size + len(line) > _BULK:
            yield "".join(lines)
            lines, size = [], 0
        action = json.dumps({"index": {"_id": document[ID]}})
        lines.append(f"{action}\n{line}\n")
        size += len(line)
    if lines:
        yield "".join(lines)


def _timed(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with ``@timestamp``, which every agent writes: from ``TIME`` where it has none of its own."""
    if "@timestamp" in document or TIME not in document:
        return document
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=document[TIME])
    return {**document, "@timestamp": moment.isoformat(timespec="milliseconds")}


def _indices(ask: Ask, loaded: Sequence[Loaded]) -> str:
    """The indices that a query reads, as a path names them."""
    patterns = ask.settings.get("index")
    return ",".join(one.index for one in loaded if patterns is None or fits(one.table.name, patterns))


def fits(name: str, patterns: Sequence[str]) -> bool:
    """True if a table's name is one of the patterns, or fits one."""
    return any(name == pattern or fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def _body(ask: Ask) -> dict[str, Any]:
    if ask.language == "lucene":
        body: Any = {"query": {"query_string": {"query": ask.text, "analyze_wildcard": True}}}
    else:
        body = json.loads(ask.text)
    if not isinstance(body, dict):
        raise TypeError("it is no object")
    if fires := ask.settings.get("fires"):
        body["aggs"][fires]["scripted_metric"].setdefault("params", {})[_PARAMETER] = ID
        return {**body, "size": 0}
    return {**body, "size": PAGE, "_source": False, "fields": [ID], "sort": [{ID: "asc"}]}


def _search(
    client: Client, searches: Sequence[tuple[int, str, dict[str, Any]]], asks: Sequence[Ask]
) -> dict[int, Answer]:
    """Answers to searches, in one request; one that fills a page is asked on.

    A body that cannot be read fails its whole request, so the request is halved until it is found.
    """
    answers = {
        number: Answer(None, "no table is at an index that it reads") for number, where, _ in searches if not where
    }
    rest = [(number, where, body) for number, where, body in searches if where]
    if not rest:
        return answers
    lines = "".join(f"{json.dumps({'index': where})}\n{json.dumps(body)}\n" for _, where, body in rest)
    try:
        found = _responses(client, lines, len(rest))
    except Unanswered as error:
        if len(rest) == 1:
            return {**answers, rest[0][0]: Answer(None, str(error))}
        half = len(rest) // 2
        return answers | _search(client, rest[:half], asks) | _search(client, rest[half:], asks)
    for (number, where, body), each in zip(rest, found, strict=True):
        try:
            answers[number] = _read(client, where, body, each, asks[number].settings.get("fires"))
        except Unanswered as error:
            answers[number] = Answer(None, str(error))
    return answers


def _responses(client: Client, lines: str, count: int) -> list[Any]:
    said = client.ask("POST", "/_msearch", lines)
    with documented():
        found = list(said["responses"])
    if len(found) != count:
        raise Unanswered(f"{len(found)} answers to {count} searches")
    return found


def _read(client: Client, where: str, body: dict[str, Any], said: Any, fires: str | None) -> Answer:
    ids: list[str] = []
    while True:
        Client.check(said)
        with documented():
            if said["timed_out"] or said["_shards"]["failed"]:
                raise Unanswered(f"only a part was searched: {said['_shards'].get('failures', 'timed out')}"[:500])
            if fires:
                return Answer(tuple(sorted(str(fired[0]) for fired in said["aggregations"][fires]["value"] or ())))
            hits = said["hits"]["hits"]
            ids += (hit["fields"][ID][0] for hit in hits)
        if len(hits) < PAGE:
            return Answer(tuple(sorted(ids)))
        said = client.ask("POST", f"/{where}/_search", {**body, "search_after": [ids[-1]]})
