"""What of an assignment students must not see before they hand in, in pieces that can be searched.

A piece is long enough to be told from chance: a line of a solution or of a hidden test, a case
that hidden tests try, a value that they expect, what they say, a sentence of a rubric. What the
visible part of any assignment says as well is no secret.
"""

from __future__ import annotations

import ast
import io
import keyword
import re
import textwrap
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from nbformat import NotebookNode

MARKS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")  # nbgrader's: ### BEGIN ..., ### END ...
LEAST = 4  # words, keywords not counted, by which a line of code is told from any other
LEAST_LITERAL, LEAST_EXPRESSION, LEAST_SENTENCE = 5, 5, 5
DIGITS = 4  # that a number has at least if it is to be found by itself
TOKEN = re.compile(r"[^\W\d]\w*|(?:\d[\d_]*\.?[\d_]*|\.\d+)(?:[eE][+-]?\d+)?|[^\w\s\"'`#\\]")
WORD = re.compile(r"\w")
LOSS = re.compile(r"^lost [\d.]+ of [\d.]+ points:?")  # of partial credit, which feedback may say


class SecretKind(StrEnum):
    """What a secret is; the value reads well before "of" and a cell's name."""

    SOLUTION = "a line of the solution"
    TEST = "a line of the hidden tests"
    CASE = "a case of the hidden tests"
    VALUE = "a value in the hidden tests"
    MESSAGE = "a text in the hidden tests"
    NOTE = "a note for instructors"


@dataclass(frozen=True)
class Secret:
    """A piece that students must not see.

    Attributes
    ----------
    cell
        The grade_id of the cell it stands in, and the notebook's name: "output_size in ps1".
    text
        The piece as it was written, on one line.
    tokens
        What is compared: layout, comments, quotes and, in prose, punctuation are gone.
    """

    kind: SecretKind
    cell: str
    text: str
    tokens: tuple[str, ...]

    @property
    def is_prose(self) -> bool:
        return self.kind in (SecretKind.MESSAGE, SecretKind.NOTE)


def tokens(text: str) -> list[str]:
    """Names, numbers and signs of a `text`, in order; quotes, `#` and white space are left out.

    Examples
    --------
    >>> tokens("y = f( x,'a b')  # why")
    ['y', '=', 'f', '(', 'x', ',', 'a', 'b', ')', 'why']
    """
    return TOKEN.findall(text)


def words(found: Iterable[str]) -> tuple[str, ...]:
    """The tokens in `found` that are words or numbers, in lower case: how prose is compared."""
    return tuple(token.lower() for token in found if WORD.match(token))


def number(token: str) -> float | None:
    """The value of a `token`, if it is a number with enough digits to be told from others."""
    if not token[0].isdigit() and not (token[0] == "." and len(token) > 1):
        return None
    digits = re.split("[eE]", token.replace("_", ""))[0].replace(".", "").strip("0")
    return float(token.replace("_", "")) if len(digits) >= DIGITS else None


def split(source: str) -> tuple[dict[str, list[str]], str]:
    """The parts of a cell's `source` between nbgrader's marks, by mark, and the rest."""
    inside: dict[str, list[str]] = {mark: [] for mark in MARKS}
    outside, current = [], None
    for line in source.split("\n"):
        begins = next((mark for mark in MARKS if f"BEGIN {mark}" in line), None)
        if begins:
            current = begins
            inside[current].append("")
        elif current and f"END {current}" in line:
            current = None
        elif current:
            inside[current][-1] += f"{line}\n"
        else:
            outside.append(line)
    return inside, "\n".join(outside)


def read(notebooks: dict[str, NotebookNode]) -> list[Secret]:
    """The secrets of instructors' notebooks, given by name; each piece once."""
    found: dict[tuple, Secret] = {}
    shown: list[str] = []
    for name, notebook in notebooks.items():
        answers = _answers(notebook)
        for cell in notebook.cells:
            settings = cell.metadata.get("nbgrader", {})
            parts, outside = split(cell.source)
            where = f"{settings.get('grade_id', 'a cell')} in {name}"
            if settings.get("solution") and not parts["SOLUTION"]:
                parts["SOLUTION"], outside = [outside], ""  # all of the cell is replaced
            shown.append(outside)
            for mark, texts in parts.items():
                for text in texts:
                    for secret in _secrets(mark, cell.cell_type, where, text, answers):
                        found.setdefault((secret.is_prose, secret.tokens), secret)
    return _without_shown(list(found.values()), shown)


def _without_shown(secrets: list[Secret], shown: list[str]) -> list[Secret]:
    seen = [tokens(text) for text in shown]
    code = "\n".join(f" {' '.join(text)} " for text in seen)
    prose = "\n".join(f" {' '.join(words(text))} " for text in seen)
    numbers = {number(token) for text in seen for token in text}
    return [
        secret
        for secret in secrets
        if (
            number(secret.tokens[0]) not in numbers
            if secret.kind is SecretKind.VALUE
            else f" {' '.join(secret.tokens)} " not in (prose if secret.is_prose else code)
        )
    ]


def _answers(notebook: NotebookNode) -> set[str]:
    """The names that students are asked to define."""
    found = set()
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution"):
            found |= set(re.findall(r"^(?:def|class) (\w+)", cell.source, re.MULTILINE))
            found |= set(re.findall(r"^(\w+) *=", cell.source, re.MULTILINE))
    return found


