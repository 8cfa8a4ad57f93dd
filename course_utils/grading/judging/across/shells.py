"""The IPython shell of both sides: what is meant for Jupyter is no error where there is none.

Most cells are plain Python. IPython would tokenize them to look for its own language, compile them
to look for `await`, and parse them only then: here they are parsed once.
"""

from __future__ import annotations

import ast
import re

from IPython.core.compilerop import CachingCompiler
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell

OF_KERNELS = ("autosave", "clear", "connect_info", "less", "man", "more", "qtconsole")  # magics
AWAITS = re.compile(r"\b(await|async)\b")


class _Compiler(CachingCompiler):
    """IPython's compiler; what was parsed last need not be parsed again."""

    def __init__(self):
        super().__init__()
        self._parsed: tuple[str, int, ast.AST] | None = None

    def parsable(self, source: str) -> bool:
        """Whether a text is Python as it stands; if so, what `ast_parse` gives next is ready.

        Parameters
        ----------
        source
            The text.
        """
        try:
            self._parsed = source, self.flags, super().ast_parse(source)
        except Exception:  # whoever parses it for good will say
            return False
        return True

    def ast_parse(self, source, filename="<unknown>", symbol="exec"):
        """The tree of a `source`, which nobody else has: see `CachingCompiler.ast_parse`."""
        parsed, self._parsed = self._parsed, None
        if parsed is not None and symbol == "exec" and parsed[:2] == (source, self.flags):
            return parsed[2]
        return super().ast_parse(source, filename, symbol)


class _Transformers(TransformerManager):
    """IPython's, which look for its own language only in what Python cannot read."""

    def __init__(self, compiler: _Compiler):
        super().__init__()
        self._compiler, self._usual = compiler, list(self.token_transformers)

    def do_token_transforms(self, lines):
        """The `lines` of a cell in Python, whatever of IPython's language is in them."""
        if self.token_transformers == self._usual and self._compiler.parsable("".join(lines)):
            return lines
        return super().do_token_transforms(lines)


class NotebookShell(InteractiveShell):
    """IPython without a window or a kernel: figures are drawn as files, whatever a cell asks for.

    `%matplotlib inline`, `%config InlineBackend...` and the magics of Jupyter's kernel are obeyed
    by doing nothing: the rest of their cell runs.

    Parameters
    ----------
    *arguments, **options
        IPython's own.
    """

    compiler_class = _Compiler

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.input_transformer_manager = _Transformers(self.compile)

    def warm_up(self) -> None:
        """Run cells, so that what the first ones load and compile is there in every fork."""
        for source in ("None", "def f(x):\n    return x", "f\nf(1)"):
            self.run_cell(source, store_history=False)
        del self.user_ns["f"]

    def should_run_async(self, raw_cell, **known):
        """Whether a cell awaits something on its own: none does without the words for it.

        Parameters
        ----------
        raw_cell
            The cell.
        **known
            What IPython has made of it.
        """
        return bool(AWAITS.search(raw_cell)) and super().should_run_async(raw_cell, **known)

    def enable_gui(self, gui=None):
        """No window: `gui` is the name of a toolkit."""

    def enable_matplotlib(self, gui=None):
        """The toolkit `gui` and what draws, which stays what it is."""
        return gui, "agg"

    def run_line_magic(self, magic_name, line, _stack_depth=1):
        """What `%magic_name line` gives; None where it is about a kernel or its pictures."""
        of_pictures = magic_name == "config" and line.startswith("InlineBackend")
        if of_pictures or magic_name in OF_KERNELS:
            return None
        return super().run_line_magic(magic_name, line, _stack_depth + 1)
