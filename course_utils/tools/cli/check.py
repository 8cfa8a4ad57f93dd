"""`course check`: a notebook, before it is handed in."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path

from .command import REPOSITORY, Commands, progress_bar, write_json


def add(commands: Commands) -> None:
    """Declare `course check` among the `commands`."""
    check = commands.command(
        "check",
        _check,
        "run your notebook and say what its visible tests say",
        examples="""
            course check ps2                 # the notebook that begins so, here or in the releases
            course check my/ps2_backprop.ipynb
        """,
        as_json=True,
    )
    check.add_argument("notebook", help="the file, or the beginning of its name: ps2")


def _check(options) -> int:
    from ..notebooks import exercise_check

    places = [Path.cwd(), *sorted((REPOSITORY / "assignments/release").glob("*"))]
    notebook = exercise_check.find(options.notebook, places)
    with progress_bar("running") as on_done:
        outcomes = exercise_check.rehearse(notebook, on_done)
    passes = all(outcome.passes is not False for outcome in outcomes)
    if options.json:
        write_json(options.json, [asdict(outcome) for outcome in outcomes])
    elif outcomes:
        width = shutil.get_terminal_size().columns
        print("\n".join(exercise_check.lines(notebook.name, outcomes, width)))
    else:
        print(f"{notebook.name} has no graded cell")
    return 0 if outcomes and passes else 1
