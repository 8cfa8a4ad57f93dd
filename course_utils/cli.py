"""`course`: the course's command line. It parses, calls and prints; the work is done elsewhere."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

from . import __version__

REPOSITORY = Path(__file__).resolve().parents[1]
DEMO = Path("build/demo")
LECTURE = Path("lectures/03_convolution.ipynb")
READABLE = 60  # students in a table that people read


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 when all is done, 1 when something is left for you to put right, 2 when nothing
        was done because the request itself was wrong.
    """
    options = _parser().parse_args(arguments)
    # jsonschema, which nbformat brings along, would spend a second on grammars of web addresses.
    sys.modules.setdefault("rfc3987_syntax", None)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("course: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except _expected_errors() as error:
        print(f"course: {error}", file=sys.stderr)
        return 2


def _expected_errors() -> tuple[type[Exception], ...]:
    """The exceptions whose message is all a user needs; anything else is a bug and shows itself.

    An exception that was raised belongs to a module that was loaded.
    """
    names = {
        "CourseError": "course_utils.grading.course",
        "NotebookFailed": "course_utils.render",
        "DownloadError": "course_utils.datasets",
        "UnknownDataset": "course_utils.datasets",
        "StampError": "course_utils.stamp",
        "RehearsalError": "course_utils.rehearsal",
    }
    return tuple(
        getattr(sys.modules[module], name)
        for name, module in names.items()
        if module in sys.modules
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="course", description="Run the course: its data, its assignments, its class."
    )
    parser.add_argument("--version", action="version", version=f"course {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run, summary: str, *, needs_course: bool = False
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.set_defaults(run=run)
        if needs_course:
            sub.add_argument(
                "--course", type=Path, metavar="DIR", help="the nbgrader course (./assignments)"
            )
        return sub

    check = command("check", _check, "run your notebook and say what its visible tests say")
    check.add_argument("notebook", help="the file, or the beginning of its name: ps2")

    demo = command("demo", _demo, "grade a demo class from release to feedback, and run a lecture")
    demo.add_argument("assignment", nargs="?", default="ps1", help="which (ps1)")

    grade = command(
        "grade", _grade, "grade what a class handed in for an assignment", needs_course=True
    )
    grade.add_argument("assignment", help="its name or the beginning of it: ps1")
    grade.add_argument(
        "--student", action="append", metavar="NAME", help="only this one (may be repeated)"
    )
    grade.add_argument(
        "--workers", type=_positive, metavar="N", help="side by side (one a processor)"
    )
    grade.add_argument(
        "--regrade",
        choices=["changed", "all"],
        default="changed",
        help="what has changed since it was graded, or all (changed)",
    )
    grade.add_argument("--dry-run", action="store_true", help="only say what would be graded")
    grade.add_argument("--feedback", action="store_true", help="write feedback pages as well")
    grade.add_argument(
        "--dask", metavar="ADDRESS", help="judge on a cluster: tcp://HOST:8786 of its scheduler"
    )
    grade.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run answers without walls, as you, where this machine has none",
    )
    grade.add_argument("--csv", type=Path, metavar="FILE", help="write points by exercise there")
    grade.add_argument(
        "--json", metavar="FILE", help="write all that is known there, for scripts (-: print it)"
    )

    export = command(
        "export", _export, "write an assignment's grades for another system", needs_course=True
    )
    export.add_argument("assignment", help="its name or the beginning of it: ps1")
    export.add_argument("file", type=Path, help="what to write: ps1.csv")
    export.add_argument(
        "--format",
        choices=["csv", "canvas", "moodle", "gradescope"],
        default="csv",
        help="for whom (csv: a spreadsheet)",
    )

    items = command(
        "items", _items, "which exercises were hard, and what commonly fails", needs_course=True
    )
    items.add_argument("assignment", help="its name or the beginning of it: ps1")

    alike = command("alike", _alike, "who answered alike: where to look", needs_course=True)
    alike.add_argument("assignment", help="its name or the beginning of it: ps1")
    alike.add_argument(
        "--least", type=_percent, default=80, metavar="PERCENT", help="from which likeness on (80)"
    )

    command("doctor", _doctor, "try whether this machine can grade safely, and say what is missing")

    release = command(
        "release", _release, "make the students' version of an assignment", needs_course=True
    )
    release.add_argument("assignment", help="its name or the beginning of it: ps1")
    release.add_argument("--check", action="store_true", help="only say whether it is up to date")

    mutants = command(
        "mutants", _mutants, "are the tests sharp? change the solution, grade it", needs_course=True
    )
    mutants.add_argument("assignment", help="its name or the beginning of it: ps1")

    lab = command(
        "lab", _lab, "open JupyterLab with the lectures and the formgrader", needs_course=True
    )
    lab.add_argument("options", nargs="*", metavar="-- OPTION", help="handed on to `jupyter lab`")

    stamp = command("stamp", _stamp, "write badge and set-up cell into every notebook")
    stamp.add_argument("--check", action="store_true", help="only say which are out of date")

    models = command("models", _models, "the networks of the course: year, paper, size")
    models.add_argument("--page", action="store_true", help="write the table beside the code")

    data = command("data", None, "the data sets of the course")
    actions = data.add_subparsers(metavar="ACTION", required=True)
    for name, summary, number in [
        ("list", "what there is, and what of it is in the cache", None),
        ("show", "the card of a data set: source, size, licence, flaws", 1),
        ("download", "fetch full sets into the cache, or mend what is there", "+"),
        ("verify", "read everything in the cache and compare checksums", "*"),
        ("clear", "remove full sets from the cache", "*"),
        ("pages", "write the cards as pages into datasets/", None),
    ]:
        action = actions.add_parser(name, help=summary, description=summary)
        action.set_defaults(run=_data, action=name)
        if number is not None:
            action.add_argument("name", nargs=number)
            action.add_argument("--size", type=_positive, help="pixels, for MedMNIST: 28, 64 ...")
        if name == "clear":
            action.add_argument("--all", action="store_true", help="everything, samples too")
    return parser


def _percent(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _open_course(folder: Path | None):
    """The course asked for; else the one we stand in; else the repository's."""
    from .grading.course import CONFIG, Course

    here = Path.cwd()
    candidates = (
        [folder]
        if folder
        else [here, *here.parents, here / "assignments", REPOSITORY / "assignments"]
    )
    found = next((path for path in candidates if (path / CONFIG).is_file()), candidates[0])
    return Course(found)


# --- before it is handed in ----------------------------------------------------------------


def _check(options) -> int:
    from . import rehearsal

    places = [Path.cwd(), *sorted((REPOSITORY / "assignments/release").glob("*"))]
    notebook = rehearsal.find(options.notebook, places)
    with _bar("running") as on_done:
        outcomes = rehearsal.rehearse(notebook, on_done)
    if not outcomes:
        print(f"{notebook.name} has no graded cell")
        return 1
    print("\n".join(rehearsal.lines(notebook.name, outcomes, shutil.get_terminal_size().columns)))
    return 0 if all(outcome.passes is not False for outcome in outcomes) else 1


@contextmanager
def _bar(what: str):
    """A progress bar on a terminal; called with how much is done, and of how much."""
    from tqdm import tqdm

    with tqdm(desc=what, leave=False, disable=not sys.stderr.isatty()) as bar:

        def on_done(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_done


# --- grading a class -----------------------------------------------------------------------


def _grade(options) -> int:
    from .grading import warm_up

    course = _open_course(options.course)
    if not options.dask and not options.dry_run:
        warm_up.guess(course.root, options.assignment, options.unsafe_no_sandbox)
    assignment = course.find_assignment(options.assignment)
    outcome = _run_over_class(
        course,
        assignment,
        students=options.student,
        workers=options.workers,
        again=options.regrade == "all",
        dry_run=options.dry_run,
        unsafe=options.unsafe_no_sandbox,
        dask=options.dask,
        pages=options.feedback,
    )
    for line in outcome.misnamed:
        print(f"course: {line}", file=sys.stderr)
    if options.dry_run:
        for student, state in outcome.states.items():
            print(f"{student:30} {state}")
        return 0
    from .grading import feedback, files, grades, summary

    result = grades.read(course, assignment, outcome.records)
    if options.json:
        text = json.dumps(summary.as_json(outcome, result), indent=1) + "\n"
        if options.json == "-":
            print(text, end="")
        else:
            files.replace_text(Path(options.json), text)
    if options.json != "-":
        _show_class(outcome, result)
    if options.csv:
        place = feedback.write_grades(result, options.csv)
        print(f"Points by exercise: {place}", file=sys.stderr if options.json else sys.stdout)
    return 1 if summary.summarize(outcome, result).attention else 0


def _run_over_class(course, assignment: str, **options):
    """Grade with a progress bar."""
    from rich.console import Console

    from .grading import autograde, report

    console = Console(stderr=not sys.stdout.isatty())
    with report.progress(console) as bar:
        task = bar.add_task(f"grading {assignment}", total=None)
        return autograde.grade(
            course,
            assignment,
            on_done=lambda done, total: bar.update(task, completed=done, total=total),
            **options,
        )


def _show_class(outcome, result) -> None:
    """The table of grades and the reasons, as far as anybody reads, and the class at a glance."""
    from rich.console import Console

    from .grading import report, summary

    console = Console()
    if not outcome.records:
        return
    if len(outcome.records) <= READABLE:
        console.print(report.grades_table(result))
        for heading, table in (
            ("Where points were lost", report.losses_table(result)),
            ("Put right before grading, at no cost", report.repairs_table(result)),
        ):
            if table.row_count:
                console.print(f"\n{heading}\n")
                console.print(table)
        console.print()
    console.print(report.summary_panel(summary.summarize(outcome, result)))


def _export(options) -> int:
    from .grading import export, grades

    course = _open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    result = grades.read_all(course, assignment)
    export.write(course, result, options.format, options.file)
    print(f"{len(result.students)} students: {options.file}")
    waiting = export.waiting(result)
    if waiting:
        some = ", ".join(waiting[:5]) + (", ..." if len(waiting) > 5 else "")
        print(f"course: not all is graded by hand yet, of {some}", file=sys.stderr)
    return 1 if waiting else 0


def _items(options) -> int:
    from rich.console import Console

    from .grading import grades, items, report

    course = _open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    result = grades.read_all(course, assignment)
    console = Console()
    console.print(report.items_table(items.analyse(result)))
    console.print(
        f"{len(result.students)} students. got: mean share of the points; tells apart: correlation "
        "with the points of all other exercises; s: median seconds of its tests",
        style="dim",
    )
    return 0


def _alike(options) -> int:
    from rich.console import Console

    from .grading import report, similarity

    course = _open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    console = Console()
    works, given = similarity.works(course, assignment)
    with report.progress(console) as bar:
        task = bar.add_task("comparing pairs", total=None)
        pairs = similarity.compare(
            works,
            given,
            options.least / 100,
            lambda done, total: bar.update(task, completed=done, total=total),
        )
    if pairs:
        console.print(report.likeness_table(pairs))
    print(f"{len(pairs)} pairs of {len(works)} students are {options.least} % alike or more.")
    return 0


def _doctor(options) -> int:
    from rich.console import Console

    from .grading.judging import doctor

    console, wrong = Console(), 0
    for finding in doctor.examine():
        mark, colour = ("yes", "green") if finding.good else ("NO", "red")
        wrong += not finding.good
        console.print(f"  [{colour}]{mark:>3}[/]  {finding.name:40} ", end="")
        console.print(finding.words, markup=False, highlight=False)
    if wrong:
        print(
            "\nAnswers cannot be walled in here, so `course grade` refuses. Mend what says NO, or\n"
            "grade with --unsafe-no-sandbox, and only what you would run yourself."
        )
        return 1
    print("\nAnswers are walled in here: `course grade` can run what students write.")
    return 0


def _demo(options) -> int:
    from rich.console import Console

    from .grading import demo, feedback, files, grades, release, report
    from .grading.judging import walls
    from .render import to_html

    console = Console()
    course = _open_course(REPOSITORY / "assignments")
    assignment = course.find_assignment(options.assignment)
    target = REPOSITORY / DEMO
    with console.status(f"releasing {assignment}, handing in for a demo class"):
        demo_course = demo.lay_out(course, assignment, target)
        release.ensure_released(demo_course, assignment)
        students = demo.hand_in_all(course, demo_course, assignment)
    print(f"{len(students)} students have handed in {assignment}.")

    reason = walls.missing()
    if reason:
        print(f"No walls here, so the demo's own answers run without: {reason}")
    outcome = _run_over_class(demo_course, assignment, unsafe=reason is not None, pages=True)
    result = grades.read(demo_course, assignment, outcome.records)
    _show_class(outcome, result)

    with console.status("writing tables"):
        table = feedback.write_grades(result, target / "grades.csv")
        gradebook = feedback.write_gradebook(demo_course, target / "gradebook.csv")

    page, key = target / LECTURE.with_suffix(".html").name, target / ".lecture"
    wanted = files.digest({LECTURE.name: (REPOSITORY / LECTURE).read_bytes()}, files.environment())
    if not (page.is_file() and key.is_file() and key.read_text() == wanted):
        with report.progress(console) as bar:
            task = bar.add_task(f"running {LECTURE.name}", total=None)
            to_html(
                REPOSITORY / LECTURE,
                page,
                on_cell=lambda done, total: bar.update(task, completed=done, total=total),
            )
        files.replace_text(key, wanted)

    console.print("\nEverything is there to look at:\n")
    places = {
        "the lecture, run just now": page,
        "what students get": demo_course.folder("release", assignment),
        "what they handed in": demo_course.folder("submitted", assignment, "x").parent.parent,
        "feedback pages": demo_course.folder("feedback", assignment, "x").parent.parent,
        "points by exercise": table,
        "nbgrader's gradebook": gradebook,
    }
    for what, path in places.items():
        console.print(f"  {what:26} {os.path.relpath(path)}", soft_wrap=True, highlight=False)
    console.print(
        "\nType next:  make lab   (JupyterLab: the lectures, and Formgrader on this class)"
    )
    return 0


def _release(options) -> int:
    from .grading import release

    course = _open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    if options.check:
        differences = release.differences(course, assignment)
        print("\n".join(differences) or f"release/{assignment} is up to date")
        return 1 if differences else 0
    print(f"Released: {os.path.relpath(release.release(course, assignment))}")
    return 0


def _mutants(options) -> int:
    from .grading import mutants

    course = _open_course(options.course)
    assignment = course.find_assignment(options.assignment)
    with _bar(f"mutants of {assignment}") as on_done:
        found = mutants.survey(course, assignment, os.cpu_count() or 1, on_done)
    known = mutants.known_survivors(course, assignment)
    for mutant in found.survivors:
        reason = known.get((mutant.exercise, mutant.change), "unknown: is a test missing?")
        print(f"{mutant.exercise}, {mutant.change}\n    {reason}")
    print(f"{len(found.survivors)} of {found.total} mutants survive ({found.share:.1%})")
    unknown = [m for m in found.survivors if (m.exercise, m.change) not in known]
    return 1 if unknown or found.share > mutants.LARGEST_SHARE else 0


def _lab(options) -> int:
    """Replace this process by JupyterLab, its formgrader on the class that is there."""
    from .grading.course import Course

    demo = REPOSITORY / DEMO
    course = _open_course(options.course)
    if options.course is None and not (course.root / "gradebook.db").exists() and demo.is_dir():
        course = Course(demo)
    print(
        f"Formgrader shows {os.path.relpath(course.root)} (another: course lab --course DIR)",
        flush=True,
    )
    os.environ["JUPYTER_CONFIG_PATH"] = str(course.root)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    root = REPOSITORY if course.root.is_relative_to(REPOSITORY) else course.root
    os.chdir(root)
    arguments = ["-m", "jupyterlab", f"--ServerApp.root_dir={root}", *options.options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")  # in a container there often is nobody else
    os.execv(sys.executable, [sys.executable, *arguments])


def _stamp(options) -> int:
    from . import stamp

    if options.check:
        stale = stamp.check_all(REPOSITORY)
        print("\n".join(stale) or "every notebook is up to date")
        return 1 if stale else 0
    changed = stamp.stamp_all(REPOSITORY)
    print("\n".join(f"stamped {path}" for path in changed) or "every notebook was up to date")
    return 0


# --- models --------------------------------------------------------------------------------


def _models(options) -> int:
    from .models import catalogue

    if options.page:
        path = catalogue.FOLDER / "README.md"
        path.write_text(catalogue.page(), "utf-8")
        print(f"Written: {path}")
        return 0
    print(f"{'NAME':20} {'YEAR':4} {'PARAMETERS':>12} {'MULTIPLY-ADDS':>15}  EQUAL TO")
    for n in catalogue.networks():
        print(f"{n.name:20} {n.year} {n.parameters:>12} {n.multiply_adds:>15}  {n.parity}")
    return 0


# --- data ----------------------------------------------------------------------------------


def _data(options) -> int:
    from .datasets import commands

    return commands.ACTIONS[options.action](options)
