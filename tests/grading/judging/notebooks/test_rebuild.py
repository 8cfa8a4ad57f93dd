"""Whatever was handed in becomes the instructor's notebook with a student's answers in it."""

import json
from copy import deepcopy

import nbformat
import pytest

from course_utils.grading.judging.notebooks import reading
from course_utils.grading.judging.notebooks.names import defined_names
from course_utils.grading.judging.notebooks.reading import Unreadable
from course_utils.grading.judging.notebooks.rebuild import rebuild, settings
from small_notebooks import answer, exam, notebook, shared, written

INSTRUCTOR = notebook(
    nbformat.v4.new_markdown_cell("# Numbers"),
    shared("import numpy as np"),
    shared("helper = 1", "locked"),
    answer("import math\n\ndef double(x):\n    return 2 * x", "double"),
    exam("assert double(2) == 4", "test_double", 2),
    answer("def half(x):\n    return x / 2\ndef third(x):\n    return x / 3", "half"),
    exam("assert half(2) == 1", "test_half", 3),
    written("why", 5),
)
STUBS = {
    "double": "def double(x):\n    raise NotImplementedError()",
    "half": "def half(x):\n    raise NotImplementedError()\ndef third(x): ...",
    "why": "Your answer here",
}
ANSWERS = {
    "double": "def double(x): return x + x",
    "half": "def half(x): return x * 0.5",
    "why": "!",
}


def released():
    """What a student was given, with their answers in it."""
    nb = deepcopy(INSTRUCTOR)
    for cell in nb.cells:
        grade_id = settings(cell).get("grade_id")
        cell.source = ANSWERS.get(grade_id, cell.source)
        if settings(cell).get("grade"):
            cell.metadata["nbgrader"]["checksum"] = "0" * 32
    return nb


def handed_in(content):
    if isinstance(content, bytes):
        return reading.read(content)
    return reading.read((content if isinstance(content, str) else json.dumps(content)).encode())


def rebuilt(content):
    return rebuild(INSTRUCTOR, handed_in(content), STUBS)


def answers(result) -> dict[str, str]:
    return {step.grade_id: step.student for step in result.steps if step.kind == "solution"}


RIGHT = {name: ANSWERS[name] for name in ("double", "half")}


def test_an_honest_notebook_needs_no_repair():
    result = rebuilt(nbformat.writes(released()))

    assert result.repairs == []
    assert answers(result) == RIGHT
    assert [step.kind for step in result.steps] == [
        *("shared", "shared", "solution", "test", "solution", "test")
    ]
    assert result.steps[2].binds == ["double"] and result.steps[2].judge == "import math"
    assert result.notebook.cells[-1].source == "!"


def cells(nb):
    return {settings(cell).get("grade_id"): cell for cell in nb.cells}


def lost_metadata(nb):
    for cell in nb.cells:
        cell.metadata = {}
    return "2 answers were found by the names that they define: double, half"


def deleted_test(nb):
    nb.cells.remove(cells(nb)["test_double"])
    return "the test test_double was missing: it was put back"


def duplicated_answer(nb):
    place = nb.cells.index(cells(nb)["double"])
    stub = deepcopy(nb.cells[place])
    stub.source = STUBS["double"]
    nb.cells.insert(place + 1, stub)
    return "the cell double was there 2 times: one is the answer"


def duplicated_everything(nb):
    nb.cells += deepcopy(nb.cells)
    return "times: one is the answer"


def reordered(nb):
    nb.cells.reverse()
    return "the cells were in another order"


def edited_test(nb):
    cells(nb)["test_double"].source = "assert True"


def points_raised(nb):
    cells(nb)["test_double"].metadata["nbgrader"]["points"] = 1000


def unlocked(nb):
    cells(nb)["locked"].metadata["nbgrader"]["locked"] = False
    cells(nb)["locked"].source = "helper = 2"


def retagged(nb):
    cells(nb)["test_double"].metadata["tags"] = ["skip-execution", "nbgrader-skip"]


def markdown_test(nb):
    cells(nb)["test_double"].cell_type = "markdown"


