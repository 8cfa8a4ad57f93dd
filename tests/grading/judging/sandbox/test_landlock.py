"""Landlock alone, without namespaces: what was not named is out of reach."""

import os
import socket

import pytest

from course_utils.grading.judging.sandbox import landlock, limits

pytestmark = pytest.mark.skipif(landlock.version() < 1, reason="this kernel has no Landlock")


def behind(readable, writable, tries) -> dict:
    """What a child that is restricted can do: True, or an error's name."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        limits.no_new_privileges()
        landlock.restrict(readable, writable)
        for name, attempt in tries.items():
            try:
                attempt()
                said = "done"
            except OSError as error:
                said = type(error).__name__
            os.write(target, f"{name}={said}\n".encode())
        os._exit(0)
    os.close(target)
    os.waitpid(child, 0)
    with open(source) as file:
        return dict(line.strip().split("=") for line in file)


def test_only_what_is_named_can_be_read_and_written(tmp_path):
    for name in ("read", "write", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    found = behind(
        [str(tmp_path / "read"), "/no/such/place"],
        [str(tmp_path / "write")],
        {
            "reads": lambda: open(tmp_path / "read/file").close(),
            "changes": lambda: open(tmp_path / "read/file", "w").close(),
            "writes": lambda: open(tmp_path / "write/new", "w").close(),
            "removes": lambda: os.remove(tmp_path / "write/file"),
            "looks elsewhere": lambda: open(tmp_path / "other/file").close(),
            "makes elsewhere": lambda: os.mkdir(tmp_path / "other/new"),
            "starts": lambda: os.execv("/bin/true", ["true"]),
            "lists": lambda: os.listdir(tmp_path / "other"),
        },
    )

    denied = "PermissionError"
    assert found == {
        "reads": "done",
        "changes": denied,
        "writes": "done",
        "removes": "done",
        "looks elsewhere": denied,
        "makes elsewhere": denied,
        "starts": denied,
        "lists": "done",
    }


@pytest.mark.skipif(landlock.version() < 4, reason="this kernel's Landlock knows no ports")
def test_no_port_is_bound_or_connected_to():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        found = behind(
            [],
            [],
            {
                "connects": lambda: socket.create_connection(address, 1).close(),
                "binds": lambda: socket.create_server(("127.0.0.1", 0)).close(),
            },
        )

    assert found == {"connects": "PermissionError", "binds": "PermissionError"}
