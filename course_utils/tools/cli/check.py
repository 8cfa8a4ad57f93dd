"""`course check`: a notebook, before it is handed in; a course, before anybody is graded."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from .command import REPOSITORY, Commands, open_course, progress_bar, write_json

HERE = Path()  # where no folder is named: the course we stand in, else the repository's


def add(commands: Commands) -> None:
    """Declare `course check` among the `commands`."""
    check = commands.command(
        "check",
        _check,
        "run your notebook and say what its visible tests say",
        examples="""
            course check ps2                 # the notebook that begins so, here or in the releases
            course check my/ps2_backprop.ipynb
            course check ps2 --hint          # a question for each test that fails; then --hint 2
            course check --course            # instructors: which way each graded cell is judged
            course check ps2 --course ~/my-course
        """,
        as_json=True,
    )
    check.add_argument("notebook", nargs="?", help="the file, or the beginning of its name: ps2")
    check.add_argument(
        "--course",
        nargs="?",
        type=Path,
        const=HERE,
        metavar="DIR",
        help="grade the instructor's own answers to all assignments, or to one, and the release",
    )
    check.add_argument(
        "--hint",
        nargs="?",
        type=int,
        const=1,
        default=0,
        choices=(1, 2, 3),
        metavar="N",
        help="also a hint for each test that fails: 1, a question (which it is unless you say "
        "more); 2, something to try as well; 3, where to read",
    )
    check.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="with --course: run answers without walls, as you, where this machine has none",
    )


def _check(options) -> int:
    from ...errors import UserError
    from ..notebooks import exercise_check

    if options.course is not None:
        return _check_course(options)
    if options.notebook is None:
        raise UserError("which notebook? `course check ps2`, or `course check --course` for all")
    places = [Path.cwd(), *sorted((REPOSITORY / "assignments/release").glob("*"))]
    notebook = exercise_check.find(options.notebook, places)
    with progress_bar("running") as on_done:
        outcomes = exercise_check.rehearse(notebook, on_done)
    outcomes = exercise_check.with_hints(outcomes, notebook, places)
    passes = all(outcome.passes is not False for outcome in outcomes)
    if options.json:
        write_json(options.json, [asdict(outcome) for outcome in outcomes])
    elif outcomes:
        width = shutil.get_terminal_size().columns
        print("\n".join(exercise_check.lines(notebook.name, outcomes, width, options.hint)))
    else:
        print(f"{notebook.name} has no graded cell")
    return 0 if outcomes and passes else 1


def _check_course(options) -> int:
    """Say which way each graded cell is judged; 0 if honest answers, and only these, get points."""
    from ...grading.authoring import self_check
    from ...grading.judging.verdicts import Way

    course = open_course(None if options.course == HERE else options.course)
    named = options.notebook
    chosen = [course.assignment(named)] if named else course.assignments()
    found = []
    with progress_bar("grading the instructor's own answers") as on_done:
        for number, assignment in enumerate(chosen):
            found.append(self_check.check(assignment, unsafe=options.unsafe_no_sandbox))
            on_done(number + 1, len(chosen))
    if options.json:
        write_json(options.json, [each.as_dict() for each in found])
    if options.json != "-":
        width = shutil.get_terminal_size().columns
        print("\n".join(line for each in found for line in self_check.lines(each, width)))
    cells = [cell for each in found for cell in each.cells()]
    left = any(each.not_tried for each in found)
    unfit = [cell for cell in cells if cell.way is Way.PERSON or cell.empty or not cell.certain]
    return 1 if unfit or left else 0
