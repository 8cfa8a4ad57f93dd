"""What an answer uses of a forbidden library is seen on its text, as the grader would refuse it."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_utils.tools.notebooks import forbidden_uses

SOURCE = Path(__file__).parents[3] / "assignments/source"
ANSWER = {"nbgrader": {"solution": True, "grade_id": "answer"}}
LOCKED = {"nbgrader": {"locked": True, "grade": False, "grade_id": "rules"}}


def uses(*answers, rule="forbid=torch,scipy.signal,keras.applications", given=""):
    cells = [new_code_cell(f"### RULES {rule}\n{given}", metadata=LOCKED)]
    cells += [new_code_cell(answer, metadata=ANSWER) for answer in answers]
    return forbidden_uses.of_cells(cells)[1:]


@pytest.mark.parametrize(
    ("answer", "library"),
    [
        ("import torch", "torch"),
        ("import torch.nn as nn", "torch"),
        ("from torch.nn import functional", "torch"),
        ("from scipy import signal", "scipy.signal"),
        ("import scipy\ndef f(x):\n    return scipy.signal.convolve2d(x, x)", "scipy.signal"),
        ("def f(x):\n    import torch\n    return torch.relu(x)", "torch"),
        ("from tensorflow.keras.applications import ResNet50", "keras.applications"),
        ("import tensorflow as tf\ntf.keras.applications.ResNet50()", "keras.applications"),
    ],
)
def test_an_import_or_a_use_is_found_however_it_is_written(answer, library):
    assert uses(answer) == [(library,)]


@pytest.mark.parametrize(
    "answer",
    [
        "import numpy as np\nnp.convolve([1], [2])",
        "import scipy\nscipy.ndimage.zoom",
        "import torchmetrics",
        "# import torch",
        "def f(torch):\n    return torch + 1",
        "try:\n    import torch\nexcept ImportError:\n    torch = None",
        "def broken(:\n    import torch",
    ],
)
def test_what_the_grader_has_or_never_asks_for_is_no_use(answer):
    assert uses(answer) == [()]


def test_a_text_that_speaks_of_rules_is_no_rule():
    text = new_markdown_cell("### RULES forbid=`torch`", metadata=LOCKED)

    assert forbidden_uses.of_cells([text, new_code_cell("import torch", metadata=ANSWER)])[1] == ()


def test_a_name_bound_in_one_cell_is_followed_into_the_next():
    assert uses("%matplotlib inline\nimport torch as t", "x = t.zeros(3)", "y = 1") == [
        ("torch",),
        ("torch",),
        (),
    ]
    assert uses(
        "from scipy.signal import convolve2d", "def f(x):\n    return convolve2d(x, x)"
    ) == [
        ("scipy.signal",),
        ("scipy.signal",),
    ]


def test_a_parameter_of_the_same_name_is_no_library():
    assert uses("import torch", "def size(torch):\n    return torch + 1")[1] == ()


def test_what_is_allowed_again_may_be_used_from_there_on():
    cells = [
        new_code_cell("### RULES forbid=keras", metadata=LOCKED),
        new_code_cell("import keras", metadata=ANSWER),
        new_code_cell("### RULES allow=keras", metadata=LOCKED),
        new_code_cell("import keras", metadata=ANSWER),
    ]

    assert forbidden_uses.of_cells(cells) == [(), ("keras",), (), ()]


@pytest.mark.parametrize("notebook", sorted(SOURCE.glob("*/*.ipynb")), ids=lambda file: file.stem)
def test_the_instructors_own_answers_use_nothing_that_their_rules_forbid(notebook):
    cells = nbformat.read(notebook, as_version=4).cells

    assert not any(forbidden_uses.of_cells(cells))
