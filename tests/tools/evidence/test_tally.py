"""How often a claim held, and how far from its bound: counted so that nothing is lost."""

import math

import pytest

from course_utils.tools.evidence.measuring import Made, Run
from course_utils.tools.evidence.tally import tally


def run(*numbers, sentence="it classifies", failure="", **bounds):
    bounds = {"at_least": 90, "at_most": None} | bounds
    low, high = bounds["at_least"], bounds["at_most"]
    keeps = [(low is None or n >= low) and (high is None or n <= high) for n in numbers]
    made = [Made(sentence, "%", low, high, n, k) for n, k in zip(numbers, keeps, strict=True)]
    return Run(tuple(made), failure)


def test_a_claim_is_counted_over_all_runs():
    (claim,) = tally([run(95), run(91), run(89), run(93)])

    assert (claim.held, claim.runs, claim.numbers) == (3, 4, (95, 91, 89, 93))
    assert claim.mean == 92
    assert claim.distance == pytest.approx((92 - 90) / 2.5819889)


@pytest.mark.parametrize(
    ("fallen", "runs", "sure"), [(0, 16, True), (1, 16, False), (1, 99, False), (1, 100, True)]
)
def test_sure_is_what_holds_in_99_of_100(fallen, runs, sure):
    (claim,) = tally([run(89)] * fallen + [run(95)] * (runs - fallen))

    assert claim.is_sure is sure


@pytest.mark.parametrize(
    ("bounds", "distance"),
    [
        ({"at_least": 1, "at_most": None}, 1),
        ({"at_least": None, "at_most": 5}, 3),
        ({"at_least": 1, "at_most": 5}, 1),
        ({"at_least": 3, "at_most": None}, -1),
    ],
)
def test_room_is_measured_from_the_nearer_bound_in_spreads(bounds, distance):
    (claim,) = tally([run(1, **bounds), run(2, **bounds), run(3, **bounds)])

    assert claim.distance == pytest.approx(distance)


def test_what_never_differs_is_infinitely_far_from_its_bound_or_beyond_it():
    (kept,) = tally([run(91), run(91)])
    (broken,) = tally([run(89), run(89)])

    assert (kept.distance, broken.distance) == (math.inf, -math.inf)


def test_one_run_says_nothing_about_room():
    (claim,) = tally([run(95)])

    assert math.isnan(claim.distance)


def test_a_claim_that_a_whole_run_did_not_make_did_not_hold_there():
    changing = [run(95, sentence="best width 3"), run(95, sentence="best width 5")]

    assert [(claim.held, claim.runs) for claim in tally(changing)] == [(1, 2), (1, 2)]
    assert not any(claim.is_sure for claim in tally(changing))


def test_a_run_that_failed_before_a_claim_is_not_held_against_it():
    (claim,) = tally([run(95), run(96), run(failure="04 fails in code cell 3: no memory")])

    assert (claim.held, claim.runs) == (2, 2)


def test_a_sentence_that_comes_twice_is_two_claims():
    first, second = tally([run(95, 80), run(96, 81)])

    assert (first.numbers, second.numbers) == ((95, 96), (80, 81))


def test_the_full_data_stand_beside_the_samples():
    (claim,) = tally([run(95), run(96)], full=run(80))

    assert (claim.full.number, claim.full.holds) == (80, False)
    assert claim.is_sure
