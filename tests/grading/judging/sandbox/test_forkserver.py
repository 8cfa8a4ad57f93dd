"""Warm processes: what they have loaded, what they never hold, and how they end."""

import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from course_utils.grading.judging import feedback_page, judge_process
from course_utils.grading.judging.feedback_page import Wanted
from course_utils.grading.judging.judge_process import JUDGE
from course_utils.grading.judging.sandbox import connections, forkserver
from course_utils.grading.judging.sandbox.forkserver import ForkServer, ForkServerError, ServerSpec
from course_utils.grading.judging.sandbox.walls import Wall
from offspring import watched
from small_notebooks import answer, exam, need, needs_walls, notebook, shared

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="judges run on Linux")
SECRET = "a secret " + "of this test"
ALONE = ServerSpec(JUDGE, shared=())  # of a notebook without large libraries


@pytest.fixture
def anew():
    """No fork server or loader of another test."""
    forkserver.close_all()
    yield
    forkserver.close_all()


def kinds(*cells):
    """The fork servers of an instructor's notebook."""
    from course_utils.grading.judging.notebooks.rebuild import rebuild
    from small_notebooks import handed_in

    instructor = notebook(*cells)
    return judge_process.forkservers(rebuild(instructor, handed_in(instructor)).steps)


def test_what_cells_import_is_loaded_before(judged):
    need("matplotlib", "scipy", "torch")
    judge, student = kinds(
        shared("import matplotlib.pyplot as plt\nfrom course_utils import checks"),
        answer("def f(): return 1"),
        exam("import torch\nassert f() == 1\n### BEGIN HIDDEN TESTS\nimport scipy.signal\n"),
    )

    assert {"matplotlib.pyplot", "course_utils.checks", "torch", "scipy.signal"} <= {*judge.preload}
    assert {"matplotlib.pyplot", "course_utils.checks", "torch"} <= set(student.preload)
    assert "scipy.signal" not in student.preload  # a hidden test says nothing by what is loaded


def test_what_an_exercise_forbids_is_not_there(judged):
    _, student = kinds(
        shared("### RULES forbid=torch,scipy.signal\nimport scipy.signal, scipy.stats, torch"),
        answer("def f(): return 1"),
        exam("import torch\nassert f() == 1"),
    )

    assert student.preload == ("scipy.stats",)


def test_what_an_answer_may_choose_is_loaded_for_it_but_not_for_the_judge():
    judge, student = kinds(shared("### RULES preload=keras,sklearn"), answer("x = 1"))

    assert set(student.preload) == {"keras", "sklearn"}
    assert judge.preload == ()


def test_modules_that_might_start_threads_are_not_loaded_before():
    assert forkserver.warm({"asyncio", "requests", "mine", "torch.nn"}) == (
        "torch._dynamo",
        "torch.nn",
        "torch.profiler._cupti_monitor",
    )


def test_pictures_need_not_load_matplotlib_for_every_student():
    _, student = kinds(shared("from course_utils import checks, figures"), answer("x = 1"))

    assert "course_utils.figures.images" in student.preload  # which imports it


@needs_walls
def test_a_fork_server_never_holds_a_job(judged):
    """What the process that forks holds, its children could read in their memory."""
    test = f"assert f() == 1, {SECRET!r}\nexpected = {SECRET!r} * 3"
    assert judged.one("def f(): return 1", test).points == 1
    assert judged.one("def f(): return 1", test, f"def f(): return {SECRET[::-1]!r}").points == 0

    for server in (forkserver.get(ALONE), forkserver.get(Wall().spec()), *loaders()):
        held = memory(server.pid)
        assert b"course_utils.grading" in held  # it is read at all
        assert SECRET.encode() not in held
        assert SECRET[::-1].encode() not in held


def memory(pid: int) -> bytes:
    """All that a process can write to."""
    found = bytearray()
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as pages:
        for line in maps:
            first, last = (int(number, 16) for number in line.split()[0].split("-"))
            if " rw" in line and "[v" not in line:
                pages.seek(first)
                found += pages.read(last - first)
    return bytes(found)


