"""`course claims`: how sure is the course of what it says?"""

from __future__ import annotations

import os
import sys

from ...errors import counted
from .command import REPOSITORY, Commands, positive, progress_bar, write_json

RESULT = "build/claims.json"


def add(commands: Commands) -> None:
    """Declare `course claims` among the `commands`."""
    claims = commands.command(
        "claims",
        _claims,
        "ask how sure lectures are: run them with other seeds, weights, threads; count claims",
        examples="""
            course claims 04 13              # 16 runs of each; what was run before is not repeated
            course claims -n 100 --store     # all lectures, for the book: hours
            course claims 03 --full          # once on whole collections, too, where they are there
        """,
        as_json=True,
    )
    claims.add_argument(
        "lecture", nargs="*", help="files, or the beginnings of their names (all lectures)"
    )
    claims.add_argument(
        *("-n", "--draws"), type=positive, default=16, metavar="N", help="runs of each (16)"
    )
    claims.add_argument(
        "--full", action="store_true", help="also once on the whole collections that are here"
    )
    claims.add_argument(
        "--store", action="store_true", help="keep the result beside the lectures, for the book"
    )
    claims.add_argument(
        "--workers", type=positive, metavar="N", help="runs at a time (one for each processor)"
    )
    claims.add_argument(
        "--seconds", type=positive, default=600, metavar="N", help="the longest for a cell (600)"
    )


def _claims(options) -> int:
    """A run that fails is named, and the others go on."""
    from rich.console import Console

    from ..evidence import stored, survey, table
    from ..notebooks import exercise_check

    folder = REPOSITORY / "lectures"
    found = [exercise_check.find(name, [folder]) for name in options.lecture]
    notebooks = list(dict.fromkeys(found)) or sorted(folder.glob("*.ipynb"))
    with progress_bar("claims") as on_done:
        surveys = survey.survey(
            notebooks,
            options.draws,
            REPOSITORY / "build/claims",
            full=_with_full_data(notebooks) if options.full else (),
            workers=options.workers or os.cpu_count() or 1,
            seconds=options.seconds,
            on_done=on_done,
        )
    results = stored.here(surveys)
    if options.store:
        stored.write(REPOSITORY, results)
    place = options.json or str(REPOSITORY / RESULT)
    write_json(place, {each.survey.lecture: stored.as_record(each) for each in results})
    if place != "-":
        Console().print(table.for_terminal(surveys))
        print(f"{_conclusion(surveys)} (every number: {os.path.relpath(place)})")
    for each in surveys:
        for failure in each.failures:
            print(f"course: {failure}", file=sys.stderr)
    every = [claim for each in surveys for claim in each.claims]
    failed = any(each.failures for each in surveys)
    return 1 if failed or not all(claim.is_sure for claim in every) else 0


def _with_full_data(notebooks) -> list:
    """The lectures that take whole collections, all of which are here; of the others it is said."""
    from ..evidence import survey

    able = []
    for notebook in notebooks:
        if not survey.has_full_switch(notebook):
            continue
        missing = survey.missing_collections(notebook)
        if missing:
            print(
                f"course: {notebook.stem} is not run on whole collections: {', '.join(missing)} "
                f"not here (course data download {missing[0]})",
                file=sys.stderr,
            )
        else:
            able.append(notebook)
    return able


def _conclusion(surveys) -> str:
    every = [claim for each in surveys for claim in each.claims]
    fell = sum(not claim.is_sure for claim in every)
    words = f"{fell} fell in more than one run of a hundred" if fell else "each held"
    return f"{counted(len(every), 'claim')} of {counted(len(surveys), 'lecture')}: {words}"
