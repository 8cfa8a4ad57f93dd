"""What the tests of the assignments share: comparisons whose messages say the next step.

Every failure is an `AssertionError` of one or two short lines. In a notebook that somebody works
in, `exercise` shows it as such a line and goes on; `overview` says how all exercises stand.
"""

from __future__ import annotations

import os
import symtable
import sys
from collections.abc import Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import numpy as np

__all__ = ["Score", "close", "exercise", "generator", "overview", "shape"]

PASSES = "the tests you see pass"
UNSOLVED = "not solved yet"
EXACT = (Fraction, Decimal, int, float)  # numbers of Python, which NumPy leaves as objects
_state: dict[tuple[int, str], str] = {}  # of each exercise and part whose tests have run
_names: dict[str, dict] = {}  # what names meant before the test that runs now
_of_tests: dict[str, object] = {}  # what tests have made, under names that were nobody's


def generator(*words: int) -> np.random.Generator:
    """Random numbers for tests: another seed for each attempt, so that nothing can be learnt by
    heart; the same one, 0, where a notebook is only run.

    Parameters
    ----------
    words
        Whole numbers of at least 0 that tell one test's numbers from another's.

    Examples
    --------
    >>> generator(1).normal() == generator(1).normal()
    True
    >>> generator(1).normal() == generator(2).normal()
    False
    """
    return np.random.default_rng([int(os.environ.get("COURSE_SEED", "0")), *words])


def shape(got, expected: tuple[int, ...], what: str) -> None:
    """Assert that an answer is an array of numbers with the expected shape.

    Parameters
    ----------
    got
        The student's answer, whatever it is.
    expected
        The shape.
    what
        The call, as a student would write it: it begins every message.

    Raises
    ------
    AssertionError
        If the answer is no array of numbers, or has another shape.

    Examples
    --------
    >>> shape(np.zeros((3, 3)), (3, 3), "pad(x)")
    >>> shape(np.zeros((5, 5)), (3, 3), "correlate(x, kernel)")
    Traceback (most recent call last):
    AssertionError: correlate(x, kernel): the shape should be (3, 3), yours is (5, 5)
    """
    found = _array(got, what).shape
    if found != tuple(expected):
        raise AssertionError(f"{what}: the shape should be {tuple(expected)}, yours is {found}")


