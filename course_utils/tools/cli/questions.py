"""`course questions`: questions to students about their own code."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from ...errors import counted, out_of
from .command import (
    Commands,
    open_course,
    positive,
    progress_bar,
    takes_assignment,
    write_json,
)


def add(commands: Commands) -> None:
    """Declare `course questions` among the `commands`."""
    questions = commands.command(
        "questions",
        _questions,
        "ask each student five questions about their own code",
        examples="""
            course questions ps1             # the class: sheets, keys, quizzes
            course questions ps1 ada         # only ada
            course questions ps1 --attempt 2 # other questions
            course questions ps1 --known     # how many the known right answers give
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(questions)
    questions.add_argument("student", nargs="*", default=[], help="only these (everybody)")
    questions.add_argument(
        "--attempt", type=positive, default=1, metavar="N", help="others than the last time (1)"
    )
    questions.add_argument(
        "--into",
        type=Path,
        metavar="DIR",
        help="where to write (questions/, in the course)",
    )
    questions.add_argument(
        "--known", action="store_true", help="try all known right answers instead of a class"
    )
    questions.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run answers without walls: only what you would run yourself",
    )


def _questions(options) -> int:
    from ...grading.results.questions import handed_in

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    if options.known:
        return _known(options, assignment, course.unsafe or options.unsafe_no_sandbox)
    with progress_bar(f"questions about {assignment}") as on_done:
        asked = handed_in.ask(
            assignment,
            options.student or None,
            options.attempt,
            options.unsafe_no_sandbox,
            on_done,
        )
    if options.json:
        write_json(options.json, [asdict(each) for each in asked])
        if options.json == "-":
            return 0
    for folder, theirs in _folders(options, assignment, asked):
        sheets, keys, quizzes = handed_in.write(theirs, assignment, options.attempt, folder)
        for what, path in (
            ("a page of questions for each", sheets),
            ("the keys, for you", keys),
            ("quizzes that grade themselves", quizzes),
        ):
            print(f"{what:30} {os.path.relpath(path)}")
    few = [each for each in asked if each.why_few]
    for each in few:
        print(f"course: {each.student}: {each.why_few}", file=sys.stderr)
    questions = sum(len(each.questions) for each in asked)
    print(f"{counted(len(asked), 'student')}, {counted(questions, 'question')}")
    return 1 if few else 0


def _folders(options, assignment, asked):
    """What goes where: questions for one student, or others for all, leave the class's in place."""
    from ...grading.folders import QUESTIONS

    if options.into:
        return [(options.into, asked)]
    folder = assignment.course.root / QUESTIONS / assignment.name
    if options.attempt > 1:
        folder /= f"attempt_{options.attempt}"
    if options.student:
        return [(folder / each.student, [each]) for each in asked]
    return [(folder, asked)]


def _known(options, assignment, unsafe: bool) -> int:
    from ...grading.results.questions import survey

    with progress_bar(f"right answers of {assignment}") as on_done:
        found = list(survey.survey(assignment, on_done, unsafe=unsafe))
    if options.json:
        rows = [
            {"exercise": each.grade_id, "answer": each.answer, "questions": len(each.found)}
            for each in found
        ]
        write_json(options.json, rows)
        if options.json == "-":
            return 0
    for each in found:
        if not each.is_enough:
            print(f"{each.grade_id}, {each.answer}: {counted(len(each.found), 'question')}")
    enough = sum(each.is_enough for each in found)
    print(
        f"right answers that give at least {survey.ASKED} questions: "
        f"{out_of(enough, len(found))}; questions in all: "
        f"{sum(len(each.found) for each in found)}"
    )
    return 0 if enough == len(found) else 1
