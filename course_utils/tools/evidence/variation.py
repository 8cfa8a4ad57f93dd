"""What one run of a lecture varies: seeds, the last digit of initial weights, threads, the data.

`begin` runs in the notebook's own process, before its first cell. From then on every seed that a
cell names stands for another one: of `torch.manual_seed`, `torch.Generator`, Keras, TensorFlow,
NumPy (`default_rng`, `np.random.seed`, bit generators, `RandomState` and so scikit-learn's
`random_state`) and Python. Only `seeds.example` gives the numbers that it always gives: they belong
to the text. Samples of data sets are drawn with it, too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np

from ... import seeds

RELATIVE = 1e-7  # by how much initial weights are nudged: what another processor's rounding does


@dataclass(frozen=True)
class Variation:
    """One run of a lecture, told from the others.

    Attributes
    ----------
    draw
        Its number; 0 changes nothing, so that the lecture says what is stored.
    seed
        Which random numbers: 0 are the stored ones.
    nudge
        Which changes of the initial weights, by a part in 10^7; 0 are none.
    threads
        Of PyTorch, of TensorFlow and of NumPy's linear algebra.
    full
        Whether on whole collections in the place of samples.
    """

    draw: int = 0
    seed: int = 0
    nudge: int = 0
    threads: int = 1
    full: bool = False

    @classmethod
    def number(cls, draw: int, *, full: bool = False) -> Variation:
        """The variation of a draw, counted from 0.

        Threads take turns, all but the first are nudged, and every third keeps the stored seeds:
        what it changes, another processor changes too.

        Parameters
        ----------
        draw
            Its number.
        full
            Whether on whole collections.
        """
        return cls(draw, seed=draw if draw % 3 else 0, nudge=draw, threads=1 + draw % 2, full=full)

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that a process needs from its beginning."""
        count = str(self.threads)
        libraries = ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
        # Runs stand side by side: a thread that waits must not keep a processor busy.
        return {f"{library}_NUM_THREADS": count for library in libraries} | {
            "OMP_WAIT_POLICY": "passive"
        }