def close(
    got,
    expected,
    what: str,
    *,
    mistakes: Mapping[str, object] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> None:
    """Assert that an answer has the expected shape and values.

    Parameters
    ----------
    got
        The student's answer, whatever it is.
    expected
        A number or an array.
    what
        The call, as a student would write it: it begins every message.
    mistakes
        Sentences that name a misconception, each with the value it leads to. If the answer
        is that value, the sentence is the message.
    rtol, atol
        Tolerances as in `numpy.allclose`; an answer in float32 is right too.

    Raises
    ------
    AssertionError
        If the answer is not right; the message says where, or why.
    """
    answer = _array(got, what)
    wanted = np.asarray(expected)
    same_shape = answer.shape == wanted.shape
    if same_shape and np.allclose(answer, wanted, rtol, atol):
        return
    for sentence, value in (mistakes or {}).items():
        wrong = np.asarray(value)
        if answer.shape == wrong.shape and np.allclose(answer, wrong, rtol, atol, equal_nan=True):
            raise AssertionError(f"{what}: {sentence}")
    if not same_shape:
        shape(answer, wanted.shape, what)
    if np.isnan(answer).any():
        raise AssertionError(f"{what}: there is a nan in your answer; is something divided by 0?")
    if wanted.ndim == 0:
        raise AssertionError(f"{what} should be {_number(wanted)}, yours is {_number(answer)}")
    different = ~np.isclose(answer, wanted, rtol, atol)
    index = tuple(int(i) for i in np.argwhere(different)[0])
    raise AssertionError(
        f"{what}: {different.sum()} of {different.size} values differ; the first is at "
        f"{index}: it should be {_number(wanted[index])}, yours is {_number(answer[index])}"
    )


@contextmanager
def exercise(number: int, part: str = ""):
    """What students see of a test: in their notebook a failure is one line, and the next cell runs.

    The line goes to standard error, for which nbgrader, too, gives a cell no points. When the cell
    ends, names that it has bound anew mean again what they meant to the cells before. Where a judge
    runs the test, and not a notebook's kernel, the failure is raised. Errors of other kinds than
    `AssertionError` and `NotImplementedError` are always raised: they show where they come from.

    Parameters
    ----------
    number
        Of the exercise in its notebook, from 1.
    part
        What this test is about, where an exercise has several.

    Examples
    --------
    >>> with exercise(2, "padding"):
    ...     close(1 + 1, 3, "one plus one")
    Traceback (most recent call last):
    AssertionError: one plus one should be 3, yours is 2
    """
    name = f"Exercise {number}" + (f", {part}" if part else "")
    _state[number, part] = "ends in an error"
    if (shell := _kernel()) is not None:
        _keep_names(shell)
    try:
        yield
    except NotImplementedError:
        _state[number, part] = UNSOLVED
        if _kernel() is None:
            raise
        print(f"{name}: {UNSOLVED}.", file=sys.stderr)
    except AssertionError as error:
        _state[number, part] = str(error)
        if _kernel() is None:
            raise
        print(f"{name}: {error}", file=sys.stderr)
    else:
        _state[number, part] = PASSES
        if _kernel() is not None:
            print(f"{name}: {PASSES}.")


def overview(exercises: int) -> None:
    """Print how each of the exercises 1, 2 ... stands, by the tests that have run in this notebook.

    Elsewhere than in a notebook's kernel nothing is printed.
    """
    if _kernel() is None:
        return
    missing = set(range(1, exercises + 1)) - {number for number, _ in _state}
    rows = _state | {(number, ""): "run its tests" for number in missing}
    names = {key: f"{key[0]}" + (f", {key[1]}" if key[1] else "") for key in rows}
    width = max(map(len, names.values()), default=0)
    for key in sorted(rows, key=lambda key: key[0]):  # the parts of one as they first ran
        print(f"Exercise {names[key]:{width}}  {rows[key]}")


def _kernel():
    """The shell of a notebook's process; None in a judge's."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell if hasattr(shell, "kernel") else None


def _keep_names(shell) -> None:
    """When this cell ends, give back the names of other cells that it has bound: a test's `mean`
    or `layers` must not replace a student's. What is only tests' own stays, to be looked at."""
    if "before" in _names:
        return
    _names["before"] = before = dict(shell.user_ns)

    def give_back(result) -> None:
        shell.events.unregister("post_run_cell", give_back)
        del _names["before"]
        for name in _bound(result.info.raw_cell):
            if name in before and _of_tests.get(name, _names) is not before[name]:
                shell.user_ns[name] = before[name]
            else:
                _of_tests[name] = shell.user_ns.get(name)

    shell.events.register("post_run_cell", give_back)


def _bound(code: str) -> list[str]:
    """The global names that a cell's own code binds; not those that functions do that it calls."""
    try:
        symbols = symtable.symtable(code, "cell", "exec").get_symbols()
    except SyntaxError:
        return []
    bound = [s.get_name() for s in symbols if s.is_assigned() or s.is_imported()]
    return [name for name in bound if not name.startswith("_")]


class Score:
    """Partial credit: each part that holds earns its points, a failed one says what was lost.

    End a test cell with `float(score)`: nbgrader takes that for its points.

    Examples
    --------
    >>> score = Score(5)
    >>> with score.part(2, "square images"):
    ...     assert True
    >>> with score.part(3, "wide images"):
    ...     assert 1 == 2, "rows and columns are mixed up"
    lost 3 of 5 points: wide images: rows and columns are mixed up
    >>> float(score)
    2.0
    """

    def __init__(self, points: float):
        self.points = Fraction(str(points))
        self._earned = Fraction(0)
        self._offered = Fraction(0)

    @contextmanager
    def part(self, points: float, name: str):
        """Earn points if the body of the `with` runs to its end.

        Parameters
        ----------
        points
            What the part is worth.
        name
            What is printed of it where the points are lost.

        Raises
        ------
        ValueError
            If the parts are worth more than the whole.
        """
        worth = Fraction(str(points))
        self._offered += worth
        if self._offered > self.points:
            raise ValueError(
                f"the parts add up to {_plain(self._offered)} of {_plain(self.points)}"
            )
        try:
            yield
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            if not isinstance(error, AssertionError):
                reason = f"{type(error).__name__}: {reason}"
            print(f"lost {_plain(worth)} of {_plain(self.points)} points: {name}: {reason}")
        else:
            self._earned += worth

    def __float__(self) -> float:
        if self._offered != self.points:
            raise ValueError(
                f"the parts add up to {_plain(self._offered)} of {_plain(self.points)}"
            )
        return float(self._earned)


def _array(got, what: str) -> np.ndarray:
    """The answer as a true array of numbers; it never gets to compare itself."""
    if got is None:
        raise AssertionError(f"{what} returned None: is a `return` missing?")
    try:
        answer = np.array(got)
        if answer.dtype.kind == "O" and all(type(value) in EXACT for value in answer.flat):
            answer = np.array([float(value) for value in answer.flat]).reshape(answer.shape)
    except Exception:
        answer = np.array(None)
    if answer.dtype.kind not in "biufc":
        raise AssertionError(f"{what} should give numbers, yours is a {type(got).__name__}")
    return answer


def _number(value) -> str:
    return f"{np.asarray(value).item():.6g}"


def _plain(points: Fraction) -> str:
    return f"{float(points):g}"
