"""In the place of nbgrader's execution: one line in a course's `nbgrader_config.py`.

    from course_utils.grading import configure
    configure(c)

Then `nbgrader autograde`, the formgrader's button, `nbgrader generate_feedback`, manual grading,
late penalties and `nbgrader export` work as before, and no answer is trusted. nbgrader reads a
clean copy of each submission, made as its exporter is made, which is the first thing it does.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Bool, Float, Unicode, default

from ... import hints
from ...errors import some
from .. import received as received_table
from ..folders import FOLDER, MISTAKES, files_below
from . import judge_process, kept_ways, ladders, markup, outputs, submitted_notebook
from .notebooks import staging
from .outputs import Reveal
from .rehearsal import Ways
from .sandbox.walls import Limits
from .submitted_notebook import HIDDEN, NotebookSource
from .verdicts import NOT_THE_STUDENTS, Finding, Verdict, VerdictKind, Way

HERE = "course_utils.grading.judging.plugin"
AUTOGRADE = [
    f"{HERE}.Judge",
    f"{HERE}.SaveVerdicts",
    "nbgrader.preprocessors.AssignLatePenalties",
]
FEEDBACK = [
    "nbgrader.preprocessors.GetGrades",
    f"{HERE}.HideTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]


def configure(
    c,
    *,
    reveal: str = "nothing",
    seconds: float | None = None,
    trust_timestamps: bool = False,
    unsafe_no_sandbox: bool = False,
    prepare: str | None = None,
) -> None:
    """Let a course be graded by judges that do not trust what they run.

    Parameters
    ----------
    c
        The configuration that nbgrader gives to `nbgrader_config.py`.
    reveal
        What feedback says of hidden tests: "nothing" but that one failed, "names" of the parts of
        tests with partial credit, or their "messages".
    seconds
        For each cell; nbgrader's own `c.ExecutePreprocessor.timeout` or `c.Execute.timeout` unless
        it is given, wherever that is set.
    trust_timestamps
        Whether `timestamp.txt` in a submission says when it was received: only where an
        instructor's tool wrote it, not the student. Otherwise `submitted/received.csv` says it.
    unsafe_no_sandbox
        Run answers without walls, where there are none to be had: only what you would run yourself.
    prepare
        "module:function", called before a notebook is judged with the sources of the instructor's
        cells. It makes ready what they read, and returns the folders of it that answers may read
        too, by the place below `$COURSE_DATA` at which they see them. Unless it is given it is
        "course_utils.datasets:for_judges", and that only for notebooks that mention `course_utils`.
    """
    if reveal not in list(Reveal):
        raise ValueError(f"reveal={reveal!r}: expected one of {', '.join(Reveal)}")
    c.Autograde.exporter_class = f"{HERE}.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [f"{HERE}.Rebuild"]
    c.Autograde.autograde_preprocessors = list(AUTOGRADE)
    c.GenerateFeedback.preprocessors = list(FEEDBACK)
    c.HTMLExporter.filters = dict(markup.FILTERS)  # Formgrader's pages, and feedback's
    c.HTMLExporter.sanitize_html = True
    c.HideTests.reveal = reveal
    c.CourseDirectory.ignore.append(HIDDEN)
    if seconds is not None:
        c.Judge.seconds = float(seconds)
    c.Judge.unsafe_no_sandbox = unsafe_no_sandbox
    c.Judge.prepare = _checked_hook(prepare)
    c.SubmissionExporter.trust_timestamps = trust_timestamps


def cell_seconds(config) -> float:
    """How long each cell of a course may run, by its settings.

    Parameters
    ----------
    config
        The course's. What `configure` was given counts first, then nbgrader's timeout for cells by
        any of the names that nbgrader knows it under; none, 0 or -1 there means: no limit but the
        notebook's.
    """
    given = config.Judge.get("seconds")
    if given is not None:
        return float(given)
    for section in ("Execute", "ExecutePreprocessor", "NotebookClient"):
        timeout = config[section].get("timeout", False)
        if timeout is None or (isinstance(timeout, int | float) and timeout is not False):
            return float(timeout) if timeout and timeout > 0 else Limits.notebook_seconds
    return Limits.cell_seconds


def _checked_hook(prepare: str | None) -> str | None:
    if prepare is not None and not re.fullmatch(r"[\w.]+:\w+", prepare):
        raise ValueError(f"prepare={prepare!r}: expected 'module:function'")
    return prepare


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, whatever it is."""

    trust_timestamps = Bool(False, help="whether timestamp.txt was written by an instructor").tag(
        config=True
    )

    def __init__(self, *args, **kwargs):
        """Stage what was handed in, if nbgrader is about to grade it.

        Parameters
        ----------
        *args, **kwargs
            As nbconvert gives them to an exporter.
        """
        super().__init__(*args, **kwargs)
        self.prepared: dict[tuple[str, str, str], submitted_notebook.Prepared] = {}
        self.notes: dict[str, list[str]] = {}
        self.data = b""
        self.ways: dict[tuple[str, str], Ways] = {}  # by assignment and notebook
        self.waiting: list[tuple[str, str, Verdict]] = []  # with student and notebook
        if hasattr(self.parent, "coursedir"):
            self._stage(self.parent)

    def _say_who_waits(self) -> None:
        """What is graded is written down; a run that leaves cells to a person is no success.

        Raises
        ------
        NbGraderException
            If a cell waits: nbgrader's commands then end with status 1.
        """
        cells: dict[tuple[str, str, str], list[str]] = {}
        for student, notebook, verdict in self.waiting:
            said = verdict.detail or verdict.message
            cells.setdefault((notebook, verdict.grade_id, said), []).append(student)
        lines: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
        for (notebook, cell, said), students in cells.items():
            lines.setdefault((notebook, said, tuple(students)), []).append(cell)
        for (notebook, said, of), names in lines.items():
            whose = f"{len(of)} notebooks" if len(of) > 1 else of[0]
            waits = f"{some(names)} wait{'' if len(names) > 1 else 's'} for a person"
            self.log.error("%s: %s (%s): %s", notebook, waits, whose, said)
        if cells:
            count = (
                f"{len(self.waiting)} graded cells wait" if len(self.waiting) > 1 else "one waits"
            )
            words = f"{count} for a person, see above; all else is graded"
            self.log.error(words)  # nbgrader ends without a word on what is raised
            raise NbGraderException(words)

    def _stage(self, converter) -> None:
        """Give nbgrader clean copies in the place of the submissions."""
        convert = converter.convert_notebooks

        def convert_and_say() -> None:
            convert()
            self._say_who_waits()

        converter.convert_notebooks = convert_and_say
        old = converter.coursedir
        new = CourseDirectory(config=converter.config)
        for name in old.trait_names(config=True):
            setattr(new, name, getattr(old, name))
        assignment = old.assignment_id
        source = Path(old.format_path(old.source_directory, ".", assignment))
        names = [path.name for path in sorted(source.glob("*.ipynb"))]
        if not names:
            with Gradebook(old.db_url, old.course_id) as gradebook:
                try:
                    found = gradebook.find_assignment(assignment).notebooks
                    names = [f"{notebook.name}.ipynb" for notebook in found]
                except MissingEntry:
                    pass
        area = Path(old.root) / FOLDER / "staged"
        received_at: dict[Path, dict[str, str]] = {}
        for folder in sorted(converter.assignments):
            student = Path(folder).parent.name
            staged = area / student / assignment
            all_of_them = Path(folder).parents[1]
            if all_of_them not in received_at:
                received_at[all_of_them], nobodys = received_table.read(
                    all_of_them, assignment, [path.name for path in source.parent.glob("[!.]*")]
                )
                for line in nobodys:
                    converter.log.warning(line)
            received = received_at[all_of_them].get(student)
            if self.trust_timestamps and not received:
                received = staging.timestamp(Path(folder))
            self.notes[student] = staging.stage(Path(folder), staged, names, received)
        new.ignore = [*old.ignore, staging.PAGES]
        new.submitted_directory = str(area.relative_to(old.root))  # nbgrader escapes the root only
        new.directory_structure = str(Path("{nbgrader_step}") / "{student_id}" / "{assignment_id}")
        converter.coursedir = new
        converter.init_notebooks()

    def from_filename(self, filename, resources=None, **options):
        """A notebook without cells while nbgrader sanitises: `Rebuild` makes the real one.

        Parameters
        ----------
        filename
            What was handed in, staged.
        resources, **options
            As nbconvert gives them.
        """
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **options)
        resources = ResourcesDict() if resources is None else resources
        resources["metadata"] = ResourcesDict(
            name=Path(filename).stem, path=str(Path(filename).parent)
        )
        self.data = Path(filename).read_bytes()
        return self.from_notebook_node(nbformat.v4.new_notebook(), resources, **options)


