"""The part of the package that students use: what their notebooks and commands import.

It is found, not listed: what a lecture needs is published, and what nothing of the students'
imports is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "course_utils"
COMMANDS = ("lab", "check", "data", "models", "doctor", "completion")  # of the command line
ALWAYS = ("__init__", "errors", "cli")
NEVER = ("grading", "publishing", "book", "evidence")  # the instructors' part


class Unwanted(Exception):
    """A module that students get imports one that they do not; the message says which."""


def of_students(package: Path, notebooks: Iterable[Path]) -> list[Path]:
    """The files of the package that belong into an edition, in order.

    Parameters
    ----------
    package
        The folder of `course_utils`.
    notebooks
        The lectures and the students' versions of the assignments.

    Raises
    ------
    Unwanted
        If one of them cannot be imported without the instructors' part.
    """
    wanted = [*ALWAYS, *_public_names(package / "__init__.py")]
    for notebook in notebooks:
        wanted += _named_in(notebook.read_text("utf-8"))
    found: dict[str, list[Path]] = {}
    while wanted:
        name = wanted.pop()
        if name in found or name in NEVER:
            continue
        found[name] = _files(package, name)
        for file in found[name]:
            if file.suffix == ".py":
                wanted += _imported(file, package)
    return sorted(file for files in found.values() for file in files)


def _files(package: Path, name: str) -> list[Path]:
    """A module, or all of a subpackage; of the command line what students type."""
    if (package / f"{name}.py").is_file():
        return [package / f"{name}.py"]
    folder = package / name
    if name == "cli":
        return [folder / f"{part}.py" for part in ("__init__", "__main__", "command", *COMMANDS)]
    kinds = (".py", ".toml", ".md", ".cfg")
    found = [path for path in folder.rglob("*") if path.suffix in kinds and path.is_file()]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def _imported(file: Path, package: Path) -> Iterator[str]:
    """The parts of the package that a module imports, at once or when it is used."""
    tree = ast.parse(file.read_text("utf-8"))
    at_once = {id(node) for node in tree.body}
    inside = file.relative_to(package).parts[:-1]
    for node in ast.walk(tree):
        for name in _parts(node, inside):
            if name in NEVER and id(node) in at_once:
                here = file.relative_to(package.parent)
                raise Unwanted(
                    f"{here} imports {PACKAGE}.{name}, which students do not get: "
                    "import it where it is used, or move what students need"
                )
            if (package / name).is_dir() or (package / f"{name}.py").is_file():
                yield name


def _parts(node: ast.AST, inside: tuple[str, ...]) -> list[str]:
    """The first names below the package that an import statement names."""
    if isinstance(node, ast.Import):
        dotted = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = [node.module] if node.module else []
        if node.level:
            base = [PACKAGE, *inside[: len(inside) + 1 - node.level], *base]
        dotted = [".".join([*base, alias.name]) for alias in node.names]
    else:
        return []
    split = [name.split(".") for name in dotted]
    return [parts[1] for parts in split if parts[0] == PACKAGE and len(parts) > 1]


def _named_in(text: str) -> list[str]:
    """The parts that a notebook names; a name too many does no harm."""
    found = re.findall(rf"{PACKAGE}\.(\w+)", text)
    for names in re.findall(rf"from {PACKAGE} import ([\w, ]+)", text):
        found += [name.split()[0] for name in names.split(",") if name.strip()]
    return found


def _public_names(file: Path) -> list[str]:
    tree = ast.parse(file.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return ast.literal_eval(node.value)
    return []
