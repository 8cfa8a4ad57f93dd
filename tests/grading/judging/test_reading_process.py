"""Files that are slow to read: they concern the student who handed them in, and nobody else."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from course_utils.grading.judging import bounded, reading_process, submitted_notebook
from course_utils.grading.judging.notebooks import reading
from course_utils.grading.judging.notebooks.names import defined_names
from course_utils.grading.judging.sandbox.forkserver import ServerSpec
from small_notebooks import answer, exam, notebook

SECONDS = 6  # of processor time: what is quadratic takes minutes for these


def cell(source: str) -> bytes:
    """A notebook with one cell of the student's own."""
    return writes(new_notebook(cells=[new_code_cell(source)])).encode()


def words(source: str) -> bytes:
    """A notebook with one text."""
    return writes(new_notebook(cells=[new_markdown_cell(source)])).encode()


SLOW = {
    "marks of conflicts that never end": b"<<<<<<<\n" * 200_000 + b"=======\n" * 200_000,
    "conflicts in each other": b"<<<<<<< a\n||||||| b\n=======\n" * 100_000 + b">>>>>>> c\n",
    "conflicts without number": b"<<<<<<<\na\n=======\nb\n>>>>>>>\n" * 100_000,
    "magics": cell("a = %foo\n" * 20_000),
    "magics of every kind": cell("%a\n!b\nc?\nd = !e\n" * 10_000),
    "questions": cell("? " * 90_000),
    "lines that go on": cell("\\\n" * 90_000 + "x = 1"),
    "an operator for ever": cell("x = 1" + "+1" * 90_000),
    "brackets": cell("(" * 190_000),
    "a cell that is too long to be parsed": cell("def f(\n" * 500_000),
    "ampersands": words("&" + "amp;" * 500_000),
    "tags that never end": words("<b " * 500_000),
    "tags that end in another order": words("<i>" * 200_000 + "</b>" * 200_000),
    "pictures that are none": words("![" * 500_000),
    "zero bytes": b"\0" * 5_000_000,
    "lists in lists": b'{"cells": ' + b"[" * 5_000_000,
    "lists beside lists": b'{"cells": [' + b"[]," * 1_000_000 + b"[]]}",
}


@pytest.mark.parametrize("name", SLOW)
def test_what_is_read_takes_time_in_proportion_to_its_length(name):
    source = submitted_notebook.NotebookSource("nb", writes(notebook(answer("x = 1"), exam("x"))))
    submitted_notebook.prepare(source, b"", [])  # a fork server is there
    began = time.process_time()
    prepared = submitted_notebook.prepare(source, SLOW[name], [])

    assert time.process_time() - began < SECONDS
    assert len(prepared.rebuilt.notebook.cells) >= 2
    assert "that takes more than" not in (prepared.damage or "")


def test_a_file_of_nothing_but_lists_is_refused_before_it_is_read():
    with pytest.raises(reading.Unreadable, match="15,000,002 opening brackets; at most 4,000,000"):
        reading_process.read(b'{"cells": [' + b"[]," * 14_999_999 + b"[]]}")


def test_it_reads_what_reading_reads():
    data = writes(
        new_notebook(cells=[new_code_cell("%matplotlib inline\nx = !ls"), new_markdown_cell("# T")])
    ).encode()

    assert reading_process.read(data) == reading.read(data)
    assert reading_process.read(data).cells[0].defines == {"x"}


def test_what_takes_too_long_could_not_be_read(monkeypatch):
    monkeypatch.setattr(reading_process, "KIND", ServerSpec("slow_to_read"))
    monkeypatch.setattr(reading_process, "SECONDS", 1)
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))

    for way, limit in (("time", "more than 1 seconds"), ("memory", "more than 1.5 GB of memory")):
        with pytest.raises(reading.Unreadable) as said:
            reading_process.read(way.encode())
        assert str(said.value) == f"the notebook could not be read: that takes {limit}"


def test_one_notebook_takes_nothing_from_another_of_its_student(monkeypatch):
    monkeypatch.setattr(reading_process, "KIND", ServerSpec("slow_to_read"))
    monkeypatch.setattr(reading_process, "SECONDS", 1)
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))
    honest, slow = reading_process.read_all([(b"honest", frozenset()), (b"time", frozenset())])

    assert honest == reading.Notebook()
    assert str(slow) == "the notebook could not be read: that takes more than 1 seconds"


def test_small_notebooks_share_a_process_and_large_ones_do_not(monkeypatch):
    asked, call = [], bounded.call
    monkeypatch.setattr(
        bounded, "call", lambda *request: asked.append(len(request[1])) or call(*request)
    )
    files = [(cell(f"x = {number}"), frozenset()) for number in range(3)]
    large = cell("# " + "x" * reading_process.TOGETHER), frozenset()

    assert reading_process.read_all(files) == [reading.read(data) for data, _ in files]
    assert len(asked) == 1
    assert reading_process.read_all([*files, large])[:3] == [reading.read(d) for d, _ in files]
    assert len(asked) == 5


def test_a_fault_of_the_reader_is_not_the_students(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.path.dirname(__file__))

    with pytest.raises(RuntimeError, match="KeyError: 'a fault'"):
        bounded.call(ServerSpec("slow_to_read"), b"fault", 1, 10**9)


def test_too_much_code_is_said():
    data = json.dumps({"cells": [{"cell_type": "code", "source": "x" * 11_000_000}]}).encode()

    with pytest.raises(reading.Unreadable, match="11,000,000 characters of code and text; at most"):
        reading_process.read(data)


WAITS = """
import sys
from course_utils.grading.judging import reading_process
from course_utils.grading.judging.sandbox.forkserver import ServerSpec
reading_process.KIND = ServerSpec("slow_to_read")
print("begins", flush=True)
reading_process.read(b"time")
"""


def test_an_interrupt_ends_it_at_once():
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([os.path.dirname(__file__), *filter(None, sys.path)])
    }
    process = subprocess.Popen(
        [sys.executable, "-c", WAITS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    process.wait(60)

    assert time.monotonic() - began < 2
    assert process.returncode != 0


CELLS = [
    "def f(x):\n    return x\ny = 1",
    "%matplotlib inline\nx = 1",
    "%%time\nx = 1",
    "files = !ls\nn = %time 1",
    "a, b = 1, 2\nlen?\nimport os.path as p",
    "class A:\n    inner = 1\n!ls -l\nfor i in range(3): pass",
    's = """\n%not a magic\n!ls\nwhat?\n"""\nt = (1\n % 2)',
    "if x:\n    %timeit x\n    z = 1",
    "try:\n    !ls\nexcept ValueError as error:\n    pass",
    "",
    "[q for q in range(3)]\nwith open('x') as file: pass",
    "x = 1  # what is x?\n%pwd",
]


@pytest.mark.parametrize("source", CELLS)
def test_names_are_those_that_ipython_would_bind(source):
    """IPython's own transformer is what cells are run with; it takes quadratic time and more."""
    import ast

    from IPython.core.inputtransformer2 import TransformerManager

    from course_utils.grading.judging.notebooks.names import bound_in

    assert defined_names(source) == bound_in(
        ast.parse(TransformerManager().transform_cell(source)).body
    )
