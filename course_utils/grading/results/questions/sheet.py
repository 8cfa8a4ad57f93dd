"""Pages to print: a page of questions for each student, a page of keys for the examiner.

All that comes from a student is text: the pages hold no script, and may load nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from .asking import LETTERS, Question

ROOM = 245.0  # millimetres of a page for questions
LINE = 3.2  # millimetres of a line of code, at most; less where there is much code
WIDE = 54  # characters of a line of code that fit beside a question
GAP = 6.5  # lines that a question takes besides its own
POLICY = "default-src 'none'; style-src 'unsafe-inline'"

STYLE = """
@page { size: A4; margin: 12mm; }
* { box-sizing: border-box; }
body { font: 9.5pt/1.35 "DejaVu Sans", Arial, sans-serif; color: #111; background: #fff;
  margin: 0; }
section { break-after: page; max-width: 186mm; margin: 0 auto; font-size: calc(var(--line) * .86); }
section:last-child { break-after: auto; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 4mm;
  border-bottom: .4mm solid #111; padding-bottom: 1mm; margin-bottom: 2mm; }
h1 { font-size: 12pt; margin: 0; overflow-wrap: anywhere; }
article { display: grid; grid-template-columns: 1fr 1fr; gap: 0 5mm; break-inside: avoid;
  border-bottom: .2mm solid #999; padding: 1.5mm 0; }
article > div { min-width: 0; }
h2 { font-size: 1.1em; margin: 0 0 .5mm; }
p { margin: 0 0 1mm; }
pre, code { font-family: "DejaVu Sans Mono", Consolas, monospace; }
code { font-size: .92em; overflow-wrap: anywhere; }
pre { font-size: calc(var(--line) / 1.3); line-height: var(--line); margin: 0 0 1mm;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre.asked { background: #f2f2f2; padding: .7mm 1.2mm; }
.numbered { display: grid; grid-template-columns: 6mm 1fr; }
.numbered span:nth-child(odd) { color: #666; text-align: right; padding-right: 1.5mm; }
.numbered .here { font-weight: bold; }
ol { list-style: upper-alpha; margin: 0 0 1mm; padding-left: 5mm; }
.answer { border-bottom: .2mm dotted #555; height: calc(var(--line) * 2); margin: 0; color: #666; }
.key b { font-size: 11pt; overflow-wrap: anywhere; }
small, .dim { color: #555; }
@media screen { body { padding: 8mm; } section { margin-bottom: 15mm; } }
"""


@dataclass(frozen=True)
class Asked:
    """What a student is asked.

    Attributes
    ----------
    student
        Who.
    questions
        In their order.
    sources
        The cells that they are about, by grade_id.
    why_few
        Why there are fewer questions than others have, if there are.
    """

    student: str
    questions: tuple[Question, ...]
    sources: dict[str, str]
    why_few: str = ""


def questions(everybody: Sequence[Asked], title: str) -> str:
    """A page of questions for each student.

    Parameters
    ----------
    everybody
        The students.
    title
        The assignment and the attempt.
    """
    return _page(f"Questions: {title}", [_sheet(each, title) for each in everybody])


def keys(everybody: Sequence[Asked], title: str) -> str:
    """A page of keys for each student, for the examiner.

    Parameters
    ----------
    everybody, title
        As for `questions`.
    """
    return _page(f"Keys: {title}", [_keys(each, title) for each in everybody])


def _page(title: str, sections: list[str]) -> str:
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<style>{STYLE}</style></head><body>\n{''.join(sections)}</body></html>\n"
    )


def _sheet(asked: Asked, title: str) -> str:
    shown = [_question(n, each, asked) for n, each in enumerate(asked.questions, start=1)]
    few = f"<p>{escape(asked.why_few)}</p>" if asked.why_few else ""
    return (
        f'<section style="--line: {_line(asked):.2f}mm">\n<header><h1>{escape(asked.student)}</h1>'
        f'<span class="dim">{escape(title)}: questions about your own code</span></header>\n'
        f"{few}{''.join(shown)}</section>\n"
    )


def _question(number: int, question: Question, asked: Asked) -> str:
    before = [each.exercise for each in asked.questions[: number - 1]]
    source = asked.sources[question.exercise]
    if question.exercise in before:
        at = before.index(question.exercise) + 1
        code = f'<p class="dim">The same code as in question {at}.</p>'
    else:
        code = _numbered(source, question.line)
    options = ""
    if question.options:
        options = "<ol>" + "".join(f"<li>{_words(o)}</li>" for o in question.options) + "</ol>"
    return (
        f"<article><div>{code}</div><div><h2>{number}</h2><p>{_words(question.text)}</p>"
        f'<pre class="asked">{escape(question.code)}</pre>{options}'
        f'<p class="answer"><small>{escape(question.form)}</small></p></div></article>\n'
    )


def _numbered(source: str, here: int) -> str:
    lines = []
    for number, line in enumerate(source.split("\n"), start=1):
        own = ' class="here"' if number == here else ""
        lines.append(f"<span>{number}</span><span{own}>{escape(line) or ' '}</span>")
    return f'<pre class="numbered">{"".join(lines)}</pre>'


def _keys(asked: Asked, title: str) -> str:
    shown = []
    for number, each in enumerate(asked.questions, start=1):
        choice = ""
        if each.options:
            choice = f" {_words(each.options[LETTERS.index(each.key)])}"
        line = f", line {each.line}" if each.line else ""
        shown.append(
            f'<article class="key"><div><h2>{number} <span class="dim">{escape(each.exercise)}'
            f"{line}</span></h2><p>{_words(each.text)}</p>"
            f'<pre class="asked">{escape(each.code)}</pre></div>'
            f"<div><p><b>{escape(each.key)}</b>{choice}</p><p class=dim>How this is known: "
            f"{_words(each.why)}.</p></div></article>\n"
        )
    few = f"<p>{escape(asked.why_few)}</p>" if asked.why_few else ""
    return (
        f'<section style="--line: 3mm">\n<header><h1>{escape(asked.student)}</h1>'
        f'<span class="dim">{escape(title)}: keys, for the examiner</span></header>\n'
        f"{few}{''.join(shown)}</section>\n"
    )


def _words(text: str) -> str:
    """A sentence with code between backticks."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text))


def _line(asked: Asked) -> float:
    """How high a line of code is, so that all questions of a student come onto one page."""
    lines, known = 0.0, set[str]()
    for each in asked.questions:
        source = "" if each.exercise in known else asked.sources[each.exercise]
        known.add(each.exercise)
        beside = _height(each.text) * 1.2 + _height(each.code) + GAP
        beside += sum(1.2 * _height(option) for option in each.options)
        lines += max(_height(source), beside) + 1.5
    return min(LINE, ROOM / max(lines, 1))


def _height(text: str) -> int:
    return sum(1 + len(line) // WIDE for line in text.split("\n"))
