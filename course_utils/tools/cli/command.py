"""How a command is declared, and what commands share."""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from ...errors import UserError
from ...files import replace_text

REPOSITORY = Path(__file__).resolve().parents[3]
COLUMN = 12  # where the summaries begin in the overview


class Parser(argparse.ArgumentParser):
    """Argparse's, with summaries and examples as they were typed and errors in one line.

    Parameters
    ----------
    **settings
        Those of `argparse.ArgumentParser`.
    """

    def __init__(self, **settings):
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)
        self._intermixing = False

    def parse_known_args(self, args=None, namespace=None):
        """Argparse's, but for a command's options, which may stand before or between its words.

        Argparse alone refuses the last word of `course questions ps1 --attempt 2 ada`. Where a `--`
        ends the options it does as always: the words behind it are not looked at twice.

        Parameters
        ----------
        args, namespace
            As argparse has them.
        """
        words = sys.argv[1:] if args is None else args
        if self._subparsers is not None or self._intermixing or "--" in words:
            return super().parse_known_args(args, namespace)
        self._intermixing = True  # it calls this method
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._intermixing = False

    def error(self, message: str):
        """End with exit status 2 and a line that says what to type instead.

        Parameters
        ----------
        message
            Argparse's own complaint, in English.
        """
        wrong = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if wrong:
            choices = re.findall(r"[^\s',]+", wrong[2])
            near = difflib.get_close_matches(wrong[1], choices, n=1) or [", ".join(choices)]
            message = f"there is no {wrong[1]!r}: did you mean {near[0]}?"
        self.exit(2, f"course: {message} (`{self.prog} --help` says more)\n")


class Commands:
    """Declares commands, and remembers them by groups for the overview.

    Every module of the command line has a function `add(commands)` that calls `command`.

    Parameters
    ----------
    parser
        That of `course` itself, which gets a subparser for each command.
    """

    def __init__(self, parser: Parser):
        self._actions = parser.add_subparsers(
            prog="course", metavar="COMMAND", required=True, help=argparse.SUPPRESS
        )
        self._groups: dict[str, list[tuple[str, str]]] = {}

    def begin(self, title: str) -> None:
        """What is declared from now on belongs to the group with this `title`."""
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
    ) -> Parser:
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
        Parser
            Its parser, to which its own arguments are added.
        """
        list(self._groups.values())[-1].append((name, summary))
        lines = "\n".join(f"  {line.strip()}" for line in examples.strip().splitlines())
        parser = self._actions.add_parser(
            name,
            help=summary,
            description=f"{summary[:1].upper()}{summary[1:]}.",
            epilog=f"examples:\n{lines}" if lines else None,
        )
        parser.set_defaults(run=run, parser=parser)
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
    """A whole number of at least 1, from the `text` that was typed."""
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def percent(text: str) -> int:
    """A whole number from 1 to 100, from the `text` that was typed."""
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100")
    return int(text)


def completes(argument: argparse.Action, words: Callable[..., list[str]]) -> None:
    """Let the Tab key complete an `argument` by one of the `words`, which argcomplete asks for."""
    argument.completer = words  # type: ignore[attr-defined]  # argcomplete looks for it there


def takes_json(parser: Parser) -> None:
    """Give a command's `parser` the option that scripts use, `--json`."""
    parser.add_argument("--json", metavar="FILE", help="write it there for scripts (-: print it)")


def takes_assignment(parser: Parser, *, optional: bool = False) -> None:
    """Give a command the argument that names an assignment of the course.

    Parameters
    ----------
    parser
        The command's.
    optional
        Whether it may be left out.
    """
    argument = parser.add_argument(
        "assignment",
        nargs="?" if optional else None,
        help="its name or the beginning of it: ps1",
    )
    completes(argument, lambda **_: _assignments())


def _assignments() -> list[str]:
    return [path.name for path in (course_folder() / "source").glob("[!.]*") if path.is_dir()]


# --- the course ----------------------------------------------------------------------------


def open_course(folder: Path | None):
    """The nbgrader course of a `folder`, of the one we stand in, or the repository's."""
    from ...grading import Course

    return Course(course_folder(folder))


def course_folder(folder: Path | None = None) -> Path:
    """The `folder` asked for; else the course we stand in; else the repository's."""
    here = Path.cwd()
    candidates = [here, *here.parents, here / "assignments", REPOSITORY / "assignments"]
    found = (path for path in candidates if (path / "nbgrader_config.py").is_file())
    return folder or next(found, here)


# --- what is shown -------------------------------------------------------------------------


@contextmanager
def progress_bar(what: str):
    """A progress bar on a terminal; called with how much is done, and of how much.

    Parameters
    ----------
    what
        What is being done: the words before the bar.
    """
    from tqdm import tqdm

    with tqdm(desc=what, leave=False, disable=not sys.stderr.isatty()) as bar:

        def on_done(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_done


def write_json(place: str, value) -> None:
    """Do what `--json` asks for.

    Parameters
    ----------
    place
        A file, which is then there completely or not at all, or "-" to print.
    value
        Of dictionaries, lists, texts, numbers, truth values and None.
    """
    text = json.dumps(value, indent=1) + "\n"
    if place == "-":
        print(text, end="")
        return
    try:
        replace_text(Path(place), text)
    except OSError as error:
        raise UserError(f"{place} cannot be written: {error.strerror}") from None
