"""What goes back: a feedback page for every student, and tables for the registry."""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path

from . import command, records
from .course import Course, CourseError
from .grades import ClassGrades
from .report import number

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


def write_pages(course: Course, grades: ClassGrades) -> Path:
    """Write the feedback pages that are missing; also those who could not be graded get one.

    Returns
    -------
    Path
        The folder that holds them, a folder a student.
    """
    assignment = grades.assignment
    missing = False
    for student in grades.students:
        folder = course.folder("feedback", assignment, student.student)
        if student.problem:
            page = PAGE.format(assignment=assignment, problem=html.escape(student.problem))
            records.replace_text(folder / "not_graded.html", page)
        elif not any(folder.glob("*.html")):
            missing = True
    if missing:
        outcome = command.run("generate_feedback", assignment, root=course.root, seconds=3600)
        if not outcome.ok:
            raise CourseError(f"feedback for {assignment} failed: {outcome.last_error()}")
    return course.folder("feedback", assignment, "x").parent.parent


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
    records.replace_text(target, text.getvalue())
    return target


def write_gradebook(course: Course, target: Path) -> Path:
    """Write nbgrader's own export: every student and assignment, late penalties applied."""
    draft = target.with_name(f".{target.name}")
    outcome = command.run("export", "--to", str(draft), root=course.root)
    if not outcome.ok:
        draft.unlink(missing_ok=True)
        raise CourseError(f"the gradebook cannot be exported: {outcome.last_error()}")
    draft.replace(target)
    return target
