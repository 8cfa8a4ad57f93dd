"""Notebooks in other languages: said in a line, nothing of them runs, all else is graded."""

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_utils.grading import Course, nbgrader_process
from course_utils.grading.authoring import self_check
from course_utils.grading.judging import submitted_notebook
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.submitted_notebook import NotebookSource
from course_utils.grading.judging.verdicts import VerdictKind
from course_utils.grading.results import grades, summary
from course_utils.grading.running import grade_class
from small_notebooks import answer, exam, notebook

R = {"name": "ir", "display_name": "R"}
SOLUTION = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
TWICE = 'twice <- function(x) {\n  if (x %% 2 == 0) "even" else x * 2 # `odd`\n}'
WAITS = "stats is written in R, which the judge does not run"


def written_in(kernel: dict, info: str = "") -> NotebookSource:
    nb = notebook(answer(TWICE, "twice"), exam("stopifnot(twice(3) == 6)", "test_twice", 2))
    nb.metadata["kernelspec"] = kernel
    if info:
        nb.metadata["language_info"] = {"name": info}
    return NotebookSource("stats", nbformat.writes(nb), (("twice", "stop()", ""),))


@pytest.mark.parametrize(
    ("kernel", "info", "judged"),
    [
        ({"name": "python3", "language": "python"}, "", True),
        ({"name": "xpython"}, "", True),
        ({"name": "my-env", "language": "Python"}, "", True),
        ({"name": "my-env"}, "python", True),
        ({}, "", True),
        ({"name": "ir", "language": "R"}, "", False),
        ({"name": "ir"}, "", False),
        ({"name": "my-env"}, "R", False),
        ({"name": "julia-1.10"}, "", False),
        ({"name": "java", "language": "java"}, "", False),
    ],
)
def test_what_a_notebook_is_written_in(kernel, info, judged):
    assert submitted_notebook.is_python(written_in(kernel, info)) is judged


@pytest.mark.parametrize("ways", [None, {}])
def test_nothing_of_it_runs_and_no_points_are_given_or_taken(ways, monkeypatch):
    source = written_in(R)
    monkeypatch.setattr(submitted_notebook.judge_process, "judge", None)

    prepared = submitted_notebook.prepare(source, source.text.encode(), [])
    graded = submitted_notebook.grade(prepared, "stats", files={}, handed_in={}, ways=ways)

    verdict = graded.verdicts["test_twice"]
    assert graded.points == {"test_twice": None}
    assert verdict.kind is VerdictKind.BROKEN_TEST and verdict.detail.startswith(WAITS)
    assert nbformat.reads(graded.text, as_version=4).cells[0].source == TWICE


@pytest.mark.parametrize("data", [b"", b"{"])
def test_where_it_cannot_be_read_the_file_is_to_blame(data):
    prepared = submitted_notebook.prepare(written_in(R), data, [])
    graded = submitted_notebook.grade(prepared, "stats", files={}, handed_in={})

    assert graded.verdicts["test_twice"].kind is VerdictKind.NOT_RUN


@pytest.mark.proof
def test_a_course_with_a_notebook_in_r(tmp_path):
    folder = tmp_path / "source" / "ps"
    folder.mkdir(parents=True)
    (tmp_path / "nbgrader_config.py").write_text(
        "from course_utils.grading import configure\nc = get_config()\n"
        f"configure(c, unsafe_no_sandbox={missing() is not None})\n"
    )
    cells = [
        answer(SOLUTION.format("def double(x): return 2 * x"), "double"),
        exam("assert double(2) == 4", "test_double", 3),
    ]
    nbformat.write(notebook(*cells), folder / "python.ipynb")
    cells = [
        answer(SOLUTION.format(TWICE), "twice"),
        exam("stopifnot(twice(3) == 6)", "test_twice", 2),
        exam("stopifnot(twice(5) == 10)", "test_more", 1),
    ]
    stats = notebook(*cells)
    stats.metadata["kernelspec"] = R
    nbformat.write(stats, folder / "stats.ipynb")

    lines = self_check.lines(self_check.check(Course(tmp_path).assignment("ps")))
    assert [line for line in lines if WAITS in line][0].startswith("ps/stats: ")
    assert "ps: 1 graded cell: 1 judged apart" in lines

    assert nbgrader_process.run("generate_assignment", "ps", root=tmp_path).ok
    hand_in = tmp_path / "submitted" / "ada" / "ps"
    hand_in.mkdir(parents=True)
    for file in folder.glob("*.ipynb"):
        (hand_in / file.name).write_text(file.read_text("utf-8"), "utf-8")
    outcome = nbgrader_process.run("autograde", "ps", root=tmp_path)

    assert outcome.status == 1
    assert outcome.log.count(WAITS) == 1
    assert "test_twice, test_more wait for a person (ada)" in outcome.log
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        found = {
            grade.name: (grade.auto_score, grade.needs_manual_grade)
            for submitted in gradebook.find_submission("ps", "ada").notebooks
            for grade in submitted.grades
        }
    waits = (None, True)
    assert found == {"test_double": (3.0, False), "test_twice": waits, "test_more": waits}

    run = grade_class.grade(Course(tmp_path).assignment("ps"), again=True)
    attention = summary.summarize(run, grades.read(run.assignment, run.records)).attention
    assert len(attention) == 1 and WAITS in attention[0][1]
