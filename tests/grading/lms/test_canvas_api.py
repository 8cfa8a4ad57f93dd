"""Canvas' API, spoken with a small server of our own that remembers what it was told."""

import pytest

from course_utils.grading import CourseError, received
from course_utils.grading.lms import canvas_api, parcels
from course_utils.grading.results.export import Person
from course_utils.grading.results.grades import ClassGrades, Mark, StudentGrades
from course_utils.grading.roster import Roster
from course_utils.tools import cli


@pytest.fixture
def parcel(course, tmp_path):
    works = {}
    for student, lms, points in (("ada", "4711", 2.5), ("bela", "4712", 3.0), ("cora", "", 1.0)):
        page = tmp_path / student / "numbers.html"
        page.parent.mkdir()
        page.write_text(f"<page of {student}>")
        grades = StudentGrades(student, {"t": Mark(points, 5.0)})
        works[student] = parcels.Work(grades, Person(student, lms=lms), (page,))
    whole = ClassGrades(course.assignment("ps0"), [], [])
    return parcels.Parcel(whole, works, tmp_path, "ps0", Roster())


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_points_and_pages_arrive_once(canvas, parcel):
    canvas.scores |= {"4711": None, "4712": 3.0}

    assert canvas_api.send(parcel, canvas.address, "secret") == 2
    assert canvas.scores == {"4711": 2.5, "4712": 3.0}
    assert canvas.comments == [("4711", b"<page of ada>"), ("4712", b"<page of bela>")]
    assert len(parcel.lines) == 1 and parcel.lines[0].endswith("has them: cora")

    assert canvas_api.send(parcel, canvas.address, "secret") == 0
    assert len(canvas.comments) == 2

    elsewhere = canvas.address.replace("courses/12", "courses/13")
    assert canvas_api.send(parcel, elsewhere, "secret") == 2
    assert len(canvas.comments) == 4


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_one_who_is_not_in_the_course_is_a_line(canvas, parcel):
    canvas.scores["4712"] = 3.0

    assert canvas_api.send(parcel, canvas.address, "secret") == 1
    assert parcel.lines[0].startswith("ada: Canvas refuses: ")


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_a_wrong_token_is_one_line(canvas, parcel):
    with pytest.raises(CourseError, match="1:[0-9]+ does not accept the token in CANVAS_TOKEN"):
        canvas_api.send(parcel, canvas.address, "wrong")


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_a_server_that_is_not_there_is_one_line(canvas, parcel):
    canvas.shutdown()
    canvas.server_close()

    with pytest.raises(CourseError, match="1:[0-9]+ cannot be reached: connection refused$"):
        canvas_api.send(parcel, canvas.address, "secret")


def test_an_address_that_is_none_is_refused(parcel):
    with pytest.raises(CourseError, match="'canvas' is no assignment of Canvas, expected such as"):
        canvas_api.send(parcel, "canvas", "secret")


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_when_it_came_is_asked_of_canvas(canvas, course, zipped, capsys, monkeypatch):
    """Of many, so that there are several pages; the download itself says only who was late."""
    monkeypatch.setenv("CANVAS_TOKEN", "secret")
    ids = range(4711, 4711 + 230)
    canvas.submitted |= {str(n): f"2026-10-12T21:{n % 60:02}:00Z" for n in ids}
    canvas.submitted["4711"] = None  # nothing was handed in, says Canvas
    late = {n: "_LATE" if n % 2 else "" for n in ids}
    download = zipped({f"s{n}{late[n]}_{n}_9{n}_numbers.ipynb": "{}" for n in ids})
    words = ["collect", str(download), "--from=canvas", "--course", str(course.root)]

    assert cli.main([*words, "--api", canvas.address]) == 1
    assert capsys.readouterr().err == (
        "course: s4711: late, and the download does not say when: write it into received.csv\n"
    )
    times, _ = received.read(course.root / "submitted", "ps0_numbers")
    assert len(times) == 229 and times["s4712"] == "2026-10-12 21:32:00.000000 UTC"

    monkeypatch.delenv("CANVAS_TOKEN")
    assert cli.main([*words, "--api", canvas.address]) == 2
    assert "--api needs an access token in CANVAS_TOKEN: make one" in capsys.readouterr().err


def test_without_a_token_nothing_is_sent(course, capsys, monkeypatch):
    monkeypatch.delenv("CANVAS_TOKEN", raising=False)
    words = ["return", "ps0", "--to=canvas", "--api=https://x.org/courses/1/assignments/2"]

    assert cli.main([*words, "--course", str(course.root)]) == 2
    assert "--api needs an access token in CANVAS_TOKEN: make one" in capsys.readouterr().err
    words[2] = "--to=moodle"
    assert cli.main([*words, "--course", str(course.root)]) == 2
    assert "--api is for canvas; moodle takes files" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
@pytest.mark.parametrize(
    "end",
    [
        "assignments/34#submit",
        "assignments/34/submissions/5?x=1",
        "gradebook/speed_grader?student_id=5&assignment_id=34",
    ],
)
def test_an_address_is_taken_as_a_browser_shows_it(canvas, parcel, end):
    canvas.scores |= {"4711": None, "4712": 3.0}

    assert canvas_api.send(parcel, canvas.address.replace("assignments/34", end), "secret") == 2


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
@pytest.mark.parametrize(
    ("status", "said", "words"),
    [
        (200, b"<html>Log in", "does not answer as Canvas does: is this its address"),
        (200, b"[]", "does not answer as Canvas does: is this its address"),
        (200, b"{}", "does not answer as Canvas does: is this its address"),
        (401, b"{}", "the token in CANVAS_TOKEN may not grade http"),
        (503, b"", "Canvas refuses http"),
    ],
)
def test_a_server_that_is_not_canvas_is_one_line(canvas, parcel, monkeypatch, status, said, words):
    def answer(self):
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    monkeypatch.setattr(canvas.RequestHandlerClass, "do_GET", answer)
    with pytest.raises(CourseError, match=words):
        canvas_api.send(parcel, canvas.address, "secret")


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_where_the_connection_breaks_the_rest_waits(canvas, parcel, monkeypatch):
    canvas.scores |= dict.fromkeys(map(str, range(5)))
    work = parcel.works["ada"]
    parcel.works.clear()
    for n in range(5):
        person = Person(f"s{n}", lms=str(n))
        parcel.works[f"s{n}"] = parcels.Work(work.grades, person, work.pages)

    with monkeypatch.context() as patched:
        patched.setattr(canvas.RequestHandlerClass, "do_PUT", lambda self: self.connection.close())
        assert canvas_api.send(parcel, canvas.address, "secret") == 0
    assert parcel.lines == [
        *(f"s{n}: not sent: the connection broke" for n in range(3)),
        "2 more are not sent: type the same again later",
    ]
    assert canvas_api.send(parcel, canvas.address, "secret") == 5
