"""Whoever reads a docstring learns what each parameter is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "course_utils"
TEMPLATES = PACKAGE / "tools/skeletons/templates"  # in them words in capitals are replaced
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if TEMPLATES not in path.parents]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
OF_CLASSES = ("__init__", "__call__")  # what the class's docstring explains as well


def unexplained(source: str) -> dict[str, list[str]]:
    """The parameters of public functions and methods that no docstring names, by function.

    A name counts as explained where it stands as a word of its own, under `Parameters` or in a
    sentence. Names that begin with an underscore are nobody's business.
    """
    found = {}
    for name, function, words in _public(ast.parse(source).body):
        missing = [each for each in _parameters(function) if not _names(words, each)]
        if missing:
            found[name] = missing
    return found


def _public(body: list[ast.stmt], outer: str = "", above: str = "") -> Iterator[tuple]:
    """Each public function's dotted name, its node, and the docstrings that may explain it."""
    for node in body:
        if not isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            continue
        words = ast.get_docstring(node) or ""
        if node.name in OF_CLASSES:
            yield f"{outer}{node.name}", node, f"{words}\n{above}"
        elif node.name[0] == "_":
            continue
        elif isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{outer}{node.name}.", words)
        else:
            yield f"{outer}{node.name}", node, words


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    taken = function.args
    every = [*taken.posonlyargs, *taken.args, taken.vararg, *taken.kwonlyargs, taken.kwarg]
    names = [each.arg for each in every if each]
    return [name for name in names if name not in ("self", "cls") and name[0] != "_"]


def _names(words: str, parameter: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(parameter)}(?!\w)", words) is not None


def test_every_parameter_of_a_public_name_is_explained():
    missing = [
        f"{path.relative_to(REPOSITORY)}: {function}: {', '.join(names)}"
        for path in MODULES
        for function, names in unexplained(path.read_text("utf-8")).items()
    ]

    assert missing == [], "say in these docstrings what the parameters are:\n" + "\n".join(missing)


def test_the_modules_are_found():
    assert len(MODULES) > 150 and PACKAGE / "layers/dense.py" in MODULES


PLANTED = '''
def scale(image, factor, *planes, _quick=False, **options):
    """The image, made larger.

    Parameters
    ----------
    image
        `(H, W)`.
    **options
        Whatever.
    """

class Box:
    """A box of so many `sides`."""

    def __init__(self, sides, colour): ...
    def __call__(self, x, sides): ...
    def grow(self, by): ...
    def shrink(self, by):
        """Make it smaller `by` so much."""
    @classmethod
    async def of(cls, words, /, *, size): "Of `size`s, and words."

def _private(x): ...
class _Private:
    def public(self, x): ...
'''


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("scale", ["factor", "planes"]),
        ("Box.__init__", ["colour"]),
        ("Box.__call__", ["x"]),
        ("Box.grow", ["by"]),
        ("Box.shrink", None),
        ("Box.of", None),
        ("_private", None),
        ("_Private.public", None),
    ],
)
def test_what_counts_as_explained(function, names):
    assert unexplained(PLANTED).get(function) == names
