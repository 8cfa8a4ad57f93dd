"""What nbgrader may read of a submission: ordinary files, under the names it expects."""

import os
import socket
import time

import pytest

from course_utils.grading.judging.notebooks import staging


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "submitted"
    folder.mkdir()
    return folder


def staged(folder, *, notebooks=("a.ipynb",), received=None):
    """The staged files with their contents, and the notes."""
    target = folder.parent / "staged"
    notes = staging.stage(folder, target, list(notebooks), received)
    files = [path for path in sorted(target.rglob("*")) if path.is_file()]
    assert not any(path.is_symlink() for path in target.rglob("*"))
    return {str(path.relative_to(target)): path.read_text() for path in files}, notes


def test_ordinary_files_are_copied(folder):
    (folder / "a.ipynb").write_text("{}")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("1")

    assert staged(folder) == ({"a.ipynb": "{}", "data/x.csv": "1"}, [])


def test_a_second_time_leaves_nothing_of_the_first(folder):
    (folder / "a.ipynb").write_text("{}")
    (folder / "old.txt").write_text("1")
    staged(folder)
    (folder / "old.txt").unlink()

    assert list(staged(folder)[0]) == ["a.ipynb"]


@pytest.mark.parametrize(
    "name", ["a (2).ipynb", "a_ada.ipynb", "Copy of a.ipynb", "sub/a.ipynb", "A.IPYNB"]
)
def test_a_notebook_under_another_name_is_found(folder, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("{}")
    files, notes = staged(folder)

    assert files == {"a.ipynb": "{}"}
    assert notes == [f"{name} was taken for a.ipynb"]


def test_the_only_notebook_is_taken_whatever_its_name(folder):
    (folder / "homework.ipynb").write_text("{}")

    assert staged(folder)[0] == {"a.ipynb": "{}"}


def test_of_two_notebooks_the_missing_one_is_empty(folder):
    (folder / "b.ipynb").write_text("{}")
    files, notes = staged(folder, notebooks=("a.ipynb", "b.ipynb"))

    assert files == {"a.ipynb": "", "b.ipynb": "{}"}
    assert notes == ["a.ipynb was not handed in"]


def test_other_notebooks_are_not_graded(folder):
    for name in ("a.ipynb", "other.ipynb", "--help.ipynb"):
        (folder / name).write_text("{}")

    assert list(staged(folder)[0]) == ["a.ipynb"]


def make_pipe(path):
    os.mkfifo(path)


def make_link(path):
    path.symlink_to("/etc/hostname")


def make_device(path):
    path.symlink_to("/dev/zero")


def make_folder(path):
    path.mkdir()
    (path / "a.ipynb").write_text("{}")


def make_large(path):
    with open(path, "wb") as file:
        file.truncate(10**10)


def make_loop(path):
    path.symlink_to(path.name)


STRANGE = [make_pipe, make_link, make_device, make_folder, make_large, make_loop]


@pytest.mark.parametrize("make", STRANGE, ids=lambda make: make.__name__)
def test_what_is_no_ordinary_file_is_nothing(folder, make):
    make(folder / "a.ipynb")
    (folder / "notes.txt").write_text("hello")
    files, notes = staged(folder)

    assert files == {"a.ipynb": "", "notes.txt": "hello"}
    assert any(note.startswith("a.ipynb ") for note in notes)


def make_socket(path):
    here = os.getcwd()
    os.chdir(path.parent)  # an address of a socket is short
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(path.name)
    os.chdir(here)


STRANGE += [make_socket]


@pytest.fixture
def neighbours(tmp_path):
    """What anna and eve handed in for ps: anna a notebook, eve nothing yet."""
    both = [tmp_path / "submitted" / name / "ps" for name in ("anna", "eve")]
    for folder in both:
        folder.mkdir(parents=True)
    (both[0] / "a.ipynb").write_text("anna's")
    (both[0] / "data.csv").write_text("anna's data")
    time.sleep(0.05)  # longer than a tick of the clock that files are dated with
    return both


def collected(folder) -> dict[str, bytes]:
    """What is taken for a hand-in, without what is empty."""
    files, _ = staging.collect(folder, ["a.ipynb"])
    return {name: data for name, data in files.items() if data}


def link_the_folder(anna, eve):
    eve.rmdir()
    eve.symlink_to("../anna/ps")


def link_the_student(anna, eve):
    eve.rmdir()
    eve.parent.rmdir()
    eve.parent.symlink_to("anna")


def link_by_a_link(anna, eve):
    (eve.parent / "other").symlink_to(anna)
    eve.rmdir()
    eve.symlink_to("other")


def link_the_files(anna, eve):
    for file in anna.iterdir():
        (eve / file.name).symlink_to(file)


def link_a_folder_inside(anna, eve):
    (eve / "sub").symlink_to(anna)


def link_deep_below(anna, eve):
    deep = eve / "b" / "c"
    deep.mkdir(parents=True)
    (deep / "d").symlink_to(anna)
    (deep / "a.ipynb").symlink_to(anna / "a.ipynb")


def share_the_files(anna, eve):
    for file in anna.iterdir():
        os.link(file, eve / file.name)


def share_under_another_name(anna, eve):
    (eve / "sub").mkdir()
    os.link(anna / "a.ipynb", eve / "sub" / "a (2).ipynb")


LINKS = [link_the_folder, link_the_student, link_by_a_link, link_the_files, link_a_folder_inside]
LINKS += [link_deep_below, share_the_files, share_under_another_name]


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link.__name__)
def test_what_is_a_neighbours_is_nobody_elses_answer(neighbours, link):
    anna, eve = neighbours
    link(anna, eve)

    assert collected(eve) == {}
    assert collected(anna) == {"a.ipynb": b"anna's", "data.csv": b"anna's data"}


