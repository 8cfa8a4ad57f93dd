"""Answer and solution side by side: the answer behind its wall, the solution in the judge.

Both get the same inputs, by value. What an answer gives is plain data, or it is an object that is
never asked anything.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np

from ..across.proxies import Proxy
from ..across.session import CannotCross, Session
from . import cells, differences
from .asked import INPUTS, RESULT, Sought, generators
from .differences import Difference
from .drawing import Function, count, fresh, written

SECONDS = 20.0  # by the clock, for all of a search


class NoSearch(Exception):
    """A search that cannot be made, or has come to nothing; the message is for instructors."""


class Solution:
    """The instructor's own notebook up to an answer, with solutions in the place of answers.

    Parameters
    ----------
    sources
        Its cells but the tests.
    tests
        All tests, for the generators in them.
    transform
        Makes Python of a cell with magics in it.
    """

    def __init__(
        self, sources: Iterable[str], tests: Iterable[str], transform: Callable[[str], str]
    ):
        from IPython import get_ipython

        self.transform = transform
        self.space: dict[str, Any] = {"__name__": "__main__", "get_ipython": get_ipython}
        sources = list(sources)
        for source in [*sources, *generators([*sources, *tests]).values()]:
            self.run(source, self.space)

    def run(self, source: str, space: dict[str, Any]) -> None:
        """Run a cell of the instructor's; nobody sees what it prints.

        Parameters
        ----------
        source
            The cell's.
        space
            Its global names.
        """
        nowhere = io.StringIO()
        with redirect_stdout(nowhere), redirect_stderr(nowhere):
            exec(compile(self.transform(source), "<solution>", "exec"), space)

    def inputs_of_tests(self, name: str, tests: Iterable[str]) -> set[str]:
        """What tests call a function with, each as `drawing.written` has it.

        Parameters
        ----------
        name
            The function's.
        tests
            Their sources.

        Raises
        ------
        Exception
            Whatever a test raises that the solution does not pass.
        """
        found, right = set[str](), self.space[name]

        def noted(*args, **kwargs):
            found.add(written(cells.bound(right, args, kwargs)))
            return right(*args, **kwargs)

        for test in tests:
            self.run(test, self.space | {name: noted})
        return found


class Comparison:
    """An answer and the solution of one function.

    Parameters
    ----------
    answer
        The student's function: a proxy.
    solution
        The instructor's notebook.
    sought
        What is looked for.
    session
        The judge's end of the wire.
    """

    def __init__(self, answer: Any, solution: Solution, sought: Sought, session: Session):
        self.answer, self.solution, self.sought = answer, solution, sought
        self.session, self.space = session, solution.space
        self.right = self.space[sought.function]
        self.part: Callable[[Any], dict] | None = self.space.get(RESULT + sought.function)
        self.left_out = solution.inputs_of_tests(sought.function, sought.tests)

    def differ(self, inputs: Sequence[Any]) -> bool:
        """Whether the results differ; never on what a test of the exercise tries.

        Parameters
        ----------
        inputs
            In the order of the solution's parameters.
        """
        if written(list(inputs)) in self.left_out:
            return False
        return self.difference(inputs) is not None

    def difference(self, inputs: Sequence[Any]) -> tuple[Difference, str] | None:
        """How the results differ, and in what, where the call does not show it.

        Parameters
        ----------
        inputs
            In the order of the solution's parameters.
        """
        args, kwargs = cells.arguments(self.right, inputs)
        right = _outcome(self.right, *self._given(args, kwargs))
        if not differences.finite(right):  # nothing that the exercise would ask for
            return None
        own = self._given(args, kwargs)
        got = _outcome(self.answer, *own)
        if self.session.refused or self.session.doubted:
            raise CannotCross("the wall kept an answer from being compared")
        found = self._between(got, right)
        return found or (self._changed(args, own[0]) if self.sought.seen else None)

    def _given(self, args: list, kwargs: dict) -> tuple[list, dict]:
        """Copies of the arguments, functions made of their texts."""

        return fresh(args, self.space), fresh(kwargs, self.space)

    def _between(self, got: Any, right: Any) -> tuple[Difference, str] | None:
        """The first difference in what counts: all of it, unless `result_of_...` says what."""
        part = self.part
        if part is None or isinstance(right, Exception) or isinstance(got, Exception):
            found = differences.between(got, right)
            return (found, "") if found else None
        own = _parts(part, got)
        for word, value in part(right).items():
            if word not in own:
                return Difference("", differences.shown(got), differences.shown(right)), ""
            found = differences.between(own[word], value)
            if found:
                return found, word
        return None

    def _changed(self, before: list, after: list) -> tuple[Difference, str] | None:
        """An argument that the answer changed in place."""
        names = [parameter.name for parameter in cells.parameters(self.right)]
        for name, was, now in zip(names, before, after, strict=False):
            if isinstance(was, Function) and not isinstance(now, np.ndarray):
                continue
            found = differences.between(now, fresh(was, self.space))
            if found:
                return found, f"{name}{found.place} afterwards"
        return None


def search(
    answer: Any,
    sources: Sequence[str],
    sought: Sought,
    session: Session,
    transform: Callable[[str], str],
) -> dict[str, Any]:
    """The cell that shows the smallest input found, how many numbers it has, and seconds.

    Parameters
    ----------
    answer
        The student's function: a proxy.
    sources
        The instructor's cells up to the solution, tests left out.
    sought
        What is looked for.
    session
        The judge's end of the wire.
    transform
        Makes Python of a cell with magics in it.

    Raises
    ------
    NoSearch
        If nothing can be looked for, or nothing was found that shows itself twice.
    """
    from . import search as searching  # loads hypothesis, where a course asks for it

    solution = Solution(sources, sought.tests, transform)
    comparison = Comparison(answer, solution, sought, session)
    began = time.process_time() + session.processor_time()
    generate, name = solution.space[INPUTS + sought.function], sought.function
    inputs = searching.smallest(generate, comparison.differ, name)
    if inputs is None:
        raise NoSearch("answer and solution agree wherever they were tried")
    inputs = list(inputs)
    found = comparison.difference(inputs)
    if found is None or found != comparison.difference(inputs):
        raise NoSearch("the answer is another one with every call")
    seconds = time.process_time() + session.processor_time() - began
    return {
        "cell": cells.text(name, comparison.right, inputs, *found),
        "numbers": sum(map(count, _shown(comparison.right, inputs))),
        "seconds": round(seconds, 3),
    }


def _shown(right: Any, inputs: Sequence[Any]) -> list[Any]:
    """The arguments that the cell gives: not those that are what they would be anyway."""
    args, kwargs = cells.arguments(right, inputs)
    return [*args, *kwargs.values()]


def _parts(part: Callable[[Any], dict], got: Any) -> dict:
    """What counts of an answer's result; nothing of what the instructor's function cannot read."""
    if type(got) is Proxy:  # an object, which is asked nothing
        return {}
    try:
        return part(got)
    except Exception:
        return {}


def _outcome(function: Callable, args: list, kwargs: dict) -> Any:
    """What a call gives, or the error that it raises."""
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return error
