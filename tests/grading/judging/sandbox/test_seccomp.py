"""The filter for system calls: run by hand for both processors, its numbers by other sources."""

import ctypes
import errno
import os
import platform
import re
import socket
import struct
import threading
from pathlib import Path

import pytest

from course_utils.grading.judging.sandbox import calls, seccomp
from small_notebooks import needs_walls

MACHINES = list(calls.MACHINES)
REFUSED = 0x7FC00000


def ran(machine: str, number: int, *arguments: int, architecture: int | None = None):
    """What the kernel's machine for such filters would say, and after how many instructions."""
    program = seccomp.program(machine)
    lines = [struct.unpack_from("HBBI", program, place) for place in range(0, len(program), 8)]
    own = calls.MACHINES[machine][1] if architecture is None else architecture
    data = struct.pack("iIQ6Q", number, own, 0, *(*arguments, *[0] * 6)[:6])
    held, place, count = 0, 0, 0
    while True:
        code, yes, no, value = lines[place]
        count += 1
        place += 1
        if code == 0x20:
            (held,) = struct.unpack_from("I", data, value)
        elif code == 0x54:
            held &= value
        elif code == 0x15:
            place += yes if held == value else no
        elif code == 0x35:
            place += yes if held >= value else no
        elif code == 0x05:
            place += value
        else:
            assert code == 0x06
            return value, count


@pytest.mark.parametrize("machine", MACHINES)
def test_every_number_is_decided_as_the_list_says(machine):
    known = calls.numbers(machine)
    allowed = {name for group in calls.ALLOWED.values() for name in group.split()}
    free = {known[name] for name in allowed if name in known}
    bound = {known[name] for name in calls.CONDITIONS if name in known}
    absent = {known[name] for name in calls.ABSENT if name in known}

    for number in [*range(700), 0x3FFFFFFF]:
        said, count = ran(machine, number)
        if number in free:
            assert said == seccomp.ALLOW, number
        elif number in absent:
            assert said == seccomp.ERRNO | errno.ENOSYS, number
        elif number not in bound:
            assert said == REFUSED, number
        assert count < (32 if number in bound else 16), number


@pytest.mark.parametrize("machine", MACHINES)
def test_conditions_on_arguments(machine):
    known = calls.numbers(machine)

    def allows(name, *arguments):
        return ran(machine, known[name], *arguments)[0] == seccomp.ALLOW

    stream = socket.SOCK_STREAM | 0o2000000  # close on exec
    assert allows("socket", socket.AF_INET, stream, 0)
    assert allows("socket", socket.AF_UNIX, socket.SOCK_DGRAM, 0)
    assert not allows("socket", socket.AF_INET, 3, 0)  # raw
    assert not allows("socket", socket.AF_INET, 1, 262)  # several paths
    for family in [0, *range(3, 10), *range(11, 60)]:
        assert not allows("socket", family, 1, 0), family
    assert allows("clone", 0x3D0F00) and not allows("clone", 0x1200011)
    assert allows("mmap", 0, 4096, 3, 0x22) and allows("mmap", 0, 4096, 1, 0x01)
    for flags in (0x21, 0x23, 0x8021, 0x122, 0x40022):
        assert not allows("mmap", 0, 4096, 3, flags), hex(flags)
    assert allows("fcntl", 3, 3) and not allows("fcntl", 3, 1024) and not allows("fcntl", 3, 6)
    assert allows("prctl", 15) and not allows("prctl", 22)


def test_another_machines_calls_are_refused():
    """Through int 0x80, a process of x86-64 reaches the calls of its ancestor; and x32's."""
    number = calls.numbers("x86_64")["read"]

    assert ran("x86_64", number, architecture=0x40000003)[0] == seccomp.ERRNO | errno.EPERM
    assert ran("x86_64", number | 0x40000000)[0] == REFUSED


@pytest.mark.skipif(platform.system() != "Linux", reason="asks Linux")
def test_the_numbers_are_this_kernels():
    libc, known = ctypes.CDLL(None), calls.numbers()

    assert libc.syscall(known["getpid"]) == os.getpid()
    assert libc.syscall(known["gettid"]) == threading.get_native_id()
    assert libc.syscall(known["geteuid"]) == os.geteuid()
    assert libc.syscall(known["getppid"]) == os.getppid()
    folder = ctypes.create_string_buffer(4096)
    libc.syscall(known["getcwd"], folder, 4096)
    assert folder.value == os.getcwdb()


def test_the_numbers_are_those_of_the_kernels_headers():
    places = {
        "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "aarch64": "/usr/include/asm-generic/unistd.h",
    }
    found = {machine: Path(place) for machine, place in places.items() if os.path.exists(place)}
    if not found:
        pytest.skip("the kernel's headers are not installed")
    for machine, file in found.items():
        lines = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", file.read_text())
        known = calls.numbers(machine)
        written = {name: int(number) for name, number in lines}
        for name in {w for group in calls.ALLOWED.values() for w in group.split()} & set(written):
            if name in known:
                assert known[name] == written[name], (machine, name)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_list_names_calls_that_there_are(machine):
    named = {name for group in calls.ALLOWED.values() for name in group.split()}
    everywhere = set(calls.numbers("x86_64")) | set(calls.numbers("aarch64"))

    assert named | set(calls.CONDITIONS) | set(calls.ABSENT) <= everywhere
    assert not named & (set(calls.CONDITIONS) | set(calls.ABSENT))
    assert not named & {"execve", "fork", "ptrace", "mount", "bpf", "io_uring_setup", "setns"}


def test_an_unknown_processor_is_refused_in_words():
    with pytest.raises(OSError, match="no numbers of system calls are known for vax"):
        calls.numbers("vax")


@needs_walls
def test_what_is_refused_is_counted_by_cell_and_told(judged):
    """Three families and a process in an answer's cell, nothing in an honest one."""
    from small_notebooks import answer, exam, notebook

    tries = """
import os, socket
for family in (40, 40, 16):
    try:
        socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        pass
try:
    os.fork()
except OSError:
    pass
def f(): return 1
"""
    cells = [answer("def f(): return 1"), exam("assert f() == 1")]
    hostile = judged.judge(notebook(*cells), {"answer": tries})
    honest = judged.judge(notebook(*cells))

    told = {"socket AF_VSOCK": 2, "socket AF_NETLINK": 1, "a new process": 1}
    assert hostile.refused() == {0: told}
    assert hostile.verdicts["test"].points == 1
    assert honest.refused() == {}


@needs_walls
def test_a_flood_of_refused_calls_is_counted_no_further(judged):
    flood = """
import os
def f():
    for _ in range(20_000):
        try:
            os.fork()
        except OSError:
            pass
    return 1
"""
    from small_notebooks import answer, exam, notebook

    cells = [answer("def f(): return 1"), exam("assert f() == 1")]
    graded = judged.judge(notebook(*cells), {"answer": flood})

    assert graded.verdicts["test"].points == 1
    (count,) = graded.refused()[1].values()  # what its keeper could say until the cell ended
    assert 20 < count <= 1000