def test_a_file_of_two_students_is_nobodys_where_it_cannot_be_told_whose(neighbours):
    anna, eve = neighbours
    share_the_files(anna, eve)
    os.utime(eve, (0, 0))
    files, notes = staging.collect(anna, ["a.ipynb"])

    assert files == {"a.ipynb": b""} and collected(eve) == {}
    assert "a.ipynb was left out: it is the same file as eve's" in notes


def test_a_copy_that_shares_files_with_a_backup_counts(neighbours, tmp_path):
    anna, _ = neighbours
    (tmp_path / "backup").mkdir()
    for file in anna.iterdir():
        os.link(file, tmp_path / "backup" / file.name)

    assert set(collected(anna)) == {"a.ipynb", "data.csv"}


def test_what_becomes_a_link_while_it_is_read_is_left_out(neighbours, monkeypatch):
    """Between the look at a name and its opening: a link is not followed there either."""
    anna, eve = neighbours
    (eve / "sub").mkdir()
    (eve / "a.ipynb").write_text("eve's")
    real = os.open

    def swap_first(path, *arguments, **options):
        name = os.path.basename(path)
        for place, target in ((eve / "a.ipynb", anna / "a.ipynb"), (eve / "sub", anna)):
            if name == place.name and not place.is_symlink():
                place.rename(place.with_name(f".{name}.old"))
                place.symlink_to(target)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", swap_first)

    assert collected(eve) == {}


@pytest.mark.parametrize("name", ["x.html", "x.HTM", "x.svg", "x.xhtml", "x.xml", "x.svg.gz"])
def test_pages_lie_apart_where_nbgrader_does_not_copy_them(folder, name):
    (folder / "a.ipynb").write_text("{}")
    (folder / name).write_text("<script>")

    assert set(staged(folder)[0]) == {"a.ipynb", f"{staging.PAGES}/{name}"}


def test_a_notebook_of_a_terabyte_is_not_read(folder):
    with open(folder / "ps.ipynb", "wb") as file:
        file.truncate(10**12)
    files, notes = staging.collect(folder, ["ps.ipynb"])

    assert files["ps.ipynb"] == b""
    (note,) = notes
    assert note.startswith(
        "ps.ipynb has 1,000,000 MB, and of all files of a hand-in 50 MB are read"
    )
    assert note.endswith("it was left out; clear its outputs, save it and hand it in again")


