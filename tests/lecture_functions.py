"""The functions of a lecture, without running it: tests hold them against independent truths."""

import ast
from pathlib import Path
from types import SimpleNamespace

import nbformat


def shown(number: str, wanted: list[str], names: dict) -> SimpleNamespace:
    """The functions that the cells of a lecture define, all that are `wanted`, in this order.

    `names` are the global names that they need, modules above all.
    """
    (lecture,) = (Path(__file__).parents[1] / "lectures").glob(f"{number}_*.ipynb")
    cells = nbformat.read(lecture, as_version=4).cells
    sources = [c.source for c in cells if c.cell_type == "code" and "setup" not in str(c.metadata)]
    functions = [
        node
        for source in sources
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name in wanted
    ]
    assert [f.name for f in functions] == wanted
    space = dict(names)
    exec(compile(ast.Module(functions, []), str(lecture), "exec"), space)
    return SimpleNamespace(**{name: space[name] for name in wanted})
