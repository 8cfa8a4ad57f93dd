"""The students' version follows its source, and is never half there."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell

from course_utils.grading import Course, CourseError
from course_utils.grading.authoring import release
from course_utils.tools import cli

pytestmark = pytest.mark.proof

PS0 = "ps0_numbers"


def test_a_release_has_neither_solutions_nor_hidden_tests(course):
    text = (release.release(course.assignment(PS0)) / "numbers.ipynb").read_text()

    assert "NotImplementedError" in text
    assert "double(1) == 2" in text
    for secret in ("return 2 * x", "double(-3)", "BEGIN SOLUTION", "BEGIN HIDDEN"):
        assert secret not in text


@pytest.mark.usefixtures("released")
def test_a_release_is_out_of_date_once_its_source_changes(course):
    """And not because somebody has opened it, which leaves a checkpoint beside it."""
    checkpoint = course.assignment(PS0).release / ".ipynb_checkpoints/numbers-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.write_text("{}")
    assert release.differences(course.assignment(PS0)) == []

    source = course.assignment(PS0).notebooks()[0]
    source.write_text(source.read_text().replace("Write `halve`", "Now write `halve`"))

    assert release.differences(course.assignment(PS0)) == [
        f"release/{PS0}/numbers.ipynb is out of date: run `course release {PS0}`"
    ]


@pytest.mark.usefixtures("released")
def test_a_course_that_was_moved_is_released_still(course, monkeypatch):
    """Its gradebook has moved with it; one that lies elsewhere knows nothing of it."""
    asked = []
    monkeypatch.setattr(release, "_make", lambda assignment: asked.append(assignment.name))
    moved = Course(course.root.rename(course.root.with_name("moved")))

    release.ensure_released(moved.assignment(PS0))
    assert asked == []

    config = moved.root / "nbgrader_config.py"
    config.write_text(config.read_text() + 'c.CourseDirectory.db_url = "sqlite:////elsewhere.db"\n')
    release.ensure_released(Course(moved.root).assignment(PS0))
    assert asked == [PS0]


def test_of_several_graders_who_begin_at_once_one_releases(course, monkeypatch):
    """On a gradebook that they share, a second one would enter the same cells meanwhile."""
    make, made = release._make, []

    def slowly(assignment):
        made.append(assignment.name)
        time.sleep(0.5)
        return make(assignment)

    monkeypatch.setattr(release, "_make", slowly)
    with ThreadPoolExecutor(3) as graders:
        list(graders.map(release.ensure_released, [course.assignment(PS0)] * 3))

    assert made == [PS0] and course.assignment(PS0).release.is_dir()


@pytest.mark.usefixtures("released")
def test_a_release_that_a_merge_has_broken_is_out_of_date(course):
    target = course.assignment(PS0).release / "numbers.ipynb"
    target.write_text("<<<<<<< HEAD\n" + target.read_text())

    (line,) = release.differences(course.assignment(PS0))

    assert line.startswith(f"release/{PS0}/numbers.ipynb is out of date")


def test_a_course_that_cannot_be_written_is_a_line(course, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(release.tempfile, "TemporaryDirectory", refuse)
        with pytest.raises(CourseError, match="course cannot be written: Permission denied"):
            release.differences(course.assignment(PS0))

    monkeypatch.setattr(release, "replace_folder", refuse)
    with pytest.raises(CourseError, match=f"{PS0} cannot be written: Permission denied"):
        release.release(course.assignment(PS0))


@pytest.mark.usefixtures("released")
def test_a_release_that_nbgrader_refuses_leaves_the_old_one_as_it_was(course, monkeypatch):
    target = course.assignment(PS0).release / "numbers.ipynb"
    before = target.read_bytes()
    source = course.assignment(PS0).notebooks()[0]
    source.write_text(source.read_text().replace("### END SOLUTION", "### END OF IT"))
    monkeypatch.setattr(release.source_checks, "of_source", lambda assignment: [])

    with pytest.raises(
        CourseError, match="ps0_numbers cannot be released: .*no end solution statement"
    ):
        release.release(course.assignment(PS0))

    assert target.read_bytes() == before
    assert not list(course.root.glob(".release-*"))


# --- checks before anything is replaced ----------------------------------------------------------


@pytest.fixture
def edit(course):
    """Change the instructor's notebook: the cells by grade_id, or by place."""

    def edit(change):
        file = course.assignment(PS0).notebooks()[0]
        notebook = nbformat.read(file, as_version=4)
        cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
        change(notebook, cells)
        nbformat.write(notebook, file)

    return edit


def setting(grade_id, /, **values):
    return lambda notebook, cells: cells[grade_id].metadata.nbgrader.update(values)


def replacing(grade_id, old, new):
    def change(notebook, cells):
        assert old in cells[grade_id].source
        cells[grade_id].source = cells[grade_id].source.replace(old, new)

    return change


def dropping(grade_id):
    return lambda notebook, cells: notebook.cells.remove(cells[grade_id])


def moving_first(grade_id):
    def change(notebook, cells):
        notebook.cells.remove(cells[grade_id])
        notebook.cells.insert(0, cells[grade_id])

    return change


