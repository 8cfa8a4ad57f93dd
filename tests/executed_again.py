"""Keys of questions, computed once more by other means: plain Python, and its own tracing.

Answers run here without walls, so only known ones may. A change is made in the text of a line, as
a reader of the question would make it; lines are followed by `sys.settrace`.

    python tests/executed_again.py                 # keys of all known right answers of ps1 to ps4
    python tests/executed_again.py ps3 --keys 5    # of ps3, at most five keys of each answer
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager

from course_utils.grading import Course
from course_utils.grading.course import Assignment
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.judging.submitted_notebook import NotebookSource, prepare
from course_utils.grading.judging.watching import asked as watching
from course_utils.grading.judging.watching import noting
from course_utils.grading.judging.watching.notes import Notes
from course_utils.grading.judging.watching.watch import valid_notes
from course_utils.grading.results.questions import survey, wording
from course_utils.grading.results.questions.asking import LETTERS, About, Question
from course_utils.grading.results.questions.sealing import normal

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"
CHANGE = re.compile(r"line (\d+): `(.*?)` (?:becomes `(.*?)`|is deleted)")
PLACE = re.compile(
    r"(?:what|which shape) (?:is|does) `(?P<text>.*?)`"
    r"(?: have)? (?:after|in) line (?P<line>\d+)|"
    r"(?:what does|does what) line (?P<returns>\d+) return"
)
TIME = re.compile(r"for the (\w+) time")
TURNS = {"first": 0, "second": 1, "third": 2}
ACTS = re.compile(r"rng|random|shuffle|permut|\.step|backward|append|pop\(|next\(|\.train|dropout")


class Unsure(Exception):
    """A key that these means cannot compute."""


class Notebook:
    """A notebook in which an answer stands, run as far as the answer.

    Parameters
    ----------
    source
        The instructor's side.
    data
        The notebook, answered.
    """

    def __init__(self, source: NotebookSource, data: bytes):
        self.rebuilt = prepare(source, data, []).rebuilt
        self.spaces: dict[str, dict] = {}

    def space(self, grade_id: str) -> dict:
        """The names before an answer's questions, its own cell run last."""
        if grade_id not in self.spaces:
            space: dict = {"__name__": "__main__", "get_ipython": lambda: None}
            for step in watching.before(self.rebuilt, {grade_id})[0]:
                if step.student and "%pip" not in step.student:
                    run(step.student, space)
            self.spaces[grade_id] = space
        return self.spaces[grade_id]

    def key(self, question: Question, source: str) -> str:
        """The right answer to a question, in the normal form.

        Parameters
        ----------
        question
            The question.
        source
            The answer's cell.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pytest makes errors of some, a kernel does not
            return self._key(question, source, dict(self.space(question.exercise)))

    def _key(self, question: Question, source: str, space: dict) -> str:
        match question.about:
            case About.RESULT:
                return outcome(source, question.code, space)
            case About.CHANGED:
                found = gives(changed(source, question.text), question.code, space)
                return normal(np.shape(copied(found)) if "Which shape" in question.text else found)
            case About.HARMLESS:
                before = outcome(source, question.code, space)
                found = [
                    outcome(changed(source, o), question.code, space) for o in question.options
                ]
                return letter([(each == before) == ("as it is" in question.text) for each in found])
            case About.UNNOTICED:
                found = [passes(changed(source, o), question.code, space) for o in question.options]
                return letter([each == ("overlook" in question.text) for each in found])
            case About.LAYER | About.LEARNED:
                return layer(question, source, space)
            case _:
                return traced(question, source, space)


def run(source: str, space: dict, name: str = "<cell>") -> None:
    """Run a cell; nobody sees what it prints."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        exec(compile(TransformerManager().transform_cell(source), name, "exec"), space)


def outcome(source: str, code: str, space: dict) -> str:
    """What a cell gives behind an answer, in the normal form."""
    return normal(gives(source, code, space))


def gives(source: str, code: str, space: dict):
    """What a cell gives behind an answer, or the name of the error that it raises."""
    space = dict(space)
    run(source, space)
    *lines, last = code.split("\n")
    run("\n".join(lines), space)
    try:
        return plain(eval(last, space))
    except Exception as error:
        return type(error).__name__


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def passes(source: str, test: str, space: dict) -> bool:
    space = dict(space)
    run(source, space)
    try:
        run(test, space)
    except Exception:
        return False
    return True


