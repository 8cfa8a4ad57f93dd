"""The Neocognitron: its equations by loops, and the claim of its title."""

import numpy as np
import pytest

from course_utils.models.neocognitron import CLayer, Neocognitron, SLayer

DRAWN = [  # the five patterns that the paper teaches: 0 to 4
    "..####.. .#....#. #......# #......# #......# #......# .#....#. ..####..",
    "...#.... ..##.... ...#.... ...#.... ...#.... ...#.... ...#.... ..###...",
    ".#####.. #.....#. ......#. .....#.. ...##... .##..... #....... #######.",
    ".#####.. #.....#. ......#. ..####.. ......#. ......#. #.....#. .#####..",
    ".....#.. ....##.. ...#.#.. ..#..#.. .#...#.. ######## .....#.. .....#..",
]


def digits(row=4, col=4):
    """The five patterns in images of 16x16, at a place."""
    images = np.zeros((5, 16, 16))
    for image, text in zip(images, DRAWN, strict=True):
        image[row : row + 8, col : col + 8] = [[c == "#" for c in line] for line in text.split()]
    return images


@pytest.fixture(scope="module")
def taught():
    network = Neocognitron()
    network.learn(digits(), passes=20)
    return network


def test_an_s_cell_is_its_equation_by_loops():
    rng = np.random.default_rng(0)
    layer, x = SLayer(2, 3, 3, 1.5, 16.0, rng), rng.uniform(size=(2, 4, 5))
    layer.excitation[:], layer.inhibition[:] = rng.uniform(size=(3, 2, 3, 3)), (0.5, 1, 2)
    answers = layer(x)
    for plane, row, col in np.ndindex(3, 4, 5):
        excited = energy = 0.0
        for channel, i, j in np.ndindex(2, 3, 3):
            y, z = row + i - 1, col + j - 1
            value = x[channel, y, z] if 0 <= y < 4 and 0 <= z < 5 else 0.0
            excited += layer.excitation[plane, channel, i, j] * value
            energy += layer.nearness[channel, i, j] * value**2
        inhibited = 2 * 1.5 / 2.5 * layer.inhibition[plane] * np.sqrt(energy)
        expected = 1.5 * max((1 + excited) / (1 + inhibited) - 1, 0)
        np.testing.assert_allclose(answers[plane, row, col], expected)


def test_a_cell_answers_its_own_feature_by_one_and_unlike_ones_by_nothing():
    """The threshold is on the cosine: r / (1 + r)."""
    layer = SLayer(1, 1, 3, 4.0, 1e6, np.random.default_rng(0))
    bar = np.zeros((1, 3, 3))
    bar[0, :, 1] = 1
    layer.learn(bar)

    assert layer(bar)[0, 1, 1] == pytest.approx(1, abs=1e-3)
    assert layer(bar.transpose(0, 2, 1))[0, 1, 1] == 0  # the same bar, lying
    for noise in (0.2, 0.4, 0.6, 0.8, 1.0):
        x = bar.copy()
        x[0, :, 0] = noise
        weights = layer.nearness[0]
        cosine = (weights * bar * x).sum() / np.sqrt(
            (weights * bar**2).sum() * (weights * x**2).sum()
        )
        assert (layer(x)[0, 1, 1] > 0) == (cosine > 0.8)


def test_a_c_cell_answers_its_feature_wherever_it_is_in_the_window():
    layer, x = CLayer(5), np.zeros((2, 8, 8))
    answers = []
    for col in (2, 3, 4, 5, 6):
        x[:] = 0
        x[0, 4, col] = 1
        answers.append(layer(x)[0, 2, 2])

    assert min(answers) > 0.2 and answers[2] == max(answers)
    assert layer(x).shape == (2, 4, 4)
    assert (layer(np.ones((2, 8, 8))) == 0).all()  # what all planes say alike is no news


def test_every_pattern_gets_a_plane_of_its_own_without_labels(taught):
    answers = taught(digits())

    assert len(set(answers.argmax(axis=1))) == 5
    assert (answers.max(axis=1) > 0.7).all()
    assert (np.sort(answers, axis=1)[:, -2] < 0.5 * answers.max(axis=1)).all()


@pytest.mark.parametrize("place", [(0, 0), (2, 2), (4, 6), (6, 4), (7, 1), (8, 8)])
def test_recognition_is_not_affected_by_shift_in_position(place, taught):
    """The paper's title; before learning nothing of the kind holds."""
    expected = taught(digits()).argmax(axis=1)

    assert (taught(digits(*place)).argmax(axis=1) == expected).all()


def test_without_learning_patterns_are_not_told_apart():
    assert (
        len(set(Neocognitron()(digits()).argmax(axis=1))) < 5
        or Neocognitron()(digits()).max() < 0.05
    )


def test_maps_are_those_of_every_layer(taught):
    shapes = [found.shape for found in taught.maps(digits()[0])]

    assert shapes == [(24, 16, 16), (24, 8, 8), (24, 8, 8), (24, 4, 4), (24, 4, 4), (24, 2, 2)]


@pytest.mark.parametrize(
    "build, message",
    [
        (lambda: Neocognitron(planes=(8, 8)), r"all four settings; there are \{2, 3\}"),
        (lambda: Neocognitron(sizes=(4, 5, 5)), "its size is odd, not 4"),
        (lambda: Neocognitron().maps(np.zeros((1, 16, 16))), r"images \(H, W\).*\(1, 16, 16\)"),
        (lambda: Neocognitron().maps(-np.ones((8, 8))), r"this is \(8, 8\), from -1 on"),
        (
            lambda: SLayer(2, 1, 3, 1, 1, np.random.default_rng())(np.zeros((1, 4, 4))),
            r"maps \(2, H",
        ),
    ],
)
def test_what_cannot_be_is_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()
