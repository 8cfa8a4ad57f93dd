"""Optimisers and schedules step by step as torch's; and a network that learns."""

import subprocess
import sys

import numpy as np
import pytest

from course_utils import datasets
from course_utils.layers import (
    SGD,
    Adam,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    ReLU,
    RMSprop,
    Sequential,
    SoftmaxCrossEntropy,
    schedules,
)

OPTIMISERS = {
    "plain": (lambda p: SGD(p, 0.1), lambda o, p: o.SGD(p, 0.1)),
    "momentum": (
        lambda p: SGD(p, 0.1, momentum=0.9, decay=0.01),
        lambda o, p: o.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    ),
    "nesterov": (
        lambda p: SGD(p, 0.1, momentum=0.9, nesterov=True),
        lambda o, p: o.SGD(p, 0.1, momentum=0.9, nesterov=True),
    ),
    "rmsprop": (
        lambda p: RMSprop(p, 0.01, alpha=0.95, decay=0.02),
        lambda o, p: o.RMSprop(p, 0.01, alpha=0.95, weight_decay=0.02),
    ),
    "adam": (
        lambda p: Adam(p, 0.01, betas=(0.8, 0.99), decay=0.03),
        lambda o, p: o.Adam(p, 0.01, betas=(0.8, 0.99), weight_decay=0.03),
    ),
    "adamw": (
        lambda p: Adam(p, 0.01, decay=0.3, decoupled=True),
        lambda o, p: o.AdamW(p, 0.01, weight_decay=0.3),
    ),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_an_optimiser_takes_torchs_steps(name):
    torch = pytest.importorskip("torch")
    layer = Dense(3, 2, dtype=np.float64)
    theirs = {
        key: torch.tensor(value.copy(), requires_grad=True)
        for key, value in layer.parameters.items()
    }
    ours = OPTIMISERS[name][0]([layer])
    twin = OPTIMISERS[name][1](torch.optim, list(theirs.values()))
    rng = np.random.default_rng(0)
    for _ in range(20):
        for key, value in layer.parameters.items():
            layer.gradients[key] = rng.normal(size=value.shape)
            theirs[key].grad = torch.from_numpy(layer.gradients[key].copy())
        ours.step()
        twin.step()
        for key, value in layer.parameters.items():
            np.testing.assert_allclose(value, theirs[key].detach(), rtol=0, atol=1e-10)


SCHEDULES = {
    "steps": (schedules.steps(3, 0.5), lambda s, o: s.StepLR(o, 3, 0.5)),
    "exponential": (schedules.exponential(0.9), lambda s, o: s.ExponentialLR(o, 0.9)),
    "cosine": (schedules.cosine(12, 0.1), lambda s, o: s.CosineAnnealingLR(o, 12, 0.1)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_torchs(name):
    torch = pytest.importorskip("torch")
    ours, theirs = SCHEDULES[name]
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    twin = theirs(torch.optim.lr_scheduler, optimiser)
    for epoch in range(12):
        assert ours(epoch) == pytest.approx(optimiser.param_groups[0]["lr"], abs=1e-10)
        optimiser.step()
        twin.step()


def test_a_warm_up_rises_evenly_and_hands_over():
    schedule = schedules.warm_up(4, schedules.exponential(0.5))

    assert [schedule(epoch) for epoch in range(7)] == [0.25, 0.5, 0.75, 1, 1, 0.5, 0.25]


def test_a_plateau_is_torchs():
    torch = pytest.importorskip("torch")
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    twin = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=2)
    ours = schedules.Plateau(factor=0.5, patience=2)
    for loss in [3, 2, 2, 2, 2, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9, 1.9]:
        twin.step(loss)
        assert ours(loss) == pytest.approx(optimiser.param_groups[0]["lr"])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD([], -1), "rate is -1 and decay 0.0; neither may be below 0"),
        (lambda: SGD([], 1, nesterov=True), "Nesterov's form needs a momentum above 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_small_network_learns_the_sample_digits():
    train, test = (datasets.load("mnist", split, source="sample") for split in ("train", "test"))
    network = Sequential(
        Conv2D(1, 8, 3, padding="same", seed=1),
        ReLU(),
        MaxPool2D(2),
        Conv2D(8, 16, 3, padding="same", seed=2),
        ReLU(),
        MaxPool2D(2),
        Flatten(),
        Dense(16 * 49, 10, seed=3),
    )
    loss, optimiser = SoftmaxCrossEntropy(), Adam(network.layers, 3e-3)
    for epoch in range(6):
        for images, labels in train.batches(32, shuffle=True, seed=epoch):
            loss(network(images, training=True), labels)
            network.backward(loss.backward())
            optimiser.step()
    images, labels = test.batch(slice(None))

    assert network.size == 8 * 9 + 8 + 16 * 8 * 9 + 16 + 16 * 49 * 10 + 10
    assert (network(images).argmax(1) == labels).mean() > 0.9
    assert network(images).dtype == np.float32


def test_only_numpy_is_imported():
    code = (
        "import sys, numpy; before = set(sys.modules); import course_utils.layers;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(sorted(new - set(sys.stdlib_module_names)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "['course_utils']\n"
