"""What `course lab` starts, on which page and for whose class; JupyterLab itself is in browser/."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.exchange.default import ExchangeReleaseAssignment as Releasing

from course_utils.grading import Course
from course_utils.tools import cli, lab
from course_utils.tools.cli import lab as command


@pytest.fixture
def repository(course, tmp_path):
    """A repository with the first lecture, whose `assignments/` is the small course."""
    (tmp_path / lab.FIRST).parent.mkdir()
    (tmp_path / lab.FIRST).touch()
    course.root.rename(tmp_path / "assignments")
    return tmp_path


def settle(course: Course, **settings: str) -> Course:
    """The course, with lines for its exchange."""
    lines = [f"c.Exchange.{name} = {value!r}\n" for name, value in settings.items()]
    file = course.root / "nbgrader_config.py"
    file.write_text(file.read_text() + "".join(lines))
    return Course(course.root)


@pytest.mark.parametrize(
    "formgrader, page", [(False, "/lab/tree/lectures/00_start_here.ipynb"), (True, "/formgrader")]
)
def test_it_shows_the_repository_and_opens_where_one_begins(repository, formgrader, page):
    opened = lab.plan(repository, Course(repository / "assignments"), formgrader=formgrader)

    assert (opened.root, opened.page) == (repository, page)


def test_a_course_that_lies_elsewhere_opens_on_the_launcher(course, tmp_path):
    opened = lab.plan(tmp_path / "elsewhere", course)

    assert (opened.root, opened.page) == (course.root, "/lab")
    assert "JupyterLab opens on its launcher." in lab.lines(opened, tmp_path / "demo")


def test_an_edition_without_a_course_says_only_what_there_is(repository):
    assert lab.lines(lab.plan(repository, None), repository) == [
        "JupyterLab opens on lectures/00_start_here.ipynb.",
        f"  Files            {repository}",
        "Ctrl-C ends it.\n",
    ]


def test_of_two_values_for_a_setting_the_one_typed_is_handed_on(course):
    opened = lab.plan(course.root, course)

    given = opened.command(["--no-browser", "--Application.log_level=INFO"])

    assert [word for word in given if "log_level" in word] == ["--Application.log_level=INFO"]
    assert given[:3] == [sys.executable, "-m", "jupyterlab"] and given[-2] == "--no-browser"
    assert ("--allow-root" in given) == (os.geteuid() == 0)


def test_settings_of_the_course_come_before_those_that_were_there(course, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/home/ada/settings")

    variables = lab.plan(course.root, course).environment()

    assert variables["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [
        str(course.root),
        str(lab.OVERRIDES),
        "/home/ada/settings",
    ]
    assert variables["PATH"].startswith(str(Path(sys.executable).parent))


def test_a_class_has_begun_once_somebody_is_in_it(course, hand_in, monkeypatch):
    monkeypatch.setenv("PATH", lab.plan(course.root, course).environment()["PATH"])  # for alembic
    with closing(Gradebook(course.database)):
        looked_at = lab.is_begun(course)
    with closing(Gradebook(course.database)) as gradebook:
        gradebook.add_student("ada")
        entered = lab.is_begun(course)
        gradebook.remove_student("ada")
    hand_in("bela")

    assert (looked_at, entered, lab.is_begun(course)) == (False, True, True)


def test_a_class_in_a_folder_with_an_odd_name_or_with_a_damaged_gradebook_has_begun(course):
    course = Course(course.root.rename(course.root.with_name("class #1, 100%")))
    file = course.root / "gradebook.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE student (id)")
        empty = lab.is_begun(course)
        database.execute("INSERT INTO student VALUES ('ada')")
    entered = lab.is_begun(course)
    file.write_bytes(b"not a database at all" * 100)

    assert (empty, entered, lab.is_begun(course)) == (False, True, True)


def test_the_demo_class_is_shown_until_the_class_has_begun(repository, monkeypatch):
    demo = repository / "build/demo"
    demo.mkdir(parents=True)
    shutil.copy(repository / "assignments/nbgrader_config.py", demo)
    monkeypatch.setattr(command, "REPOSITORY", repository)
    monkeypatch.chdir(repository)

    before, _ = command._choose(None)
    (repository / "assignments/submitted/ada").mkdir(parents=True)
    after, _ = command._choose(None)

    assert (before.root, after.root) == (demo, repository / "assignments")


def test_without_nbgrader_there_are_the_lectures_and_without_jupyterlab_a_line(
    repository, monkeypatch, capsys
):
    absent = {"nbgrader"}
    find = command.find_spec
    monkeypatch.setattr(command, "find_spec", lambda name: None if name in absent else find(name))

    assert command._choose(None)[0] is None
    assert cli.main(["lab", "--formgrader"]) == 2
    assert capsys.readouterr().err.startswith(
        "course: no class is graded here: nbgrader is missing"
    )

    absent.add("jupyterlab")
    assert cli.main(["lab"]) == 2
    assert capsys.readouterr().err.startswith("course: JupyterLab is not installed: pip install")


def test_an_exchange_in_the_courses_folder_is_made_with_the_place_for_what_is_fetched(course):
    settle(course, root=f"{course.root}/exchange", assignment_dir=f"{course.root}/fetched")

    folder, usable = lab.exchange(Course(course.root))

    assert usable and folder == course.root / "exchange"
    assert (course.root / "exchange").is_dir() and (course.root / "fetched").is_dir()


def test_where_there_is_no_exchange_a_line_says_so_and_which_setting_names_one(course, tmp_path):
    course = settle(course, root=str(tmp_path / "nowhere"))
    opened = lab.plan(course.root, course)

    said = "\n".join(lab.lines(opened, tmp_path / "demo"))

    assert f"not here: {tmp_path / 'nowhere'} cannot be written to" in said
    assert f"c.Exchange.root in {course.root}/nbgrader_config.py" in said
    assert not (tmp_path / "nowhere").exists()


def test_a_course_in_which_no_exchange_can_be_made_opens_all_the_same(course):
    (course.root / "taken").write_text("a file")
    course = settle(course, root=f"{course.root}/taken/exchange")

    assert lab.exchange(course) == (course.root / "taken/exchange", False)


def test_nbgrader_releases_into_the_exchange_that_is_kept_in_the_courses_folder(course):
    file = course.root / "nbgrader_config.py"
    line = "exchange.keep_in(c, c.CourseDirectory.root)\n"
    file.write_text(f"{file.read_text()}from course_utils.grading import exchange\n{line}")
    (course.root / "release/ps0_numbers").mkdir(parents=True)
    (course.root / "release/ps0_numbers/numbers.ipynb").touch()
    config, directory = course.config, course.directory
    directory.course_id, directory.assignment_id = "cnn", "ps0_numbers"

    Releasing(coursedir=directory, config=config).start()

    assert (course.root / "exchange/cnn/outbound/ps0_numbers/numbers.ipynb").is_file()