def renamed_test(nb):
    cells(nb)["test_double"].metadata["nbgrader"]["grade_id"] = "test_halve"


def swapped_flags(nb):
    own = cells(nb)["double"].metadata["nbgrader"]
    own |= {"grade": True, "solution": False, "locked": True}


def other_kernel(nb):
    nb.metadata = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}


def colab(nb):
    nb.metadata = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for cell in nb.cells:
        cell.metadata["id"] = cell.pop("id", "")


def moved_to_an_own_cell(nb):
    own = cells(nb)["double"]
    place = nb.cells.index(own)
    nb.cells.insert(place + 1, nbformat.v4.new_code_cell(own.source))
    own.source = STUBS["double"]
    return "the answer double was found by the names that it defines"


REPAIRED = [
    lost_metadata,
    deleted_test,
    duplicated_answer,
    duplicated_everything,
    reordered,
    edited_test,
    points_raised,
    unlocked,
    retagged,
    markdown_test,
    renamed_test,
    swapped_flags,
    other_kernel,
    colab,
    moved_to_an_own_cell,
]


@pytest.mark.parametrize("change", REPAIRED, ids=lambda change: change.__name__)
def test_what_colab_or_a_student_changed_is_put_right(change):
    nb = released()
    note = change(nb)
    result = rebuilt(json.dumps(nb))

    assert answers(result) == RIGHT
    tests = {step.grade_id: (step.points, step.judge) for step in result.steps if step.points}
    assert tests == {
        "test_double": (2.0, "assert double(2) == 4"),
        "test_half": (3.0, "assert half(2) == 1"),
    }
    assert [settings(c).get("grade_id") for c in result.notebook.cells if settings(c)] == [
        *("locked", "double", "test_double", "half", "test_half", "why")
    ]
    assert cells(result.notebook)["locked"].source == "helper = 1"
    assert result.notebook.metadata.kernelspec.name == "python3"
    assert any(note in repair for repair in result.repairs) if note else True


def test_a_deleted_answer_is_no_answer():
    nb = released()
    nb.cells.remove(cells(nb)["double"])
    result = rebuilt(json.dumps(nb))

    assert answers(result) == RIGHT | {"double": STUBS["double"]}
    assert "the cell double was missing: it was put back, empty" in result.repairs


def test_what_was_put_right_in_many_cells_is_one_line():
    nb = released()
    lost_metadata(nb)
    repairs = rebuilt(json.dumps(nb)).repairs

    assert "2 answers were found by the names that they define: double, half" in repairs
    assert "2 tests were missing, and were put back: test_double, test_half" in repairs
    assert len(repairs) <= 3


def test_own_cells_stay_where_they_were():
    nb = released()
    place = nb.cells.index(cells(nb)["double"])
    nb.cells.insert(place, nbformat.v4.new_code_cell("def mine(): pass"))
    result = rebuilt(json.dumps(nb))

    assert [step.kind for step in result.steps][2:4] == ["extra", "solution"]
    assert result.steps[2].student == "def mine(): pass" and result.steps[2].judge is None


def test_an_edited_set_up_cell_runs_only_at_the_student():
    nb = released()
    nb.cells[1].source = "import numpy as np, os"
    result = rebuilt(json.dumps(nb))

    assert (result.steps[0].student, result.steps[0].judge) == (
        *("import numpy as np, os", "import numpy as np"),
    )


def old_format(nb):
    """As Jupyter wrote it ten years ago."""
    sheet = [
        {
            "cell_type": cell["cell_type"],
            "metadata": cell["metadata"],
            ("input" if cell["cell_type"] == "code" else "source"): cell["source"],
        }
        for cell in nb["cells"]
    ]
    return json.dumps({"nbformat": 3, "worksheets": [{"cells": sheet}], "metadata": {}})


def conflict(nb):
    lines = nbformat.writes(nb).split("\n")
    place = next(n for n, line in enumerate(lines) if "x * 0.5" in line)
    theirs = lines[place].replace("0.5", "0.25")
    lines[place : place + 1] = ["<<<<<<< HEAD", lines[place], "=======", theirs, ">>>>>>> other"]
    return "\n".join(lines)