def showing(text):
    return lambda notebook, cells: notebook.cells.append(new_markdown_cell(text))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (setting("test_double", points=0), "test_double is graded and has no points: set points"),
        (setting("halve", grade_id="double"), "the grade_id 'double' is on cells 3 and 6: give"),
        (setting("halve", grade_id=""), "cell 6 has no grade_id: give it one"),
        (
            setting("test_double", locked=False),
            "test_double is a test that students may edit: lock",
        ),
        (setting("double", locked=True), "double is an answer that nobody can write: unlock it"),
        (dropping("test_double"), "double has no test before the next answer: add a graded test"),
        (dropping("test_halve"), "halve has no test behind it: add a graded test cell"),
        (
            moving_first("test_double"),
            "test_double comes before any answer: move it behind its own",
        ),
        (
            replacing("halve", "### END SOLUTION", ""),
            "halve has BEGIN SOLUTION without END SOLUTION, or the other way: add it",
        ),
        (
            replacing("test_halve", "BEGIN HIDDEN TESTS", "BEGIN SOLUTION"),
            "test_halve has BEGIN SOLUTION but is not an answer",
        ),
        (
            replacing("double", "SOLUTION", "HIDDEN TESTS"),
            "double has BEGIN HIDDEN TESTS but is not a test",
        ),
        (setting("double", schema_version=1), "nbgrader's settings are of an old kind"),
        (
            replacing("test_halve", "### BEGIN HIDDEN", "### RULES second=9\n### BEGIN HIDDEN"),
            "test_halve, line 2: RULES second: there is no such rule; there are forbid, allow",
        ),
    ],
)
def test_what_is_wrong_with_a_source_is_a_line_with_the_remedy(course, edit, change, line):
    edit(change)

    wrong = release.findings(course.assignment(PS0))

    assert any(line in found for found in wrong), wrong
    assert all(found.startswith(f"source/{PS0}/numbers.ipynb: ") for found in wrong)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("numbers.ipynb~", None),  # an editor's backup of the instructor's version
        ("helper.py", "def secret(x):\n    return x / 2; assert double(-3) == -6\n"),
        ("notes.md", "Negative numbers are doubled, too.\n"),
        ("data/expected.json", '{"points": "2.0 * (halve(4) == 2)"}'),
    ],
)
def test_what_lies_beside_the_notebook_is_released_only_without_answers(course, name, text):
    source = course.assignment(PS0).source
    file = source / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text or course.assignment(PS0).notebooks()[0].read_text())

    wrong = release.findings(course.assignment(PS0))
    file.write_text("nothing that is secret\n")

    assert wrong and all(f"{PS0}/{name}" in line and " in ps0_numbers" in line for line in wrong)
    assert release.findings(course.assignment(PS0)) == []


def test_a_file_that_cannot_be_looked_into_and_a_link_are_refused(course):
    (course.assignment(PS0).source / "weights.bin").write_bytes(b"\0\1\2")
    assert "weights.bin: neither text nor a picture" in release.findings(course.assignment(PS0))[0]

    (course.assignment(PS0).source / "grades.csv").symlink_to("/etc/passwd")
    assert release.findings(course.assignment(PS0)) == [
        f"source/{PS0}/grades.csv is a link: put the file itself there"
    ]


def test_nothing_is_changed_by_a_release_that_does_not_pass(course, edit):
    edit(setting("test_double", points=0))

    with pytest.raises(release.NotFit) as refused:
        release.release(course.assignment(PS0))

    assert str(refused.value).startswith(f"{PS0} is not released, nothing was changed:\n  source/")
    assert not course.assignment(PS0).release.exists()
    assert not (course.root / "gradebook.db").exists()


def test_what_a_changed_nbgrader_leaves_in_is_noticed(course):
    """Settings that switch a step off: outputs, hidden tests and their checksums would go out."""
    config = course.root / "nbgrader_config.py"
    steps = [
        f"nbgrader.preprocessors.{name}"
        for name in ("LockCells", "ComputeChecksums", "SaveCells", "CheckCellMetadata")
    ]
    config.write_text(config.read_text() + f"\nc.GenerateAssignment.preprocessors = {steps}\n")

    wrong = "\n".join(release.findings(Course(course.root).assignment(PS0)))

    assert "double still has a mark SOLUTION: keep nbgrader's step that clears it" in wrong
    assert "a line of the hidden tests of test_halve" in wrong
    assert "a case of the hidden tests of test_double" in wrong


# --- the command ---------------------------------------------------------------------------------


def test_the_command_releases_all_and_says_what_is_out_of_date(course, edit, capsys):
    where = ["--course", str(course.root)]

    assert cli.main(["release", "--all", *where]) == 0
    assert capsys.readouterr().out.endswith(f"release/{PS0} released\n")
    assert cli.main(["release", "ps0", "--check", *where]) == 0
    assert "is up to date" in capsys.readouterr().out

    edit(showing("## Done?"))
    assert cli.main(["release", "--all", "--check", "--json", "-", *where]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert row["state"] == "is out of date" and row["assignment"] == PS0
    assert row["wrong"][0].endswith("run `course release ps0_numbers`")

    edit(setting("test_double", points=0))
    assert cli.main(["release", "ps0", *where]) == 2
    assert "test_double is graded and has no points" in capsys.readouterr().out

    assert cli.main(["release", *where]) == 2
    assert "name an assignment, or say --all" in capsys.readouterr().err

    course.assignment(PS0).source.rename(course.root / "elsewhere")
    assert cli.main(["release", "--all", *where]) == 2
    assert "/source has no assignment" in capsys.readouterr().err
