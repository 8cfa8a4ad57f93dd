"""Watches an answer from the judge: what its calls give, what runs meanwhile, what changes change.

Everything of the answer's runs in its own process, changed lines and notes too. What comes back is
plain data; it is kept where it has the form that it should have and came out the same twice.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from itertools import takewhile
from typing import Any

import numpy as np

from .. import agreement
from .. import rules as rules_
from ..across.proxies import Proxy
from ..across.session import Session, StudentGone
from ..notebooks.hidden import without_hidden
from ..smallest import cells
from ..smallest.asked import INPUTS
from ..smallest.beside import Solution
from ..smallest.drawing import Draw, NotAllowed, count, fresh, written
from . import noting
from .asked import Watch
from .described import LARGEST, described, raised, valid

SECONDS = 300.0  # by the clock, for all of a watch
CALL, CHANGE = 20.0, 3.0  # for a call or a visible test, of the answer and of a changed one
CALLS = 4  # that are watched
TRIES = 60  # inputs that are drawn
NUMBERS = 20  # of an input at most
NEAR = 3  # numbers are drawn from -3 to 3, as far as the exercise allows
LONGEST = 400  # characters of a call
UNKNOWN = None  # what came of a changed line that never ended, say


class Watcher:
    """An answer that is watched, and how to run something in its process.

    Parameters
    ----------
    asked
        What is to be watched.
    session
        The judge's end of the wire.
    space
        The judge's names, in which visible tests run.
    rules
        The notebook's.
    restore
        Makes a new process with the same names, where the old one is gone.
    transform
        Makes Python of a cell with magics in it.
    """

    def __init__(
        self,
        asked: Watch,
        session: Session,
        space: dict[str, Any],
        rules: rules_.Rules,
        restore: Callable[[], None],
        transform: Callable[[str], str],
    ):
        self.asked, self.session, self.space = asked, session, space
        self.rules, self.restore, self.transform = rules, restore, transform
        self.ran = session.ran
        self.visible = [without_hidden(test) for test in asked.tests]

    # --- one version of the answer ---

    def version(self, source: str, seconds: float) -> Proxy | None:
        """The function of a cell that takes the answer's place, if it is one.

        Parameters
        ----------
        source
            The cell's.
        seconds
            That it may take.
        """
        self.session.begin(seconds)
        reply = self.session.run(source, draws=False)
        found = reply["names"].get(self.asked.function)
        return found if type(found) is Proxy and not reply.get("error") else None

    def call(self, function: Any, call: Call, seconds: float) -> dict | None:
        """What a call gives, described; UNKNOWN where the wall kept it from being known.

        Parameters
        ----------
        function
            A version of the answer.
        call
            Its arguments.
        seconds
            That it may take.
        """
        self.session.begin(seconds)
        args, kwargs = call.given(self.space)
        try:
            found = _said(function(*args, **kwargs))
        except Exception as error:
            found = raised(error)
        return UNKNOWN if self._in_doubt() else found

    def passes(self, function: Any, number: int, seconds: float) -> bool | None:
        """Whether a version passes a visible test; UNKNOWN where that cannot be known.

        Parameters
        ----------
        function
            A version of the answer.
        number
            The test's.
        seconds
            That the answer may take.
        """
        test, source = self.asked.tests[number], self.visible[number]
        rules = rules_.of_test(test, self.rules)
        self.session.inputs, self.session.gradients = rules.inputs, rules.gradients
        self.session.begin(seconds)
        agreement.insist(source)
        nowhere = io.StringIO()
        try:
            with redirect_stdout(nowhere), redirect_stderr(nowhere):
                code = compile(self.transform(source), "<test>", "exec")
                exec(code, self.space | {self.asked.function: function})
            found = True
        except Exception:
            found = False
        self.session.inputs, self.session.gradients = self.rules.inputs, self.rules.gradients
        return UNKNOWN if self._in_doubt() else found

    def _in_doubt(self) -> bool:
        return bool(self.session.refused or self.session.doubted)

    # --- all of it ---

    def facts(self, solution: Callable[[], Solution]) -> dict[str, Any]:
        """What was seen: of each call its text and result, of each test whether it passes, of both
        the notes, and what each change does to them.

        Parameters
        ----------
        solution
            Gives the instructor's notebook, for a generator's inputs.
        """
        function = self.space.get(self.asked.function)
        if type(function) is not Proxy:
            return {"why": "the answer defines no function of this name"}
        calls = self._drawn(solution) or self._of_tests(function)
        results = [self.call(function, call, CALL) for call in calls]
        again = [self.call(function, call, CALL) for call in calls]
        kept = [n for n, result in enumerate(results) if result and result == again[n]]
        calls, results = [calls[n] for n in kept], [results[n] for n in kept]
        passed = [self.passes(function, n, CALL) for n in range(len(self.visible))]
        facts: dict[str, Any] = {
            "calls": [
                {"setup": call.setup, "call": call.text, "result": result, "drawn": call.drawn}
                for call, result in zip(calls, results, strict=True)
            ],
            "tests": [
                {"source": source, "passes": passes}
                for source, passes in zip(self.visible, passed, strict=True)
            ],
        }
        self._put_notes(facts, calls)
        for change in self.asked.changes:
            self._put_change(facts, calls, change.source)
        self._back()
        return facts

    def _put_notes(self, facts: dict, calls: list[Call]) -> None:
        """Notes of every call and test, where they change nothing of what comes out."""
        for fact in [*facts["calls"], *facts["tests"]]:
            fact["notes"] = None
        try:
            self.session.begin(CALL)
            take = self.session.run(noting.SET_UP, draws=False)["names"].get(noting.TAKE)
            function = self.version(self.asked.noted, CALL)
            if type(take) is not Proxy or function is None:
                return
            self.session.call(take, (), {})
            for fact, call in zip(facts["calls"], calls, strict=True):
                same = self.call(function, call, CALL) == fact["result"]
                notes = valid_notes(self.session.call(take, (), {}))
                fact["notes"] = notes if same else None
            for number, fact in enumerate(facts["tests"]):
                passes = self.passes(function, number, CALL)
                notes = valid_notes(self.session.call(take, (), {}))
                fact["notes"] = notes if passes and fact["passes"] else None
        except StudentGone:
            self._back()
        except Exception:  # what it says are no notes
            return

    def _put_change(self, facts: dict, calls: list[Call], source: str) -> None:
        """What a changed line does: results of calls, and whether the visible tests pass."""
        results: list[dict | None] = [UNKNOWN] * len(calls)
        passed: list[bool | None] = [UNKNOWN] * len(self.visible)
        try:
            function = self.version(source, CHANGE)
            if function is not None:
                for number, call in enumerate(calls):
                    results[number] = self.call(function, call, CHANGE)
                for number, fact in enumerate(facts["tests"]):
                    if fact["passes"]:
                        passed[number] = self.passes(function, number, CHANGE)
        except StudentGone:  # it never ends, say
            self._back()
        for fact, result in zip(facts["calls"], results, strict=True):
            fact.setdefault("changed", []).append(result)
        for fact, passes in zip(facts["tests"], passed, strict=True):
            fact.setdefault("changed", []).append(passes)

    def _back(self) -> None:
        """The answer itself is there again, in a process that has met no change if one is gone."""
        self.session.forget(self.ran)
        if self.session.alive():
            self.session.begin(CALL)
            self.session.run(self.asked.source, draws=False)
            self.session.forget(self.ran)
        else:
            self.restore()

    # --- inputs ---

    def _drawn(self, solution: Callable[[], Solution]) -> list[Call]:
        """Calls with inputs of the exercise's generator, but for those of its tests."""
        name, found = self.asked.function, list[Call]()
        if not self.asked.draws:
            return []
        try:
            instructor = solution()
            generate = instructor.space[INPUTS + name]
            right, seen = instructor.space[name], instructor.inputs_of_tests(name, self.asked.tests)
            least = Draw(lambda low, high: low, {})
            _allowed(generate, least)
        except Exception:  # it fails, or the solution does not pass
            return []
        chance = random.Random(self.asked.seed)
        for _ in range(TRIES):
            grown = Counter(
                chance.randrange(max(least.sizes, 1)) for _ in range(chance.randrange(5))
            )
            inputs = _allowed(generate, Draw(_near(chance), grown))
            if inputs is None or count(inputs) > NUMBERS or written(inputs) in seen:
                continue
            seen.add(written(inputs))
            given, named = cells.arguments(right, inputs)
            setup, text = cells.call(name, right, inputs)
            if len(setup) + len(text) <= LONGEST:
                found.append(Call(given, named, "\n".join(setup), text, drawn=True))
            if len(found) == CALLS:
                break
        return found

    def _of_tests(self, function: Proxy) -> list[Call]:
        """Calls that the visible tests make, as far as they can be written down."""
        found: list[Call] = []
        seen = set[str]()

        def noted(*args, **kwargs):
            text = _written_call(self.asked.function, args, kwargs)
            if text and text not in seen and len(found) < CALLS:
                seen.add(text)
                found.append(Call(deepcopy(list(args)), deepcopy(kwargs), "", text, drawn=False))
            return function(*args, **kwargs)

        for number in range(len(self.visible)):
            self.passes(noted, number, CALL)
        return found


