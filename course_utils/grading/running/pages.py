"""What goes back: a feedback page for every student, and tables for the registry."""

from __future__ import annotations

import csv
import html
import io
import shutil
from pathlib import Path

from ...files import replace_text
from .. import nbgrader_process
from ..course import Course, CourseError
from ..results.grades import ClassGrades
from ..text import number

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{assignment}</title>
<style>
body {{ font: 1.1rem/1.5 sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem }}
</style>
</head>
<body>
<h1>{assignment} could not be graded</h1>
<p><strong>Why:</strong> {problem}.</p>
<p>Open your notebook in Jupyter or Colab, run it from top to bottom, save it and hand it in
again. If it opens and runs, tell your instructor.</p>
</body>
</html>
"""


def remove(course: Course, assignment: str, student: str) -> None:
    """Take away pages that say what no longer holds."""
    shutil.rmtree(course.folder("feedback", assignment, student), ignore_errors=True)


def missing(course: Course, assignment: str, student: str) -> list[Path]:
    """The graded notebooks of a student that have no page."""
    pages = course.folder("feedback", assignment, student)
    graded = course.folder("autograded", assignment, student)
    return [
        file
        for file in sorted(graded.glob("*.ipynb"))
        if not (pages / f"{file.stem}.html").exists()
    ]


def write_page(course: Course, assignment: str, student: str, name: str, text: str) -> None:
    """Put a page where nbgrader and students look for it."""
    replace_text(course.folder("feedback", assignment, student) / f"{name}.html", text)


def write_problem(course: Course, assignment: str, student: str, problem: str) -> None:
    """The page of who could not be graded."""
    text = PAGE.format(assignment=assignment, problem=html.escape(problem))
    write_page(course, assignment, student, "not_graded", text)


def write_grades(grades: ClassGrades, target: Path) -> Path:
    """Write points by exercise as a CSV, one row a student."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    names = [f"{exercise.number} {exercise.title}" for exercise in grades.exercises]
    table.writerow(["student", "total", *names, "problem"])
    for student in grades.students:
        points = [
            student.points(exercise) if student.marks else 0.0 for exercise in grades.exercises
        ]
        row = [student.student, student.total, *points]
        table.writerow(
            [*(x if isinstance(x, str) else number(x) for x in row), student.problem or ""]
        )
    replace_text(target, text.getvalue())
    return target


def write_gradebook(course: Course, target: Path) -> Path:
    """Write nbgrader's own export: every student and assignment, late penalties applied."""
    draft = target.with_name(f".{target.name}")
    outcome = nbgrader_process.run("export", "--to", str(draft), root=course.root)
    if not outcome.ok:
        draft.unlink(missing_ok=True)
        raise CourseError(f"the gradebook cannot be exported: {outcome.last_error()}")
    draft.replace(target)
    return target
