"""Work in parts on every core: forked processes that share what was there before, and results in order."""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar

_T = TypeVar("_T")


def spread(parts: Sequence[Callable[[], _T]], shared: Sequence[object] = ()) -> Generator[_T, None, None]:
    """What each part gives, in the order of the parts; they are worked on as soon as the first one is asked for.

    A part changes nothing outside of itself: it runs in a process of its own wherever there are several cores and they
    can be forked. Results are pickled, apart from the objects in ``shared``, which come back as the very same. A part
    that fails is done again in this process, so that its exception is raised here.
    """
    workers = min(len(os.sched_getaffinity(0)), len(parts)) if sys.platform == "linux" else 1
    if workers < 2:
        for part in parts:
            yield part()
        return
    with contextlib.closing(_Crew(parts, shared)) as crew:
        crew.start(workers)
        for number, part in enumerate(parts):
            yield crew.result(number) if crew.has(number) else part()


class _Crew:
    """Processes that take one part after the other, each by its place, until none is left."""

    def __init__(self, parts: Sequence[Callable[[], Any]], shared: Sequence[object]) -> None:
        self._parts, self._shared = parts, shared
        self._left = iter(range(len(parts)))
        self._done: dict[int, bytes] = {}
        self._busy: dict[Connection, int] = {}
        self._processes: list[ForkProcess] = []

    def start(self, workers: int) -> None:
        """Start the processes. Ctrl-C waits until they are there: what it interrupts within a fork is lost."""
        context = multiprocessing.get_context("fork")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(workers):
                ours, theirs = context.Pipe()
                process = context.Process(target=_work, args=(self._parts, self._shared, ours, theirs), daemon=True)
                process.start()
                theirs.close()
                self._processes.append(process)
                self._give(ours)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def has(self, number: int) -> bool:
        """Wait for a part; False if the process that had it is gone."""
        while number not in self._done and number in self._busy.values():
            for connection in wait(list(self._busy)):
                if isinstance(connection, Connection):
                    self._take(connection)
        return number in self._done

    def result(self, number: int) -> Any:
        """What a part gave; once."""
        return _Reader(io.BytesIO(self._done.pop(number)), self._shared).load()

    def close(self) -> None:
        """End the processes, whatever they do."""
        for process in self._processes:
            process.terminate()
            process.join()
        for connection in self._busy:
            connection.close()

    def _give(self, connection: Connection) -> None:
        number = next(self._left, None)
        if number is None:
            connection.close()
        else:
            self._busy[connection] = number
            connection.send(number)

    def _take(self, connection: Connection) -> None:
        number = self._busy.pop(connection)
        try:
            self._done[number] = connection.recv_bytes()
        except EOFError:
            connection.close()
        else:
            self._give(connection)


def _work(parts: Sequence[Callable[[], Any]], shared: Sequence[object], ours: Connection, theirs: Connection) -> None:
    """Answer the numbers of parts with what these give, until there are no more or the other process is gone."""
    ours.close()
    # Ctrl-C, which is still held back here, goes to the process that started this one as well, and that ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    places = {id(item): place for place, item in enumerate(shared)}
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            result = parts[theirs.recv()]()
            written = io.BytesIO()
            _Writer(written, places).dump(result)
            theirs.send_bytes(written.getbuffer())


class _Writer(pickle.Pickler):
    """Writes an object that both sides know as its place."""

    def __init__(self, file: io.BytesIO, places: dict[int, int]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._places = places

    def persistent_id(self, obj: object) -> int | None:
        """The place of an object, if it is shared."""
        return self._places.get(id(obj))


class _Reader(pickle.Unpickler):
    """Reads what ``_Writer`` wrote."""

    def __init__(self, file: io.BytesIO, shared: Sequence[object]) -> None:
        super().__init__(file)
        self._shared = shared

    def persistent_load(self, pid: int) -> object:
        """The shared object at a place."""
        return self._shared[pid]
