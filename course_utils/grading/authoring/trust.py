"""What tests take on an answer's word, read off their syntax: a line for each, with its remedy.

The judge gives an answer's object no say in what it is compared with, and an empty array agrees
with nothing. What a test asks of it all the same, it gets: two answers that are equal to each
other, however wrong; a list that is as short or as long as it likes; an object that says it is
true. These lines are warnings: nobody but the author knows whether a test means it.
"""

from __future__ import annotations

import ast
import builtins
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from nbformat import NotebookNode

from ..judging.notebooks.names import bindable_names, defined_names, solved, statements
from ..judging.notebooks.rebuild import is_answer, is_test, settings

# Functions that compare their first two arguments, by the last part of their name. Those that
# STRETCH take an empty array for equal to whatever it can be stretched to.
STRETCH = {
    "allclose", "array_equiv", "assert_allclose", "assert_almost_equal", "assert_array_equal",
    "assert_array_almost_equal", "assert_array_less", "assert_equal", "isclose",
}  # fmt: skip
COMPARE = STRETCH | {
    "array_equal", "assert_close", "assertAlmostEqual", "assertEqual", "close", "equal",
    "assertListEqual", "assertGreater", "assertLess",
}  # fmt: skip
# What makes plain data of an answer: it has no say any more in what a comparison says.
PLAIN = {"bool", "complex", "dict", "float", "int", "len", "list", "max", "min", "repr", "set",
         "sorted", "str", "sum", "tuple", "type"}  # fmt: skip
OF_TYPES = {"callable", "hasattr", "isinstance", "issubclass"}
SIZES = {"shape", "size", "ndim"}
INSTEAD = "`checks.close(answer, expected, ...)`"


class Whose(IntEnum):
    """Who has a say in a value."""

    NOBODY = 0  # constants, libraries
    TEST = 1
    BOTH = 2
    ANSWER = 3  # nobody but an answer


@dataclass(frozen=True)
class Seen:
    """Whose an expression is, of which answers, and whether it is what they gave, as they did."""

    whose: Whose = Whose.NOBODY
    answers: frozenset[str] = frozenset()
    raw: bool = False

    @property
    def is_answer(self) -> bool:
        return self.whose is Whose.ANSWER


def of_notebook(notebook: NotebookNode) -> list[str]:
    """A line for each place at which a test believes an answer: the cell, its line, what to write.

    Parameters
    ----------
    notebook
        The instructor's version.
    """
    answers: set[str] = set()
    given: set[str] = set()  # what cells of the instructor's define: no answer
    for cell in notebook.cells:
        if cell.cell_type == "code" and is_answer(cell):
            answers |= defined_names(solved(cell.source))
        elif cell.cell_type == "code" and not is_test(cell):
            given |= bindable_names(cell.source)
    known = {name: Seen(Whose.TEST) for name in given}
    known |= {name: Seen(Whose.ANSWER, frozenset([name]), raw=True) for name in answers}
    found = []
    for cell in notebook.cells:
        if is_test(cell):
            test = _Test(known)
            test.read(statements(cell.source) or [])
            found += [f"{settings(cell).get('grade_id')}, {line}" for line in test.lines()]
    return found


