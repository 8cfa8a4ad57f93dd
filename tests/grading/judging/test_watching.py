"""What an answer does when it is watched: facts that are so, and nothing past the walls."""

import json

import nbformat
import numpy as np
import pytest

from course_utils.grading.judging.sandbox.walls import Limits
from course_utils.grading.judging.submitted_notebook import NotebookSource, prepare
from course_utils.grading.judging.watching import noting
from course_utils.grading.judging.watching.described import described, valid
from course_utils.grading.judging.watching.notes import Notes
from course_utils.grading.judging.watching.watch import valid_notes
from course_utils.grading.results.questions import own_code, sealing
from course_utils.grading.results.questions.asking import About
from executed_again import COUNT, Notebook, Unsure, with_notes
from small_notebooks import answer, exam, needs_walls, notebook, shared


def test_notes_change_nothing_and_say_how_often_each_line_ran_and_what_came_of_it():
    result, places, notes = with_notes(COUNT, "count([1, 3, 5], step=2)")

    space = {}
    exec(COUNT, space)
    assert result == space["count"]([1, 3, 5], step=2) == 7
    counts = {places[n].line: times for n, times in notes["counts"] if not places[n].text}
    assert counts == {2: 1, 5: 2, 7: 1, 8: 1}
    values = {
        (places[n].line, places[n].text): [each["value"] for each in seen]
        for n, seen in notes["values"]
    }
    assert values[5, "found"] == [3, 7]
    assert values[5, "step * 2"] == [4, 4]
    assert values[7, "found - 1"] == [-1]
    assert [places[n].line for n in notes["order"]] == [2, 7, 5, 5, 8]


@pytest.mark.parametrize(
    "source, call",
    [
        ("def f(x):\n    '''Text.'''\n    a, b = x\n    return lambda: a + b", "f((1, 2))()"),
        ("def f(x):\n    total = 0\n    def g():\n        nonlocal total\n        total += x\n"
         "    g(); g()\n    return total", "f(3)"),
        ("class A:\n    def __init__(self):\n        super().__init__()\n        self.x = [1]\n"
         "    def get(self):\n        return self.x[-1]", "A().get()"),
        ("def f(n):\n    try:\n        return [1][n]\n    except IndexError:\n        return -n\n"
         "    finally:\n        n = 3", "f(4)"),
        ("def f(x):\n    match x:\n        case 1 | 2:\n            return 'few'\n"
         "        case _:\n            return 'many'", "f(2)"),
        ("def f(x):\n    y = np.eye(2)\n    y[0, x - 1] = 2 * x\n    return y", "f(2)[0, 1]"),
        ("def f(n):\n    while n > 1: n -= 1\n    yield n\n    yield from range(n)", "list(f(3))"),
    ],
)  # fmt: skip
def test_whatever_python_has_runs_with_notes_as_it_does_without(source, call):
    space = {"np": np}
    exec(source, space)

    assert with_notes(source, call)[0] == eval(call, space)


def test_a_line_with_two_statements_gets_no_note_as_its_count_would_be_a_matter_of_opinion():
    _, places = noting.noted("def f(x):\n    x += 1; x += 1\n    if x: x = 3\n    return x")

    assert {place.line for place in places} == {4}


# --- what is told of a value ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, told",
    [
        (3, 3), (np.int64(3), 3), (2.5, 2.5), (0.1 + 0.2, None), (float("nan"), None),
        (10**12, None), (True, True), (None, None), ("valid", "valid"), ("x" * 99, None),
        ((1, 2.0), [1, 2]), ([1, 0.1], None), (np.array([[1.0, 2]]), [[1, 2]]),
        (np.array([0.1]), None), (np.arange(99), None), ({1: 2}, None),
        ({"w": np.ones(2)}, {"w": [1, 1]}), (object(), None),
    ],
)  # fmt: skip
def test_only_numbers_that_every_processor_gives_are_told(value, told):
    assert described(value)["value"] == told
    assert valid(described(value)) == described(value)


@pytest.mark.parametrize(
    "content",
    [
        None, [], {}, {"kind": "number"}, {"kind": "number", "value": 10**400},
        {"kind": "text", "value": "<script>" * 9}, {"kind": "text", "value": "a\nb"},
        {"kind": "array", "shape": [2], "dtype": "<b>x</b>", "value": None},
        {"kind": "array", "shape": [-1], "dtype": "int64", "value": None},
        {"kind": "array", "shape": ["2"], "dtype": "int64", "value": None},
        {"kind": "list", "value": [[[[[[[[[[1]]]]]]]]]]}, {"kind": "list", "value": [{"a b": 1}]},
        {"kind": "tuple", "value": 3}, {"kind": "number", "value": "3"},
        {"kind": "evil", "value": 1}, {"kind": "number", "value": 1, "more": 2},
    ],
)  # fmt: skip
def test_what_has_not_the_form_of_a_description_is_none(content):
    assert valid(content) is None


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [1]}, {"counts": {"1": 1}}, {"counts": {1: -1}}, {"order": ["1"]},
        {"values": {1: [{"kind": "other"}]}}, {"values": {1: 2}}, {"layers": 3}, {"values": None},
    ],
)  # fmt: skip
def test_notes_of_another_form_are_none(change):
    good = {"counts": {1: 1}, "values": {1: [described(2)]}, "order": [1], "layers": []}

    assert valid_notes(good) is not None
    assert valid_notes(good | change) is None


