"""Rates have intervals; a simulated class is as reliable as theory says."""

import math

import numpy as np
import pytest
from scipy import stats

from course_utils.grading.validity.rates import Rate
from course_utils.grading.validity.simulated import SLOPE, alpha, ceiling, exercises_for, simulate
from course_utils.grading.validity.tried import Exercise, Tried

NO_MUTANTS = Rate(0, 0)


@pytest.mark.parametrize(("hits", "trials"), [(0, 40), (1, 40), (20, 40), (40, 40), (3, 3000)])
def test_an_interval_is_wilsons(hits, trials):
    theirs = stats.binomtest(hits, trials).proportion_ci(method="wilson")

    np.testing.assert_allclose(Rate(hits, trials).interval, (theirs.low, theirs.high), atol=1e-12)


def test_rates_add_up_and_none_is_no_number():
    assert Rate(1, 10) + Rate(2, 30) == Rate(3, 40)
    assert math.isnan(Rate(0, 0).share) and Rate(0, 0).interval == (0, 1)
    with pytest.raises(ValueError, match="3 of 2 is no rate"):
        Rate(3, 2)


def exercise(name, right=(1.0,), wrong=(0.0,), points=10):
    answers = (Tried(name, "good", True, right), Tried(name, "bad", False, wrong))
    return Exercise(name, points, answers, NO_MUTANTS)


def test_an_exercise_counts_what_was_judged_wrongly():
    one = exercise("a", right=(1.0, 0.5, 1.0), wrong=(0.0, 1.0))

    assert (one.false_fail, one.false_pass) == (Rate(1, 3), Rate(1, 2))
    assert [each.name for each in one.unsteady] == ["good", "bad"]


def test_alpha_is_one_for_items_that_say_the_same_and_none_for_noise():
    ability = np.random.default_rng(0).standard_normal(5000)
    noise = np.random.default_rng(1).standard_normal((6, 5000))

    assert alpha(np.array([ability] * 6)) == pytest.approx(1)
    assert abs(alpha(noise)) < 0.1
    # Spearman and Brown: six items, each half ability, half noise.
    assert alpha(ability + noise) == pytest.approx(6 * 0.5 / (1 + 5 * 0.5), abs=0.02)
    with pytest.raises(ValueError, match="two items at least, not 1"):
        alpha(noise[:1])


def test_an_exercise_that_is_judged_without_error_tells_what_theory_says():
    names = [f"exercise_{number}" for number in range(12)]
    found = simulate([exercise(name) for name in names])

    assert [item.grade_id for item in found.items] == names
    for item in found.items:
        assert item.information == pytest.approx(SLOPE**2 / 4, rel=1e-3)
        assert item.discrimination > 0.4
    assert found.items[0].difficulty > found.items[-1].difficulty  # those in front are easier
    assert found.alpha > 0.8


def test_verdicts_that_err_and_points_for_wrong_answers_make_a_class_less_reliable():
    names = [f"exercise_{number}" for number in range(10)]
    exact = simulate([exercise(name) for name in names])
    generous = simulate([exercise(name, wrong=(0.9, 1.0)) for name in names])
    erring = simulate([exercise(name, right=(1.0, 0.0)) for name in names])

    assert erring.alpha < exact.alpha and generous.alpha < exact.alpha
    assert generous.items[0].information < exact.items[0].information / 2
    assert erring.items[0].information < exact.items[0].information / 2


def test_few_exercises_have_a_ceiling_that_no_judge_lifts():
    exact = [simulate([exercise(f"{n}") for n in range(count)], seed=1).alpha for count in (8, 40)]
    most = [ceiling([5.0] * count) for count in (8, 40)]

    assert most == pytest.approx(exact, abs=0.02)  # exercises of 5 points each
    assert most[0] < 0.8 < 0.9 < most[1]
    # As many exercises as Spearman and Brown ask for have what they promise.
    assert ceiling([5.0] * exercises_for(0.8, most[0], 8)) == pytest.approx(0.8, abs=0.02)
    assert exercises_for(0.5, reached=0.5, count=7) == 7


def test_a_class_needs_two_exercises_with_right_and_wrong_answers():
    only_right = Exercise("a", 5, (Tried("a", "good", True, (1.0,)),), NO_MUTANTS)

    with pytest.raises(ValueError, match="two exercises with right and wrong answers"):
        simulate([only_right, exercise("b")])