class Rebuild(NbGraderPreprocessor):
    """The instructor's notebook with the answers of the submission in it."""

    def preprocess(self, nb, resources):
        """Put the answers into the instructor's notebook.

        Parameters
        ----------
        nb, resources
            As nbgrader gives them to each of its preprocessors.
        """
        exporter, own = self.parent, resources["nbgrader"]
        file = _source_folder(exporter.parent.coursedir, own) / f"{own['notebook']}.ipynb"
        with Gradebook(own["db_url"]) as gradebook:
            source = read_source(gradebook, file, own["assignment"])
        prepared = submitted_notebook.prepare(
            source, exporter.data, exporter.notes.get(own["student"], [])
        )
        exporter.prepared[own["student"], own["assignment"], own["notebook"]] = prepared
        return prepared.rebuilt.notebook, resources


class Judge(NbGraderPreprocessor):
    """Runs a rebuilt notebook, answers behind a wall, and writes what came of it into it."""

    seconds = Float(help="for each cell").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="run answers without walls").tag(config=True)
    prepare = Unicode(None, allow_none=True, help="module:function, called before judging").tag(
        config=True
    )

    @default("seconds")
    def _seconds(self):
        return cell_seconds(self.config)

    def preprocess(self, nb, resources):
        """Run it, and write what came of it into it.

        Parameters
        ----------
        nb, resources
            As nbgrader gives them to each of its preprocessors.
        """
        exporter, own = self.parent, resources["nbgrader"]
        words = own["student"], own["assignment"], own["notebook"]
        coursedir = exporter.parent.coursedir
        submitted = coursedir.format_path(
            coursedir.submitted_directory, own["student"], own["assignment"]
        )
        prepared = exporter.prepared.pop(words)
        limits = Limits(cell_seconds=self.seconds)
        files = read_beside(_source_folder(coursedir, own))
        ways = self._ways(exporter, own, prepared.source, files, limits)
        graded = submitted_notebook.grade(
            prepared,
            own["notebook"],
            files=files,
            handed_in={
                name.removeprefix(f"{staging.PAGES}/"): data
                for name, data in read_beside(Path(submitted)).items()
            },
            limits=limits,
            seed=judge_process.seed_of(secret(Path(coursedir.root)), *words, bits=256),
            unsafe=self.unsafe_no_sandbox,
            prepare=self.prepare,
            ways=ways,
        )
        for verdict in graded.verdicts.values():
            if verdict.kind is VerdictKind.TAMPERED:
                self.log.warning("%s: %s", verdict.grade_id, verdict.detail)
            if verdict.kind in NOT_THE_STUDENTS:
                exporter.waiting.append((own["student"], own["notebook"], verdict))
        notes = prepared.rebuilt.notebook.metadata.get("course", {})
        for cell, calls in notes.get("refused", {}).items():
            self.log.warning("%s: the kernel refused %s", cell, refusals(calls))
        resources["graded"] = graded
        return prepared.rebuilt.notebook, resources

    def _ways(self, exporter, own, source, files, limits) -> Ways:
        """How the cells of a notebook are judged: before the first student, that is found out."""
        name = own["assignment"], own["notebook"]
        if name not in exporter.ways:
            settings = {"limits": limits, "unsafe": self.unsafe_no_sandbox}
            key = kept_ways.key_of(source, files, prepare=self.prepare, **settings)

            def find(_: list[str]) -> list[Ways]:
                self.log.info("Grading the instructor's own answers to %s first", source.name)
                found = submitted_notebook.rehearse(
                    source, files=files, prepare_hook=self.prepare, **settings
                )
                return [found]

            root = Path(exporter.parent.coursedir.root)
            found = kept_ways.of_assignment(root, own["assignment"], {source.name: key}, find)
            exporter.ways[name] = found[source.name]
            for finding in found[source.name].values():
                if finding.why and finding.way is not Way.PERSON:  # those are said at the end
                    self.log.warning("%s: %s", source.name, in_words(finding))
        return exporter.ways[name]