FORMS = {
    "nbformat 3": (old_format, "old format (nbformat 3)"),
    "a merge conflict": (conflict, "a merge conflict was left in the file"),
    "a byte order mark": (lambda nb: b"\xef\xbb\xbf" + nbformat.writes(nb).encode(), None),
    "utf-16": (lambda nb: nbformat.writes(nb).encode("utf-16"), None),
    "latin-1": (
        lambda nb: nbformat.writes(nb).replace("Numbers", "Zahlen für").encode("latin-1"),
        "characters that are no UTF-8 were replaced",
    ),
    "zero bytes": (lambda nb: nbformat.writes(nb) + "\x00" * 9, "zero bytes were left out"),
    "windows lines": (lambda nb: nbformat.writes(nb).replace("\n", "\r\n"), None),
    "lists of lines": (lambda nb: nbformat.writes(nb, version=4), None),
    "a damaged cell": (
        lambda nb: json.dumps(nb | {"cells": [7, None, *nb["cells"], {"source": 3}]}),
        "left out: 3 damaged cells",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_files_of_other_forms_are_read(form):
    write, note = FORMS[form]
    result = rebuilt(write(released()))

    assert answers(result) == RIGHT
    assert any(note in repair for repair in result.repairs) if note else not result.repairs


NO_NOTEBOOKS = {
    "nothing": ("", "is empty"),
    "spaces": (" \n", "is empty"),
    "text": ("no notebook", "the file is no JSON"),
    "half": (nbformat.writes(INSTRUCTOR)[:-9], "the file is no JSON"),
    "a number": ("3", "does not have a notebook's form"),
    "no cells": ("{}", "does not have a notebook's form"),
    "cells that are none": ('{"cells": {"a": 1}}', "does not have a notebook's form"),
    "deep": ("[" * 100_000 + "]" * 100_000, "the file is no JSON"),
    "a number without end": ('{"cells": ' + "9" * 5_000_000 + "}", "damaged"),
    "many cells": (json.dumps({"cells": [{}] * 6_000}), "has 6000 cells; at most 5000 are graded"),
    "infinity": ("Infinity", "does not have a notebook's form"),
}


@pytest.mark.parametrize("name", NO_NOTEBOOKS)
def test_what_is_no_notebook_says_so(name):
    content, message = NO_NOTEBOOKS[name]

    with pytest.raises(Unreadable, match=message):
        handed_in(content)


def test_strange_grade_ids_are_none():
    nb = released()
    for cell, strange in zip(nb.cells, [3, None, {"a": 1}, ["x"], "x" * 10**5], strict=False):
        cell.metadata["nbgrader"] = {"grade_id": strange}
    result = rebuilt(json.dumps(nb))

    assert answers(result) == RIGHT


def test_a_function_that_the_instructor_shows_is_no_lost_answer():
    shown = "def f(x): return x + 1"
    instructor = notebook(shared(shown), answer(shown, "f"), exam("assert f(1) == 2"))
    stub = "def f(x):\n    raise NotImplementedError"
    cells = [("", shown), ("f", stub), ("test", "assert f(1) == 2")]
    given = reading.Notebook(
        [
            reading.Cell("code", text, name or None, None, defined_names(text))
            for name, text in cells
        ]
    )
    rebuilt = rebuild(instructor, given, {"f": stub})

    assert [step.student for step in rebuilt.steps if step.grade_id == "f"] == [stub]
    assert not rebuilt.repairs


# --- cells that were split or copied ------------------------------------------------------------

HALF, THIRD = "def half(x): return x * 0.5", "def third(x): return x / 3"


def with_parts(grade_id, *parts):
    """A hand-in in which an answer stands in several cells, each with its grade_id."""
    nb = released()
    place = nb.cells.index(cells(nb)[grade_id])
    nb.cells[place : place + 1] = [
        nbformat.v4.new_code_cell(part, metadata=deepcopy(nb.cells[place].metadata))
        for part in parts
    ]
    return rebuilt(nb)


def students_code(result) -> list[str]:
    """All that the student's side runs of the student's own, in its order."""
    return [s.student for s in result.steps if s.kind in ("solution", "extra")]


def test_a_helper_that_was_split_off_runs_before_the_answer():
    result = with_parts("double", "def plus(x): return x + x", "def double(x): return plus(x)")

    assert students_code(result)[:2] == [
        "def plus(x): return x + x",
        "def double(x): return plus(x)",
    ]
    assert answers(result)["double"] == "def double(x): return plus(x)"


def test_what_was_split_off_behind_the_answer_runs_after_it():
    result = with_parts("double", ANSWERS["double"], "print(double(7))")

    assert students_code(result)[:2] == [ANSWERS["double"], "print(double(7))"]
    assert answers(result)["double"] == ANSWERS["double"]


def test_names_that_were_split_apart_are_one_answer():
    assert answers(with_parts("half", HALF, "", THIRD))["half"] == f"{HALF}\n\n{THIRD}"


def test_of_two_attempts_the_last_whole_one_is_the_answer():
    """The first may fail: it runs in a cell of its own, as it did for the student."""
    result = with_parts("double", "def double(x): return 1\nassert double(2) == 4", "1 / 0")
    assert answers(result)["double"].startswith("def double")

    result = with_parts("double", "def double(x): return 1", "1 / 0", ANSWERS["double"])
    assert answers(result)["double"] == ANSWERS["double"]
    assert result.repairs == [
        "the cell double was there 3 times: one is the answer, and what stands in the others runs "
        "as well"
    ]


def test_parts_of_an_answer_in_words_are_one_text():
    nb = released()
    why = cells(nb)["why"]
    first, second = deepcopy(why), deepcopy(why)
    first.source, second.source = "Because", "of that."
    nb.cells[nb.cells.index(why) :] = [first, second]
    (cell,) = [c for c in rebuilt(nb).notebook.cells if settings(c).get("grade_id") == "why"]

    assert cell.source == "Because\n\nof that."


def test_a_part_that_became_a_text_is_no_code():
    nb = released()
    note = deepcopy(cells(nb)["double"])
    note.cell_type, note.source = "markdown", "Here I double it."
    nb.cells.insert(nb.cells.index(cells(nb)["double"]), note)

    assert answers(rebuilt(nb))["double"] == ANSWERS["double"]


BOTH = "def double(x): return x + x\n\ndef half(x): return x * 0.5\ndef third(x): return x / 3"


@pytest.mark.parametrize("left", ["half is gone", "half is a placeholder", "double is gone"])
def test_two_answers_in_one_cell_are_both_answered(left):
    nb = released()
    whole, other = ("half", "double") if left == "double is gone" else ("double", "half")
    for cell in nb.cells:
        if settings(cell).get("grade_id") == whole:
            cell.source = BOTH
        elif settings(cell).get("grade_id") == other:
            cell.source = STUBS[other]
    if left != "half is a placeholder":
        nb.cells = [cell for cell in nb.cells if settings(cell).get("grade_id") != other]
    result = rebuilt(nb)

    assert answers(result) == {"double": BOTH, "half": BOTH}
    assert f"the answer {other} was found in the cell {whole}, which runs in both places" in (
        result.repairs
    )


def test_a_helper_of_the_same_name_is_no_answer_to_another_exercise():
    nb = released()
    for cell in nb.cells:
        if settings(cell).get("grade_id") == "double":
            cell.source = "import math\nx = 2\n" + ANSWERS["double"]
        elif settings(cell).get("grade_id") == "half":
            cell.source = STUBS["half"]

    assert answers(rebuilt(nb))["half"] == STUBS["half"]


def test_two_answers_in_one_cell_get_the_points_of_both(judged):
    verdicts = judged.judge(INSTRUCTOR, {"double": BOTH, "half": ""}).verdicts

    assert [verdicts[name].points for name in ("test_double", "test_half")] == [2, 3]
