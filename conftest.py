"""Tests that run side by side compute on one thread each, their notebooks' kernels too.

With two workers of two threads each on two cores, threads wait for one another, and a lecture
takes nearly twice as long. What is stored in notebooks does not depend on it.
"""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