def test_one_answer_leaves_nothing_for_the_next(judged):
    spoil = "import numpy as np, sys\nnp.spoiled = sys.spoiled = 1\ndef f(): return 1"
    look = (
        "import numpy as np, sys\ndef f(): return hasattr(np, 'spoiled') + hasattr(sys, 'spoiled')"
    )

    assert judged.one("f = 1", "assert f() == 1", spoil).points == 1
    assert judged.one("f = 1", "assert f() == 0", look).points == 1


def test_what_is_drawn_without_a_seed_is_the_same_every_time(judged):
    draw = "import random\nimport numpy as np\ndef f(): return [np.random.rand(), random.random()]"
    test = "got = f()\nprint(got)"
    one, two = (
        judged.judge(notebook(answer(draw), exam(test))).cells[1]["printed"] for _ in range(2)
    )

    assert one == two and "0.5488" in one


def test_a_fork_server_that_died_is_replaced(judged):
    assert judged.one("def f(): return 1", "assert f() == 1").points == 1
    for kind in (ALONE, Wall(unsafe=judged_unsafe()).spec()):
        kill(forkserver.get(kind))

    assert judged.one("def f(): return 1", "assert f() == 1").points == 1


def loaders() -> list[ForkServer]:
    return list(forkserver._loaders.values())


def kill(server: ForkServer) -> None:
    process = psutil.Process(number(server))
    process.kill()
    gone(process)


def number(server: ForkServer) -> int:
    """Of a fork server, as soon as a loader has forked it."""
    for _ in range(600):
        if server.pid is not None:
            return server.pid
        time.sleep(0.1)
    raise TimeoutError("there is no fork server")


def gone(*processes: psutil.Process) -> None:
    """Wait until they have ended, whoever asks for what became of them."""
    for process in processes:
        for _ in range(200):
            with suppress(psutil.NoSuchProcess):
                if process.status() != psutil.STATUS_ZOMBIE:
                    time.sleep(0.05)
                    continue
            break
        else:
            pytest.fail(f"{process} lives on")


def judged_unsafe() -> bool:
    from course_utils.grading.judging.sandbox.walls import missing

    return missing() is not None


def test_nothing_is_forked_while_everything_stops():
    with forkserver.stopping(), pytest.raises(ForkServerError, match="stopped"):
        forkserver.get(ServerSpec(JUDGE))
    assert forkserver.get(ServerSpec(JUDGE))


def test_a_process_with_a_second_thread_forks_nobody(tmp_path, monkeypatch):
    (tmp_path / "starts_a_thread.py").write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    home = ForkServer.start(ServerSpec(JUDGE, ("starts_a_thread",)))
    source, target = os.pipe()
    connection = home.fork({}, target)

    with connection:
        assert connections.read(source, 60) == b""
        assert connections.said(connection) == {}
    os.close(source)
    home.close()


def test_fork_servers_end_with_who_started_them():
    script = (
        "from course_utils.grading.judging.sandbox import forkserver\n"
        f"home = forkserver.get(forkserver.ServerSpec({JUDGE!r}))\n"
        "print(home.pid, flush=True)\n"
        "import time; time.sleep(100)"
    )
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    assert psutil.pid_exists(pid)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()

    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the fork server lives on")


def test_there_are_never_many_fork_servers(monkeypatch):
    monkeypatch.setattr(forkserver, "MOST", 2)
    started = [forkserver.get(ServerSpec(JUDGE, (f"no_such_module_{n}",))) for n in range(4)]

    assert list(forkserver._servers.values()) == started[2:]
    assert started[0]._process.returncode == -signal.SIGKILL


# --- loaders -------------------------------------------------------------------------------------


def with_keras(forbids: str = "") -> list[ServerSpec]:
    """Of a notebook that imports PyTorch and Keras, and forbids something."""
    more = [shared(f"### RULES forbid={forbids}")] if forbids else []
    return kinds(*more, shared("import keras, torch"), answer("x = 1"), exam("x"))


