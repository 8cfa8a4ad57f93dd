"""What a walled-in answer can reach: packages, a scratch folder, nothing else."""

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from course_utils.grading.judging import probes
from course_utils.grading.judging.across.session import Session, StudentGone
from course_utils.grading.judging.sandbox import forkserver, walls
from course_utils.grading.judging.sandbox.walls import Limits, NoWalls, Wall
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import need, needs_walls

pytestmark = needs_walls


def tried(source: str, wall: Wall | None = None):
    """The name `found` that a cell binds behind a wall."""
    session = Session(wall or Wall())
    try:
        session.ensure(30)
        session.begin(30)
        reply = session.run(source)
        assert reply["error"] is None, reply["error"]
        return reply["names"]["found"]
    finally:
        session.stop()


def keeper_who(does):
    """A student whose keeper does something a moment after it was asked whether it lives."""
    ours, theirs = socket.socketpair()
    source, target = os.pipe()
    student = walls.Student(ours, source, target)
    thread = threading.Timer(0.2, does, [theirs])
    thread.start()
    try:
        return student.lives(20)
    finally:
        thread.join()
        theirs.close()
        student.end()


def test_a_keeper_may_speak_after_its_student_has():
    assert keeper_who(lambda wire: forkserver.say(wire, {"pid": 7}))


def test_a_keeper_who_says_why_not_or_ends_has_no_student():
    assert not keeper_who(lambda wire: forkserver.say(wire, {"pid": 7, "error": "no namespaces"}))
    assert not keeper_who(lambda wire: wire.close())


def test_every_probe_is_held():
    findings = list(probes.examine())

    assert len(findings) == 1 + len(probes.PROBES)
    assert [finding.name for finding in findings if not finding.good] == []


def test_where_the_kernel_refuses_nothing_runs(monkeypatch, judged):
    def refuse(self):
        return {**request(self), "readable": [("/no/such/folder", "/usr")]}

    request = Wall._request
    walls.missing.cache_clear()
    monkeypatch.setattr(Wall, "_request", refuse)
    try:
        last = list(probes.examine())[-1]
        with pytest.raises(NoWalls, match="mount: No such file or directory"):
            judged.one("f = 1", "assert f == 1", unsafe=False)
    finally:
        walls.missing.cache_clear()

    assert not last.good and "the administrator" in last.words


def test_nothing_can_be_seen_but_packages():
    seen = tried(
        "import os\n"
        "found = {folder: sorted(os.listdir(folder)) for folder in ('/', '/home', '/tmp', '/etc')}"
    )
    parts = {path.split("/")[1] for path in (*walls.visible(), *map(str, [sys.prefix]))}

    assert set(seen["/"]) <= parts | {"dev", "etc", "home", "proc", "tmp"}
    inside = {path.split("/")[2] for path in walls.visible() if path.startswith("/tmp/")}
    assert seen["/home"] == ["student"] and set(seen["/tmp"]) <= inside
    assert set(seen["/etc"]) <= {"alternatives", "fonts", "ld.so.cache", "localtime"}


def test_the_repository_beside_the_package_cannot_be_seen():
    repository = str(walls.PACKAGE.parent)
    seen = tried(f"import os\nfound = os.listdir({repository!r})")

    assert set(seen) <= {"course_utils", Path(sys.prefix).name}


def test_nobody_can_become_somebody():
    status = tried("found = open('/proc/self/status').read()")
    lines = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)

    assert lines["Uid"].split() == ["1000"] * 4
    assert lines["CapEff"] == lines["CapPrm"] == lines["CapBnd"] == "0" * 16
    assert lines["NoNewPrivs"] == "1" and lines["Seccomp"] == "2"