def test_a_forest_of_files_is_not_walked_to_its_end(folder):
    (folder / "a.ipynb").write_text("{}")
    deep = folder.joinpath(*["d" * 20] * 30)
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    for number in range(1_500):
        (folder / f"z{number:04}").write_text("")
    files, notes = staged(folder)

    assert len(files) == 1_000 and files["a.ipynb"] == "{}"
    assert notes == ["only 1000 files were taken"]


def test_the_students_timestamp_is_not_believed(folder):
    (folder / "a.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC")

    assert "timestamp.txt" not in staged(folder)[0]
    assert staged(folder, received="2026-01-01 00:00:00.0 UTC")[0]["timestamp.txt"].startswith(
        "2026"
    )
    assert staging.timestamp(folder).startswith("1999-01-01 00:00:00")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"soon", b"9" * 5000])
def test_a_timestamp_that_is_none_is_none(folder, content):
    (folder / "timestamp.txt").write_bytes(content)

    assert staging.timestamp(folder) is None


# --- several notebooks --------------------------------------------------------------------------


def put(folder, name, text, time):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    os.utime(folder / name, (time, time))


def test_of_several_notebooks_the_newest_counts_and_the_others_are_named(folder):
    put(folder, "a.ipynb", "released", 1_000)
    put(folder, "a (1).ipynb", "work", 2_000)
    files, notes = staged(folder)

    assert files == {"a.ipynb": "work"}
    assert notes == [
        "a (1).ipynb was taken for a.ipynb",
        "of 2 notebooks the newest counts; left out: a.ipynb",
    ]


@pytest.mark.parametrize("newest", ["a (10).ipynb", "ada_LATE_1_2_a-10.ipynb"])
def test_where_all_have_one_time_the_highest_number_is_the_newest(folder, newest):
    for name in ("a.ipynb", "a (2).ipynb", newest, "a (9).ipynb"):
        put(folder, name, name, 1_000)

    assert staged(folder)[0] == {"a.ipynb": newest}


def test_what_macos_and_jupyter_leave_behind_is_no_notebook(folder):
    put(folder, "ps/a.ipynb", "work", 1_000)
    put(folder, "__MACOSX/ps/._a.ipynb", "rubbish", 3_000)
    put(folder, "ps/.ipynb_checkpoints/a-checkpoint.ipynb", "old", 2_000)
    files, notes = staged(folder)

    assert files["a.ipynb"] == "work"
    assert notes == ["ps/a.ipynb was taken for a.ipynb"]


def test_each_notebook_of_an_assignment_finds_its_own(folder):
    for name in ("hw10 (1).ipynb", "hw1 (1).ipynb", "hw1_extra_ada.ipynb", "scratch.ipynb"):
        put(folder, name, name, 1_000)
    wanted = ["hw1.ipynb", "hw10.ipynb", "hw1_extra.ipynb"]
    files, notes = staged(folder, notebooks=tuple(wanted))
    left_out = [n for n in staging.collect(folder, wanted)[1] if isinstance(n, staging.LeftOut)]

    assert files == {
        "hw1.ipynb": "hw1 (1).ipynb",
        "hw10.ipynb": "hw10 (1).ipynb",
        "hw1_extra.ipynb": "hw1_extra_ada.ipynb",
    }
    assert left_out == ["scratch.ipynb was left out: the assignment has no notebook of this name"]
    assert set(left_out) < set(notes)


def test_a_folder_with_a_notebooks_name_is_said(folder):
    (folder / "ps1.ipynb").unlink(missing_ok=True)
    (folder / "ps1.ipynb").mkdir()
    (folder / "ps1.ipynb" / "ps1.ipynb").write_text("{}")
    _, notes = staging.collect(folder, ["ps1.ipynb"])

    assert notes[0] == "ps1.ipynb was left out: it is a folder: rename it"
    assert isinstance(notes[0], staging.LeftOut)
