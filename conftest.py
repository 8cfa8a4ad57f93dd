"""How tests run, wherever they are started from.

Side by side: the longest first, on one thread each, or shared by machines. Notebooks are compared
but for measured digits, as `course_utils/tools/notebooks/nbval.cfg` says.
"""

import argparse
import os
import re
import time
from pathlib import Path

import pytest

# Computing on one thread each, their notebooks' kernels too. With two workers of two threads each
# on two cores, threads wait for one another, and a lecture takes nearly twice as long. What is
# stored in notebooks does not depend on it.
if "PYTEST_XDIST_WORKER" in os.environ:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")

# The beginnings of paths, so that no worker is left alone with a long file at the end. (pytest
# itself forgets the order of `testpaths` where one folder lies in another.)
LONGEST = (
    "tests/redteam/test_redteam",
    "tests/test_assignments",
    "tests/colab",
    "tests/browser",
    "tests/test_contributing",
    "tests/models",
    "lectures",
    "assignments",
    "tests/grading",
)


def pytest_configure(config):
    if not config.option.nbval_sanitize_with:
        rules = Path(__file__).parent / "course_utils/tools/notebooks/nbval.cfg"
        config.option.nbval_sanitize_with = str(rules)


def pytest_addoption(parser):
    parser.addoption(
        "--shard",
        type=shard,
        metavar="K/N",
        help="every N-th file only, beginning with the K-th, so that N machines share the tests",
    )


def shard(text):
    """K and N, from 1/4."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no K/N such as 1/4")
    return int(found[1]), int(found[2])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Where a run must end by some moment (`.ci/run` says why), a test begins before it or not."""
    if time.time() > float(os.environ.get("COURSE_TESTS_UNTIL", "inf")):
        pytest.skip("this machine had no time left for it: COURSE_TESTS_UNTIL is over")


@pytest.hookimpl(trylast=True)  # what markers leave is shared out
def pytest_collection_modifyitems(config, items):
    items.sort(key=lambda item: place(item.nodeid))
    if config.option.shard is None:
        return
    number, of = config.option.shard
    files = list(dict.fromkeys(item.path for item in items))
    ours = set(files[number - 1 :: of])
    config.hook.pytest_deselected(items=[item for item in items if item.path not in ours])
    items[:] = [item for item in items if item.path in ours]


def place(nodeid):
    return next((n for n, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `--dist=loadfile`, a worker gets a whole file; of test_assignments.py an assignment."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return scope(nodeid)

    return Scheduling(config, log) if config.getvalue("dist") == "loadfile" else None


def scope(nodeid):
    """What one worker must run all of."""
    file = nodeid.partition("::")[0]
    assignment = re.search(r"\[(ps\w+)\]$", nodeid)
    return file + assignment[0] if assignment and file == "tests/test_assignments.py" else file
