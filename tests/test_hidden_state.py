"""State that no call shows: all of it is listed here, each with its reason.

A variable of the process, an import hook, an object of a module that changes: whoever reads a
function cannot see that it depends on them. What is computed once and kept (`functools.cache`) is
none, as it is the same every time.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course_utils"

LISTED = {
    # --- variables of the process: how libraries and child processes are told something
    ("runtime.py", "os.environ.setdefault"): "TensorFlow reads it once, when it is imported",
    ("seeds.py", "os.environ.setdefault"): "TensorFlow's C++ half reads it when it is imported",
    ("grading/judging/judge.py", "os.environ[...] ="): (
        "COURSE_SEED: test cells, which are the instructor's text, ask `checks.generator` for "
        "numbers and know nothing of the judge"
    ),
    ("grading/authoring/substitutes.py", "os.environ[...] ="): "COURSE_SEED, as in the judge",
    ("grading/judging/judge.py", "os.environ.setdefault"): "matplotlib draws without a screen",
    ("grading/judging/across/student.py", "os.environ.setdefault"): "the same, behind the wall",
    ("grading/judging/sandbox/forkserver_process.py", "os.environ.pop"): (
        "matplotlib has read it, and answers are to see nothing of this machine"
    ),
    ("grading/judging/sandbox/forkserver_process.py", "os.environ.clear"): (
        "a fork server has its own variables, and not those of the loader that forked it"
    ),
    ("grading/judging/sandbox/forkserver_process.py", "os.environ.update"): "as above",
    ("grading/judging/probes.py", "os.environ[...] ="): "a secret that the probe tries to read",
    ("grading/judging/probes.py", "del os.environ[...]"): "and takes away again",
    # --- what Python itself looks things up in
    ("seeds.py", "sys.meta_path[...] ="): (
        "a framework that is imported later begins with the same seed: PyTorch would draw another"
    ),
    ("grading/judging/sandbox/forbidden.py", "sys.meta_path.insert"): "libraries that rules forbid",
    (
        "grading/judging/sandbox/forbidden.py",
        "sys.modules.pop",
    ): "and those that are loaded already",
    ("grading/judging/sandbox/forkserver_process.py", "sys.modules[...] ="): (
        "TensorFlow would load Keras in a loader, where Keras would find no home of its owner"
    ),
    ("grading/judging/sandbox/forkserver_process.py", "sys.modules.pop"): "what it forks may",
    ("grading/judging/across/student.py", "sys.path.append"): "files that were handed in",
    ("grading/judging/judge.py", "sys.path.append"): "the instructor's helper modules",
    ("grading/judging/across/student.py", "sys.stdout ="): "what an answer prints is sent",
    ("tools/cli/__init__.py", "sys.modules.setdefault"): (
        "jsonschema would spend a second on grammars that nobody here needs"
    ),
    ("grading/judging/feedback_page.py", "sys.modules.setdefault"): "the same, for a page",
    ("grading/judging/markup.py", "sys.modules.setdefault"): "the same, for a page's texts",
    # --- objects that live as long as the process
    ("exercises/checks.py", "_state"): "`overview` says in the last cell how all others ended",
    ("exercises/checks.py", "_names"): "a test's names are taken back when its cell ends",
    ("exercises/checks.py", "_of_tests"): "but for those that only tests use",
    ("claims.py", "listeners"): "`course claims` hears every claim of a lecture that it runs",
    ("grading/judging/sandbox/forkserver.py", "_servers"): "a fork server is started once a kind",
    ("grading/judging/sandbox/forkserver.py", "_loaders"): "and so is what forks it",
    ("grading/judging/sandbox/forkserver.py", "_lock"): "by one thread at a time",
    ("grading/judging/sandbox/forkserver.py", "_stopping"): "and none while all are stopped",
    ("grading/judging/sandbox/forkserver.py", "atexit.register"): "they end with this process",
    ("datasets/cache.py", "atexit.register"): "samples of a process that can write nowhere else",
    # --- attributes of what belongs to somebody else
    ("tools/evidence/variation.py", "setattr"): (
        "a lecture that runs again draws other numbers without a line of it being changed"
    ),
    ("grading/judging/agreement.py", "setattr"): (
        "a judge is forked for one notebook and ends with it: its tests compare more strictly"
    ),
    ("grading/judging/across/proxies.py", "setattr"): "a proxy's operators, made in a loop",
}


def states(source: str):
    """Where a module keeps or changes state that no call shows."""
    tree = ast.parse(source)
    for node in tree.body:
        targets, value = _assigned(node)
        if isinstance(value, ast.Dict | ast.List | ast.Set | ast.ListComp | ast.Call):
            for target in targets:
                name = getattr(target, "id", "")
                made = isinstance(value, ast.Call) and not _makes_state(value)
                if name and not made and name != name.upper() and not name.startswith("__"):
                    yield name
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"global {', '.join(node.names)}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("setattr", "atexit.register") and not _is_local(node):
                yield called
            holder, _, method = called.rpartition(".")
            if holder in _PLACES and method in _CHANGES:
                yield called
        if isinstance(node, ast.FunctionDef):
            yield from (d for d in map(ast.unparse, node.decorator_list) if d == "atexit.register")
        for target in _assigned(node)[0]:
            text = ast.unparse(target.value if isinstance(target, ast.Subscript) else target)
            if text in _PLACES or text in ("sys.stdout", "sys.stderr"):
                kind = "[...]" if isinstance(target, ast.Subscript) else ""
                if text != "sys.stderr":
                    yield f"del {text}{kind}" if isinstance(node, ast.Delete) else f"{text}{kind} ="


_PLACES = ("os.environ", "sys.meta_path", "sys.modules", "sys.path", "builtins.__dict__")
_CHANGES = ("append", "clear", "insert", "pop", "remove", "setdefault", "update")


def _assigned(node):
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets, getattr(node, "value", None)
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return [node.target], node.value
    return [], None


def _makes_state(call: ast.Call) -> bool:
    return ast.unparse(call.func) in ("dict", "list", "set", "threading.Lock", "threading.Event")


def _is_local(call: ast.Call) -> bool:
    """Whether `setattr` is on an object that its function was given, or has made."""
    first = ast.unparse(call.args[0]) if call.args else ""
    return first in ("self", "new", "node", "parent") or first.startswith("self.")


FILES = sorted(PACKAGE.rglob("*.py"))


def test_all_of_it_is_listed_and_nothing_else():
    found = {
        (path.relative_to(PACKAGE).as_posix(), state)
        for path in FILES
        for state in states(path.read_text("utf-8"))
    }

    assert found == set(LISTED)


@pytest.mark.parametrize(
    "source, state",
    [
        ("import os\ndef f(): os.environ['X'] = '1'", "os.environ[...] ="),
        ("import os\nos.environ.update(X='1')", "os.environ.update"),
        ("import sys\ndef f(): sys.meta_path.append(None)", "sys.meta_path.append"),
        ("known = {}", "known"),
        ("_seen: set = set()", "_seen"),
        ("def f():\n    global n\n    n = 1", "global n"),
        ("import numpy\nsetattr(numpy, 'x', 1)", "setattr"),
    ],
)
def test_such_state_is_found(source, state):
    assert state in list(states(source))


@pytest.mark.parametrize("source", ["NAMES = ['a']", "__all__ = ['f']", "def f():\n    seen = {}"])
def test_constants_and_what_is_local_are_none(source):
    assert list(states(source)) == []
