"""How a command is declared, and what commands share."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
COLUMN = 12  # where the summaries begin in the overview


class Commands:
    """Declares commands, and remembers them by groups for the overview.

    Every module of the command line has a function `add(commands)` that calls `command`.
    """

    def __init__(self, parser: argparse.ArgumentParser):
        self._actions = parser.add_subparsers(
            prog="course", metavar="COMMAND", required=True, help=argparse.SUPPRESS
        )
        self._groups: dict[str, list[tuple[str, str]]] = {}

    def begin(self, title: str) -> None:
        """What is declared from now on belongs to this group."""
        self._groups[title] = []

    def command(
        self,
        name: str,
        run: Callable[[argparse.Namespace], int] | None,
        summary: str,
        *,
        examples: str = "",
        needs_course: bool = False,
        as_json: bool = False,
    ) -> argparse.ArgumentParser:
        """Declare a command.

        Parameters
        ----------
        name
            What is typed behind `course`.
        run
            Takes the parsed options and returns the exit status.
        summary
            A line for the overview, beginning with a verb.
        examples
            What one would type, a line each, what for behind a #.
        needs_course
            Whether it works on an nbgrader course, which `--course DIR` names.
        as_json
            Whether it has `--json FILE`; `write_json` does the rest.

        Returns
        -------
        argparse.ArgumentParser
            Its parser, to which its own arguments are added.
        """
        list(self._groups.values())[-1].append((name, summary))
        lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
        parser = self._actions.add_parser(
            name,
            help=summary,
            description=f"{summary[:1].upper()}{summary[1:]}.",
            epilog=f"examples:\n{lines}" if lines else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(run=run)
        if needs_course:
            parser.add_argument(
                "--course", type=Path, metavar="DIR", help="the nbgrader course (./assignments)"
            )
        if as_json:
            takes_json(parser)
        return parser

    def overview(self) -> str:
        """Every command with its summary, by groups."""
        return "\n\n".join(
            "\n".join([f"{title}:", *(f"  {name:{COLUMN}}{summary}" for name, summary in group)])
            for title, group in self._groups.items()
            if group
        )


# --- kinds of arguments --------------------------------------------------------------------


def positive(text: str) -> int:
    """A whole number of at least 1."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def percent(text: str) -> int:
    """A whole number from 1 to 100."""
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100")
    return int(text)


def takes_json(parser: argparse.ArgumentParser) -> None:
    """The option that scripts use."""
    parser.add_argument("--json", metavar="FILE", help="write it there for scripts (-: print it)")


def takes_assignment(parser: argparse.ArgumentParser) -> None:
    """The argument that names an assignment of the course."""
    argument = parser.add_argument("assignment", help="its name or the beginning of it: ps1")
    argument.completer = lambda **_: _assignments()


def _assignments() -> list[str]:
    return [path.name for path in (_course_folder(None) / "source").glob("[!.]*") if path.is_dir()]


# --- the course ----------------------------------------------------------------------------


def open_course(folder: Path | None):
    """The course asked for; else the one we stand in; else the repository's."""
    from ..grading import Course

    return Course(folder or _course_folder(None))


def _course_folder(folder: Path | None) -> Path:
    here = Path.cwd()
    candidates = [here, *here.parents, here / "assignments", REPOSITORY / "assignments"]
    found = (path for path in candidates if (path / "nbgrader_config.py").is_file())
    return folder or next(found, here)


# --- what is shown -------------------------------------------------------------------------


@contextmanager
def progress_bar(what: str):
    """A progress bar on a terminal; called with how much is done, and of how much."""
    from tqdm import tqdm

    with tqdm(desc=what, leave=False, disable=not sys.stderr.isatty()) as bar:

        def on_done(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_done


def write_json(place: str, value) -> None:
    """What `--json` asks for: a file that is there completely or not at all, or "-" to print."""
    text = json.dumps(value, indent=1) + "\n"
    if place == "-":
        print(text, end="")
        return
    draft = Path(f"{place}.draft")
    draft.write_text(text, "utf-8")
    draft.replace(place)
