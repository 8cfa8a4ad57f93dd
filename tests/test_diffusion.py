"""Lecture 20's jump, loss, samplers and measures, against truths that need no trained network."""

import ast
import math
import re
from pathlib import Path

import lecture_functions
import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

LECTURES = Path(__file__).parents[1] / "lectures"
STEPS = ("T", "left", "beta", "alpha", "alpha_bar", "DRAWS", "angles", "MODES", "NOTHING")
WANTED = (
    "noisier q_sample best_guess waves noise_loss fit sample mode_shares Block DigitDenoiser leap "
    "variety"
).split()


@pytest.fixture(scope="module")
def shown():
    """The schedule and the functions that the lecture's cells define."""
    names = {"torch": torch, "nn": nn, "F": F, "np": np}
    return lecture_functions.shown("20", WANTED, names, STEPS)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def test_the_schedule_keeps_no_more_than_a_thousandth_of_the_variance(shown):
    assert shown.beta[0] == 0 and len(shown.beta) == shown.T + 1
    assert (shown.beta[1:] > 0).all() and shown.beta.max() <= 0.3
    by_hand = [math.prod(1 - b for b in shown.beta[1 : t + 1].tolist()) for t in range(101)]
    torch.testing.assert_close(shown.alpha_bar, torch.tensor(by_hand), rtol=1e-4, atol=1e-7)
    assert shown.alpha_bar[-1] < 0.002


@pytest.mark.parametrize("t", [1, 7, 50, 100])
def test_a_jump_has_the_moments_of_the_small_steps(shown, t):
    """Mean and variance follow from one step to the next, with no product of all of them."""
    mean, variance = 1.5, 0.0
    for b in shown.beta[1 : t + 1].tolist():
        mean, variance = math.sqrt(1 - b) * mean, (1 - b) * variance + b
    x0 = torch.full((200_000, 1), 1.5)

    found = shown.q_sample(x0, torch.full((200_000,), t), torch.randn_like(x0))

    assert found.mean().item() == pytest.approx(mean, abs=0.01)
    assert found.var().item() == pytest.approx(variance, rel=0.02)


def test_each_image_jumps_to_its_own_step(shown):
    x0, epsilon = torch.randn(3, 1, 2, 2), torch.randn(3, 1, 2, 2)
    steps = torch.tensor([0, 30, 100])

    together = shown.q_sample(x0, steps, epsilon)

    alone = [shown.q_sample(x0[i], steps[i], epsilon[i]) for i in range(3)]
    torch.testing.assert_close(together, torch.stack(alone))
    torch.testing.assert_close(together[0], x0[0])


def test_the_best_guess_is_the_mean_over_what_could_have_been(shown):
    """By counting: of many noisy values near a place, the mean of the noise that is in them."""
    t = torch.full((400_000,), 40)
    x0, epsilon = 2.0 * torch.randint(2, t.shape) - 1, torch.randn(t.shape)
    x = shown.q_sample(x0, t, epsilon)

    for place in (-1.2, -0.3, 0.0, 0.6):
        near = (x - place).abs() < 0.03
        expected = epsilon[near].mean().item()
        found = shown.best_guess(torch.tensor(place), torch.tensor(40)).item()
        assert found == pytest.approx(expected, abs=0.03)


def test_the_loss_of_one_who_always_says_zero_is_the_variance_of_the_noise(shown):
    x0 = torch.randn(50_000)

    def zero(x, t):
        return torch.zeros_like(x)

    loss = shown.noise_loss(zero, x0, torch.randint(1, 101, x0.shape))

    assert loss.item() == pytest.approx(1, abs=0.03)


def test_the_loss_vanishes_for_one_who_knows_the_image(shown):
    x0 = torch.randn(1000, 2)

    def knows(x, t):
        share = shown.alpha_bar[t][:, None]
        return (x - share.sqrt() * x0) / (1 - share).sqrt()

    assert shown.noise_loss(knows, x0, torch.randint(1, 101, (1000,))) < 1e-6


def gaussian_guess(shown, mean, deviation):
    """The conditional mean of the noise where data are Gaussian: a regression on `x`."""

    def guess(x, t):
        share = shown.alpha_bar[t]
        variance = share * deviation**2 + 1 - share
        return (1 - share).sqrt() * (x - share.sqrt() * mean) / variance

    return guess


