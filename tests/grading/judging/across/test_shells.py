"""Cells in plain Python take a shorter way through IPython, and come out the same."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course_utils.grading.judging.across.shells import NotebookShell


@pytest.fixture
def shells():
    """Ours and IPython's own, each with a namespace to itself."""
    made = []
    for kind in (NotebookShell, InteractiveShell):
        kind.clear_instance()
        shell = kind(user_ns={})
        shell.history_manager.enabled = False
        shell.showtraceback = shell.showsyntaxerror = lambda *args, **kwargs: None
        made.append(shell)
    return made


CELLS = [
    "x = 1",
    "x = 1\nx + 1",
    "\n\n  \nx = 2\nx",
    "  x = 3\n  x",
    ">>> x = 4\n... x",
    "In [3]: x = 5\nx",
    "def f(a):\n    return a % 2\nf(3)",
    "text = '''%time\n!ls\nwhat?'''\ntext",
    "x = 7 \\\n% 4\nx",
    "%time x = 6",
    "%%capture out\nprint(1)\nx = 7",
    "x = %timeit -n1 -r1 -o -q 1\nx = x.loops\nx",
    "!true\nx = 8",
    "x = !echo 9\nx",
    "len?",
    "import asyncio\nawait asyncio.sleep(0)\nx = 10",
    "async def g():\n    return 11\nx = await g()",
    "awaited = 1\nasynchronous = 2",
    "from __future__ import annotations\ndef f(a: no_such_name):\n    return a\nx = f(12)",
    "x = [\n",
    "return 3",
    "1 / 0",
    "x = 1\n\n\n# a comment\n",
    "x = 'π\t\\n'\r\ny = 2\n",
    "exit = 3\nexit",
    "",
    "   \n",
    "# only words",
    "x = 1;",
]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_gives_what_it_gives_in_ipython(shells, cell, capsys):
    told = []
    for shell in shells:
        result = shell.run_cell(cell, store_history=False)
        error = result.error_before_exec or result.error_in_exec
        names = {
            name: repr(value)
            for name, value in shell.user_ns.items()
            if not name.startswith("_") and not callable(value)
        }
        for shown in ("out", "In", "Out"):
            names.pop(shown, None)
        told.append((repr(result.result), type(error), str(error), names))
        capsys.readouterr()

    assert told[0] == told[1]


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_is_the_same_python(shells, cell):
    ours, theirs = (shell.transform_cell(cell) for shell in shells)

    assert ours == theirs


def test_what_is_parsed_once_is_nobody_elses(shells):
    shell, _ = shells
    cell = "x = [1, 2]\nx.append(3)\nx"

    results = [shell.run_cell(cell, store_history=False).result for _ in range(3)]

    assert results == [[1, 2, 3]] * 3


def test_a_transformer_of_an_answers_own_is_asked(shells):
    class Never:
        @classmethod
        def find(cls, tokens):
            asked.append(True)

    shell, asked = shells[0], []
    shell.input_transformer_manager.token_transformers.append(Never)
    shell.run_cell("x = 1\ny = 2", store_history=False)

    assert asked == [True]