class Call:
    """A call, and how it is written.

    Parameters
    ----------
    args, kwargs
        Its arguments.
    setup
        Lines that come before it.
    text
        The call.
    drawn
        Whether its inputs were drawn; else they are a visible test's.
    """

    def __init__(self, args: list, kwargs: dict, setup: str, text: str, *, drawn: bool):
        self.args, self.kwargs, self.setup, self.text, self.drawn = args, kwargs, setup, text, drawn

    def given(self, space: dict[str, Any]) -> tuple[list, dict]:
        """Copies of the arguments, functions made of their texts.

        Parameters
        ----------
        space
            The names that texts of functions may use.
        """
        names = dict(space)
        return fresh(self.args, names), fresh(self.kwargs, names)


def _allowed(generate: Callable, draw: Draw) -> Sequence | None:
    try:
        return generate(draw)
    except NotAllowed:
        return None


def _near(chance: random.Random) -> Callable[[int, int], int]:
    """Draws small numbers, with which one can reckon in one's head."""

    def integer(low: int, high: int) -> int:
        if low <= NEAR and high >= -NEAR:
            low, high = max(low, -NEAR), min(high, NEAR)
        return chance.randint(low, high)

    return integer


def _said(value: Any) -> dict | None:
    """A result, which is plain data or a proxy that is not asked anything."""
    return {"kind": "other", "value": None} if type(value) is Proxy else valid(described(value))


