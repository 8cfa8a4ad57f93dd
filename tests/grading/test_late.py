"""What lateness costs."""

import pytest
from traitlets import TraitError

from course_utils.grading.late import LatePolicy

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    "settings, seconds, lost",
    [
        ({}, 0, None),
        ({}, 1, 8.0),
        ({}, DAY, 8.0),
        ({}, DAY + 1, 16.0),
        ({}, 100 * DAY, 80.0),
        ({"cap": 50}, 100 * DAY, 40.0),
        ({"unit": "hour", "percent": 5}, 90 * 60, 8.0),
        ({"grace": 15}, 15 * 60, None),
        ({"grace": 15}, 15 * 60 + 1, 8.0),
        ({"percent": 0}, DAY, 0.0),
    ],
)
def test_percent_for_each_unit_that_has_begun(settings, seconds, lost):
    assert LatePolicy(**settings).late_submission_penalty("ada", 80.0, seconds) == lost


@pytest.mark.parametrize(
    "settings", [{"percent": -1}, {"cap": 101}, {"grace": -5}, {"unit": "week"}]
)
def test_a_policy_that_is_none_is_refused(settings):
    with pytest.raises(TraitError):
        LatePolicy(**settings)


@pytest.mark.usefixtures("released")
def test_nbgrader_uses_it(course, hand_in):
    from nbgrader.api import Gradebook

    from course_utils.grading.running import grade_class

    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
        + 'c.LatePolicy.unit = "hour"\n'
    )
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment("ps0_numbers", duedate="2026-01-01 12:00:00 UTC")
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text(
        "student,time\nada,2026-01-01 13:30:00+00:00\n"
    )
    grade_class.grade(course.assignment("ps0_numbers"))

    with Gradebook(course.database) as gradebook:
        submission = gradebook.find_submission("ps0_numbers", "ada")
        assert (submission.score, submission.late_submission_penalty) == (5.0, 1.0)