def letter(right: list[bool]) -> str:
    """The letter of the only right option; if there is none, or are several, that is no key."""
    if sum(right) != 1:
        return f"{sum(right)} options are right"
    return normal(LETTERS[right.index(True)])


def changed(source: str, words: str) -> str:
    """The cell with a change made in the text of its line."""
    line, old, new = CHANGE.search(words).groups()
    lines, at = source.split("\n"), int(line) - 1
    if lines[at].count(old) != 1:
        raise Unsure(f"{old!r} does not stand in line {line} as it is written: {lines[at]!r}")
    if new is None:
        if lines[at].strip() != old:
            raise Unsure("more than the statement stands in its line")
        lines[at] = lines[at].replace(old, "pass")
    else:
        lines[at] = lines[at].replace(old, new)
    return "\n".join(lines)


# --- following the lines -----------------------------------------------------------------------


class Trace:
    """Lines of an answer in the order in which they run, with what holds before each."""

    def __init__(self, wanted: int = 0, text: str = ""):
        self.lines: list[int] = []
        self.wanted, self.text = wanted, text
        self.values: list = []  # of the expression, before the line
        self.after: list = []  # of the name, when the line has run
        self.returned: list = []
        self._waiting: dict[int, bool] = {}

    def __call__(self, frame, event, arg):
        if frame.f_code.co_filename != "<answer>" or frame.f_code.co_name.startswith("<"):
            return None
        self.lines.append(0)  # called: the same line may run twice in a row
        return self.local

    def local(self, frame, event, arg):
        if event in ("line", "return") and self._waiting.pop(id(frame), False):
            if frame.f_lineno == self.wanted and event == "line":  # the line goes on
                self._waiting[id(frame)] = True
            elif self.text.isidentifier() and self.text in frame.f_locals:
                self.after.append(copied(frame.f_locals[self.text]))
        if event == "line":
            self.lines.append(frame.f_lineno)
            if frame.f_lineno == self.wanted:
                self._waiting[id(frame)] = True
                if self.text and not self.text.isidentifier():
                    with suppress(Exception):
                        self.values.append(eval(self.text, frame.f_globals, frame.f_locals))
        if event == "return" and frame.f_lineno == self.wanted:
            self.returned.append(copied(arg))
        return self.local


def copied(value):
    if isinstance(value, np.ndarray) or type(value).__name__ == "Tensor":
        return np.array(value.detach().numpy() if hasattr(value, "detach") else value)
    return list(value) if isinstance(value, list) else value


def follow(trace: Trace, source: str, code: str, space: dict) -> None:
    space = dict(space)
    run(source, space, "<answer>")
    sys.settrace(trace)
    try:
        with suppress(Exception):
            run(code, space)
    finally:
        sys.settrace(None)


def traced(question: Question, source: str, space: dict) -> str:
    """What a question about lines asks for."""
    lines = source.split("\n")
    if question.about in (About.COUNT, About.NEXT):
        trace = Trace()
        follow(trace, source, question.code, space)
        order = [n for k, n in enumerate(trace.lines) if n and trace.lines[k - 1] != n]
        if question.about is About.COUNT:
            if len(list(statement_lines(source, question.line))) > 1:
                raise Unsure("a statement of several lines is visited several times")
            return normal(order.count(question.line))
        after = order[order.index(question.line) + 1 :]
        options = [int(option.split()[1]) for option in question.options]
        return normal(LETTERS[options.index(next(n for n in after if n in options))])
    place = PLACE.search(question.text)
    time = TIME.search(question.text)
    turn = TURNS[time[1]] if time else 0
    if place["returns"]:
        trace = Trace(int(place["returns"]))
        follow(trace, source, question.code, space)
        found = trace.returned
    else:
        text, line = place["text"], int(place["line"])
        is_name = f"after line {line}" in question.text
        if ACTS.search(text) or ACTS.search(lines[line - 1]):
            raise Unsure("computing it again would change something")
        trace = Trace(line, text)
        follow(trace, source, question.code, space)
        found = trace.after if is_name else trace.values
    if len(found) <= turn:
        raise Unsure("nothing was seen")
    value = found[turn]
    return normal(np.shape(copied(value)) if question.about is About.SHAPE else plain(value))


def statement_lines(source: str, line: int):
    import ast

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and node.lineno == line:
            return range(node.lineno, node.end_lineno + 1)
    return range(0)