REFUSED = {
    "a process": "os.fork()",
    "a program": "os.execv('/bin/true', ['true'])",
    "a shell": "subprocess.run(['true'], check=True)",
    "a spawned program": "os.posix_spawn('/bin/true', ['true'], {})",
    "a namespace": "libc('unshare', 0x10000000)",
    "a mount": "libc('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
    "a traced process": "libc('ptrace', 0, 0, 0, 0)",
    "a file in memory": "os.memfd_create('x')",
    "a socket to elsewhere": "socket.create_connection(('192.0.2.1', 80), 1)",
    "a name of a host": "socket.getaddrinfo('example.org', 80)",
    "a file beside packages": "open(os.path.join(sys.prefix, 'x'), 'w')",
    "a file in root": "open('/x', 'w')",
    "a device": "os.mknod('disk', 0o60600, os.makedev(8, 0))",
    "another's limits": "resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))",
    "a signal to all": "os.kill(1, 9) or os.stat('/proc/1/root/etc/shadow')",
    "a large file": "open('large', 'wb').write(bytes(100_000_000))",
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_answer_is_refused(what):
    found = tried(f"""
import ctypes, os, resource, socket, subprocess, sys
def libc(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) != 0:
        raise OSError(ctypes.get_errno())
try:
    {REFUSED[what]}
    found = "done"
except (OSError, MemoryError, ValueError) as error:
    found = "refused"
""")
    assert found == "refused"


def test_many_small_files_fill_the_scratch_folder_only():
    found = tried("""
import os
found = 0
for folder in ("/tmp", "/home/student", "/dev/shm"):
    try:
        for number in range(200):
            with open(f"{folder}/{number}", "wb") as file:
                file.write(bytes(1_000_000))
            found += 1
    except OSError:
        pass
""")
    assert found < 3 * 70


def test_the_environment_is_fresh(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "hidden")
    names = tried("import os\nfound = sorted(os.environ)")

    assert "SECRET_OF_THE_GRADER" not in names
    assert [name for name in names if "NBGRADER" in name] == ["NBGRADER_EXECUTION"]  # a constant
    assert "COURSE_SEED" not in names


def test_threads_are_allowed_and_libraries_work():
    need("torch")
    assert (
        tried("""
import threading
import numpy as np
import torch
values = []
thread = threading.Thread(target=lambda: values.append(1))
thread.start()
thread.join()
x = torch.ones(3, requires_grad=True)
(x ** 2).sum().backward()
found = values[0] + int(np.linalg.det(np.eye(3))) + int(x.grad.sum())
""")
        == 8
    )


def test_nothing_is_left_running():
    session = Session(Wall())
    session.ensure(30)
    session.begin(30)
    session.run(
        "import threading\nthreading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()"
    )
    family = [psutil.Process(session._student.pid)]
    session.stop()
    gone, alive = psutil.wait_procs(family, timeout=5)

    assert family and not alive


def test_a_judge_that_is_killed_takes_the_answer_with_it(tmp_path):
    script = tmp_path / "judge.py"
    script.write_text("""
import time
from course_utils.grading.judging.across.session import Session
from course_utils.grading.judging.sandbox.walls import Wall
session = Session(Wall())
session.ensure(30)
print(session._student.pid, flush=True)
time.sleep(100)
""")
    judge = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    student = psutil.Process(int(judge.stdout.readline()))
    family = [student, student.parent()]
    judge.kill()
    judge.wait()
    gone, alive = psutil.wait_procs(family, timeout=5)

    assert not alive


def test_too_much_output_ends_it():
    session = Session(Wall(Limits(output=1_000_000)))
    try:
        session.ensure(30)
        session.begin(30)
        f = session.run("import numpy as np\ndef f(): return np.zeros(10**6)")["names"]["f"]
        with pytest.raises(StudentGone) as gone:
            f()
    finally:
        session.stop()
    assert gone.value.kind is VerdictKind.OUTPUT_LIMIT


def test_a_wall_is_up_quickly():
    began = time.monotonic()
    assert tried("found = 1") == 1
    assert time.monotonic() - began < 10
    assert os.path.exists("/usr")
