"""How tests run, wherever they are started from.

Side by side they compute on one thread each, their notebooks' kernels too: with two workers of two
threads each on two cores, threads wait for one another, and a lecture takes nearly twice as long.
Notebooks are compared but for measured digits, as `course_utils/notebooks/nbval.cfg` says.
"""

import os
from pathlib import Path

if "PYTEST_XDIST_WORKER" in os.environ:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def pytest_configure(config):
    if not config.option.nbval_sanitize_with:
        rules = Path(__file__).parent / "course_utils/notebooks/nbval.cfg"
        config.option.nbval_sanitize_with = str(rules)
