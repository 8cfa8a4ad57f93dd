"""What is watched of an answer, and the questions that the facts give.

A question is thrown away where its key would not be the only right one, or would depend on the
processor: values that are no whole numbers, halves or quarters; calls that give something else the
second time; changes of which nobody knows what they do, since they never end.
"""

from __future__ import annotations

import ast
import random
import re
import symtable
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ...authoring import mutants
from ...judging.watching import noting
from ...judging.watching.asked import Change, Exercise, Watch
from ...judging.watching.notes import LAYERS
from ...judging.watching.noting import Kind, Place
from . import wording

ENOUGH = 5  # answers of a notebook that are asked about
CHANGES = 14  # of an answer, that are tried
OFTEN = 60  # times a line runs, that one can count
OPTIONS = 4
CHANGED = re.compile(r"line (\d+): `([^`]*)` (?:becomes `([^`]*)`|is deleted)")
LETTERS = "ABCD"


class About(StrEnum):
    """What a question asks for."""

    RESULT = "what a call gives"
    CHANGED = "what it gives after a change"
    UNNOTICED = "which change a test overlooks"
    HARMLESS = "which change makes no difference"
    VALUE = "a value on the way"
    SHAPE = "a shape on the way"
    COUNT = "how often a line runs"
    NEXT = "which line runs first"
    LAYER = "the shape behind a layer"
    LEARNED = "how many numbers a layer learns"


@dataclass(frozen=True)
class Question:
    """A question about an answer.

    Attributes
    ----------
    about
        What it asks for.
    exercise
        The grade_id of the answer's cell.
    line
        The line of the cell that it is about, 0 where it is about all of them.
    text
        The question; code in it stands between backticks.
    code
        The call or the visible test that it is about.
    options
        What can be chosen from, if it is a choice: then the key is a letter.
    key
        The right answer.
    form
        What form an answer has, in words.
    why
        How the key was computed, for the examiner.
    """

    about: About
    exercise: str
    line: int
    text: str
    code: str
    options: tuple[str, ...]
    key: str
    form: str
    why: str


