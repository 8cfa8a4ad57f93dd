"""Large pages change what a fork costs, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

HUGE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
HELD = """
import numpy as np
from course_utils.grading.judging.sandbox import pages

def huge():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages"))

held = [bytes([n % 256]) * 5_000 for n in range(4_000)]
numbers = np.arange(2_000_000)
hashes, total = list(map(hash, held)), numbers.sum()
print(pages.collapse(), huge())
print(list(map(hash, held)) == hashes and numbers.sum() == total)
"""


@pytest.mark.skipif(not HUGE.exists(), reason="this kernel has no large pages")
def test_a_process_holds_the_same_in_large_pages():
    done = subprocess.run(
        [sys.executable, "-c", HELD], capture_output=True, text=True, check=True
    ).stdout.split()

    if int(done[0]) == 0:
        pytest.skip("this kernel does not collapse pages: Linux has it since 6.1")
    assert int(done[1]) * 1024 > 5_000_000
    assert done[2] == "True"


def test_where_nothing_is_said_of_its_memory_a_process_stays_as_it_is(monkeypatch):
    from course_utils.grading.judging.sandbox import pages

    def missing(*_):
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", missing)
    assert pages.collapse() == 0
