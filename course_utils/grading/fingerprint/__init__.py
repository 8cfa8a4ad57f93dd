"""What files hash to, and what a verdict depends on besides them."""

from __future__ import annotations

import ast
import hashlib
import os
import sys
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path
from pkgutil import iter_modules
from types import CodeType

from .imports import PACKAGE, closure, named, parsed, statements

# What judges, by whose code a verdict could become another one; everything it imports counts too.
GRADER = (
    "course_utils.grading.judging.submitted_notebook",
    "course_utils.grading.judging.judge",
    "course_utils.grading.judging.across.student",
    "course_utils.grading.judging.sandbox.forkserver_process",
)
ALWAYS = ("IPython", "numpy")  # where cells run, and what carries their arrays
# Named otherwise than their modules. Others of that kind are searched for, which takes a second.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "google": "protobuf",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


def digest(files: dict[str, bytes], *facts: str) -> str:
    """A hash of named contents and of facts: equal if and only if all of them are.

    Parameters
    ----------
    files
        Contents by name.
    *facts
        In their order.
    """
    total = hashlib.sha256()
    for name, content in sorted(files.items()):
        total.update(os.fsencode(name) + f"\0{len(content)}\0".encode())
        total.update(content)
    total.update(os.fsencode("\0".join(facts)))
    return total.hexdigest()


_named = lru_cache(16)(named)  # the instructor's text, pictures and all, comes with each student's


def environment(*texts: str) -> str:
    """A hash of all that a verdict on a notebook depends on besides the notebook's own files.

    It is the grader's code, the code of ours that the notebook imports, and the versions of the
    libraries that it or such code imports: another pandas matters to whom pandas is imported.
    Comments, docstrings and the layout of code make no difference.

    Parameters
    ----------
    *texts
        What the notebook imports is looked for here: the instructor's file, the student's.
    """
    names = {name for text in texts for name in _named(text)}
    return _of(frozenset(filter(None, map(_known, names))))


def _known(name: str) -> str | None:
    """What of a name tells what is loaded, if anything is: a student may write a million names."""
    first, second = f"{name}.".split(".")[:2]
    if first == PACKAGE.name and second in _ours():
        return f"{first}.{second}"
    return first if first in _installed() else None


@cache
def _ours() -> set[str]:
    return {path.stem for path in PACKAGE.iterdir()} | set(import_module(PACKAGE.name).HOMES)


@cache
def _installed() -> set[str]:
    return {module.name for module in iter_modules()}


@lru_cache(256)  # most students of a class import the same
def _of(names: frozenset[str]) -> str:
    files, others = closure([*GRADER, *ALWAYS, *names])
    ours = {str(file.relative_to(PACKAGE)): _meaning(file) for file in files}
    versions = {name: _version(name) for name in others}
    known = [f"{name}=={found}" for name, found in sorted(versions.items()) if found]
    return digest(ours, "python {}.{}.{}".format(*sys.version_info), *known)


@cache
def _meaning(file: Path) -> bytes:
    """A hash of what a module does, whatever is said of it between the lines."""
    tree = parsed(file)
    for node in statements(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body[0] = ast.fix_missing_locations(ast.Expr(ast.Constant("")))
    return _code(compile(tree, "", "exec", dont_inherit=True))


def _code(code: CodeType) -> bytes:
    """A hash of compiled code, without where in the file it stands."""
    total = hashlib.sha256(code.co_code + code.co_exceptiontable)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars, code.co_flags)
    total.update(repr((names, code.co_argcount, code.co_kwonlyargcount)).encode())
    for constant in code.co_consts:
        part = _code(constant) if isinstance(constant, CodeType) else _constant(constant)
        total.update(part + b"\0")
    return total.digest()


def _constant(value: object) -> bytes:
    """A constant's text; a set has its members in another order in each process."""
    if isinstance(value, frozenset):
        return repr(sorted(map(repr, value))).encode()
    return f"{type(value).__name__} {value!r}".encode()


@cache
def _version(module: str) -> str | None:
    """The version of the library of a module; None where it has none, or is not there."""
    if module in sys.stdlib_module_names or module not in _installed():
        return None
    try:
        return version(DISTRIBUTIONS.get(module, module))
    except PackageNotFoundError:
        found = packages_distributions().get(module)
        return version(found[0]) if found else None
