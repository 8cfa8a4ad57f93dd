"""A limit counts an answer's own time: others take no points by it, and nobody lasts for ever."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from course_utils.grading.judging.across import turns
from course_utils.grading.judging.sandbox.walls import Limits
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, notebook

WORKS = """
import time
def f():
    end = time.thread_time() + 1.5
    while time.thread_time() < end: pass
"""
SPIN = "while True: pass"


def is_told() -> bool:
    """Whether this kernel says how long a process waited for a processor."""
    try:
        with open("/proc/self/schedstat") as file:
            return int(file.read().split()[2]) > 0
    except (OSError, ValueError, IndexError):
        return False


needs_waiting = pytest.mark.skipif(not is_told(), reason="this kernel counts no waiting")


@pytest.fixture
def busy():
    """A machine on which each process gets about a quarter of a processor."""
    count = 3 * (os.cpu_count() or 1)
    spin = [sys.executable, "-c", SPIN]  # each in a session of its own, as answers are
    loops = [subprocess.Popen(spin, start_new_session=True) for _ in range(count)]
    yield
    for loop in loops:
        loop.kill()
    for loop in loops:
        loop.wait()


@needs_waiting
def test_what_others_take_of_a_busy_machine_does_not_count(judged, busy):
    cells = [answer("def f(): return 1"), exam("f()")]
    began = time.monotonic()
    verdicts = judged.judge(
        notebook(*cells), {"answer": WORKS}, limits=Limits(cell_seconds=3)
    ).verdicts

    assert verdicts["test"].kind is VerdictKind.OK
    if time.monotonic() - began <= 3:
        pytest.skip("this machine was not busy enough: by the clock it kept its limit")


@needs_waiting
@pytest.mark.parametrize(
    "body", [SPIN, "import time; time.sleep(100)", "return 10**15"], ids=["spins", "sleeps", "C"]
)
def test_a_busy_machine_does_not_let_anybody_last(judged, busy, body):
    """Nor a loop in C that an answer makes a test do."""
    cells = [answer("def f(): return 3"), exam("assert sum(range(f())) == 3")]
    began = time.monotonic()
    verdicts = judged.judge(
        notebook(*cells), {"answer": f"def f():\n    {body}"}, limits=Limits(cell_seconds=2)
    ).verdicts

    assert verdicts["test"].kind is VerdictKind.TIMEOUT
    assert time.monotonic() - began < 60


CROWD = """
import threading
def loop():
    while True: pass
for _ in range(40):
    threading.Thread(target=loop, daemon=True).start()
loop()
"""


@needs_waiting
def test_who_keeps_the_machine_busy_himself_gains_no_time(judged):
    cells = [answer("x = 1"), exam("assert x == 1")]
    began = time.monotonic()
    judged.judge(notebook(*cells), {"answer": CROWD}, limits=Limits(cell_seconds=6))

    assert time.monotonic() - began < turns.MOST * 6 / 2


def test_without_a_word_from_the_kernel_the_clock_counts():
    turn = turns.Turn(0.2, [])
    assert 0 < turn.until_bell() <= 0.2
    time.sleep(0.25)

    assert turn.until_bell() < 0
    assert turn.left([0]) == 0.0
    assert turn.used([]) >= 0.25


@needs_waiting
def test_time_is_counted_as_the_kernel_tells_it(monkeypatch):
    waited = iter([1.0, 1.6])
    monkeypatch.setattr(turns, "_waited", lambda pid: next(waited))
    turn = turns.Turn(1.0, [os.getpid()])
    monkeypatch.setattr(turns.time, "monotonic", lambda began=turn._began: began + 1.2)

    assert turn.left([os.getpid()]) == pytest.approx(0.4)
    assert turn.until_bell() == pytest.approx(0.4)


def test_a_process_has_worked_as_long_as_psutil_says():
    spin = "import time\nwhile time.process_time() < 0.5: pass\nprint(flush=True)\ninput()"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", spin], stdin=pipe, stdout=pipe) as process:
        process.stdout.readline()
        times = psutil.Process(process.pid).cpu_times()

        assert turns.worked(process.pid) == pytest.approx(times.user + times.system, abs=0.05)
        process.communicate(b"\n")
    assert turns.worked(process.pid) == 0
