"""One file from the first place that has it, against a server with every fault."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from course_utils import fetching
from course_utils.fetching import DownloadError, fetch, partial
from faulty_server import as_file

CONTENT = os.urandom(1 << 18)
FILE = as_file("digits.bin", CONTENT)


@pytest.fixture
def server(serve):
    return serve({FILE.name: CONTENT})


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / FILE.name


def get(server, target, *faults, file=FILE, **options):
    fetch(file, [server.place(fault, file.name) for fault in faults], target, **options)


def test_a_file_arrives_whole_and_alone(server, target):
    get(server, target, "ok")

    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_a_file_without_a_known_length_arrives_too(server, target):
    get(server, target, "chunked")

    assert target.read_bytes() == CONTENT


UNUSABLE = {
    "404": "HTTP status 404",
    "403": "HTTP status 403",
    "500": "HTTP status 500",
    "html": "it sent a web page in place of the file: does this network want a login?",
    "wrong": "the file there has another checksum",
    "short": f"it offers {len(CONTENT) - 1} bytes, and {len(CONTENT)} are published",
    "long": f"it offers {len(CONTENT) + 1} bytes, and {len(CONTENT)} are published",
    "silent": "no answer in time",
    "endless": f"it sends more than {len(CONTENT)} bytes",
}


@pytest.mark.parametrize("fault", UNUSABLE)
def test_a_place_that_cannot_serve_is_left_for_the_next(server, target, fault):
    get(server, target, fault, "ok")

    assert target.read_bytes() == CONTENT
    assert [request[0] for request in server.requests] == [fault, "ok"]


@pytest.mark.parametrize("fault", UNUSABLE)
def test_without_another_place_the_reason_is_told_and_nothing_is_there(server, target, fault):
    with pytest.raises(DownloadError) as caught:
        get(server, target, fault)

    assert str(caught.value) == (
        f"digits.bin could not be had (127.0.0.1:{server.server_port}: {UNUSABLE[fault]})"
    )
    assert not target.exists()


def test_nobody_listening_is_said(target):
    with pytest.raises(DownloadError, match=r"\(127.0.0.1:9: connection refused\)"):
        fetch(FILE, ["http://127.0.0.1:9/digits.bin"], target)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_missing_certificates_are_no_full_disk(target, monkeypatch, tmp_path, variable):
    """conda and companies leave such a variable behind; requests raises an OSError."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    gone = str(tmp_path / "gone.pem")
    monkeypatch.setenv(variable, gone)

    with pytest.raises(DownloadError) as caught:
        fetch(FILE, ["https://localhost:1/digits.bin", "https://127.0.0.1:1/digits.bin"], target)

    assert not isinstance(caught.value, fetching.DiskError)
    assert str(caught.value) == (
        f"digits.bin could not be had (localhost:1, 127.0.0.1:1: {variable} names {gone}, "
        f"which is not there: unset {variable})"
    )


def test_an_unknown_host_is_said(target):
    with pytest.raises(DownloadError, match=r"\(no-such-host.invalid: "):
        fetch(FILE, ["http://no-such-host.invalid/digits.bin"], target)


