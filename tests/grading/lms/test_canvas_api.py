"""Canvas' API, spoken with a small server of our own that remembers what it was told."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from course_utils.grading import CourseError
from course_utils.grading.lms import canvas_api, parcels
from course_utils.grading.results.export import Person
from course_utils.grading.results.grades import ClassGrades, Mark, StudentGrades
from course_utils.grading.roster import Roster
from course_utils.tools import cli

PLACE = "/courses/12/assignments/34"


class Canvas(BaseHTTPRequestHandler):
    """The few addresses that are needed, of the course 12 with its assignment 34."""

    def do_GET(self):
        if self.headers["Authorization"] != "Bearer secret":
            return self._say({"errors": [{"message": "Invalid access token."}]}, 401)
        user = re.search(r"/submissions/(\d+)", self.path)
        if user and user[1] not in self.server.scores:
            return self._say({"errors": [{"message": "not found"}]}, 404)
        if user:
            score = self.server.scores[user[1]]
            said = {"id": 1, "user_id": int(user[1]), "assignment_id": 34, "score": score}
            return self._say(said | {"course_id": 12})
        self._say({"id": 34 if "assignments" in self.path else 12, "course_id": 12})

    def do_PUT(self):
        said = parse_qs(self._body().decode())
        user = re.search(r"/submissions/(\d+)", self.path)[1]
        if "submission[posted_grade]" in said:
            self.server.scores[user] = float(said["submission[posted_grade]"][0])
        for file in said.get("comment[file_ids][]", []):
            self.server.comments.append((user, self.server.files[int(file)]))
        self._say({"id": 1, "user_id": int(user), "assignment_id": 34, "course_id": 12})

    def do_POST(self):
        body = self._body()
        if self.path.endswith("/comments/files"):
            address = f"http://127.0.0.1:{self.server.server_port}/upload"
            return self._say({"upload_url": address, "upload_params": {"key": "x"}})
        self.server.files.append(re.search(rb"<page of \w+>", body)[0].decode())
        self._say({"id": len(self.server.files) - 1, "url": "x"})

    def _body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _say(self, value, status=200):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        """Nothing."""


@pytest.fixture
def canvas():
    pytest.importorskip("canvasapi", reason="pip install '.[canvas]'")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canvas)
    server.scores, server.files, server.comments = {"4711": None, "4712": 3.0}, [], []
    server.address = f"http://127.0.0.1:{server.server_port}{PLACE}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


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
    assert canvas_api.send(parcel, canvas.address, "secret") == 2
    assert canvas.scores == {"4711": 2.5, "4712": 3.0}
    assert canvas.comments == [("4711", "<page of ada>"), ("4712", "<page of bela>")]
    assert len(parcel.lines) == 1 and parcel.lines[0].endswith("has them: cora")

    assert canvas_api.send(parcel, canvas.address, "secret") == 0
    assert len(canvas.comments) == 2


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_one_who_is_not_in_the_course_is_a_line(canvas, parcel):
    del canvas.scores["4711"]

    assert canvas_api.send(parcel, canvas.address, "secret") == 1
    assert parcel.lines[0].startswith("ada: Canvas refuses: ")


@pytest.mark.filterwarnings("ignore:Canvas may respond unexpectedly:UserWarning")
def test_a_wrong_token_is_one_line(canvas, parcel):
    with pytest.raises(CourseError, match="Canvas refuses: .*Invalid access token"):
        canvas_api.send(parcel, canvas.address, "wrong")


def test_an_address_that_is_none_is_refused(parcel):
    with pytest.raises(CourseError, match="'canvas' is no assignment of Canvas, expected such as"):
        canvas_api.send(parcel, "canvas", "secret")


def test_without_a_token_nothing_is_sent(course, capsys, monkeypatch):
    monkeypatch.delenv("CANVAS_TOKEN", raising=False)
    words = ["return", "ps0", "--to=canvas", "--api=https://x.org/courses/1/assignments/2"]

    assert cli.main([*words, "--course", str(course.root)]) == 2
    assert "an access token in CANVAS_TOKEN" in capsys.readouterr().err
