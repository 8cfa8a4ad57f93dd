"""A thousand notebooks damaged at random: each ends in a verdict, and never in too many points.

All are read, rebuilt and shown; every twentieth is judged as well, which takes most of the time.
"""

import json
import random
from copy import deepcopy

import nbformat
import pytest

from course_utils.grading.judging import judge_process, outputs
from course_utils.grading.judging.notebooks import reading
from course_utils.grading.judging.notebooks.rebuild import rebuild, settings
from course_utils.grading.judging.sandbox.walls import Limits, missing
from course_utils.grading.judging.verdicts import VerdictKind
from small_notebooks import answer, exam, notebook, shared, written

INSTRUCTOR = notebook(
    nbformat.v4.new_markdown_cell("# Numbers"),
    shared("import numpy as np"),
    answer("def double(x):\n    return 2 * x", "double"),
    exam("assert double(2) == 4", "test_double", 2),
    answer("def half(x):\n    return x / 2", "half"),
    exam("assert half(2) == 1", "test_half", 3),
    written("why", 5),
)
STRANGE = [
    None,
    True,
    -1,
    1e400,
    "",
    "\ud800",
    "x" * 1000,
    [],
    {},
    [[]],
    {"a": {}},
    "double",
    "\x00",
]


def corrupted(random_: random.Random) -> bytes:
    """Bytes of a notebook that something went wrong with."""
    nb = json.loads(nbformat.writes(deepcopy(INSTRUCTOR)))
    if random_.random() < 0.7:
        for _ in range(random_.randint(1, 5)):
            _change(nb, random_)
    data = json.dumps(nb).encode("utf-8", "surrogatepass")
    if random_.random() < 0.5:
        data = bytearray(data)
        for _ in range(random_.choice([1, 3, 30])):
            at = random_.randrange(len(data) + 1)
            kind = random_.randrange(4)
            if kind == 0:
                data[at : at + random_.choice([1, 10, 500])] = b""
            elif kind == 1:
                data[at:at] = bytes(random_.randrange(256) for _ in range(random_.randint(1, 9)))
            elif kind == 2:
                data[at : at + 1] = random_.choice([b"{", b"}", b"[", b"]", b'"', b",", b"\n"])
            else:
                data[at:at] = data[:at][-random_.choice([1, 50, 900]) :]
        data = bytes(data)
    return data[: random_.randrange(len(data))] if random_.random() < 0.1 else data


def _change(nb, random_) -> None:
    """Something of the notebook's tree becomes something else, or goes, or comes twice."""
    holder, key = nb, random_.choice(sorted(nb))
    while isinstance(holder[key], dict | list) and holder[key] and random_.random() < 0.85:
        holder = holder[key]
        key = (
            random_.choice(sorted(holder))
            if isinstance(holder, dict)
            else (random_.randrange(len(holder)))
        )
    kind = random_.randrange(4)
    if kind == 0:
        del holder[key]
        if not nb:
            nb["cells"] = []
    elif kind == 1 and isinstance(holder, list):
        holder.insert(random_.randrange(len(holder) + 1), deepcopy(holder[key]))
    else:
        holder[key] = deepcopy(random_.choice(STRANGE))


def outcome(data):
    """The rebuilt notebook, or the sentence that says why there is none."""
    try:
        return rebuild(INSTRUCTOR, reading.read(data), {"double": "...", "half": "..."})
    except reading.Unreadable as error:
        return str(error)


@pytest.mark.parametrize("block", range(10))
def test_damaged_notebooks_end_in_a_verdict(block):
    readable = 0
    for number in range(100):
        result = outcome(corrupted(random.Random(1000 * block + number)))
        if isinstance(result, str):
            assert result.startswith("the notebook ") and len(result) < 200
            continue
        readable += 1
        assert [settings(c)["grade_id"] for c in result.notebook.cells if settings(c)] == [
            *("double", "test_double", "half", "test_half", "why")
        ]
        tests = {s.grade_id: (s.points, s.judge) for s in result.steps if s.kind == "test"}
        assert tests == {
            "test_double": (2.0, "assert double(2) == 4"),
            "test_half": (3.0, "assert half(2) == 1"),
        }
        judged = judge_process.Judged()
        if number % 20 == 0:
            judged = judge_process.judge(
                result, limits=Limits(cell_seconds=5), unsafe=missing() is not None
            )
            assert set(judged.verdicts) == {"test_double", "test_half"}
            for verdict in judged.verdicts.values():
                assert verdict.kind in (VerdictKind.OK, VerdictKind.WRONG)
                assert verdict.points == (verdict.maximum if verdict.kind is VerdictKind.OK else 0)
        outputs.fill(result.notebook, judged)
        outputs.hide(result.notebook)
        nbformat.validate(result.notebook)
    assert readable >= 20