@pytest.mark.parametrize("tenths", range(10))
def test_a_transfer_cut_at_any_tenth_goes_on_at_the_next_place(server, target, tenths):
    get(server, target, f"cut-{tenths}", "ok")

    assert target.read_bytes() == CONTENT
    assert server.requests[-1] == ("ok", FILE.name, len(CONTENT) * tenths // 10)


def test_a_place_that_breaks_off_again_and_again_is_asked_for_the_rest(server, target):
    get(server, target, "cut-by-1")

    assert target.read_bytes() == CONTENT
    starts = [start for _, _, start in server.requests]
    assert len(starts) == 11 and starts == sorted(starts)


@pytest.mark.parametrize("tenths", range(10))
def test_what_has_arrived_before_a_failure_is_used_the_next_time(server, target, tenths):
    with pytest.raises(DownloadError, match="the connection broke"):
        get(server, target, f"cut-{tenths}")
    assert not target.exists()

    get(server, target, "ok")

    assert target.read_bytes() == CONTENT
    assert server.requests[-1] == ("ok", FILE.name, len(CONTENT) * tenths // 10)


def test_a_place_that_cannot_resume_sends_the_whole_file_again(server, target):
    with pytest.raises(DownloadError):
        get(server, target, "cut-5")

    get(server, target, "no-resume")

    assert target.read_bytes() == CONTENT


def test_a_place_that_breaks_off_and_cannot_resume_is_left(server, target):
    get(server, target, "no-resume-cut-5", "ok")

    assert target.read_bytes() == CONTENT


def test_a_place_that_resumes_elsewhere_than_asked_is_left(server, target):
    with pytest.raises(DownloadError):
        get(server, target, "cut-5")

    with pytest.raises(DownloadError, match="it sent another part of the file than asked for"):
        get(server, target, "liar")


def test_a_wrong_beginning_is_thrown_away_and_the_file_fetched_afresh(server, target):
    target.parent.mkdir()
    partial(target, FILE).write_bytes(b"?" * 1000)

    get(server, target, "ok")

    assert target.read_bytes() == CONTENT
    assert [start for _, _, start in server.requests] == [1000, 0]


def test_a_beginning_that_is_too_long_is_thrown_away(server, target):
    target.parent.mkdir()
    partial(target, FILE).write_bytes(CONTENT + b"!")

    get(server, target, "ok")

    assert target.read_bytes() == CONTENT


def test_a_slow_place_is_left_for_a_faster_one_which_goes_on(server, target):
    get(server, target, "slow", "ok")

    assert target.read_bytes() == CONTENT
    assert server.requests[-1][2] > 0


def test_where_every_place_is_slow_the_best_is_waited_for(server, target, capsys):
    get(server, target, "404", "slow", "slow")

    assert target.read_bytes() == CONTENT
    assert "every place is slow, so this takes its time (127.0.0.1" in capsys.readouterr().out


def test_the_only_place_may_be_slow(server, target):
    get(server, target, "slow")

    assert target.read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_without_patience_a_slow_place_is_given_up(server, target):
    with pytest.raises(DownloadError, match=r"only \d+\.\d kB a second"):
        get(server, target, "slow", patient=False)


def test_a_file_that_is_larger_than_it_can_be_is_not_even_begun(server, target):
    file = as_file(FILE.name, CONTENT)
    file = type(file)(file.name, (), None, 1000, md5=file.md5)

    with pytest.raises(
        DownloadError, match=f"it offers {len(CONTENT)} bytes, and there can be 1000"
    ):
        get(server, target, "ok", file=file)
    with pytest.raises(DownloadError, match="it sends more than 1000 bytes"):
        get(server, target, "endless", file=file)


def test_where_only_the_md5_is_published_it_decides(server, target):
    file = type(FILE)(FILE.name, (), None, 1 << 20, md5=FILE.md5)

    get(server, target, "wrong", "ok", file=file)

    assert target.read_bytes() == CONTENT


def test_a_place_on_this_machine_is_copied_and_checked(tmp_path, target):
    (tmp_path / "wrong.bin").write_bytes(CONTENT[:-1])
    (tmp_path / "right.bin").write_bytes(CONTENT)

    fetch(FILE, [str(tmp_path / name) for name in ("none", "wrong.bin", "right.bin")], target)

    assert target.read_bytes() == CONTENT


def test_a_place_on_this_machine_that_lacks_the_file_costs_nothing(server, target, tmp_path):
    with pytest.raises(DownloadError):
        get(server, target, "cut-5")

    fetch(FILE, [str(tmp_path / "none"), server.place("ok", FILE.name)], target)

    assert target.read_bytes() == CONTENT
    assert server.requests[-1] == ("ok", FILE.name, len(CONTENT) // 2)


def test_a_disk_without_room_is_told_before_anything_is_written(server, target, monkeypatch):
    monkeypatch.setattr(fetching.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1000}))

    with pytest.raises(DownloadError, match="262.1 kB are needed in .*, and 1.0 kB are free"):
        get(server, target, "ok")
    assert list(target.parent.iterdir()) == []


def test_a_disk_that_fills_up_is_told_as_such(server, target, monkeypatch):
    """The reading stream stands in for the disk: what it is to write cannot be written."""

    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("builtins.open", lambda *_, **__: Full())
    with pytest.raises(DownloadError, match="cannot be written to: No space left on device; make"):
        get(server, target, "ok", "ok")
    monkeypatch.undo()
    assert not target.exists()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_program_killed_half_way_leaves_a_beginning_that_the_next_one_ends(server, target):
    code = textwrap.dedent(
        f"""
        from pathlib import Path
        from course_utils import fetching
        file = fetching.File({FILE.name!r}, (), {FILE.size}, sha256={FILE.sha256!r})
        fetching.fetch(file, [{server.place("slow", FILE.name)!r}], Path({str(target)!r}))
        """
    )
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    part = partial(target, FILE)
    while not (part.exists() and part.stat().st_size > 20_000):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not target.exists()

    get(server, target, "ok")

    assert target.read_bytes() == CONTENT
    assert server.requests[-1][2] > 20_000
