"""One seed for all random numbers, and frameworks that are imported without noise.

Random numbers of an *experiment* could as well have been others: initial weights, the order of
batches, which images were drawn. `course claims` repeats lectures with others of them. Those of an
*example* belong to the text that describes them, and come from `example`.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import operator
import os
import random
import sys

import numpy

LARGEST_SEED = 2**32 - 1  # NumPy's; the other generators take more
SEEDERS = {
    "torch": lambda torch, seed: torch.manual_seed(seed),
    "tensorflow": lambda tensorflow, seed: tensorflow.random.set_seed(seed),
    "keras": lambda keras, seed: keras.utils.set_random_seed(seed),
}


def seed_everything(seed: int, *frameworks: str) -> None:
    """Start all random numbers anew: Python's, NumPy's and those of every framework in use.

    Keras takes its seeds from Python's generator. PyTorch and TensorFlow are seeded now where
    they are imported already, else at the moment in which they are imported.

    Parameters
    ----------
    seed
        From 0 to 4294967295.
    *frameworks
        Any of "torch", "tensorflow" and "keras": to import and seed now.

    Raises
    ------
    TypeError
        If the seed is not a whole number.
    ValueError
        If the seed is out of range, or a framework unknown.

    Examples
    --------
    >>> seed_everything(0)
    >>> round(random.random(), 3), round(float(numpy.random.random()), 3)
    (0.844, 0.549)
    """
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise TypeError(f"the seed must be a whole number, not {seed!r}")
    seed = operator.index(seed)
    if not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"the seed {seed} is out of range: choose one from 0 to {LARGEST_SEED}")
    check_names(frameworks, SEEDERS)

    for name, seed_framework in SEEDERS.items():
        if name in frameworks or sys.modules.get(name):
            seed_framework(importlib.import_module(name), seed)
    random.seed(seed)
    numpy.random.seed(seed)
    _SeedOnImport.install(seed)


def check_names(names, known) -> None:
    """Raise `ValueError` if one of the names is not a known framework."""
    for name in names:
        if name not in known:
            raise ValueError(f"unknown framework {name!r}: choose from {', '.join(known)}")


default_rng = numpy.random.default_rng  # kept: `evidence.variation` puts another in its place


def example(*seed: int) -> numpy.random.Generator:
    """NumPy's generator for an example that the text describes: the same numbers in every run.

    What an experiment draws with NumPy comes from `np.random.default_rng` instead, which
    `course claims` starts from other seeds.

    Parameters
    ----------
    *seed
        Whole numbers of at least 0.

    Examples
    --------
    >>> example(0).integers(0, 5, 4).tolist()
    [4, 3, 2, 1]
    """
    return default_rng(seed[0] if len(seed) == 1 else seed)


class _SeedOnImport:
    """An import hook that seeds PyTorch and TensorFlow as soon as they have been imported.

    PyTorch would else start from a different seed in each process. The hook also keeps to
    itself what TensorFlow writes while it is imported, which no environment variable stops.
    """

    def __init__(self, seed: int):
        self.seed = seed

    @classmethod
    def install(cls, seed: int) -> None:
        """Put the hook first, in place of an earlier one with another seed."""
        others = [finder for finder in sys.meta_path if not isinstance(finder, cls)]
        sys.meta_path[:] = [cls(seed), *others]

    def find_spec(self, name, path=None, target=None):
        """The usual specification, with a loader that seeds when it is done."""
        if name not in ("torch", "tensorflow"):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def execute_and_seed(module):
            if name == "tensorflow":
                triton_first()
            with silent_libraries() if name == "tensorflow" else contextlib.nullcontext():
                execute(module)
            SEEDERS[name](module, self.seed)

        spec.loader.exec_module = execute_and_seed
        return spec


def triton_first() -> None:
    """Load Triton, where there is one, before TensorFlow: behind it, it ends the process.

    Both bring LLVM, and TensorFlow from 2.20 on puts its own in the way of all that come later
    (tensorflow/tensorflow#124205). PyTorch's builds for CUDA load Triton for the first optimiser.
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("triton")


# --- TensorFlow's log ------------------------------------------------------------------------


def quiet_tensorflow() -> None:
    """Silence its C++ half, which reads this when it is imported.

    3 hides even errors: without a GPU one of them says "failed call to cuInit", which is no
    error to a student. Real ones are raised in Python as well.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextlib.contextmanager
def silent_libraries():
    """Drop what C and C++ code writes to standard error, where the system lets us."""
    try:
        kept, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)