def in_words(finding: Finding) -> str:
    """A finding in a sentence: `test_x: judged inside, as ...`.

    Parameters
    ----------
    finding
        Of one graded cell.
    """
    words = {Way.PERSON: "waits for a person in all notebooks"}
    how = words.get(finding.way, f"judged {finding.way}")
    why = f": {finding.why}" if finding.why else ""
    change = f" (to have it judged apart: {finding.change})" if finding.change else ""
    return f"{finding.grade_id}: {how}{why}{change}"


def refusals(calls: dict[str, int]) -> str:
    """Refused system calls in words: `execve, a new process (12 times)`.

    Parameters
    ----------
    calls
        How often each.
    """
    return ", ".join(what + (f" ({n} times)" if n > 1 else "") for what, n in calls.items())


class SaveVerdicts(SaveAutoGrades):
    """Points are what the judge gave: all cells of a notebook, in one transaction."""

    def preprocess(self, nb, resources):
        """Write the points into the gradebook.

        Parameters
        ----------
        nb, resources
            As nbgrader gives them to each of its preprocessors.
        """
        own = resources["nbgrader"]
        with Gradebook(own["db_url"]) as gradebook:
            submitted = gradebook.find_submission_notebook(
                own["notebook"], own["assignment"], own["student"]
            )
            save(submitted, resources["graded"])
            gradebook.db.commit()
        return nb, resources


