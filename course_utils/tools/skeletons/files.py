"""What all beginnings share: names that will do, templates, and lists in source files."""

from __future__ import annotations

import ast
import keyword
import re
from pathlib import Path

from ...errors import UserError

TEMPLATES = Path(__file__).parent / "templates"


class SkeletonError(UserError):
    """A beginning cannot be written; nothing was."""


def check_name(name: str, form: str, like: str) -> None:
    """Refuse a name that does not have this form, or is one of Python's own words.

    Parameters
    ----------
    name
        What was typed.
    form
        A regular expression for the whole name.
    like
        An example for the message.
    """
    if not re.fullmatch(form, name) or keyword.iskeyword(name):
        raise SkeletonError(f"{name!r} will not do as a name here: write it like {like}")


def check_new(*paths: Path) -> None:
    """Refuse to write if anything is there at one of the `paths`."""
    for path in paths:
        if path.exists():
            raise SkeletonError(f"{path} is there already: choose another name, or remove it")


def title(name: str) -> str:
    """The name as people write it: `residual_networks` is Residual networks.

    Examples
    --------
    >>> title("residual_networks")
    'Residual networks'
    """
    return name.replace("_", " ").capitalize()


def template(name: str, /, **words: object) -> str:
    """The text of a template.

    Parameters
    ----------
    name
        Of its file.
    **words
        What replaces each of these words, which the template has in capitals.
    """
    text = (TEMPLATES / f"{name}.in").read_text("utf-8")
    for word, value in words.items():
        text = _put(str(value), word.upper(), text)
    return text


def _put(value: str, word: str, text: str) -> str:
    return re.sub(rf"(?<![A-Z]){word}(?![A-Z])", lambda _: value, text)


def write(path: Path, text: str) -> Path:
    """The new file `path`, which now holds the `text`; folders above it are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def cells(text: str) -> list:
    """The cells of a notebook whose `text` is in jupytext's percent format."""
    try:
        import jupytext
    except ModuleNotFoundError:
        raise SkeletonError(
            "jupytext is missing: pip install jupytext, or make test once"
        ) from None
    return jupytext.reads(text, fmt="py:percent").cells


def exported(path: Path) -> list[str]:
    """The names in the `__all__` of the module at `path`."""
    return ast.literal_eval(_listed(ast.parse(path.read_text("utf-8")).body))


def add_import(path: Path, module: str, name: str) -> Path:
    """Enter `from .module import name`, and the name in `__all__`, where the alphabet has them.

    Parameters
    ----------
    path
        The file to enter it into.
    module
        The module beside it.
    name
        What to import from there.
    """
    lines = path.read_text("utf-8").splitlines()
    body = ast.parse("\n".join(lines)).body
    listed = _listed(body)
    later = [each.lineno for each in listed.elts if ast.literal_eval(each) > name]
    lines.insert(min(later, default=_end(listed)) - 1, f'    "{name}",')
    imports = [node for node in body if isinstance(node, ast.ImportFrom) and node.level == 1]
    later = [node.lineno for node in imports if (node.module or "") > module]
    lines.insert(min(later, default=_end(imports[-1]) + 1) - 1, f"from .{module} import {name}")
    return write(path, "\n".join(lines) + "\n")


def _listed(body: list[ast.stmt]) -> ast.List:
    """The list that `__all__` is set to."""
    return next(
        node.value
        for node in body
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") == "__all__"
        and isinstance(node.value, ast.List)
    )


def _end(node: ast.expr | ast.stmt) -> int:
    """Its last line, from 1."""
    assert node.end_lineno is not None, "what was parsed has its lines"
    return node.end_lineno
