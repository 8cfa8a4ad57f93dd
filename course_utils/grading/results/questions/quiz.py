"""A notebook of questions that grades itself; no key can be read in it."""

from __future__ import annotations

import hashlib
import inspect
import re

from . import sealing
from .asking import Question
from .sheet import Asked

INTRODUCTION = """# {title}: questions about your own code

{student}, these questions are about the code that you handed in. Read it, answer in the cells
below, and run them: each says whether the answer is right.

You *may* run your code to find out. Then you have learned less: somebody who has written a function
can usually say what it does without running it, and that is what an oral exam asks for.

The right answers are not in this notebook, only their seals. A seal keeps you from reading an
answer by accident. It does not keep anybody from trying out answers by a program, so these
questions earn no points by themselves."""
FIRST = "# This cell compares your answers with the seals. Run it first.\n"


def notebook(asked: Asked, title: str, seed: str):
    """A student's quiz.

    Parameters
    ----------
    asked
        What the student is asked.
    title
        The assignment's.
    seed
        Of the seals.
    """
    from nbformat import v4

    def add(make, source: str, name: str, **metadata) -> None:
        cell = make(source, metadata=metadata)
        cell.id = name
        book.cells.append(cell)

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = v4.new_notebook(metadata={"kernelspec": kernel})
    add(
        v4.new_markdown_cell, INTRODUCTION.format(title=title, student=_plain(asked.student)), "top"
    )
    folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}
    code = FIRST + inspect.getsource(sealing) + "\n\nquiz = Quiz()\n"
    add(v4.new_code_cell, code, "sealing", **folded)
    shown: dict[str, int] = {}
    for number, each in enumerate(asked.questions, start=1):
        text = _question(number, each, asked, shown)
        add(v4.new_markdown_cell, text, f"question-{number}")
        salt = hashlib.sha256(f"salt {seed} {number}".encode()).hexdigest()[:32]
        seal = sealing.sealed(each.key, salt)
        check = f'quiz.check({number}, answer, "{salt}", "{seal}")'
        add(v4.new_code_cell, f"answer = None\n{check}", f"answer-{number}")
    add(v4.new_code_cell, f"quiz.overview({len(asked.questions)})", "overview")
    return book


def _question(number: int, question: Question, asked: Asked, shown: dict[str, int]) -> str:
    parts = [f"## Question {number}"]
    if question.exercise in shown:
        parts.append(f"Your code is the same as in question {shown[question.exercise]}.")
    else:
        shown[question.exercise] = number
        lines = asked.sources[question.exercise].split("\n")
        numbered = "\n".join(f"{n:3}  {line}" for n, line in enumerate(lines, start=1))
        parts += ["Your code, with the numbers of its lines:", _fenced(numbered, "text")]
    parts += [question.text, _fenced(question.code, "python")]
    letters = "ABCD"
    if question.options:
        pairs = zip(letters, question.options, strict=False)
        parts.append("\n".join(f"- **{letter}**: {option}" for letter, option in pairs))
    form = question.form if question.options else f"{question.form}, as Python writes it"
    parts.append(f"*Your answer: {form}. A text stands in quotation marks.*")
    return "\n\n".join(parts)


def _fenced(code: str, language: str) -> str:
    """Code in a fence that nothing in it can close."""
    longest = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _plain(name: str) -> str:
    """A name in which nothing is markup."""
    return re.sub(r"([^\w\s.-])", r"\\\1", name)
