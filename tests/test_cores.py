"""Work on every core: the same results as on one, the shared objects themselves, and nothing left behind."""

import functools
import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from compiler.cores import spread


def square(number):
    return number * number, os.getpid()


def failing(number):
    if number == 1:
        raise ValueError("the second part")
    return number


def ended(number, home):
    if number == 1 and os.getpid() != home:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture
def two_cores(monkeypatch):
    """Two cores, however many there are."""
    if sys.platform != "linux":
        pytest.skip("processes are forked on Linux alone")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


@pytest.mark.usefixtures("two_cores")
def test_results_come_in_the_order_of_the_parts_and_from_other_processes():
    """Whoever ends first, the first part's result is given first."""
    found = list(spread([functools.partial(square, number) for number in range(40)]))
    assert [number for number, _ in found] == [number * number for number in range(40)]
    assert os.getpid() not in {process for _, process in found}


def test_one_core_does_the_same_by_itself(monkeypatch):
    """Where there is one core nothing is forked."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    parts = [functools.partial(square, number) for number in range(3)]
    assert list(spread(parts)) == [(number * number, os.getpid()) for number in range(3)]


@pytest.mark.usefixtures("two_cores")
def test_shared_objects_come_back_as_themselves():
    """What both sides have is not copied."""
    shared = [object(), object(), object()]
    found = list(spread([functools.partial(list, shared[:2]), functools.partial(list, shared[2:])], shared))
    assert all(one is other for one, other in zip([*found[0], *found[1]], shared, strict=True))


@pytest.mark.usefixtures("two_cores")
def test_what_a_part_raises_is_raised_where_its_result_is_asked_for():
    """The exception of a part is not lost in another process, and what came before it is given."""
    found = spread([functools.partial(failing, number) for number in range(4)])
    assert next(found) == 0
    with pytest.raises(ValueError, match="the second part"):
        next(found)
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("two_cores")
def test_a_part_whose_process_is_killed_is_done_again():
    """A process that dies takes no result with it."""
    parts = [functools.partial(ended, number, os.getpid()) for number in range(6)]
    assert list(spread(parts)) == [0, 1, 2, 3, 4, 5]


@pytest.mark.usefixtures("two_cores")
def test_no_process_is_left_when_the_rest_is_not_asked_for():
    """Who stops reading results stops the work."""
    found = spread([functools.partial(square, 2), *[functools.partial(time.sleep, 600)] * 3])
    assert next(found)[0] == 4
    found.close()
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_processes_end_with_the_one_that_started_them():
    """Killed without a chance to say so, it leaves no process that works on."""
    program = (
        "import functools, os, time\n"
        "os.sched_getaffinity = lambda _: {0, 1}\n"
        "from compiler.cores import spread\n"
        "told = []\n"
        "def part():\n"
        "    if not told:\n        told.append(os.write(1, b'%d\\n' % os.getpid()))\n"
        "    time.sleep(0.5)\n"
        "list(spread([part] * 2000))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        started = {int(process.stdout.readline()) for _ in range(2)}
        process.kill()
    assert len(started) == 2
    end = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{one}") for one in started) and time.monotonic() < end:  # noqa: PTH110
        time.sleep(0.05)
    assert not any(os.path.exists(f"/proc/{one}") for one in started)  # noqa: PTH110