PLAIN = (bool, int, float, str, type(None))


def _written_call(name: str, args: Sequence, kwargs: dict) -> str:
    """A call as one would type it; empty if that is long or cannot be."""
    values = [*args, *kwargs.values()]
    if not all(map(_is_plain, values)) or count(values) > NUMBERS:
        return ""
    words = [*map(cells.literal, args), *(f"{k}={cells.literal(v)}" for k, v in kwargs.items())]
    text = f"{name}({', '.join(words)})"
    return text if len(text) <= LONGEST else ""


def _is_plain(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biuf"
    if type(value) in (list, tuple):
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(map(_is_plain, [*value, *value.values()]))
    return type(value) in PLAIN


# --- what comes from the other side -----------------------------------------------------------


def valid_notes(content: Any) -> dict[str, Any] | None:
    """What an unknown process says are notes, if they have the form of notes.

    Parameters
    ----------
    content
        Plain data, whatever it is.

    Returns
    -------
    dict
        By the numbers of places `counts` and `values`, the `order` of lines, the `layers`.
    """
    if type(content) is not dict:
        return None
    counts, values = content.get("counts"), content.get("values")
    order, layers = content.get("order"), content.get("layers")
    if type(counts) is not dict or type(values) is not dict:
        return None
    if type(order) is not list or type(layers) is not list:
        return None
    if not all(map(_is_number, [*counts, *counts.values(), *values, *order])):
        return None
    told = {place: _valid_values(seen) for place, seen in values.items()}
    if any(seen is None for seen in told.values()):
        return None
    known = takewhile(bool, map(_valid_layer, layers[:100]))  # behind another, none is the nth
    return {
        "counts": [[place, number] for place, number in counts.items()],
        "values": [[place, seen] for place, seen in told.items()],
        "order": order[:1000],
        "layers": list(known),
    }


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LARGEST


def _valid_values(seen: Any) -> list | None:
    if type(seen) is not list or len(seen) > 10:
        return None
    found = [valid(each) for each in seen]
    return None if any(each is None for each in found) else found


def _valid_layer(layer: Any) -> list | None:
    """A layer's text, if it is a short one of ordinary letters, its shape, what it learns, which it
    is."""
    if type(layer) is not list or len(layer) != 4:
        return None
    text, shape, learned, which = layer
    found = valid({"kind": "array", "shape": shape, "dtype": "float32", "value": None})
    good = type(text) is str and len(text) <= 100 and text.isascii() and text.isprintable()
    good = good and "`" not in text
    good = good and found is not None and _is_number(learned) and _is_number(which)
    return layer if good else None
