"""What lateness costs."""

from datetime import datetime, timedelta

import pytest
from traitlets import TraitError

from course_utils.grading.late import LatePolicy, settle

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


def hand_in_to(gradebook, count):
    """So many hand in, a day apart: judged in part or whole, or by hand with extra points."""
    from nbgrader.api import Grade, Student, SubmittedAssignment, SubmittedNotebook

    row = gradebook.find_assignment("ps0_numbers")
    (notebook,) = row.notebooks
    cells = {cell.name: cell.id for cell in notebook.grade_cells}
    for n in range(count):
        own = SubmittedAssignment(
            assignment_id=row.id,
            student=Student(id=f"s{n}"),
            timestamp=datetime(2026, 1, 1, 11) + n * timedelta(days=1),
            extension=timedelta(days=n) if n % 6 == 5 else None,
        )
        part = SubmittedNotebook(
            notebook_id=notebook.id,
            assignment=own,
            late_submission_penalty=7.0 if n % 3 == 0 else None,
        )
        given = [{"auto_score": 2.0}, {"auto_score": 0.0, "manual_score": 3.0, "extra_credit": 1.0}]
        for name, points in list(zip(cells, given, strict=True))[: n % 4]:
            Grade(cell_id=cells[name], notebook=part, needs_manual_grade=False, **points)
        gradebook.db.add(own)
    gradebook.db.commit()


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("count", [4, 40])
def test_a_class_pays_what_each_of_it_would_by_as_many_queries_as_a_few_students(course, count):
    from nbgrader.api import Gradebook
    from sqlalchemy import event

    (course.root / "class.toml").write_text("[late]\npercent = 10\ncap = 50\n")
    queries = []
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment("ps0_numbers", duedate="2026-01-01 12:00:00 UTC")
        hand_in_to(gradebook, count)
        event.listen(
            gradebook.db.get_bind(), "before_cursor_execute", lambda *said: queries.append(said[2])
        )

        settle(gradebook.db, course, "ps0_numbers")
        asked = [query for query in queries if query.startswith("SELECT")]
        gradebook.db.commit()

        plain = LatePolicy(percent=10, cap=50)
        for each in gradebook.find_assignment("ps0_numbers").submissions:
            (part,) = each.notebooks
            wanted = plain.late_submission_penalty("", part.score, each.total_seconds_late)
            assert part.late_submission_penalty == wanted, each.student_id
    assert len(asked) <= 7  # of students, due date, extensions, cells, late ones, their points
