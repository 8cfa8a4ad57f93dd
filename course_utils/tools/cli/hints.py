"""`course hints`: which known mistakes does a hint help with?"""

from __future__ import annotations

from dataclasses import asdict

from ...errors import out_of
from .command import Commands, open_course, progress_bar, takes_assignment, write_json


def add(commands: Commands) -> None:
    """Declare `course hints` among the `commands`."""
    hints = commands.command(
        "hints",
        _hints,
        "say which known mistakes get a ladder of hints",
        examples="""
            course hints ps1               # every wrong answer of assignments/mistakes
            course hints ps1 --ladders     # and the hints that students would see
            course hints ps1 --store       # and keep the figure in feedback.json
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(hints)
    hints.add_argument("--ladders", action="store_true", help="print the hints, too")
    hints.add_argument("--store", action="store_true", help="keep the figure for the book")


def _hints(options) -> int:
    from ...grading.authoring import feedback_figures, hint_survey

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    with progress_bar(f"hints of {assignment}") as on_done:
        found = hint_survey.survey(assignment, on_done, unsafe=course.unsafe)
    answers: dict[tuple[str, str], list] = {}
    for each in found:
        answers.setdefault((each.grade_id, each.answer), []).append(each)
    helped = sum(any(test.hint for test in tests) for tests in answers.values())
    if options.store:
        feedback_figures.write(assignment, feedback_figures.HINTS, helped, len(answers))
    if options.json:
        write_json(options.json, [asdict(each) for each in found])
        if options.json == "-":
            return 0
    for (exercise, answer), tests in answers.items():
        has_one = any(test.hint for test in tests)
        if options.ladders or not has_one:
            print(f"{exercise}, {answer}")
        for test in tests if options.ladders or not has_one else ():
            print(f"    {test.cell} says: {'; '.join(test.said)}")
            for rung in test.hint.rungs if test.hint else ("no hint",):
                print(f"        {rung}")
    share = helped / len(answers) if answers else 1.0
    print(f"wrong answers with a ladder of hints: {out_of(helped, len(answers))}")
    return 0 if share >= hint_survey.AIM else 1
