"""Lecture 19's functions, against truths that need neither its data nor its own code."""

import math

import lecture_functions
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

WANTED = (
    "softmax attention attention_backward patches shuffled view info_nce distilling mixed causal"
).split()


@pytest.fixture(scope="module")
def shown():
    """The functions that the lecture's cells define."""
    shuffle = torch.arange(16).flip(0)
    names = {"np": np, "torch": torch, "nn": nn, "F": F, "shuffle": shuffle}
    return lecture_functions.shown("19", WANTED, names)


@pytest.fixture
def case():
    """Tokens, three matrices of other height than width, and a gradient."""
    draw = np.random.default_rng(5).normal
    return draw(size=(2, 4, 5)), [draw(size=(5, 3)) for _ in range(3)], draw(size=(2, 4, 3))


def test_attention_is_what_loops_over_all_pairs_compute(shown, case):
    X, (W_q, W_k, W_v), _ = case

    Y, (*_, A) = shown.attention(X, W_q, W_k, W_v)

    for n, tokens in enumerate(X):
        for i, asking in enumerate(tokens):
            scores = [(asking @ W_q) @ (token @ W_k) / math.sqrt(3) for token in tokens]
            total = sum(math.exp(score) for score in scores)
            shares = [math.exp(score) / total for score in scores]
            np.testing.assert_allclose(A[n, i], shares, rtol=1e-12)
            expected = sum(share * (t @ W_v) for share, t in zip(shares, tokens, strict=True))
            np.testing.assert_allclose(Y[n, i], expected, rtol=1e-10)


def test_every_gradient_of_attention_is_the_slope_that_small_steps_measure(shown, case):
    X, W, dY = case
    _, kept = shown.attention(X, *W)

    gradients = shown.attention_backward(dY, kept, *W)

    for found, values in zip(gradients, (X, *W), strict=True):
        assert found.shape == values.shape
        for place in np.ndindex(values.shape):
            before = values[place]
            losses = []
            for step in (1e-5, -1e-5):
                values[place] = before + step
                losses.append(float((shown.attention(X, *W)[0] * dY).sum()))
            values[place] = before
            assert found[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-7)


def test_softmax_does_not_overflow(shown):
    np.testing.assert_allclose(
        shown.softmax(np.array([[1000.0, 1000.0, -1000.0]])), [[0.5, 0.5, 0]]
    )


def test_a_causal_output_depends_on_no_later_token(shown, case):
    X, W, _ = case
    for last in range(1, 4):
        np.testing.assert_allclose(
            shown.causal(X, *W)[:, : last + 1], shown.causal(X[:, : last + 1], *W), rtol=1e-12
        )
    np.testing.assert_allclose(shown.causal(X, *W)[:, 0], X[:, 0] @ W[2], rtol=1e-12)


def test_patches_come_row_by_row_with_channels_last(shown):
    x = np.random.default_rng(0).normal(size=(2, 6, 9, 2))

    found = shown.patches(x, 3)

    assert found.shape == (2, 6, 18)
    for t in range(6):
        r, c = divmod(t, 3)
        window = x[1, 3 * r : 3 * r + 3, 3 * c : 3 * c + 3]
        expected = [window[i, j, k] for i in range(3) for j in range(3) for k in range(2)]
        np.testing.assert_array_equal(found[1, t], expected)


def test_shuffling_moves_whole_patches(shown):
    x = torch.arange(144.0).view(1, 1, 12, 12)

    found = shown.shuffled(x)  # the fixture's order is the reverse one

    for r in range(4):
        for c in range(4):
            torch.testing.assert_close(
                found[..., 3 * r : 3 * r + 3, 3 * c : 3 * c + 3],
                x[..., 9 - 3 * r : 12 - 3 * r, 9 - 3 * c : 12 - 3 * c],
            )


def test_a_view_has_its_digits_shape_and_background(shown):
    torch.manual_seed(0)
    empty = torch.full((5, 1, 12, 12), -0.55)

    torch.testing.assert_close(shown.view(empty), empty)


def test_info_nce_is_the_sum_that_its_formula_writes(shown):
    z = torch.randn(6, 4, generator=torch.Generator().manual_seed(1)).double()

    unit = z / z.norm(dim=1, keepdim=True)
    total = 0.0
    for i in range(6):
        terms = {j: math.exp(float(unit[i] @ unit[j]) / 0.5) for j in range(6) if j != i}
        total -= math.log(terms[(i + 3) % 6] / sum(terms.values()))
    assert float(shown.info_nce(z, temperature=0.5)) == pytest.approx(total / 6)


def test_distilling_costs_nothing_where_student_and_teacher_agree(shown):
    z = torch.randn(3, 10, generator=torch.Generator().manual_seed(2))

    assert float(shown.distilling(2, z)(z + 1, torch.arange(3))) == pytest.approx(0, abs=1e-5)
    assert float(shown.distilling(2, z)(-z, torch.arange(3))) > 1


def test_a_mixed_teacher_is_as_certain_but_says_nothing_of_resemblance(shown):
    torch.manual_seed(0)
    z = torch.randn(200, 10)

    found = shown.mixed(z)

    torch.testing.assert_close(found.sort(dim=1).values, z.sort(dim=1).values)
    assert found.argmax(1).equal(z.argmax(1))
    others = torch.ones_like(z, dtype=torch.bool).scatter(1, z.argmax(1, keepdim=True), False)
    apart = torch.corrcoef(torch.stack([found[others], z[others]]))[0, 1]
    assert abs(float(apart)) < 0.15
