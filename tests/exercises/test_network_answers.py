"""What a network computes with given weights does not depend on the library it is written in."""

import numpy as np
import pytest

from course_utils.exercises import networks

torch = pytest.importorskip("torch")
keras = pytest.importorskip("keras")
nn, layers = torch.nn, keras.layers
rng = np.random.default_rng(0)


def small(*shapes):
    return [rng.normal(size=shape) for shape in shapes]


X = rng.normal(size=(2, 3, 6, 5))
CONVOLUTIONS = small((4, 3, 3, 3), (4,), (2, 4, 1, 1), (2,))
NORM = [*small((3,), (3,), (3,)), rng.uniform(0.5, 2, 3)]


def expected(x=X, weights=CONVOLUTIONS):
    x, *w = (torch.tensor(array) for array in (x, *weights))
    y = torch.relu(torch.conv2d(x, w[0], w[1], padding=1))
    return torch.conv2d(y, w[2], w[3]).numpy()


def in_torch():
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 2, 1))


def in_torch_made_in_another_order():
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.second, self.first = nn.Linear(4, 2), nn.LazyConv2d(4, 3, padding=1)

        def forward(self, x):
            return self.second(torch.relu(self.first(x)).movedim(1, -1)).movedim(-1, 1)

    return Network()


def in_keras():
    first = layers.Conv2D(4, 3, padding="same", activation="relu")
    return keras.Sequential([first, layers.Dense(2)])


def in_torch_with_doubles():
    return in_torch().double()


def in_torch_with_doubles_made_at_the_first_call():
    return nn.Sequential(
        nn.LazyConv2d(4, 3, padding=1, dtype=torch.float64),
        nn.ReLU(),
        nn.LazyConv2d(2, 1, dtype=torch.float64),
    )


def in_keras_with_doubles():
    first = layers.Conv2D(4, 3, padding="same", activation="relu", dtype="float64")
    return keras.Sequential([first, layers.Dense(2, dtype="float64")])


WAYS = [
    in_torch,
    in_torch_made_in_another_order,
    in_torch_with_doubles,
    in_torch_with_doubles_made_at_the_first_call,
    in_keras,
    in_keras_with_doubles,
]


@pytest.mark.parametrize("network", WAYS)
def test_each_way_to_write_a_network_gives_the_same(network):
    y = networks.outputs(network(), X, CONVOLUTIONS, "network()")

    assert y.shape == (2, 2, 6, 5)
    np.testing.assert_allclose(y, expected(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "network", [lambda: nn.BatchNorm2d(3), lambda: layers.BatchNormalization(epsilon=1e-5)]
)
def test_batch_norm_takes_the_running_statistics_that_it_is_given(network):
    scale, shift, mean, variance = (array[:, None, None] for array in NORM)

    y = networks.outputs(network(), X, NORM, "norm()")

    right = scale * (X - mean) / np.sqrt(variance + 1e-5) + shift
    np.testing.assert_allclose(y, right, rtol=1e-4, atol=1e-5)


def test_kernels_of_depthwise_layers_are_turned_as_such():
    depthwise, pointwise = small((3, 1, 3, 3), (7, 3, 1, 1))
    x, *w = (torch.tensor(array) for array in (X, depthwise, pointwise))
    right = torch.conv2d(torch.conv2d(x, w[0], groups=3, padding=1), w[1]).numpy()

    for network in (
        nn.Sequential(
            nn.Conv2d(3, 3, 3, padding=1, groups=3, bias=False), nn.Conv2d(3, 7, 1, bias=False)
        ),
        layers.SeparableConv2D(7, 3, padding="same", use_bias=False),
    ):
        y = networks.outputs(network, X, [depthwise, pointwise], "separable()")
        np.testing.assert_allclose(y, right, rtol=1e-4, atol=1e-5)


def test_vectors_go_in_and_come_out_as_they_are():
    weights, x = small((4, 3), (4,)), rng.normal(size=(2, 3))
    for network in (nn.Linear(3, 4), layers.Dense(4)):
        y = networks.outputs(network, x, weights, "dense()")
        np.testing.assert_allclose(y, x @ weights[0].T + weights[1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (None, "net() returned None: is a `return` missing?"),
        (lambda x: x, "net() should give a network, .* yours is a function"),
        (
            nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.ReLU(), nn.Conv2d(4, 2, 1)),
            r"net\(\): its weights should be 4 arrays; .* are \(4,\) missing; is a bias missing\?",
        ),
        (
            nn.Sequential(in_torch(), nn.BatchNorm2d(2)),
            r"are \(2,\) 4 times too many; has a layer a bias that it should not have\?",
        ),
        (
            layers.Conv2D(5, 3),
            r"\(4, 3, 3, 3\), \(4,\), \(2, 4\), \(2,\) missing, and \(5, 3, 3, 3\)",
        ),
    ],
)
def test_what_does_not_fit_is_said_by_shape(network, words):
    with pytest.raises(AssertionError, match=words.replace("net()", r"net\(\)")):
        networks.outputs(network, X, CONVOLUTIONS, "net()")


def test_what_a_network_complains_of_is_what_it_said_of_float32():
    class Picky(nn.Module):
        def forward(self, x):
            raise RuntimeError(f"not with {x.dtype}")

    with pytest.raises(RuntimeError, match="not with torch.float32"):
        networks.outputs(Picky(), X, [], "net()")


def test_a_network_that_returns_nothing_is_named():
    class Nothing(nn.Module):
        def forward(self, x):
            pass

    with pytest.raises(AssertionError, match="the network returns None: is a `return` missing"):
        networks.outputs(Nothing(), X, [], "net()")


def test_layers_of_one_shape_may_have_been_made_in_any_order():
    import torch

    first, second = (torch.nn.Conv2d(2, 2, 3, padding=1) for _ in range(2))
    x = np.random.default_rng(0).normal(size=(1, 2, 4, 5))
    expected = second(torch.relu(first(torch.tensor(x, dtype=torch.float32)))).detach().numpy()
    weights = [w.detach().numpy().copy() for w in (*first.parameters(), *second.parameters())]

    class Reversed(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.second, self.first = (torch.nn.Conv2d(2, 2, 3, padding=1) for _ in range(2))

        def forward(self, x):
            return self.second(torch.relu(self.first(x)))

    found = networks.outputs(Reversed(), x, weights, "net", expected)

    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    assert not np.allclose(networks.outputs(Reversed(), x, weights, "net"), expected, 1e-3)