@dataclass
class _Test:
    """One test, read from its first line to its last."""

    known: dict[str, Seen]  # names, those of earlier tests too
    found: set[tuple[int, str]] = field(default_factory=set)
    pairs: list[tuple[ast.AST, frozenset[str]]] = field(default_factory=list)  # of two answers
    checked: set[str] = field(default_factory=set)  # answers compared with a value of the test's
    sized: set[str] = field(default_factory=set)  # expressions whose shape or length is checked
    types: list[ast.AST] = field(default_factory=list)  # where it asks for a type

    def lines(self) -> Iterator[str]:
        """The findings, in the order of the lines."""
        for node, answers in self.pairs:
            if not answers <= self.checked:
                self._say(node, "compares two answers, which may be wrong together: compare each "
                          f"with a value that the test makes, by {INSTEAD}")  # fmt: skip
        if self.types and not self.checked and not self.sized:
            self._say(self.types[0], "asks for a type and nothing more: compare values as well, "
                      f"by {INSTEAD}")  # fmt: skip
        for number, text in sorted(self.found):
            yield f"line {number}: {text}"

    def read(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    # --- statements ---

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assert():
                self._decides(node.test)
                self._expressions(node.test)
                return
            case ast.Assign():
                self._expressions(node.value)
                for target in node.targets:
                    self._bind(target, node.value)
                return
            case ast.For():
                self._expressions(node.iter)
                self._loop(node)
                self.read([*node.body, *node.orelse])
                return
            case ast.FunctionDef():
                self._function(node)
                return
            case ast.Import() | ast.ImportFrom():
                for each in node.names:
                    self.known[each.asname or each.name.partition(".")[0]] = Seen()
                return
            case ast.With():
                for item in node.items:
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, item.context_expr)
            case ast.Try():
                self._handlers(node)
            case ast.If() if any(isinstance(each, ast.Raise) for each in node.body):
                self._decides(node.test)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.expr):
                self._expressions(child)
            elif isinstance(child, ast.ExceptHandler):
                self.read(child.body)
            elif isinstance(child, ast.withitem):
                self._expressions(child.context_expr)

    def _function(self, node: ast.FunctionDef) -> None:
        """A helper: what it is given is the test's, as far as can be read."""
        self.known[node.name] = Seen()
        before = dict(self.known)
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self.known.update({each.arg: Seen(Whose.TEST) for each in every})
        self.read(node.body)
        self.known.clear()
        self.known.update(before)

    def _handlers(self, node: ast.Try) -> None:
        for handler in node.handlers:
            if handler.type is None or ast.unparse(handler.type) == "BaseException":
                caught = "except:" if handler.type is None else "except BaseException:"
                self._say(handler, "hides that an answer failed, whatever the reason: name what it "
                          "should raise, as in `except ValueError:`", caught)  # fmt: skip

    def _loop(self, node: ast.For) -> None:
        """A loop over an answer that checks what it finds there, and may find nothing."""
        checks = any(isinstance(each, ast.Assert | ast.Raise) or _called(each) in COMPARE
                     for part in node.body for each in ast.walk(part))  # fmt: skip
        if checks and self._is_as_long_as_it_likes(node.iter):
            self._say(node.iter, "is as long as the answer likes, and where it is empty nothing is "
                      "checked: assert its length first, or `zip(..., strict=True)` it with a list "
                      "of the test's own")  # fmt: skip
        self._bind_items(node.target, node.iter)

    # --- names ---

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        sides = (_elements(target), _elements(value))
        if sides[0] and len(sides[0]) == len(sides[1]):
            for each, part in zip(*sides, strict=True):
                self._bind(each, part)
            return
        self._name(target, self._look(value))

    def _name(self, target: ast.expr, seen: Seen) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.known[node.id] = seen if seen.whose else Seen(Whose.TEST)
                self.sized.discard(node.id)

    def _bind_items(self, target: ast.expr, iterable: ast.expr) -> None:
        parts, elements = [], _elements(target)
        if isinstance(iterable, ast.Call) and _called(iterable) in ("zip", "enumerate"):
            parts = iterable.args
        if _called(iterable) == "enumerate" and len(elements) == 2:
            parts = [ast.Constant(0), *parts[:1]]
        if parts and len(parts) == len(elements):
            for each, part in zip(elements, parts, strict=True):
                self._name(each, self._look(part))
        else:
            self._name(target, self._look(iterable))

    # --- expressions ---

    def _look(self, node: ast.AST) -> Seen:
        """Whose an expression is."""
        match node:
            case ast.Constant():
                return Seen()
            case ast.Name():
                free = Seen() if hasattr(builtins, node.id) else Seen(Whose.TEST)
                return self.known.get(node.id, free)
            case ast.Attribute() | ast.Starred():
                return self._look(node.value)
            case ast.Subscript():
                seen = self._look(node.value)
                return seen if seen.is_answer else _together([seen, self._look(node.slice)])
            case ast.Call():
                return self._look_at_call(node)
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp():
                return self._look_at_items(node)
        parts = [self._look(child) for child in ast.iter_child_nodes(node)
                 if isinstance(child, ast.expr)]  # fmt: skip
        return _together(parts)

    def _look_at_call(self, node: ast.Call) -> Seen:
        callee = self._look(node.func)
        if callee.is_answer:
            return Seen(Whose.ANSWER, callee.answers, callee.raw)
        parts = [self._look(each) for each in [*node.args, *(k.value for k in node.keywords)]]
        method = isinstance(node.func, ast.Attribute) and callee.whose is not Whose.NOBODY
        seen = _together([callee, *parts] if method else parts)
        # What a function of the test's or of a library makes of it is no object of the answer's.
        return Seen(seen.whose, seen.answers)

    def _look_at_items(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp) -> Seen:
        before = dict(self.known)
        for each in node.generators:
            self._bind_items(each.target, each.iter)
        seen = self._look(node.elt)
        self.known.clear()
        self.known.update(before)
        return seen

    def _expressions(self, node: ast.expr) -> None:
        """All comparisons in an expression."""
        for each in ast.walk(node):
            if isinstance(each, ast.Compare):
                sides = [each.left, *each.comparators]
                for operator, first, second in zip(each.ops, sides, sides[1:], strict=False):
                    self._compared(each, operator, first, second)
            elif isinstance(each, ast.Call):
                self._call(each)
            elif isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub):
                self._pair(each, self._look(each.left), self._look(each.right))

    def _compared(self, node: ast.AST, operator: ast.cmpop, first: ast.expr, second: ast.expr):
        one, other = self._look(first), self._look(second)
        if isinstance(operator, ast.Is | ast.IsNot):
            return
        if isinstance(operator, ast.In | ast.NotIn):
            if other.is_answer:
                self._say(node, "looks for something in an answer, which may hold everything: "
                          "compare the whole of it, as in `sorted(answer) == [...]`")  # fmt: skip
                return
        if one.is_answer and other.is_answer:
            self._pair(node, one, other)
            return
        if one.is_answer and isinstance(first, ast.Attribute) and first.attr in SIZES:
            self._size(first, other)
            return
        if one.is_answer and one.raw:
            self._say(node, "leaves it to the answer's object what the comparison says: write "
                      f"{INSTEAD} for numbers, or make plain data of it first, as in "
                      f"`float(...)`, `str(...)`, `list(...)`")  # fmt: skip
        self._check(first, second)
        self._size(first, other)
        self._size(second, one)

    def _call(self, node: ast.Call) -> None:
        name = _called(node)
        if name in OF_TYPES and any(self._look(each).is_answer for each in node.args[:1]):
            self.types.append(node)
        if name in ("all", "any"):
            self._all(node)
        if name == "shape" and len(node.args) > 1 and self._look(node.args[0]).answers:
            self.sized.add(_key(node.args[0]))
        if name not in COMPARE:
            return
        sides = node.args[:2]
        if len(sides) == 1 and isinstance(node.func, ast.Attribute):  # a tensor's method
            sides = [node.func.value, *sides]
        if len(sides) < 2:
            return
        first, second = sides
        one, other = self._look(first), self._look(second)
        if one.is_answer and other.is_answer:
            self._pair(node, one, other)
            return
        strict = any(each.arg == "strict" for each in node.keywords)
        for side, seen, against in ((first, one, other), (second, other, one)):
            unsized = seen.is_answer and _key(side) not in self.sized and not strict
            itself = bool(seen.answers & against.answers) and name != "close"
            if unsized and (name in STRETCH or itself):
                self._say(node, "is true of an empty array too: check the shape first, or write "
                          f"{INSTEAD}, which does")  # fmt: skip
        self._check(first, second)
        for side, seen in ((first, one), (second, other)):
            if name not in STRETCH and seen.is_answer:
                self.sized.add(_key(side))

    def _all(self, node: ast.Call) -> None:
        """`all(... for x in answer)`, `(answer == 5).all()`, `np.all(answer == 5)`."""
        inside = node.args[:1] or (
            [node.func.value] if isinstance(node.func, ast.Attribute) else []
        )
        for each in inside:
            if isinstance(each, ast.GeneratorExp | ast.ListComp):
                loose = self._is_as_long_as_it_likes(each.generators[0].iter)
            else:
                loose = any(self._look(part).is_answer for part in ast.walk(each)
                            if isinstance(part, ast.Name | ast.Call))  # fmt: skip
                loose = loose and not any(_key(part) in self.sized for part in ast.walk(each)
                                          if isinstance(part, ast.expr))  # fmt: skip
            if loose:
                self._say(node, "is as long as the answer likes: assert its length or shape first")

    def _decides(self, node: ast.expr) -> None:
        """What an `assert` takes for true."""
        if isinstance(node, ast.BoolOp):
            for each in node.values:
                self._decides(each)
        elif isinstance(node, ast.UnaryOp):
            self._decides(node.operand)
        elif not isinstance(node, ast.Compare) and _called(node) not in OF_TYPES | COMPARE:
            compares = any(isinstance(each, ast.Compare) or _called(each) in OF_TYPES | COMPARE
                           for each in ast.walk(node))  # fmt: skip
            seen = self._look(node)
            if seen.is_answer and not compares and (seen.raw or _called(node) in PLAIN):
                self._say(node, "is taken for true because the answer says so: compare it with "
                          "what it should be, as in `assert answer is True`")  # fmt: skip

    # --- what was found ---

    def _pair(self, node: ast.AST, one: Seen, other: Seen) -> None:
        if one.is_answer and other.is_answer:
            self.pairs.append((node, one.answers | other.answers))

    def _check(self, *sides: ast.expr) -> None:
        """Answers are compared with a value of the test's: not if it is two answers' difference."""
        for side in sides:
            differences = [each for each in ast.walk(side) if isinstance(each, ast.BinOp)]
            if not any(self._look(each.left).is_answer and self._look(each.right).is_answer
                       for each in differences):  # fmt: skip
                self.checked |= self._look(side).answers

    def _size(self, side: ast.expr, other: Seen) -> None:
        """`answer.shape == (2, 3)`, `len(answer) == 5`: the answer is no longer any size."""
        if other.is_answer:
            return
        for each in ast.walk(side):
            if isinstance(each, ast.Attribute) and each.attr in SIZES:
                self.sized.add(_key(each.value))
            elif _called(each) in ("len", *SIZES) and each.args:  # type: ignore[attr-defined]
                self.sized.add(_key(each.args[0]))  # type: ignore[attr-defined]

    def _is_as_long_as_it_likes(self, node: ast.expr) -> bool:
        name = _called(node)
        if name in ("zip", "enumerate"):
            assert isinstance(node, ast.Call)
            strict = any(each.arg == "strict" for each in node.keywords)
            loose = [self._is_as_long_as_it_likes(each) for each in node.args]
            return all(loose) if strict else any(loose)
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return False
        return self._look(node).is_answer and _key(node) not in self.sized

    def _say(self, node: ast.AST, text: str, code: str = "") -> None:
        code = code or textwrap.shorten(ast.unparse(node), 60, placeholder=" ...")
        self.found.add((getattr(node, "lineno", 1), f"`{code}` {text}"))


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple | ast.List) else []


def _together(parts: list[Seen]) -> Seen:
    """An expression made of others."""
    kinds = {part.whose for part in parts} - {Whose.NOBODY}
    answers = frozenset[str]().union(*(part.answers for part in parts))
    whose = Whose.BOTH if len(kinds) > 1 else max(kinds, default=Whose.NOBODY)
    return Seen(whose, answers, any(part.raw for part in parts))


def _called(node: ast.AST) -> str | None:
    """The last part of the name of a function that is called."""
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def _key(node: ast.AST) -> str:
    """An expression by its text, without what only makes plain data of it."""
    while _called(node) in PLAIN | {"asarray", "array"} and node.args:  # type: ignore[attr-defined]
        node = node.args[0]  # type: ignore[attr-defined]
    return ast.unparse(node)