def asked(exercise: Exercise, seed: str) -> tuple[Watch, list[Place]] | None:
    """What is to be watched of an answer, and what its notes are about; None if it cannot be read.

    Parameters
    ----------
    exercise
        The answer.
    seed
        Of all that is drawn.
    """
    try:
        noted, places = noting.noted(exercise.source)
        found = mutants.mutants(exercise.source, everywhere=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    common = Counter(mutant.change for mutant in found)
    clear = [m for m in found if common[m.change] == 1 and _is_as_written(m, exercise.source)]
    chance = random.Random(f"changes {seed}")
    tried = chance.sample(clear, min(CHANGES, len(clear)))
    changes = tuple(Change(m.line, m.change, m.source) for m in sorted(tried, key=_by_line))
    own = Watch(
        exercise.grade_id,
        exercise.function,
        exercise.source,
        noted,
        exercise.tests,
        changes,
        exercise.draws,
        seed,
    )
    return own, places


def _is_as_written(mutant: mutants.Mutant, source: str) -> bool:
    """Whether somebody who makes the change in the text of its line, as a question has it, gets the
    cell that was run: `h ** 2` in `x / h ** 2` cannot become `h * 2` in that way.
    """
    words = CHANGED.fullmatch(mutant.change)
    if words is None:
        return False
    line, old, new = int(words[1]) - 1, words[2], words[3]
    lines = source.split("\n")
    if lines[line].count(old) != 1 or (new is None and lines[line].strip() != old):
        return False
    lines[line] = lines[line].replace(old, "pass" if new is None else new)
    try:
        own = ast.parse("\n".join(lines))
        strangers = _looked_up_outside(mutant.source) - _looked_up_outside(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return ast.dump(own) == ast.dump(ast.parse(mutant.source)) and not strangers


def _looked_up_outside(source: str) -> set[str]:
    """Names that a cell's functions do not define. One that a change adds is an error, or what
    another cell happens to call so: nobody could know from the answer alone.
    """
    found, tables = set(), [symtable.symtable(source, "<cell>", "exec")]
    for table in tables:
        tables += table.get_children()
        if table.get_type() == "function":
            found |= {name.get_name() for name in table.get_symbols() if name.is_global()}
    return found


def _by_line(mutant: mutants.Mutant) -> tuple[int, str]:
    return mutant.line, mutant.change


# --- questions -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A call or a visible test, and what was seen of it.

    `fact` is what the judge said: see `watching.watch`.
    """

    code: str
    while_: str
    fact: dict[str, Any]
    is_call: bool

    def notes(self, what: str) -> Any:
        return (self.fact.get("notes") or {}).get(what) or []

    @property
    def is_asked_often(self) -> bool:
        """Whether a network is called by what a test calls, nobody sees how often."""
        return not self.is_call and bool(self.notes("layers"))


def questions(watch: Watch, places: Sequence[Place], facts: dict[str, Any]) -> list[Question]:
    """All questions that the facts of an answer give, each once.

    Parameters
    ----------
    watch, places
        What was watched: see `asked`.
    facts
        What was seen: see `watching.watch`.
    """
    chance = random.Random(f"questions {watch.seed}")
    calls = [
        _Seen("\n".join(filter(None, (f["setup"], f["call"]))), "this cell runs", f, True)
        for f in facts.get("calls", [])
        if f["result"]["value"] != NotImplementedError.__name__  # nothing is answered
    ]
    tests = [
        _Seen(f["source"], "this test runs", f, False)
        for f in facts.get("tests", [])
        if f["passes"]
    ]
    found: list[Question] = []
    for seen in [*calls, *tests]:
        if seen.is_call:
            found += [*_results(seen), *_changed(seen, watch), *_harmless(seen, watch, chance)]
        else:
            found += _unnoticed(seen, watch, chance)
        found += [*_values(seen, places), *_counts(seen, places), *_next(seen, places, chance)]
        found += _layers(seen)
    unique = {(each.about, each.line, each.text, each.code): each for each in found}
    return [replace(each, exercise=watch.grade_id) for each in unique.values()]


def _question(about: About, line: int, text: str, seen: _Seen, key: str, form: str, why: str, *o):
    return Question(about, "", line, text, seen.code, tuple(o), key, form, why)


def _results(seen: _Seen) -> Iterator[Question]:
    result = seen.fact["result"]
    key = wording.key(result)
    if key is not None and seen.fact["drawn"]:  # a visible test says what it expects
        text = "What does this cell give?"
        if result["kind"] == "error":
            text = "This cell raises an error. Which one?"
        why = "the cell was run behind your code"
        yield _question(About.RESULT, 0, text, seen, key, wording.how(result), why)


def _changed(seen: _Seen, watch: Watch) -> Iterator[Question]:
    before = seen.fact["result"]
    for change, after in zip(watch.changes, seen.fact.get("changed", []), strict=False):
        if not _is_certain(after, before) or after == before:
            continue
        text = f"You change {change.words}. "
        why = f"your code was run with the change; as it is, it gives {_short(before)}"
        key, form = wording.key(after), ""
        if key is not None:
            form, ends = wording.how(after), "What does this cell give then?"
            if after["kind"] == "error":
                ends = "This cell raises an error then. Which one?"
            yield _question(About.CHANGED, change.line, text + ends, seen, key, form, why)
        elif after["kind"] == "array" and after["shape"] != before.get("shape"):
            text += "Which shape does what this cell gives then have?"
            key, form = wording.shape(after["shape"]), wording.SHAPE
            yield _question(About.CHANGED, change.line, text, seen, key, form, why)


def _harmless(seen: _Seen, watch: Watch, chance: random.Random) -> Iterator[Question]:
    """The only change of several that leaves what a call gives as it is, or the only that does
    not."""
    before, changed = seen.fact["result"], seen.fact.get("changed", [])
    if wording.key(before) is None:
        return
    known = [(c, a) for c, a in zip(watch.changes, changed, strict=False) if _is_certain(a, before)]
    same = [change for change, after in known if after == before]
    other = [change for change, after in known if after != before]
    yield from _odd_one_out(
        About.HARMLESS,
        seen,
        chance,
        (same, other, "Which of these changes leaves what this cell gives as it is?"),
        (other, same, "Which of these changes makes this cell give something else?"),
        f"each change was made, and the cell was run; as it is, it gives {_short(before)}",
    )


def _is_certain(after: dict | None, before: dict) -> bool:
    """Whether it is beyond doubt that results are the same, or that they are not.

    Last digits may differ from processor to processor; and whether 3 and 3.0 are the same is a
    matter of opinion.
    """
    if after is None or after == before:
        return after is not None and wording.key(after) is not None
    if after["kind"] == "array" and before["kind"] == "array":
        if after["shape"] != before["shape"]:
            return True
    elif after["kind"] != before["kind"] and "error" in (after["kind"], before["kind"]):
        return True
    keys = wording.key(after), wording.key(before)
    return None not in keys and keys[0] != keys[1]


def _unnoticed(seen: _Seen, watch: Watch, chance: random.Random) -> Iterator[Question]:
    changed = list(zip(watch.changes, seen.fact.get("changed", []), strict=False))
    passing = [change for change, passes in changed if passes is True]
    failing = [change for change, passes in changed if passes is False]
    yield from _odd_one_out(
        About.UNNOTICED,
        seen,
        chance,
        (passing, failing, "Which of these changes would this test overlook?"),
        (failing, passing, "Which of these changes would this test notice?"),
        "each change was made, and the test was run",
    )


def _odd_one_out(about, seen: _Seen, chance: random.Random, first, second, why: str):
    """A choice of changes, exactly one of which is right."""
    for ones, others, text in (first, second):
        if not ones or len(others) < OPTIONS - 1:
            continue
        right = chance.choice(ones)
        chosen = sorted(
            [right, *chance.sample(others, OPTIONS - 1)], key=lambda c: (c.line, c.words)
        )
        options = tuple(change.words for change in chosen)
        key = LETTERS[chosen.index(right)]
        yield _question(about, 0, text, seen, key, "a letter", f"{why}: {right.words}", *options)


def _values(seen: _Seen, places: Sequence[Place]) -> Iterator[Question]:
    """Values and shapes of names, of what is returned, and of expressions."""
    counts = {number: times for number, times in seen.notes("counts")}
    for number, values in seen.notes("values"):
        if number >= len(places) or not values:
            continue
        place, times = places[number], counts.get(number, 0)
        if place.kind is Kind.LINE or (place.kind is Kind.EXPRESSION and not place.text):
            continue
        turn = 1 if len(values) > 1 and values[1] != values[0] and not seen.is_asked_often else 0
        value, time = values[turn], ""
        if times > 1:
            time = f" for the {wording.ordinal(turn + 1)} time"
        why = f"your code was run with a note behind line {place.line}"
        if value["kind"] == "array" and value["shape"]:
            text, form = _shape_of(place, time, seen), wording.SHAPE
            key = wording.shape(value["shape"])
            yield _question(About.SHAPE, place.line, text, seen, key, form, why)
        elif value["kind"] in ("number", "float", "bool", "tuple", "list", "dict"):
            found = wording.key(value)
            if found is not None:
                text, form = _value_of(place, time, seen), wording.how(value)
                yield _question(About.VALUE, place.line, text, seen, found, form, why)


def _shape_of(place: Place, time: str, seen: _Seen) -> str:
    begins = f"While {seen.while_}: which shape"
    match place.kind:
        case Kind.NAME:
            return f"{begins} does `{place.text}` have after line {place.line} has run{time}?"
        case Kind.RETURNED:
            return f"{begins} does what line {place.line} returns{time} have?"
        case _:
            return f"{begins} does `{place.text}` in line {place.line} have{_when(time)}?"


def _value_of(place: Place, time: str, seen: _Seen) -> str:
    begins = f"While {seen.while_}: what"
    match place.kind:
        case Kind.NAME:
            return f"{begins} is `{place.text}` after line {place.line} has run{time}?"
        case Kind.RETURNED:
            return f"{begins} does line {place.line} return{time}?"
        case _:
            return f"{begins} is `{place.text}` in line {place.line}{_when(time)}?"


def _when(time: str) -> str:
    return f" when it is computed{time}" if time else ""


def _counts(seen: _Seen, places: Sequence[Place]) -> Iterator[Question]:
    if not seen.notes("order") or seen.is_asked_often:
        return
    counts = {number: times for number, times in seen.notes("counts")}
    for number, place in enumerate(places):
        times = counts.get(number, 0)
        if place.kind is not Kind.LINE or times > OFTEN or (times < 2 and not place.within):
            continue
        text = f"How often does line {place.line} run while {seen.while_}?"
        why = f"your code was run with a note before line {place.line}"
        yield _question(About.COUNT, place.line, text, seen, str(times), "a number", why)


def _next(seen: _Seen, places: Sequence[Place], chance: random.Random) -> Iterator[Question]:
    """Which line follows another one, where it is not simply the next."""
    order = [number for number in seen.notes("order") if number < len(places)]
    lines = sorted({place.line for place in places if place.kind is Kind.LINE})
    if len(lines) < OPTIONS or seen.is_asked_often:
        return
    returns = {place.line for place in places if place.kind is Kind.RETURNED}
    first: dict[int, int] = {}
    for at, number in enumerate(order):
        first.setdefault(places[number].line, at)
    for line, at in first.items():
        after = [places[number].line for number in order[at + 1 :]]
        if not after or after[0] == line or line in returns:  # the next call, say
            continue
        here = lines.index(line)
        if here + 1 < len(lines) and lines[here + 1] == after[0] and after[0] > line:
            continue  # simply the next one
        others = [each for each in lines if each not in (after[0], line)]
        if len(others) < OPTIONS - 1:
            continue
        chosen = sorted([after[0], *chance.sample(others, OPTIONS - 1)])
        text = (
            f"While {seen.while_}, line {line} has just run for the first time. Which of these "
            "lines is the first to run after it?"
        )
        key = LETTERS[chosen.index(after[0])]
        why = f"notes before each line came in this order: line {line}, line {after[0]}"
        options = [f"line {each}" for each in chosen]
        yield _question(About.NEXT, line, text, seen, key, "a letter", why, *options)


def _layers(seen: _Seen) -> Iterator[Question]:
    """Shapes behind the layers of a network, and what they learn."""
    layers = seen.notes("layers")
    known = set[int]()
    text = f"While {seen.while_}, the layers of your network are called one after another. "
    why = "every layer was watched"
    for number, (layer, shape, learned, which) in enumerate(layers, start=1):
        if which in known:  # it is called again
            continue
        known.add(which)
        nth, form = wording.ordinal(number), wording.SHAPE
        asks = f"Which shape comes out of the {nth} one, `{layer}`?"
        yield _question(About.LAYER, 0, text + asks, seen, wording.shape(shape), form, why)
        if learned:
            asks = f"How many numbers does the {nth} one learn, `{layer}`?"
            yield _question(About.LEARNED, 0, text + asks, seen, str(learned), "a number", why)
    order = [which for *_, which in layers]
    one_network = order == [n % len(known) for n in range(len(order))]
    if len(known) > 1 and one_network and len(layers) < LAYERS:  # else another may have followed
        total = sum(learned for *_, learned, _ in layers[: len(known)])
        asks = "How many numbers do they learn, all together?"
        yield _question(About.LEARNED, 0, text + asks, seen, str(total), "a number", why)


def _short(value: dict[str, Any]) -> str:
    """A value in a sentence of the examiner's."""
    key = wording.key(value)
    if key is not None:
        return key
    return f"an array {wording.shape(value['shape'])}" if value["kind"] == "array" else "an object"
