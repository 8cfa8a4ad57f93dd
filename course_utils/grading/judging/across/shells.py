"""The IPython shell of both sides: what is meant for Jupyter is no error where there is none."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

OF_KERNELS = ("autosave", "clear", "connect_info", "less", "man", "more", "qtconsole")  # magics


class NotebookShell(InteractiveShell):
    """IPython without a window or a kernel: figures are drawn as files, whatever a cell asks for.

    `%matplotlib inline`, `%config InlineBackend...` and the magics of Jupyter's kernel are obeyed
    by doing nothing: the rest of their cell runs.
    """

    def warm_up(self) -> None:
        """Run a cell, so that what its first cell loads and compiles is there in every fork."""
        self.run_cell("None", store_history=False)

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