@pytest.mark.parametrize(("mean", "deviation"), [(0.7, 0.5), (-2.0, 1.0), (0.0, 0.2)])
def test_the_sampler_gives_back_the_gaussian_whose_denoiser_it_asks(shown, mean, deviation):
    path = shown.sample(gaussian_guess(shown, mean, deviation), torch.randn(100_000))

    assert len(path) == shown.T + 1
    assert path[-1].mean().item() == pytest.approx(mean, abs=0.06)
    assert path[-1].std().item() == pytest.approx(deviation, rel=0.12)


def test_a_step_back_is_that_of_the_paper(shown):
    x, guessed = torch.randn(5), torch.randn(5)

    path = shown.sample(lambda x, t: guessed, x)

    b, left = shown.beta[1].item(), shown.alpha_bar[1].item()
    expected = (path[-2] - b / math.sqrt(1 - left) * guessed) / math.sqrt(1 - b)
    torch.testing.assert_close(path[-1], expected)  # nothing is added in the last step
    assert path[0] is x and not torch.equal(path[1], shown.sample(lambda x, t: guessed, x)[1])


@pytest.mark.parametrize("steps", [1, 4, 100])
def test_leaps_with_one_who_knows_the_image_lead_to_it(shown, steps):
    image = torch.rand(2, 1, 3, 3) * 2 - 1

    def knows(x, t):
        share = shown.alpha_bar[t]
        return (x - share.sqrt() * image) / (1 - share).sqrt()

    found = shown.leap(knows, torch.randn_like(image), steps)

    torch.testing.assert_close(found, image, rtol=1e-3, atol=1e-3)


def test_waves_tell_every_step_from_every_other(shown):
    codes = shown.waves(torch.arange(1, 101))

    assert codes.shape == (100, 8) and codes.abs().max() <= 1
    assert torch.pdist(codes).min() > 0.05


def test_a_fit_to_a_line_finds_it_and_the_average_is_another_copy(shown):
    line, x = nn.Linear(1, 1), torch.randn(500, 1)

    averaged, losses = shown.fit(line, lambda: F.mse_loss(line(x), 3 * x - 1), 800, 0.1)

    assert averaged is not line and len(losses) == 800
    assert averaged.weight.item() == pytest.approx(3, abs=0.05)
    assert averaged.bias.item() == pytest.approx(-1, abs=0.05)
    assert not any(p.requires_grad for p in averaged.parameters())


def test_the_share_near_a_mode_is_counted(shown):
    """Half of the points on the first mode, a quarter on the second, the rest in the middle."""
    points = torch.cat([shown.MODES[[0, 0, 1]], torch.zeros(1, 2)])

    assert shown.mode_shares(points).tolist() == [0.5, 0.25, 0, 0, 0, 0, 0, 0]


def test_the_u_net_has_some_60_000_parameters_and_depends_on_step_and_wish(shown):
    network = shown.DigitDenoiser().eval()
    assert network.leave.weight.eq(0).all()
    nn.init.normal_(network.leave.weight)
    assert 55_000 <= sum(p.numel() for p in network.parameters()) <= 70_000
    x, step, wish = torch.randn(2, 1, 12, 12), torch.tensor([9, 9]), torch.tensor([3, 3])

    said = network(x, step, wish)

    assert said.shape == x.shape
    assert not torch.allclose(said, network(x, step + 50, wish))
    assert not torch.allclose(said, network(x, step, wish * 0 + shown.NOTHING))
    alone = network(x[:1], step[:1], wish[:1])
    torch.testing.assert_close(said[:1], alone, rtol=1e-3, atol=1e-3)


def test_variety_is_the_mean_distance_within_a_class(shown):
    wish = torch.arange(10).repeat(3)
    images = torch.zeros(30, 1, 2, 2)
    images[10:20] = 1  # of three images of a class, two pairs are 2 apart and one is alike

    assert shown.variety(images, wish).item() == pytest.approx(4 / 3)


def test_what_is_quoted_of_lecture_17_is_what_lecture_17_measured():
    (other,) = LECTURES.glob("17_*.ipynb")
    printed = "".join(
        output.get("text", "")
        for cell in nbformat.read(other, as_version=4).cells
        for output in cell.get("outputs", [])
    )
    (quoted,) = [
        ast.literal_eval(node.value)
        for node in lecture_functions.nodes("20")
        if "quoted" in lecture_functions.sets(node)
    ]

    for name, sentence in {"VAE": "a VAE, overlap", "GAN": "k1 = k2 = 1, overlap"}.items():
        (measured,) = re.findall(rf"^{re.escape(sentence)}: about ([\d.]+)", printed, re.MULTILINE)
        assert quoted[f"{name} (lecture 17)"] == pytest.approx(float(measured), abs=1)
