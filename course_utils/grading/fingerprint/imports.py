"""What code imports, read off its text and followed through our own modules; nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
NAME = PACKAGE.name
# Some of their modules are looked up by name when they are needed: each is taken whole.
WHOLE = ("datasets", "exercises", "figures", "layers", "models")
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # where statements stand in another
WORD = r"[A-Za-z_][\w.]*"
ONE = rf"{WORD}(?:[ \t]+as[ \t]+\w+)?"
PLAIN = re.compile(rf"\bimport[ \t]+({ONE}(?:[ \t]*,[ \t]*{ONE})*)")
FROM = re.compile(rf"\bfrom[ \t]+({WORD})[ \t]+import[ \t]+\(?((?:[ \t]*\w+,?)+)")


def named(text: str) -> set[str]:
    """The modules that a text may import: Python, a notebook's file, prose about either.

    Parameters
    ----------
    text
        Whatever somebody wrote. A name too many is found here and there, and in lists of names that
        go on for lines one too few.

    Examples
    --------
    >>> sorted(named("import numpy as np\\nfrom course_utils import checks, datasets"))
    ['course_utils', 'course_utils.checks', 'course_utils.datasets', 'numpy']
    """
    found = set()
    for module, names in FROM.findall(text):
        found |= {module, *(f"{module}.{name}" for name in re.findall(r"\w+", names))}
    for names in PLAIN.findall(FROM.sub(" ", text)):
        found |= {name.split()[0] for name in names.split(",")}
    return found


def closure(names: Iterable[str]) -> tuple[set[Path], set[str]]:
    """All that importing some modules may bring along.

    Parameters
    ----------
    names
        Full names of modules, or of what they hold.

    Returns
    -------
    set of Path
        The files of our own modules, imports inside of functions followed as well.
    set of str
        Which modules of others they import, by the first parts of their names.
    """
    files: set[Path] = set()
    others: set[str] = set()
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        first = name.partition(".")[0]
        if first != NAME:
            others.add(first)
            continue
        for file in set(_files(name)) - files:
            files.add(file)
            wanted += imported(file)
    return files, others


@cache
def _files(name: str) -> tuple[Path, ...]:
    """The files behind the name of one of our modules, or of what one of them holds."""
    parts = name.split(".")[1:]
    if parts and parts[0] in _homes():
        parts = [*_homes()[parts[0]].split("."), *parts[1:]]
    folder, found = PACKAGE, [PACKAGE / "__init__.py"]
    for part in parts:
        if (folder / f"{part}.py").is_file():
            found.append(folder / f"{part}.py")
        if not (folder / part / "__init__.py").is_file():
            break
        folder = folder / part
        whole = folder.parent == PACKAGE and part in WHOLE
        found += folder.rglob("*.py") if whole else [folder / "__init__.py"]
    return tuple(found)


@cache
def _homes() -> dict[str, str]:
    """Where the names live that the package itself hands out."""
    return import_module(NAME).HOMES


@cache
def parsed(file: Path) -> ast.Module:
    """The syntax tree of one of our modules, read once.

    Parameters
    ----------
    file
        Below the package's folder.
    """
    return ast.parse(file.read_bytes())


@cache
def imported(file: Path) -> tuple[str, ...]:
    """The full names that one of our modules imports, wherever it does.

    Parameters
    ----------
    file
        Below the package's folder.
    """
    inside = (NAME, *file.relative_to(PACKAGE).parts[:-1])
    return tuple(sorted(set(_imports(parsed(file), inside))))


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """A module, and all statements in it, however deep; expressions, which are most, are left out.

    Parameters
    ----------
    tree
        The module's.
    """
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in BLOCKS:
            waiting += getattr(node, name, ())


def _imports(tree: ast.Module, inside: tuple[str, ...]) -> Iterator[str]:
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [node.module] if node.module else []
            if node.level:
                base = [*inside[: len(inside) + 1 - node.level], *base]
            yield from (".".join([*base, alias.name]) for alias in node.names)