def test_judge_and_answers_of_a_notebook_come_from_one_loader(anew):
    need("torch")
    found = kinds(shared("import torch, torch.nn"), answer("x = 1"), exam("import scipy.stats\nx"))
    alone = [forkserver.get(kind) for kind in kinds(answer("x = 1"), exam("x"))]
    servers = [forkserver.get(kind) for kind in found]
    first, with_torch = loaders()

    assert [kind.shared for kind in found] == [("torch",)] * 2
    assert {psutil.Process(number(each)).ppid() for each in servers} == {with_torch.pid}
    assert {psutil.Process(number(each)).ppid() for each in alone} == {first.pid}
    assert psutil.Process(with_torch.pid).ppid() == first.pid


def test_loaders_have_what_the_judge_and_all_answers_load_and_may():
    assert [kind.shared for kind in with_keras()] == [("torch", "tensorflow")] * 2
    assert [kind.shared for kind in with_keras("torch")] == [("tensorflow",)] * 2
    assert [kind.shared for kind in with_keras("tensorflow")] == [("torch",)] * 2
    of_choice = kinds(shared("### RULES preload=keras\nimport pandas"), answer("x = 1"), exam("x"))
    assert [kind.shared for kind in of_choice] == [("pandas",)] * 2


def test_a_loader_has_not_what_looks_into_its_owners_home(anew):
    """Keras reads its settings there, and TensorFlow loads Keras where it can."""
    need("keras")
    server = forkserver.get(kinds(shared("import keras"), answer("x = 1"), exam("x"))[1])
    assert ready(server) and len(loaders()) == 2

    layers, of_tensorflow = b"keras/src/layers/core/dense.py", b"tensorflow/python/framework/ops.py"
    assert layers in memory(server.pid)
    for loader, has_tensorflow in zip(loaders(), (False, True), strict=True):
        held = memory(loader.pid)
        assert (of_tensorflow in held, layers in held) == (has_tensorflow, False)
        assert b"matplotlib/rcsetup.py" not in held


def ready(server: ForkServer) -> bool:
    """Whether it has loaded all and forks."""
    student = Wall(server=server, unsafe=judged_unsafe()).start()
    try:
        return bool(select.select([student.source], [], [], 60)[0])
    finally:
        student.end()


@needs_walls
def test_nothing_of_the_graders_environment_is_where_answers_come_from(anew, judged, monkeypatch):
    hidden = "of-the-grader's-own"
    monkeypatch.setenv("HOME", f"/home/{hidden}")
    monkeypatch.setenv("USER", hidden)
    monkeypatch.setenv("TOKEN", hidden)
    looks = "import os\ndef f(): return [*os.environ.items(), open('/proc/self/environ').read()]"
    test = (
        "import os\nseen = str(f())\n"
        "assert 'NBGRADER_EXECUTION' in seen and '/home/student' in seen\n"
        f"assert {hidden[::-1]!r}[::-1] not in seen\n"
        f"assert os.environ['HOME'] == {f'/home/{hidden}'!r}\n"
        "assert 'COURSE_OFFLINE' not in os.environ"
    )
    assert judged.one("def f(): return ''", test, looks).points == 1

    judge, student = forkserver.get(ALONE), forkserver.get(Wall().spec())
    assert hidden.encode() in memory(judge.pid)
    for server in (student, *loaders()):
        with open(f"/proc/{server.pid}/environ", "rb") as file:
            assert hidden.encode() not in file.read() + memory(server.pid)


def test_a_judge_whose_python_finds_more_than_a_loaders_is_started_alone(
    anew, judged, tmp_path, monkeypatch
):
    (tmp_path / "of_this_course.py").write_text("here = True")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    test = "import of_this_course\nassert of_this_course.here and f() == 1"

    assert judged.one("def f(): return 1", test).points == 1
    assert forkserver.loader_of(ALONE) is None
    assert forkserver.loader_of(Wall().spec()) == forkserver.LOADER
    monkeypatch.setenv("PYTHONPATH", str(forkserver.PACKAGE.parent))
    assert forkserver.loader_of(ALONE) == forkserver.LOADER