def layer(question: Question, source: str, space: dict) -> str:
    """The shape behind a layer, or what it learns, by PyTorch's own hooks."""
    from torch.nn.modules.module import register_module_forward_hook

    seen = []

    def hook(module, given, result):
        if not list(module.children()):
            learned = sum(p.numel() for p in module.parameters() if p.requires_grad)
            seen.append((module, repr(module), tuple(result.shape), learned))

    space = dict(space)
    run(source, space)
    handle = register_module_forward_hook(hook)
    try:
        run(question.code, space)
    finally:
        handle.remove()
    if not seen:
        raise Unsure("its layers are not PyTorch's")
    if "all together" in question.text:
        return normal(sum({id(m): n for m, _, _, n in seen}.values()))
    nth, wanted = re.search(r"the (\w+) one(?: learn)?, `(.*)`\?", question.text).groups()
    number = next(n for n in range(len(seen)) if wording.ordinal(n + 1) == nth)
    _, text, shape, learned = seen[number]  # several layers may look the same
    assert text == wanted, f"the {nth} layer is {text}, not {wanted}"
    return normal(learned if question.about is About.LEARNED else shape)


# --- an answer with notes ------------------------------------------------------------------------

COUNT = """def count(rows, step=1):
    found = 0
    for row in rows:
        if row > 2:
            found += step * 2
        else:
            found = found - 1
    return found"""


def with_notes(source: str, call: str):
    """What a call gives, what the notes in the answer are about, and the notes."""
    text, places = noting.noted(source)
    with Notes() as notes:
        space = {"np": np, noting.NAME: notes}
        exec(text, space)
        result = eval(call, space)
    return result, places, valid_notes(notes.take())


# --- all known right answers of a problem set -----------------------------------------------------


@dataclass
class Tally:
    """What came of the questions about known right answers.

    Attributes
    ----------
    answers, enough
        How many were asked about, and about how many there are five distinct questions.
    again, unsure
        How many keys were computed again, and how many of those tried could not be.
    wrong
        Keys that came out otherwise: the answer, the question and the other key.
    """

    answers: int = 0
    enough: int = 0
    again: int = 0
    unsure: int = 0
    wrong: list[tuple] = field(default_factory=list)

    def __str__(self) -> str:
        share = self.enough / max(self.answers, 1)
        return (
            f"{self.enough} of {self.answers} right answers ({share:.1%}) give at least "
            f"{survey.ASKED} distinct questions; {self.again} keys computed again, "
            f"{len(self.wrong)} of them wrong; {self.unsure} could not be"
        )

    def add(self, other: Tally) -> None:
        self.answers += other.answers
        self.enough += other.enough
        self.again += other.again
        self.unsure += other.unsure
        self.wrong += other.wrong


def tally(assignment: Assignment, keys: int, only=lambda grade_id, answer: True) -> Tally:
    """Ask about right answers, and compute keys again, drawn at random.

    Parameters
    ----------
    assignment
        Whose answers.
    keys
        How many of each answer, at most.
    only
        Whether an answer is wanted, by the solution's grade_id and its own name.
    """
    (file,) = assignment.notebooks()
    source = NotebookSource(file.stem, file.read_text("utf-8"))
    found = Tally()
    for right in survey.survey(assignment, unsafe=missing() is not None, only=only):
        found.answers += 1
        found.enough += right.is_enough
        again, book = 0, Notebook(source, right.notebook)
        for question in random.Random(0).sample(right.found, len(right.found)):
            if again == keys:
                break
            try:
                key = book.key(question, right.source)
            except Unsure:
                found.unsure += 1
                continue
            again += 1
            if key != normal(question.key):
                found.wrong.append((right.grade_id, right.answer, question, key))
        found.again += again
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="compute keys of questions again")
    parser.add_argument("sets", nargs="*", default=["ps1", "ps2", "ps3", "ps4"])
    parser.add_argument("--keys", type=int, default=12, help="of each answer at most (12)")
    options = parser.parse_args()
    everything = Tally()
    for name in options.sets:
        found = tally(Course(ASSIGNMENTS).assignment(name), options.keys)
        print(f"{name}: {found}", flush=True)
        for wrong in found.wrong:
            print("   ", *wrong)
        everything.add(found)
    print(f"all: {everything}")
    return 1 if everything.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
