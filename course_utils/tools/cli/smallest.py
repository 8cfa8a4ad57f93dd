"""`course smallest`: does each known mistake have a small input that shows it?"""

from __future__ import annotations

from dataclasses import asdict

from ...errors import counted, out_of
from .command import Commands, open_course, progress_bar, takes_assignment, write_json


def add(commands: Commands) -> None:
    """Declare `course smallest` among the `commands`."""
    smallest = commands.command(
        "smallest",
        _smallest,
        "look for the smallest input that shows each known mistake",
        examples="""
            course smallest ps1            # every answer of assignments/mistakes
            course smallest ps1 --cells    # and the cells that students would see
            course smallest ps1 --store    # and keep the figure in feedback.json
        """,
        needs_course=True,
        as_json=True,
    )
    takes_assignment(smallest)
    smallest.add_argument("--cells", action="store_true", help="print the cells, too")
    smallest.add_argument("--store", action="store_true", help="keep the figure for the book")


def _smallest(options) -> int:
    from ...grading.authoring import feedback_figures, smallest_inputs

    course = open_course(options.course)
    assignment = course.assignment(options.assignment)
    with progress_bar(f"smallest inputs of {assignment}") as on_done:
        found = smallest_inputs.survey(assignment, on_done, unsafe=course.unsafe)
    wrong = [each for each in found if each.failed and not each.is_right]
    good = sum(each.is_good for each in wrong)
    if options.store:
        feedback_figures.write(assignment, feedback_figures.SMALLEST, good, len(wrong))
    if options.json:
        write_json(options.json, [asdict(each) for each in found])
        if options.json == "-":
            return 0
    if not found:
        print(f"no test of {assignment} looks for smallest inputs: ### RULES smallest=3 asks")
        return 0
    false = [each for each in found if each.is_right and each.cell]
    for each in wrong:
        said = f"{counted(each.numbers, 'number')}, {each.seconds:.2f} s" if each.cell else each.why
        if options.cells or not each.is_good:
            print(f"{each.grade_id}, {each.answer}: {said}")
        if options.cells and each.cell:
            print("    " + each.cell.replace("\n", "\n    "))
    for each in false:
        print(f"{each.grade_id}, {each.answer} is right, and differs:\n{each.cell}")
    most, slowest = smallest_inputs.LARGEST, smallest_inputs.SLOWEST
    print(
        f"wrong answers that at most {most} numbers show, found in less than {slowest:g} s of "
        f"processor time: {out_of(good, len(wrong))}"
    )
    return 1 if false else 0
