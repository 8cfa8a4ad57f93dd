"""The command line as a page: what `course COMMAND --help` says."""

from __future__ import annotations

import argparse

WIDTH = 90
_HEAD = """\
# The command line

Everything that the course does by itself begins with `course`; `make help` lists what `make` adds.
It lives in `.venv/bin`, so say `.venv/bin/course`, or `source .venv/bin/activate` once and then
`course`.

"""


def as_page(parser: argparse.ArgumentParser) -> str:
    """The page, in Markdown: the overview, and each command's own help.

    Parameters
    ----------
    parser
        The command line's, with a subparser for each command.
    """
    actions = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    commands = dict(next(actions).choices)
    parts = [_HEAD + _block(parser)]
    parts += [f"## course {name}\n\n{_block(command)}" for name, command in commands.items()]
    return "\n".join(parts)


class _Wide(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str):
        super().__init__(prog, width=WIDTH)


def _block(parser: argparse.ArgumentParser) -> str:
    """A parser's help, as wide on every machine."""
    usual = parser.formatter_class
    parser.formatter_class = _Wide
    text = parser.format_help()
    parser.formatter_class = usual
    return f"```text\n{text.rstrip()}\n```\n"
