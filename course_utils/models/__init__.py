"""The famous networks, in PyTorch and in Keras: same names, same numbers.

torch      constructors for PyTorch; keras: for Keras; one file a family in both
weights    from one network to another, and from published ones
"""

from __future__ import annotations

import ast
from pathlib import Path


def names() -> list[str]:
    """The constructors that both frameworks have."""
    source = Path(__file__).parent / "torch" / "__init__.py"
    for statement in ast.parse(source.read_text("utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return sorted(ast.literal_eval(statement.value))
    raise AssertionError(f"{source} has no __all__")
