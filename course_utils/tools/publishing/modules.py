"""The part of the package that students use: what their notebooks and commands import.

It is found, not listed. Imports are followed from module to module, those inside functions too, so
that what a lecture needs is published and what nothing of the students' imports is not.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

PACKAGE = "course_utils"
COMMANDS = ("lab", "check", "data", "models", "doctor", "completion")  # of the command line
# Taken whole: some of their modules are found by name when they are used.
LIBRARIES = ("datasets", "exercises", "figures", "layers", "models")
# Never part of an edition, and neither are the other commands.
INSTRUCTORS = (
    "grading",
    "tools.book",
    "tools.doctor.classroom",
    "tools.doctor.workshop",
    "tools.evidence",
    "tools.notebooks.inspection",
    "tools.notebooks.stamp",
    "tools.publishing",
    "tools.skeletons",
)
_CLI = "tools.cli"
# Of files that belong to a library.
_KINDS = {".cfg", ".css", ".js", ".json", ".md", ".py", ".toml", ".txt"}
# How modules name the files that lie beside them.
_BESIDE = re.compile(r"Path\(__file__\)\.(?:with_name\(|parent / )\"([^\"]+)\"")


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
    names = _Names(package)
    wanted = ["", *names.homes, *(f"{_CLI}.{part}" for part in ("__main__", *COMMANDS))]
    for notebook in notebooks:
        wanted += names.imported(notebook, _code(notebook), ())
    found: set[Path] = set()
    while wanted:
        for file in set(names.files(wanted.pop())) - found:
            found.add(file)
            if file.suffix == ".py":
                inside = file.relative_to(package).parts[:-1]
                wanted += names.imported(file, file.read_text("utf-8"), inside)
    return sorted(found)


def is_instructors(name: str) -> bool:
    """Whether students never get this module.

    Parameters
    ----------
    name
        The module's name without `course_utils.`: `tools.book.links`.
    """
    if name.startswith(f"{_CLI}."):
        return name not in (f"{_CLI}.{part}" for part in ("__main__", "command", *COMMANDS))
    return any(f"{name}.".startswith(f"{part}.") for part in INSTRUCTORS)


class _Names:
    """The modules of the package by their names in it; "" is the package itself."""

    def __init__(self, package: Path):
        self._package = package
        self.homes = _homes(package / "__init__.py")

    def files(self, name: str) -> list[Path]:
        """A module with the packages around it and the data beside them; of a library all."""
        modules = self._modules(name)
        library = self._package / modules[-1].partition(".")[0]
        if library.name in LIBRARIES:
            found = (p for p in library.rglob("*") if p.is_file() and p.suffix in _KINDS)
            return [path for path in found if ".ipynb_checkpoints" not in path.parts]
        files = [file for file in map(self._file, modules) if file]
        return [path for file in files for path in (file, *_beside(file))]

    def imported(self, file: Path, source: str, inside: tuple[str, ...]) -> list[str]:
        """The modules of the package that a module or a notebook imports.

        Parameters
        ----------
        file
            The module or notebook.
        source
            What is written in it, as Python.
        inside
            The names of the packages, from the top, that it lies in.
        """
        found = []
        for statement, at_once in _imports(ast.parse(source)):
            for name in _imported_names(statement, inside):
                module = self._modules(name)[-1]
                if not is_instructors(module):
                    found.append(module)
                elif at_once:
                    here = file.relative_to(self._package.parent)
                    raise Unwanted(
                        f"{here} imports {PACKAGE}.{module}, which students do not get: "
                        "import it where it is used, or move what students need"
                    )
        return found

    def _modules(self, name: str) -> list[str]:
        """The package itself, and one in the other the modules that a dotted name leads to."""
        first, dot, rest = name.partition(".")
        parts = (self.homes.get(first, first) + dot + rest).split(".")
        names = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return ["", *(module for module in names if module and self._file(module))]

    def _file(self, module: str) -> Path | None:
        path = self._package.joinpath(*module.split("."))
        return next(filter(Path.is_file, (path / "__init__.py", path.with_suffix(".py"))), None)


def _homes(file: Path) -> dict[str, str]:
    """Where the names live that the package hands out when they are asked for."""
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "HOMES":
            return ast.literal_eval(node.value)
    return {}


def _beside(module: Path) -> list[Path]:
    """The data that a module says lie beside it."""
    named = [module.with_name(name) for name in _BESIDE.findall(module.read_text("utf-8"))]
    within = [path for folder in named if folder.is_dir() for path in folder.rglob("*")]
    return [path for path in (*named, *within) if path.is_file() and path.suffix in _KINDS]


def _code(notebook: Path) -> str:
    """A notebook's code cells as Python; one that is no Python imports nothing."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return "\n".join(filter(_is_python, map(TransformerManager().transform_cell, sources)))


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _imports(
    node: ast.AST, at_once: bool = True
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Import statements, and whether they run at once, outside of functions.

    Those for types alone never run.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, at_once
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            yield from _imports(ast.Module(child.orelse, []), at_once)
        else:
            in_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _imports(child, at_once and not in_function)


def _imported_names(
    statement: ast.Import | ast.ImportFrom, inside: tuple[str, ...]
) -> Iterator[str]:
    """The names in the package that an import statement names, without the package's own."""
    if isinstance(statement, ast.Import):
        dotted = [alias.name for alias in statement.names]
    else:
        base = [statement.module] if statement.module else []
        if statement.level:
            base = [PACKAGE, *inside[: len(inside) + 1 - statement.level], *base]
        dotted = [".".join([*base, alias.name]) for alias in statement.names]
    for name in dotted:
        first, _, rest = name.partition(".")
        if first == PACKAGE:
            yield rest
