"""The functions of a lecture, without running it: tests hold them against independent truths."""

import ast
from pathlib import Path
from types import SimpleNamespace

import nbformat


def nodes(number: str) -> list[ast.stmt]:
    """The statements of a lecture's cells, but for its set-up."""
    cells = nbformat.read(_file(number), as_version=4).cells
    sources = [c.source for c in cells if c.cell_type == "code" and "setup" not in str(c.metadata)]
    return [node for source in sources for node in ast.parse(source).body]


def sets(node: ast.stmt) -> set[str]:
    """The names that an assignment sets."""
    return {t.id for t in getattr(node, "targets", []) if isinstance(t, ast.Name)}


def shown(number: str, wanted: list[str], names: dict, constants=()) -> SimpleNamespace:
    """The functions and classes that a lecture defines, all that are `wanted`, in this order.

    `names` are the global names that they need, modules above all; `constants` are names that the
    lecture sets by assignments, which are taken, too.
    """
    kept = [
        node
        for node in nodes(number)
        if getattr(node, "name", None) in wanted or sets(node) & set(constants)
    ]
    assert [node.name for node in kept if hasattr(node, "name")] == wanted
    space = dict(names)
    exec(compile(ast.Module(kept, []), str(_file(number)), "exec"), space)
    return SimpleNamespace(**{name: space[name] for name in [*wanted, *constants]})


def _file(number: str) -> Path:
    (lecture,) = (Path(__file__).parents[1] / "lectures").glob(f"{number}_*.ipynb")
    return lecture
