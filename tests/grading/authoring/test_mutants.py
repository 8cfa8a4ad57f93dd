"""A weak test lets a changed solution through, and the survey says which change it was."""

import nbformat
import pytest

from course_utils.grading import Assignment
from course_utils.grading.authoring import mutants
from course_utils.grading.course import CourseError


def changes(cell):
    return [mutant.change for mutant in mutants.mutants(cell)]


def solution(*lines):
    marked = ["    ### BEGIN SOLUTION", *(f"    {line}" for line in lines), "    ### END SOLUTION"]
    return "\n".join(["def f(x, axis=0):", '    """Words."""', *marked])


def test_operators_numbers_axes_and_lines_are_changed_one_at_a_time():
    assert changes(solution("y = x.sum(axis=1) * -2", "return y")) == [
        "line 4: `y = x.sum(axis=1) * -2` is deleted",
        "line 4: `x.sum(axis=1) * -2` becomes `x.sum(axis=1) / -2`",
        "line 4: `x.sum(axis=1)` becomes `x.sum()`",
        "line 4: `axis=1` becomes `axis=2`",
        "line 4: `-2` becomes `2`",
        "line 4: `-2` becomes `-3`",
        "line 5: `return y` is deleted",
    ]


def test_signature_docstring_and_messages_stay_as_they_are():
    found = changes(
        solution("if x < 0:", '    raise ValueError(f"{x + 1} is below {0}")', "return x")
    )

    assert [change.partition(": ")[2] for change in found] == [
        "`if x < 0:` is deleted",
        "`x < 0` becomes `x <= 0`",
        "`x < 0` becomes `x < 1`",
        "`raise ValueError(f'{x + 1} is below {0}')` is deleted",
        "`return x` is deleted",
    ]


def replaced(course, old, new):
    (file,) = course.assignment("ps0_numbers").notebooks()
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, file)


def test_sharp_tests_leave_no_survivor(course):
    seen = []

    found = mutants.survey(
        course.assignment("ps0_numbers"), on_done=lambda *counts: seen.append(counts)
    )

    assert (found.total, found.survivors) == (6, ())
    assert seen == [(n, 6) for n in range(1, 7)]


def test_a_weak_test_is_found_out(course):
    replaced(course, "return 2 * x", "return x + x")
    replaced(course, "double(1) == 2", "double(0) == 0")
    replaced(course, "double(-3) == -6", "double(0) == 0")

    (survivor,) = mutants.survey(course.assignment("ps0_numbers"), workers=2).survivors

    assert (survivor.grade_id, survivor.change) == ("double", "line 3: `x + x` becomes `x - x`")
    assert "return x - x" in survivor.source


def test_a_solution_that_loses_points_itself_is_an_error(course):
    replaced(course, "return x / 2", "return x // 2")

    with pytest.raises(CourseError, match="the solution halve does not get all points itself"):
        mutants.survey(course.assignment("ps0_numbers"))


def test_known_survivors_come_with_a_reason(course):
    folder = course.root / "mistakes" / "ps0_numbers"
    folder.mkdir(parents=True)
    (folder / "survivors.toml").write_text(
        '[[survivor]]\ngrade_id = "f"\nchange = "line 1: `a`"\nreason = "no difference"\n'
    )

    assert mutants.known_survivors(course.assignment("ps0_numbers")) == {
        ("f", "line 1: `a`"): "no difference"
    }
    assert mutants.known_survivors(Assignment(course, "ps9")) == {}