def begin(variation: Variation, frameworks: tuple[str, ...] = ("torch",)) -> None:
    """Vary everything that this process does from here on.

    Parameters
    ----------
    variation
        What to vary.
    frameworks
        "torch", "keras" or both: those that the notebook imports. One that it imports without
        being named here keeps its seeds.
    """
    other = _other_seeds(variation.seed)
    np.random.default_rng = _seeded(np.random.default_rng, other)
    np.random.seed = _seeded(np.random.seed, other)
    random.seed = _seeded(random.seed, other)
    numpy_kinds = ("RandomState", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
    for module, kind in [(random, "Random"), *((np.random, kind) for kind in numpy_kinds)]:
        setattr(module, kind, _varied(getattr(module, kind), other))
    nudge = _nudge(variation.nudge)
    _vary_numpy_layers(nudge)
    seeds.quiet_tensorflow()
    if "torch" in frameworks:
        _vary_torch(other, nudge, variation.threads)
    if "keras" in frameworks:
        _vary_keras(other, nudge)


def _other_seeds(number: int) -> Callable:
    """From a seed, or several numbers, to what stands for it; what is no seed stays."""

    def other(seed):
        if number == 0 or seed is None or isinstance(seed, (bool, str, bytes)):
            return seed
        try:
            words = [int(word) for word in np.atleast_1d(seed)]
        except (TypeError, ValueError):  # a generator, a SeedSequence
            return seed
        if min(words) < 0:
            return seed
        return int(np.random.SeedSequence([*words, number]).generate_state(1)[0])

    return other


def _seeded(function: Callable, other: Callable) -> Callable:
    """The function, with another seed as its first argument."""

    @wraps(function)
    def seeded(*arguments, **named):
        if arguments:
            arguments = (other(arguments[0]), *arguments[1:])
        if "seed" in named:
            named["seed"] = other(named["seed"])
        return function(*arguments, **named)

    return seeded


def _varied(original: Any, other: Callable) -> type:
    """The class of generators, made from another seed; what is one of the original is one of it."""
    kind: Any = type(original)

    class Kind(kind):
        def __instancecheck__(cls, value):
            return isinstance(value, original)

    class Varied(original, metaclass=Kind):
        def __init__(self, seed=None, *arguments, **named):
            super().__init__(other(seed), *arguments, **named)

    Varied.__name__ = Varied.__qualname__ = original.__name__
    return Varied


def _nudge(number: int) -> Callable | None:
    """Numbers near 1 to multiply weights of a shape by; None where nothing is to be nudged."""
    if number == 0:
        return None
    rng = seeds.example(number)
    return lambda shape: 1 + RELATIVE * rng.standard_normal(shape)


def _vary_torch(other: Callable, nudge: Callable | None, threads: int) -> None:
    torch: Any = import_module("torch")
    original: Any = torch.Generator
    begin_optimiser = torch.optim.Optimizer.__init__

    class Generator(original):
        def manual_seed(self, seed):
            return super().manual_seed(other(seed))

    @wraps(begin_optimiser)
    def nudge_first(self, *arguments, **named):
        begin_optimiser(self, *arguments, **named)
        with torch.no_grad():
            for weights in (weights for group in self.param_groups for weights in group["params"]):
                factors = torch.as_tensor(nudge(tuple(weights.shape)))
                weights.copy_(weights.double().cpu() * factors)

    torch.manual_seed = torch.random.manual_seed = _seeded(torch.manual_seed, other)
    torch.Generator = Generator
    if nudge is not None:
        torch.optim.Optimizer.__init__ = nudge_first
    torch.set_num_threads(threads)
    torch.set_num_threads = lambda number: None


def _vary_keras(other: Callable, nudge: Callable | None) -> None:
    seeds.triton_first()
    with seeds.silent_libraries():
        keras = import_module("keras")
        tensorflow = (
            import_module("tensorflow") if keras.backend.backend() == "tensorflow" else None
        )
    generator, initializer = keras.random.SeedGenerator, keras.initializers.RandomNormal.__mro__[1]
    for kind in (generator, initializer):
        begin_kind = kind.__init__

        def begin_seeded(self, seed=None, *arguments, _begin=begin_kind, **named):
            _begin(self, other(seed), *arguments, **named)

        kind.__init__ = wraps(begin_kind)(begin_seeded)
    keras.utils.set_random_seed = _seeded(keras.utils.set_random_seed, other)
    if tensorflow is None:
        return
    tensorflow.random.set_seed = _seeded(tensorflow.random.set_seed, other)
    from_seed = tensorflow.random.Generator.from_seed
    tensorflow.random.Generator.from_seed = _seeded(from_seed, other)
    drawing: Any = import_module("keras.src.backend.tensorflow.random")  # keras.random, seed=0
    drawing.draw_seed = _seeded(drawing.draw_seed, other)
    if nudge is not None:
        _nudge_keras(keras, tensorflow, nudge)


def _nudge_keras(keras, tensorflow, nudge: Callable) -> None:
    optimiser = keras.optimizers.Optimizer
    build = optimiser.build

    @wraps(build)
    def nudge_first(self, variables):
        with tensorflow.init_scope():  # once, not in each step of a compiled training
            for variable in variables:
                weights = keras.ops.convert_to_numpy(variable)
                variable.assign((weights * nudge(weights.shape)).astype(weights.dtype))
        build(self, variables)

    optimiser.build = nudge_first


def _vary_numpy_layers(nudge: Callable | None) -> None:
    """The optimisers of the course's own layers, where lectures train those."""
    if nudge is None:
        return
    optimiser = import_module("course_utils.layers.optimisers").Optimiser
    begin_optimiser = optimiser.__init__

    @wraps(begin_optimiser)
    def nudge_first(self, *arguments, **named):
        begin_optimiser(self, *arguments, **named)
        for layer in self.layers:
            for weights in layer.parameters.values():
                weights *= nudge(weights.shape).astype(weights.dtype)

    optimiser.__init__ = nudge_first