def test_a_loader_that_died_does_no_harm(anew, judged):
    need("torch")
    cells = shared("import torch"), answer("def f(): return 1"), exam("assert f() == 1")
    servers = [forkserver.get(kind) for kind in kinds(*cells)]
    assert all(map(ready, servers[1:])) and number(servers[0])
    for loader in loaders():
        kill(loader)

    assert judged.judge(notebook(*cells)).verdicts["test"].points == 1
    assert [forkserver.get(kind) for kind in kinds(*cells)] == servers  # they live on
    forkserver.get(ALONE)
    assert psutil.Process(number(forkserver.get(ALONE))).ppid() == loaders()[-1].pid  # a new one


def test_a_loader_that_ends_as_it_is_asked_is_replaced(anew, monkeypatch):
    first = number_of_parent(forkserver.get(ALONE))
    kill(loaders()[0])
    seen = iter([False])  # as if it still had been alive
    monkeypatch.setattr(
        forkserver, "ended", lambda line, real=forkserver.ended: next(seen, real(line))
    )

    assert number_of_parent(forkserver.get(Wall().spec())) != first


def number_of_parent(server: ForkServer) -> int:
    return psutil.Process(number(server)).ppid()


def test_a_fork_server_ends_at_once_even_while_it_loads_or_before_it_is_there(anew):
    need("tensorflow")
    judge, _ = kinds(shared("import tensorflow"), answer("x = 1"), exam("x"))
    with watched() as offspring:
        server = forkserver.get(judge)
        loader = loaders()[-1]
        assert number(loader)
        server.close()  # it is not there yet
        alone = forkserver.get(ALONE)
        process = psutil.Process(number(alone))
        alone.close()  # and this one has not loaded all
        gone(process)
        loading = psutil.Process(loader.pid)
        began = time.monotonic()
        forkserver.close_all()
        gone(loading)

        assert time.monotonic() - began < 1
        assert offspring.left(5) == []


@pytest.mark.parametrize("seconds", [0.05, 0.4, 1.5, 5.0])
def test_nothing_is_left_when_the_grader_is_killed(seconds):
    script = (
        "from course_utils.grading.judging.sandbox import forkserver\n"
        f"from course_utils.grading.judging.sandbox.forkserver import ServerSpec\n"
        f"forkserver.get(ServerSpec({JUDGE!r}, ('torch',), shared=('torch',)))\n"
        f"forkserver.get(ServerSpec({JUDGE!r}, shared=()))\n"
        "print('begun', flush=True)\n"
        "import time; time.sleep(100)"
    )
    with watched() as offspring:
        command = [sys.executable, "-c", script]
        owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert owner.stdout.readline() == "begun\n"
        time.sleep(seconds)
        owner.send_signal(signal.SIGKILL)
        owner.communicate()

        assert offspring.left(10) == []


@needs_walls
def test_a_student_is_there_in_a_moment_and_gone_with_its_wall():
    student = Wall().start()
    assert select.select([student.source], [], [], 30)[0]
    assert student.lives(30)  # its keeper says so, perhaps later than it speaks itself
    process = psutil.Process(student.pid)
    student.end()

    gone, alive = psutil.wait_procs([process], timeout=10)
    assert not alive


def test_a_page_that_takes_too_long_stops(monkeypatch):
    monkeypatch.setattr(feedback_page, "SECONDS", 0.01)
    with pytest.raises(feedback_page.PageError, match="that takes more than 0.01 seconds"):
        feedback_page.render(Wanted("{}", {"scores": {}, "comments": {}, "own": {}}, "nothing"))


def test_a_judge_loads_nothing_that_no_test_asks_for():
    """nbformat and what it brings along take a second for each set of libraries."""
    loaded = subprocess.run(
        [
            *(sys.executable, "-c"),
            f"import sys, {JUDGE} as judge; judge.prepare(); print(*sys.modules)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.split()

    assert "numpy" in loaded
    assert not {"nbformat", "jsonschema", "nbgrader", "sqlalchemy", "matplotlib"} & set(loaded)