def save(submitted: SubmittedNotebook, graded: submitted_notebook.Graded) -> None:
    """Set the rows of a submitted notebook; what a person gave is left alone.

    Parameters
    ----------
    submitted
        The gradebook's row of it.
    graded
        What the judge gave.
    """
    for grade in submitted.grades:
        grade.auto_score, grade.needs_manual_grade = mark(graded, grade.name, grade.manual_score)
    for comment in submitted.comments:
        comment.auto_comment = remark(graded, comment.name)


def mark(
    graded: submitted_notebook.Graded, name: str, manual: float | None = None
) -> tuple[float | None, bool]:
    """The points of a graded cell, and whether a person has to look at it.

    Parameters
    ----------
    graded
        The notebook.
    name
        The cell's grade_id.
    manual
        What a person gave it already.
    """
    points = graded.points.get(name, 0.0)
    return points, name in graded.points and (manual is not None or points is None)


def remark(graded: submitted_notebook.Graded, name: str) -> str | None:
    """nbgrader's comment on an answer.

    Parameters
    ----------
    graded
        The notebook.
    name
        The answer's grade_id.
    """
    return "No response." if name in graded.unanswered else None


class HideTests(NbGraderPreprocessor):
    """Feedback without hidden tests, and with hints where there are any."""

    reveal = Unicode("nothing", help="what of hidden tests is said").tag(config=True)

    def preprocess(self, nb, resources):
        """Take hidden tests out, and put hints in.

        Parameters
        ----------
        nb, resources
            As nbgrader gives them to each of its preprocessors.
        """
        root, name = Path(self.parent.parent.coursedir.root), resources["nbgrader"]["assignment"]
        found = ladders.found(nb, hints.of(root / MISTAKES / name))
        outputs.hide(nb, Reveal(self.reveal))
        ladders.put_in(nb, found)
        return nb, resources


def read_source(gradebook: Gradebook, file: Path, assignment: str) -> NotebookSource:
    """The instructor's notebook and what the gradebook knows of it.

    Parameters
    ----------
    gradebook
        Where the released cells are entered.
    file
        The instructor's notebook.
    assignment
        nbgrader's name of the assignment.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is missing: the instructor's version is needed to rebuild what is handed in"
        )
    try:
        cells = gradebook.find_notebook(file.stem, assignment).source_cells
    except MissingEntry:
        cells = []
    released = tuple(sorted((cell.name, cell.source, cell.checksum or "") for cell in cells))
    return NotebookSource(file.stem, file.read_text("utf-8"), released)


def read_beside(folder: Path) -> dict[str, bytes]:
    """The ordinary files of a folder but notebooks, by their path in it."""
    return {
        name: file.read_bytes()
        for name, file in files_below(folder)
        if not name.endswith(".ipynb") and name != "timestamp.txt"
    }


def _source_folder(coursedir: CourseDirectory, own: dict) -> Path:
    return Path(coursedir.format_path(coursedir.source_directory, ".", own["assignment"]))


def secret(root: Path) -> bytes:
    """A secret of the course, made at the first use: seeds of submissions come from it.

    Parameters
    ----------
    root
        The course's folder.
    """
    file = root / FOLDER / "secret"
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".secret.{secrets.token_hex(4)}")
        draft.write_bytes(secrets.token_bytes(32))
        draft.chmod(0o600)
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass
        draft.unlink()
    return file.read_bytes()
