"""Other seeds reach everything that draws, but for the examples that a text describes."""

import json
import subprocess
import sys
from functools import cache

import pytest

from course_utils.tools.evidence.variation import RELATIVE, Variation

DRAWS = """
import json, random, sys
from course_utils.tools.evidence import variation
variation.begin(variation.{variation!r}, {frameworks!r})
import numpy as np, torch
from course_utils import layers, runtime, seeds, training
from course_utils.datasets import load
from sklearn.datasets import make_moons
runtime.prepare(seed=0)
drawn = {{}}
drawn["prepare, random"] = random.random()
drawn["prepare, np.random"] = np.random.random()
drawn["prepare, torch"] = torch.rand(()).item()
torch.manual_seed(0)
drawn["torch.manual_seed"] = torch.rand(()).item()
drawn["torch.random.manual_seed"] = (torch.random.manual_seed(1), torch.rand(()).item())[1]
generator = torch.Generator().manual_seed(0)
drawn["torch.Generator"] = torch.rand((), generator=generator).item()
drawn["torch layer"] = torch.nn.Linear(1, 1).weight.item()
drawn["default_rng"] = np.random.default_rng(0).random()
drawn["default_rng, words"] = np.random.default_rng([0, 1]).random()
drawn["default_rng, by name"] = np.random.default_rng(seed=3).random()
drawn["bit generator"] = np.random.Generator(np.random.PCG64(0)).random()
drawn["random.Random"] = random.Random(0).random()
drawn["RandomState"] = np.random.RandomState(0).random()
np.random.seed(0)
drawn["np.random.seed"] = np.random.random()
random.seed(0)
drawn["random.seed"] = random.random()
drawn["scikit-learn"] = make_moons(10, noise=1, random_state=0)[0][0, 0]
drawn["layers.Dense"] = float(layers.Dense(2, 2).parameters["weight"][0, 0])
part = load("mnist", source="sample").divide()[0]
drawn["Dataset.divide"] = int(part.labels[:50] @ np.arange(50))
weights = torch.ones(3, requires_grad=True)
torch.optim.SGD([weights], 0.1)
known = {{
    "seeds.example": seeds.example(0).random(),
    "seeds.example, words": seeds.example(0, 1).random(),
    "a sample": int(load("fashion_mnist", source="sample").images[:50].astype(int).sum()),
}}
print(json.dumps([drawn, known, weights.tolist(), torch.get_num_threads()]))
"""
KERAS = """
import json
from course_utils.tools.evidence import variation
variation.begin(variation.{variation!r}, {frameworks!r})
import keras, numpy as np, tensorflow
drawn = {{}}
keras.utils.set_random_seed(0)
drawn["set_random_seed"] = float(keras.random.normal(()))
drawn["a layer"] = float(keras.layers.Dense(1)(np.ones((1, 1)))[0, 0])
drawn["initialiser with a seed"] = float(keras.initializers.GlorotUniform(seed=0)((1,))[0])
drawn["SeedGenerator"] = float(keras.random.normal((), seed=keras.random.SeedGenerator(0)))
drawn["keras.random with a seed"] = float(keras.random.normal((), seed=0))
drop = keras.layers.Dropout(0.5, seed=0)
drawn["Dropout"] = float(np.sum(np.arange(64) * drop(np.ones(64), training=True)))
drawn["Generator"] = float(tensorflow.random.Generator.from_seed(0).uniform(()))
tensorflow.random.set_seed(0)
drawn["tensorflow"] = float(tensorflow.random.uniform(()))
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(3, kernel_initializer="ones")])
model.compile(keras.optimizers.SGD(0.0), "mse")
model.fit(np.ones((4, 1)), np.ones((4, 3)), batch_size=1, epochs=3, verbose=0)
print(json.dumps([drawn, {{}}, model.get_weights()[0].ravel().tolist(), 0]))
"""


@cache
def process(code, variation, frameworks):
    """What a fresh process draws: experiments, fixed numbers, weights in training, threads."""
    done = subprocess.run(
        [sys.executable, "-c", code.format(variation=variation, frameworks=frameworks)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_first_draw_is_the_lecture_as_it_is_stored():
    assert Variation.number(0) == Variation()


def test_draws_take_turns_in_what_they_vary():
    draws = [Variation.number(n) for n in range(1, 13)]

    assert {draw.threads for draw in draws} == {1, 2}
    assert all(draw.nudge for draw in draws)
    assert len({draw.nudge for draw in draws}) == 12
    kept = [draw for draw in draws if draw.seed == 0]
    assert len(kept) == 4 and {draw.threads for draw in kept} == {1, 2}
    assert len({draw.seed for draw in draws if draw.seed}) == 8


STORED, OTHER, ANOTHER = Variation(), Variation(1, seed=1, threads=2), Variation(2, seed=2)
NUDGED = Variation(2, seed=2, nudge=5)


@pytest.mark.proof
def test_other_seeds_reach_all_that_draws_and_fixed_examples_stay():
    stored, other, another = (process(DRAWS, v, ("torch",)) for v in (STORED, OTHER, ANOTHER))

    for name, value in stored[0].items():
        assert len({value, other[0][name], another[0][name]}) == 3, name
    assert stored[1] == other[1] == another[1]
    assert stored[0]["default_rng"] == stored[1]["seeds.example"]  # nothing was asked for
    assert [run[3] for run in (stored, other, another)] == [1, 2, 1]


@pytest.mark.proof
def test_weights_are_nudged_in_their_last_digit_when_training_begins():
    """And the same variation draws the same again: a fall can be looked into."""
    stored, another, nudged = (process(DRAWS, v, ("torch",)) for v in (STORED, ANOTHER, NUDGED))

    assert stored[2] == another[2] == [1, 1, 1]
    assert nudged[2] != [1, 1, 1]
    assert nudged[2] == pytest.approx([1, 1, 1], abs=5 * RELATIVE)
    assert nudged[:2] == another[:2]


@pytest.mark.proof
def test_keras_gets_other_seeds_and_nudges_too():
    stored = process(KERAS, Variation(), ("torch", "keras"))
    other = process(KERAS, Variation(seed=1, nudge=1), ("torch", "keras"))

    for name, value in stored[0].items():
        assert value != other[0][name], name
    assert stored[2] == [1, 1, 1]
    assert other[2] != [1, 1, 1]
    # Once, when training begins; not in each of its twelve steps.
    assert other[2] == pytest.approx([1, 1, 1], abs=5 * RELATIVE)
