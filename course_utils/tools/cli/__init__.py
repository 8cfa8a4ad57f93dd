"""`course`: the course's command line. It parses, calls and prints; the work is done elsewhere.

Each module of this package declares a command or a few that belong together, in `add`.
"""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from importlib.util import find_spec

from ...errors import UserError
from ...runtime import VERSION
from .command import Commands, Parser

# In the order of the help. An edition of the course may leave some out.
GROUPS = {
    "When you learn": ("lab", "check", "data", "models"),
    "When you teach": ("demo", "release", "platforms", "grade", "results", "archive"),
    "When you write": (
        "new",
        "notebooks",
        "claims",
        "mutants",
        "draws",
        "smallest",
        "validity",
        "playground",
        "site",
    ),
    "For the machine": ("doctor", "completion"),
}
ENDING = "`course COMMAND --help` explains a command, with examples."


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        What is typed behind `course`; the words of this process's own call unless they are given.

    Returns
    -------
    int
        0 when all is done, 1 when something is left for you to put right, 2 when nothing
        was done because the request itself was wrong.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a log or a terminal may be no UTF-8
    whole = parser()
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments:
        whole.print_help()
        return 2
    options, unknown = whole.parse_known_args(arguments)
    if unknown:
        options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    # jsonschema, which nbformat brings along, would spend a second on grammars of web addresses.
    # None says that it is not there, which typeshed does not know.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("course: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except UserError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library in ("", "course_utils"):
            raise
        print(f"course: {library} is not installed: course doctor says how", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `course data list | head -3` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> Parser:
    """The parser of all commands that this edition of the course has."""
    whole = Parser(
        prog="course",
        description="Run the course: its notebooks, its data, its assignments, its class.",
        usage="course COMMAND ...",
    )
    whole.add_argument("--version", action="version", version=f"course {VERSION}")
    commands = Commands(whole)
    for title, modules in GROUPS.items():
        commands.begin(title)
        for name in modules:
            if find_spec(f"{__name__}.{name}"):
                import_module(f"{__name__}.{name}").add(commands)
    whole.epilog = f"{commands.overview()}\n\n{ENDING}"
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what may come next
        import argcomplete

        argcomplete.autocomplete(whole)
    return whole
