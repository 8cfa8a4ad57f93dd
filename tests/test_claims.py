"""Claims: what is printed, what holds, and what chance is not allowed to decide."""

import math
import random

import numpy as np
import pytest
import torch

from course_utils.claims import BROKEN, Claim, Draws, claim, listeners, repeat


def said(capsys, *arguments, **bounds):
    claim(*arguments, **bounds)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "unit", "bounds", "line"),
    [
        (96.8, "%", {"at_least": 90}, "it reads: about 96.8 % (at least 90)"),
        (90, "%", {"at_least": 90}, "it reads: about 90 % (at least 90)"),
        (3.25e-8, "", {"at_most": 1e-6}, "it reads: about 3.25e-08 (at most 1e-06)"),
        (138_357_544, "", {"at_least": 1e6}, "it reads: about 138,357,544 (at least 1,000,000)"),
        (999.7, "", {"at_least": 1}, "it reads: about 1,000 (at least 1)"),
        (50, "%", {"at_least": 40, "at_most": 60}, "it reads: about 50 % (from 40 to 60)"),
        (8, "modes", {"at_least": 8, "at_most": 8}, "it reads: 8 modes (exactly)"),
        (np.float32(0.5), "", {"at_least": 0}, "it reads: about 0.5 (at least 0)"),
        (torch.tensor([2.0]), "", {"at_least": 1}, "it reads: about 2 (at least 1)"),
    ],
)
def test_it_prints_sentence_number_unit_and_bound(capsys, value, unit, bounds, line):
    assert said(capsys, "it reads", value, unit, **bounds) == line + "\n"


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (85.21, "it reads: about 85.2 % (at least 90)"),
        (89.9996, "it reads: about 89.9996 % (at least 90)"),  # 90.0 would look as if it held
        (math.nan, "it reads: about nan % (at least 90)"),
        (math.inf, "it reads: about inf % (at least 90)"),
    ],
)
def test_what_does_not_hold_is_said_in_words_and_stops_nothing(capsys, value, line):
    assert said(capsys, "it reads", value, "%", at_least=90) == f"{line}\n{BROKEN}\n"


def test_a_number_that_is_not_exactly_what_is_claimed_is_shown_with_it(capsys):
    line = said(capsys, "modes", 7, at_least=8, at_most=8)

    assert line == f"modes: about 7 (exactly 8)\n{BROKEN}\n"


@pytest.mark.parametrize("value", [True, np.True_, torch.tensor(True), "96", None, [1, 2], 1j])
def test_a_claim_without_a_number_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        claim("it reads", value, at_least=1)


def test_a_claim_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="'it reads' claims nothing: say at_least=, at_most="):
        claim("it reads", 3)


def test_bounds_that_nothing_can_keep_are_refused():
    with pytest.raises(ValueError, match="no number is at least 3 and at most 2 as well"):
        claim("it reads", 3, at_least=3, at_most=2)


# --- draws -----------------------------------------------------------------------------------


def test_draws_are_compared_by_their_mean_and_show_their_spread(capsys):
    values = [90.0, 92.0, 97.0, 94.0, 91.0]

    line = said(capsys, "it reads", Draws(values), "%", at_least=90)

    assert line == "it reads: about 92.8 ± 2.8 % (5 draws, at least 90)\n"
    assert Draws(values).spread == pytest.approx(np.std(values, ddof=1))


def test_a_difference_is_taken_draw_by_draw():
    one, other = Draws([10, 20, 30]), Draws([9, 18, 29])

    assert (one - other).values == (1, 2, 1)
    assert (one - other).spread < one.spread


@pytest.mark.parametrize(
    ("values", "bounds", "holds"),
    [
        ([3, 2, 4, 3, 3], {"at_least": 1}, True),
        ([8, -4, 6, -3, 5], {"at_least": 1}, False),  # a mean of 2.4, a spread of 5.5
        ([8, -4, 6, -3, 5], {"at_least": 0}, False),
        ([-8, 4, -6, 3, -5], {"at_most": -1}, False),
        ([-3, -2, -4, -3, -3], {"at_most": -1}, True),
        ([0.3, -0.2, 0.1, 0, -0.1], {"at_least": -1, "at_most": 1}, True),  # they are alike
        ([0.3, -0.2, 0.1, 0, -0.1], {"at_least": -1}, True),  # nothing is lost
        ([0, 0, 0], {"at_least": 0}, False),
    ],
)
def test_a_difference_is_claimed_only_beyond_its_spread(values, bounds, holds):
    difference = Draws(values) - Draws([0] * len(values))

    assert Claim("better by", difference, **bounds).holds is holds


def test_chance_is_named_as_the_reason(capsys):
    difference = Draws([8, -4, 6]) - Draws([0, 0, 0])

    line = said(capsys, "better by", difference, "points", at_least=1)

    assert line == (
        "better by: about 3.33 ± 6.4 points (3 draws, at least 1), and that is no more than "
        "chance\n"
        f"{BROKEN}\n"
    )


@pytest.mark.parametrize("values", [[], [1.0]])
def test_one_draw_has_no_spread(values):
    with pytest.raises(ValueError, match="draw has no spread: repeat the experiment"):
        Draws(values)


def test_only_as_many_draws_can_be_compared():
    with pytest.raises(ValueError, match="2 draws cannot be compared with 3"):
        Draws([1, 2]) - Draws([1, 2, 3])


def test_an_experiment_is_repeated_with_other_random_numbers_each_time():
    def experiment(seed):
        return {"torch": torch.rand(()), "numpy": np.random.random(), "python": random.random()}

    first, again = repeat(experiment, 4), repeat(experiment, 4)

    assert first == again
    for draws in first.values():
        assert len(set(draws.values)) == 4


def test_the_seed_of_each_draw_is_given_to_it():
    assert repeat(lambda seed: 2 * seed, draws=3).values == (0, 2, 4)


def test_listeners_hear_every_claim(capsys):
    heard = []
    listeners.append(heard.append)
    try:
        claim("it reads", 96.8, "%", at_least=90)
        claim("it reads", 12, "%", at_least=90)
    finally:
        listeners.remove(heard.append)

    assert [(made.number, made.holds) for made in heard] == [(96.8, True), (12, False)]
