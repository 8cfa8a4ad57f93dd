"""The leak check: is anything in these files that students must not see?

Secrets are taken from the instructor's own notebooks (`secrets`) and looked for in all text
that files hold (`text_in_files`). What lectures show openly is no leak, if `shown.toml` beside
`nbgrader_config.py` says so, line by line and with the reason.

It finds what slipped in: a forgotten cell, an output, a backup, a draft. It is not made against
somebody who hides things, and cannot know an answer that was written anew in other words.
"""

from __future__ import annotations

import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import nbformat

from ..course import Course, CourseError
from .secrets import Secret, SecretKind, number, read, tokens, words
from .text_in_files import Unreadable, pieces

SHOWN = "shown.toml"
LONGEST = 100  # characters of a secret that a line shows


@dataclass(frozen=True)
class Leak:
    """A secret in a file, or a file that cannot be looked into (then there is no secret)."""

    file: str
    place: str
    secret: Secret | None = None
    why: str = ""

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        if self.secret is None:
            return f"{where}: {self.why}: students' files must be such that can be looked into"
        text = textwrap.shorten(self.secret.text, LONGEST, placeholder=" ...")
        return f"{where}: {self.secret.kind} of {self.secret.cell}: {text}"


class Secrets:
    """What must not be found.

    Parameters
    ----------
    secrets
        All of them.
    shown
        By file, or "*" for all of them, texts that may be found there all the same.
    """

    def __init__(self, secrets: Iterable[Secret], shown: Mapping[str, list[str]] | None = None):
        self.all = list(secrets)
        self.shown = dict(shown or {})
        self._code: dict[tuple[str, ...], list[Secret]] = defaultdict(list)
        self._prose: dict[tuple[str, ...], list[Secret]] = defaultdict(list)
        self._numbers: dict[float | None, Secret] = {}  # None is never a key: `number` has a value
        for secret in self.all:
            if secret.kind is SecretKind.VALUE:
                self._numbers[number(secret.tokens[0])] = secret
            else:
                index = self._prose if secret.is_prose else self._code
                index[secret.tokens[:3]].append(secret)

    def without(self, *kinds: SecretKind) -> Secrets:
        """The same, but for some kinds."""
        return Secrets((s for s in self.all if s.kind not in kinds), self.shown)

    def find(self, files: Iterable[tuple[str, bytes]]) -> list[Leak]:
        """A leak for every secret in every file, and for every file that cannot be read.

        Parameters
        ----------
        files
            Names, as `shown` and the lines about leaks give them, with what the files hold.
        """
        found: list[Leak] = []
        for name, data in files:
            shown = [*self.shown.get(name, ()), *self.shown.get("*", ())]
            seen = {secret.tokens for text in shown for secret in self.inside(text)}
            try:
                for piece in pieces(name, data):
                    for secret in self.inside(piece.text):
                        if secret.tokens not in seen:
                            seen.add(secret.tokens)
                            found.append(Leak(name, piece.place, secret))
            except Unreadable as error:
                found.append(Leak(name, "", None, str(error)))
        return found

    def inside(self, text: str) -> Iterator[Secret]:
        """The secrets in a text."""
        found = tokens(text)
        yield from _matches(found, self._code)
        yield from _matches(words(found), self._prose)
        if self._numbers:
            for token in found:
                if token[0] in "0123456789." and number(token) in self._numbers:
                    yield self._numbers[number(token)]


def _matches(found, index: dict) -> Iterator[Secret]:
    for place, start in enumerate(zip(found, found[1:], found[2:], strict=False)):
        for secret in index.get(start, ()):
            length = len(secret.tokens)
            if tuple(found[place : place + length]) == secret.tokens:
                yield secret


def secrets(course: Course) -> Secrets:
    """The secrets of all assignments of a course.

    Raises
    ------
    CourseError
        If a source cannot be read.
    """
    notebooks = {}
    for assignment in course.assignments():
        for file in assignment.notebooks():
            try:
                notebook = nbformat.read(file, as_version=4)
            except Exception as error:  # nbformat has one for each way to be no notebook
                reason = str(error).partition("\n")[0]
                raise CourseError(
                    f"source/{assignment}/{file.name} is no notebook: restore it ({reason})"
                ) from None
            name = file.stem if file.stem == assignment.name else f"{assignment}/{file.stem}"
            notebooks[name] = notebook
    return Secrets(read(notebooks), _shown(course))


def _shown(course: Course) -> dict[str, list[str]]:
    file = course.root / SHOWN
    if not file.is_file():
        return {}
    try:
        listed = tomllib.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise CourseError(f"{file.name} is no TOML: {error}") from None
    shown = {}
    for name, entry in listed.items():
        if not isinstance(entry, dict) or not entry.get("because") or not entry.get("lines"):
            raise CourseError(
                f'{file.name}, ["{name}"]: give `because`, the reason, and `lines`, what is shown'
            )
        shown[name] = list(entry["lines"])
    return shown
