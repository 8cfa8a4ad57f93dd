"""Downloads, from servers on this machine: checked, complete or not at all, one clear line."""

import dataclasses
import functools
import hashlib
import http.server
import re
import threading

import pytest

from course_utils import datasets
from course_utils.datasets import DownloadError, cache, mnist
from course_utils.datasets.cards import File


@pytest.fixture
def published(tmp_path):
    """A folder as a mirror serves it: MNIST's four files, here with the sample's digits."""
    folder = tmp_path / "published"
    folder.mkdir()
    mnist.write_sample(folder)
    return folder


@pytest.fixture
def serve():
    """Serve folders over HTTP on this machine; returns the address."""
    servers = []

    def serve(folder):
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

        handler = functools.partial(Handler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def use_mirrors(published, tmp_path, monkeypatch):
    """Let the card of MNIST name these mirrors and the files of `published`; an empty cache."""
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("COURSE_OFFLINE", raising=False)
    contents = {path.name: path.read_bytes() for path in sorted(published.iterdir())}
    files = tuple(
        File(name, len(data), hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest())
        for name, data in contents.items()
    )

    def use(*mirrors):
        card = dataclasses.replace(datasets.card("mnist"), mirrors=mirrors, files=files)
        monkeypatch.setattr(cache, "card", lambda name: card)
        return tmp_path / "cache" / "mnist"

    return use


def test_a_download_is_announced_and_then_read_as_the_full_set(
    use_mirrors, serve, published, capsys
):
    folder = use_mirrors(serve(published))

    digits = datasets.load("mnist", split="test", source="full")

    announced = capsys.readouterr().out.splitlines()[0]
    assert re.fullmatch(rf"Downloading mnist: 0\.\d MB into {re.escape(str(folder))}", announced)
    assert (digits.source, len(digits)) == ("full", 297)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        path.name for path in published.iterdir()
    )


def test_what_is_in_the_cache_is_not_fetched_again(use_mirrors, serve, published, capsys):
    use_mirrors(serve(published))
    cache.download("mnist")
    use_mirrors("http://127.0.0.1:9/")
    capsys.readouterr()

    cache.download("mnist")

    assert capsys.readouterr().out == ""


def test_the_next_mirror_serves_where_the_first_lacks_the_file(
    use_mirrors, serve, published, tmp_path
):
    (tmp_path / "empty").mkdir()
    folder = use_mirrors(serve(tmp_path / "empty"), serve(published))

    assert cache.download("mnist") == folder
    assert cache.is_complete("mnist")


def assert_fails_and_leaves_nothing(folder, reason):
    with pytest.raises(DownloadError, match=reason) as caught:
        cache.download("mnist")
    assert "\n" not in str(caught.value)
    assert "use source='sample'" in str(caught.value)
    assert not folder.exists()


def test_nobody_listening_is_one_line_and_nothing_is_left(use_mirrors):
    assert_fails_and_leaves_nothing(
        use_mirrors("http://127.0.0.1:9/", "http://127.0.0.1:9/b/"),
        r"could not be fetched from any of 2 places \(last: connection refused\)",
    )


def test_a_missing_file_is_one_line_and_nothing_is_left(use_mirrors, serve, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_fails_and_leaves_nothing(use_mirrors(serve(tmp_path / "empty")), "HTTP status 404")


def test_a_changed_file_is_refused_and_nothing_is_left(use_mirrors, serve, published):
    folder = use_mirrors(serve(published))
    for path in published.iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"!")

    assert_fails_and_leaves_nothing(folder, "the file there has another checksum")


def test_a_broken_off_transfer_is_refused_and_nothing_is_left(use_mirrors):
    """A server that announces more than it sends."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"the beginning")

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = use_mirrors(f"http://127.0.0.1:{server.server_port}/")

    assert_fails_and_leaves_nothing(folder, "could not be fetched from any of 1 places")
    server.shutdown()
    server.server_close()


def test_a_wrong_file_put_into_the_cache_by_hand_is_named(use_mirrors, serve, published):
    folder = use_mirrors(serve(published))
    cache.download("mnist")
    path = folder / "t10k-labels-idx1-ubyte.gz"
    path.write_bytes(b"?" * path.stat().st_size)

    with pytest.raises(DownloadError, match="t10k-labels.*is not the published file: its SHA-256"):
        datasets.load("mnist", source="full")


def test_offline_nothing_is_tried(use_mirrors, serve, published, monkeypatch):
    folder = use_mirrors(serve(published))
    monkeypatch.setenv("COURSE_OFFLINE", "1")

    assert_fails_and_leaves_nothing(folder, "COURSE_OFFLINE is set: unset it to download 0")


def test_auto_takes_the_full_set_where_it_can_be_had(use_mirrors, serve, published, capsys):
    folder = use_mirrors(serve(published))

    assert datasets.load("mnist").source == "full"
    assert f"mnist: the full set, now in {folder}" in capsys.readouterr().out
    assert datasets.load("mnist").source == "full"
    assert capsys.readouterr().out == f"mnist: the full set, from {folder}\n"


def test_auto_takes_the_sample_where_nothing_can_be_had(use_mirrors, capsys, monkeypatch):
    use_mirrors("http://127.0.0.1:9/")
    monkeypatch.setenv("COURSE_OFFLINE", "1")

    assert datasets.load("mnist").source == "sample"
    line = capsys.readouterr().out
    assert line.startswith("mnist: a small sample, as the full set cannot be had (")
    assert line.count("\n") == 1
