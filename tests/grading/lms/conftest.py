"""Downloads as platforms write them, and a Canvas of our own."""

import io
import json
import re
import threading
import zipfile
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

PLACE = "/courses/12/assignments/34"
A_PAGE = 100  # hand-ins in one answer


@pytest.fixture
def zipped(tmp_path):
    """Write a zip of these members, of a name and bytes or a text each; returns its path."""

    def zipped(members, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(packed(members))
        return path

    return zipped


@pytest.fixture
def packed_bytes():
    """The bytes of a zip of these members."""
    return packed


def packed(members) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in dict(members).items():
            archive.writestr(name, data)
    return whole.getvalue()


@pytest.fixture
def lying(course):
    """Every file of the class's folder, and what it holds."""

    def lying():
        root = course.root / "submitted"
        files = [path for path in root.rglob("*") if path.is_file()]
        return {str(path.relative_to(root)): path.read_text("utf-8") for path in files}

    return lying


class Canvas(BaseHTTPRequestHandler):
    """The few addresses of its API that are needed, of the course 12 with its assignment 34."""

    def do_GET(self):
        if self.headers["Authorization"] != "Bearer secret":
            said = {"errors": [{"message": "Invalid access token."}]}
            return self._say(said, 401, {"WWW-Authenticate": 'Bearer realm="canvas-lms"'})
        if urlparse(self.path).path.endswith("/submissions"):
            return self._say_submitted(
                int(parse_qs(urlparse(self.path).query).get("page", ["1"])[0])
            )
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
        form = message_from_bytes(
            f"Content-Type: {self.headers['Content-Type']}\n\n".encode() + body
        )
        (file,) = (part for part in form.walk() if part.get_filename())
        self.server.files.append(file.get_payload(decode=True))
        self._say({"id": len(self.server.files) - 1, "url": "x"})

    def _body(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _say_submitted(self, page):
        """A part of the hand-ins, and where the next one is, as Canvas does it."""
        every = [{"user_id": int(n), "submitted_at": t} for n, t in self.server.submitted.items()]
        begin = A_PAGE * (page - 1)
        whole = self.server.address.replace("/courses", "/api/v1/courses") + "/submissions"
        links = (
            {"Link": f'<{whole}?page={page + 1}>; rel="next"'}
            if len(every) > begin + A_PAGE
            else {}
        )
        part = every[begin : begin + A_PAGE]
        self._say(
            [each | {"id": 1, "assignment_id": 34, "course_id": 12} for each in part], 200, links
        )

    def _say(self, value, status=200, headers=None):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, said in (headers or {}).items():
            self.send_header(name, said)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        """Nothing."""


@pytest.fixture
def canvas():
    """A server that speaks as Canvas does, and remembers what it was told.

    `scores` are everyone's points and `submitted` when they handed in, by number; `comments` are
    the pages that came, each with whose it is.
    """
    pytest.importorskip("canvasapi", reason="pip install '.[canvas]'")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canvas)
    server.scores, server.submitted, server.files, server.comments = {}, {}, [], []
    server.address = f"http://127.0.0.1:{server.server_port}{PLACE}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
