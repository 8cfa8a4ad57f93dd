"""Are the tests of an assignment sharp? Its solution is changed in every small way, and graded.

A mutant is the worked solution with one change: another operator, a number that is one more, an
axis left out, a statement deleted. One that still gets all points survives: either a test is
missing, or the change makes no difference. `assignments/mistakes/ASSIGNMENT/survivors.toml` lists
the known ones, each with the reason why no test can or should tell it from the solution.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..course import Assignment
from . import substitutes

LARGEST_SHARE = 0.02  # of the mutants, that may survive

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
AXES = {"axis", "dim", "keepdims", "keepdim"}
DELETED = (
    *(ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise),
    *(ast.If, ast.For, ast.While, ast.With, ast.Break, ast.Continue),
)
LEFT_ALONE = (ast.Raise, ast.JoinedStr, ast.arguments, ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Mutant:
    """A solution with one change: of which cell, what was changed, the cell's new source, where."""

    grade_id: str
    change: str
    source: str
    line: int = 0


@dataclass(frozen=True)
class Survey:
    """How many mutants there are of an assignment's solutions, and those that survived."""

    total: int
    survivors: tuple[Mutant, ...]

    @property
    def share(self) -> float:
        return len(self.survivors) / self.total if self.total else 0.0


def mutants(source: str, grade_id: str = "", everywhere: bool = False) -> list[Mutant]:
    """Every mutant of a solution cell; only what stands between nbgrader's marks is changed.

    Parameters
    ----------
    source
        The cell's, with the worked solution between its marks.
    grade_id
        The cell's, which its mutants carry.
    everywhere
        Change any line: a student's cell has no marks.

    Examples
    --------
    >>> cell = "def f(x):\\n    ### BEGIN SOLUTION\\n    return x + 1\\n    ### END SOLUTION"
    >>> for mutant in mutants(cell):
    ...     print(mutant.change)
    line 3: `return x + 1` is deleted
    line 3: `x + 1` becomes `x - 1`
    line 3: `x + 1` becomes `x + 2`
    """
    tree = ast.parse(source)
    inside = _solution_lines(source)
    found = []
    for place, line, parent, field, index in _places(tree):
        if not (everywhere or line in inside) or _is_docstring(place):
            continue
        alone = isinstance(place, ast.Constant) and not isinstance(parent, ast.stmt)
        shown = _shown(parent if alone else place)  # a number with what is around it
        for changed in _changes(place):
            _put(parent, field, index, changed)
            then = f"becomes `{_shown(parent if alone else changed)}`"
            then = "is deleted" if isinstance(changed, ast.Pass) else then
            words = f"line {line}: `{shown}` {then}"
            found.append(Mutant(grade_id, words, ast.unparse(tree), line))
            _put(parent, field, index, place)
    return list({mutant.source: mutant for mutant in found}.values())


def survey(
    assignment: Assignment,
    workers: int = 1,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Survey:
    """Grade every mutant of an assignment's solutions by the solution's own test cells.

    Parameters
    ----------
    assignment
        Whose solutions are changed.
    workers
        Mutants graded side by side.
    on_done
        Called after each mutant with how many are done and how many there are in its notebook.

    Raises
    ------
    CourseError
        If a worked solution itself does not get all points.
    """
    total, survivors = 0, []
    for file in assignment.notebooks():
        solutions = substitutes.solutions(file).items()
        found = [mutant for name, source in solutions for mutant in mutants(source, name)]
        tried = [substitutes.Trial(mutant.grade_id, mutant.source) for mutant in found]
        results = substitutes.run(file, tried, workers=workers, on_done=on_done)
        total += len(found)
        # Of a solution without tests of its own there is nothing to find out.
        pairs = zip(found, results, strict=True)
        survivors += [mutant for mutant, result in pairs if result.points and result.all_points]
    return Survey(total, tuple(survivors))


def known_survivors(assignment: Assignment) -> dict[tuple[str, str], str]:
    """Reasons in an assignment's `survivors.toml`, by the solution's grade_id and the change."""
    file = assignment.mistakes / "survivors.toml"
    if not file.is_file():
        return {}
    rows = tomllib.loads(file.read_text("utf-8")).get("survivor", [])
    return {(row["grade_id"], row["change"]): row["reason"] for row in rows}


# --- what is changed -----------------------------------------------------------------------


def _solution_lines(source: str) -> set[int]:
    lines, inside = set(), False
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip() in ("### BEGIN SOLUTION", "### END SOLUTION"):
            inside = "BEGIN" in line
        elif inside:
            lines.add(number)
    return lines


def _places(node: ast.AST) -> Iterator[tuple[ast.AST, int, ast.AST, str, int | None]]:
    """Every expression, statement and keyword; its line; where it hangs: parent, field, index."""
    for field, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if not isinstance(child, ast.AST):
                continue
            line = getattr(child, "lineno", None)
            if line is not None:
                yield child, line, node, field, index
            if not isinstance(child, LEFT_ALONE):
                yield from _places(child)


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST | None) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node is replaced by, one change at a time."""
    if isinstance(node, DELETED):
        yield ast.Pass()
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in SWAPS:
        yield _with(node, op=SWAPS[type(node.op)]())
    if isinstance(node, ast.Compare):
        yield _with(node, ops=[SWAPS[type(node.ops[0])](), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int | float):
            yield ast.Constant(node.value + 1)
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in AXES:
                yield _with(node, keywords=[k for k in node.keywords if k is not keyword])


def _with(node: ast.AST, **fields) -> ast.AST:
    copy = type(node)(**dict(ast.iter_fields(node)) | fields)
    return ast.copy_location(copy, node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node).split("\n")[0]
    return text if len(text) <= 70 else f"{text[:67]}..."