def _secrets(mark: str, cell_type: str, cell: str, text: str, answers: set) -> Iterator[Secret]:
    if cell_type != "code" or mark == "MARK SCHEME":
        yield from _notes(cell, text.splitlines())
        return
    code = textwrap.dedent(text)
    kind = SecretKind.TEST if mark == "HIDDEN TESTS" else SecretKind.SOLUTION
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:  # a magic, or half a block: its lines have to do
        nodes = []
    # Cases and messages before lines: a line that is nothing else is what it is.
    if kind is SecretKind.TEST:
        for node in nodes:
            yield from _cases(cell, code, node, answers)
    yield from _lines(kind, cell, code)
    yield from _notes(cell, re.findall(r"#+ *(.+)", code), LEAST)
    for node in nodes:
        yield from _expressions(kind, cell, code, node)


def _lines(kind: SecretKind, cell: str, code: str) -> Iterator[Secret]:
    """Every line that is long enough, the shorter ones together with those that follow them."""
    as_written = [_without_comment(line) for line in code.splitlines()]
    for lines in (as_written, _logical_lines(code)):
        waiting: list[str] = []
        for line in filter(None, lines):
            waiting.append(line)
            if _weight(line) >= LEAST and not (kind is SecretKind.TEST and _is_text(line)):
                yield _secret(kind, cell, line)
            joined = "\n".join(waiting)
            if _weight(joined) >= LEAST:
                if len(waiting) > 1:
                    yield _secret(kind, cell, joined)
                waiting = [line] if _weight(line) < LEAST else []


def _is_text(line: str) -> bool:
    """Whether a line is nothing but a text, as in a message of several lines."""
    try:
        only = ast.parse(line.rstrip(","), mode="eval").body
    except SyntaxError:
        return False
    return isinstance(only, ast.Constant | ast.JoinedStr)


def _without_comment(line: str) -> str:
    """A line without a comment, before which ruff and Black have two spaces or nothing."""
    return re.split(r"(?:^\s*|\s{2,})#", line)[0].strip()


def _logical_lines(code: str) -> list[str]:
    """The statements, each on one line and without comments."""
    found, current, end = [], "", (0, 0)
    leave_out = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT)
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                found.append(current)
                current = ""
            elif token.type not in leave_out:
                current += (" " if current and token.start != end else "") + token.string
                end = token.end
    except (tokenize.TokenError, SyntaxError):
        return [line.strip() for line in code.splitlines() if line.strip()]
    return [line for line in found if line]


def _expressions(kind: SecretKind, cell: str, code: str, node: ast.AST) -> Iterator[Secret]:
    """What is returned, assigned or asserted, by whatever name somebody would give it."""
    part = node.test if isinstance(node, ast.Assert) else None
    if isinstance(node, ast.Return | ast.Assign | ast.AugAssign):
        part = node.value
    if part is None or isinstance(part, ast.Constant | ast.JoinedStr):  # a text is a message
        return
    text = ast.get_source_segment(code, part)
    if text and _weight(text) >= LEAST_EXPRESSION:
        yield _secret(kind, cell, text)


def _cases(cell: str, code: str, node: ast.AST, answers: set[str]) -> Iterator[Secret]:
    """Answers called with numbers, tables of numbers, single ones, and what is said."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        for part in node.values if isinstance(node, ast.JoinedStr) else [node]:
            value = getattr(part, "value", None)
            if isinstance(value, str):
                yield from _notes(cell, [LOSS.sub("", value)], LEAST, SecretKind.MESSAGE)
            elif isinstance(value, int | float) and not isinstance(value, bool):
                if number(repr(value)) is not None:
                    yield Secret(SecretKind.VALUE, cell, repr(value), (repr(value),))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        given = [*node.args, *(word.value for word in node.keywords)]
        if node.func.id in answers and given and all(map(_constant, given)):
            yield _secret(SecretKind.CASE, cell, ast.get_source_segment(code, node) or "")
    elif isinstance(node, ast.List | ast.Tuple | ast.Dict) and _constant(node):
        text = ast.get_source_segment(code, node) or ""
        if _weight(text) >= LEAST_LITERAL:
            yield _secret(SecretKind.CASE, cell, text)


def _constant(node: ast.AST) -> bool:
    literals = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.BinOp)
    parts = (ast.unaryop, ast.operator, ast.expr_context)
    return all(isinstance(part, literals + parts) for part in ast.walk(node))


def _notes(
    cell: str, lines: Iterable[str], least: int = LEAST_SENTENCE, kind: SecretKind = SecretKind.NOTE
) -> Iterator[Secret]:
    """The sentences of a text."""
    for line in lines:
        for sentence in re.split(r"[.:;!?]\s|[|]|\*\*", f"{line} "):
            found = words(tokens(sentence))
            if len(found) >= least:
                yield Secret(kind, cell, " ".join(sentence.split()), found)


def _secret(kind: SecretKind, cell: str, text: str) -> Secret:
    return Secret(kind, cell, " ".join(text.split()), tuple(tokens(text)))


def _weight(text: str) -> int:
    found = [token for token in tokens(text) if WORD.match(token) or token in "+-*/%@<>"]
    return sum(not keyword.iskeyword(token) for token in found)
