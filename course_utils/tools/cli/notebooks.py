"""What keeps notebooks true: `course stamp`, `course run`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from .command import REPOSITORY, Commands, positive, progress_bar, write_json


def add(commands: Commands) -> None:
    """Declare `course stamp` and `course run` among the `commands`."""
    stamp = commands.command(
        "stamp",
        _stamp,
        "write badge and set-up cell into every notebook",
        examples="""
            course stamp
            course stamp --check             # which are out of date?
        """,
    )
    stamp.add_argument("--check", action="store_true", help="only say which are out of date")

    run = commands.command(
        "run",
        _run,
        "run notebooks and store their outputs, with when, how fast and with which versions",
        examples="""
            course run 03 ps2                # the notebooks that begin so
            course run                       # every lecture and problem set: about ten minutes
            course run --keep                # on another kind of processor: leave the pictures
            course run --check 03            # would anything come out otherwise, as tests compare?
        """,
        as_json=True,
    )
    run.add_argument(
        "notebook", nargs="*", help="files, or the beginnings of their names (all of the course)"
    )
    run.add_argument(
        "--check",
        action="store_true",
        help="store nothing, only say what tests would find changed",
    )
    run.add_argument(
        "--keep",
        action="store_true",
        help="leave outputs of which only changes what tests do not compare, such as pictures",
    )
    run.add_argument(
        "--seconds", type=positive, default=300, metavar="N", help="the longest for a cell (300)"
    )


def _stamp(options) -> int:
    from ..notebooks import stamp

    if options.check:
        stale = stamp.check_all(REPOSITORY)
        print("\n".join(stale) or "everything is up to date")
        return 1 if stale else 0
    changed = stamp.stamp_all(REPOSITORY)
    print("\n".join(f"stamped {path}" for path in changed) or "everything was up to date")
    return 0


def _run(options) -> int:
    """A notebook that fails is named, and the next one runs."""
    from ...errors import UserError
    from ..notebooks import exercise_check, last_run, running, stamp

    places = [Path.cwd(), *dict.fromkeys(path.parent for path in stamp.notebooks(REPOSITORY))]
    notebooks = [exercise_check.find(name, places) for name in options.notebook]
    outcomes, failed, changed = {}, 0, 0
    for notebook in notebooks or stamp.notebooks(REPOSITORY):
        try:
            with progress_bar(notebook.stem) as on_cell:
                stored = running.run(
                    notebook,
                    on_cell,
                    seconds=options.seconds,
                    keep=options.keep,
                    save=not options.check,
                )
        except UserError as error:
            print(f"course: {error}", file=sys.stderr)
            failed += 1
            continue
        name, changed = os.path.relpath(notebook), changed + bool(stored.changed)
        outcomes[name] = asdict(stored) | {"run": last_run.as_record(stored.run)}
        if options.json != "-":
            print(f"{name}: {_took(stored)}", flush=True)
    if options.json:
        write_json(options.json, outcomes)
    return 1 if failed or (options.check and changed) else 0


def _took(stored) -> str:
    cells = ", ".join(map(str, stored.changed))
    news = f"other outputs in code cell {cells}" if cells else "outputs as before"
    return f"{stored.run.seconds} s, {stored.run.megabytes} MB, {news}"