@pytest.mark.parametrize("kind", ["meta", "sparse", "bfloat16", "complex", "float8"])
def test_a_network_whose_numbers_cannot_be_told_runs_as_it_does_without_notes(kind):
    torch = pytest.importorskip("torch")
    make = {
        "meta": lambda: torch.zeros(2, 3, device="meta"),
        "sparse": lambda: torch.eye(3).to_sparse(),
        "bfloat16": lambda: torch.ones(3, dtype=torch.bfloat16),
        "complex": lambda: torch.ones(3, dtype=torch.complex64).conj(),
        "float8": lambda: torch.ones(3).to(torch.float8_e4m3fn),
    }[kind]

    with Notes() as notes:
        result = torch.nn.Identity()(make())

    assert result.shape == make().shape and result.dtype == make().dtype
    assert valid_notes(notes.take())["layers"] == []


def test_notes_that_are_ended_see_no_layer():
    torch = pytest.importorskip("torch")
    with Notes() as notes:
        torch.nn.ReLU()(torch.zeros(1, 2))
        assert [layer[:2] for layer in notes.take()["layers"]] == [["ReLU()", [1, 2]]]

    torch.nn.ReLU()(torch.zeros(1, 2))

    assert notes.take()["layers"] == []


@pytest.mark.parametrize(
    "layer", [["a`b", [1], 0, 1], ["x" * 200, [1], 0, 1], ["LSTM(1, 2)", None, 3, 1]]
)
def test_no_layer_is_the_nth_behind_one_of_which_nothing_can_be_asked(layer):
    layers = [["Conv2d(1, 2)", [1, 2], 3, 0], layer, ["ReLU()", [1, 2], 0, 2]]

    notes = valid_notes({"counts": {}, "values": {}, "order": [], "layers": layers})

    assert notes["layers"] == layers[:1]


# --- behind the walls ----------------------------------------------------------------------------

SIZE = """def size(n, step=1):
    count = 0
    at = 0
    while at < n:
        count += 1
        at = at + step
    return count"""
HIDDEN = """def inputs_of_size(draw):
    return draw.whole(1, 9), draw.whole(1, 3)


assert size(8431, 16862) == 1
assert size(5, 2) == 3"""
TEST = f"assert size(4) == 4\n### BEGIN HIDDEN TESTS\n{HIDDEN}\n### END HIDDEN TESTS"
CODE = notebook(shared("import numpy as np"), answer(SIZE, "size"), exam(TEST))
SANDBOX = own_code.Sandbox(Limits(cell_seconds=8, notebook_seconds=90, memory=1_500_000_000))


def asked_about(student=SIZE, seed="1"):
    """Questions about an answer, with the notebook in which it was handed in."""
    source = NotebookSource("small", nbformat.writes(CODE))
    own = nbformat.from_dict(CODE)
    own = nbformat.reads(nbformat.writes(own), as_version=4)
    own.cells[1].source = student
    data = nbformat.writes(own).encode()
    found, sources = own_code.questions(prepare(source, data, []), seed, SANDBOX)
    return found, sources, Notebook(source, data)


@needs_walls
def test_every_key_is_what_comes_out_when_it_is_computed_again_by_other_means():
    found, sources, book = asked_about()

    assert len(found) >= 20
    assert len({q.about for q in found}) >= 5
    known = 0
    for question in found:
        try:
            assert book.key(question, SIZE) == sealing.normal(question.key), question
            known += 1
        except Unsure:
            continue
    assert known >= 0.8 * len(found)
    assert sources == {"size": SIZE}


@needs_walls
def test_nothing_of_a_hidden_test_or_of_the_solution_is_in_a_question():
    student = "def size(n, step=1):\n    return len(range(0, n, step))"

    found, sources, _ = asked_about(student)

    text = json.dumps([str(each) for each in found]) + json.dumps(sources)
    assert found
    assert "8431" not in text and "size(5, step=2)" not in text
    assert "while" not in text.replace("While", "")


@needs_walls
def test_what_a_cell_between_answers_makes_for_a_visible_test_is_there():
    code = notebook(
        answer("def one():\n    return 1", "one"),
        exam("assert one() == 1", "test_one"),
        shared("rows = [object(), 3, 4]", "rows"),
        answer(SIZE.replace("n, step=1", "n, step"), "size"),
        exam("assert size(len(rows), rows[0] and 1) == 3", "test_size"),
    )
    data = nbformat.writes(code)

    found, _ = own_code.questions(
        prepare(NotebookSource("small", data), data.encode(), []), "1", SANDBOX, only={"size"}
    )

    assert {About.COUNT, About.VALUE} <= {question.about for question in found}


REMEMBERS = "seen = []\n" + SIZE.replace(
    "    count = 0", "    seen.append(n)\n    count = len(seen)"
)


@needs_walls
@pytest.mark.parametrize(
    "student",
    [
        "def size(n, step=1):\n    import os\n    os._exit(0)",
        "def size(n, step=1):\n    while True: pass",
        "def size(n, step=1:\n    return 1",
        "def size(n, step=1):\n    raise NotImplementedError()",
        "size = 3",
        "import random\ndef size(n, step=1):\n    return random.SystemRandom().randrange(10**6)",
        REMEMBERS,
        f"def size(n, step=1):\n    global {noting.TAKE}\n    {noting.TAKE} = dict\n    return 1",
        "import sys\nclass Evil(int):\n    def __eq__(self, other):\n        return True\n"
        "def size(n, step=1):\n    return Evil(3)",
    ],
)
def test_a_hostile_or_broken_answer_is_asked_nothing_that_is_not_so(student):
    found, _, _ = asked_about(student)

    results = [q for q in found if q.about is About.RESULT]
    assert not results or student.endswith("return 1")
