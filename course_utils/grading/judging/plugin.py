"""In the place of nbgrader's execution: one line in a course's `nbgrader_config.py`.

    from course_utils.grading import configure
    configure(c)

Then `nbgrader autograde`, the formgrader's button, `nbgrader generate_feedback`, manual grading,
late penalties and `nbgrader export` work as before, and no answer is trusted. nbgrader reads a
clean copy of each submission, made as its exporter is made, which is the first thing it does.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import determine_grade, is_grade
from traitlets import Bool, Float, Unicode

from . import reading, run, show, staging
from .rebuild import Rebuilt, is_answer, is_test, rebuild, settings
from .verdicts import Kind, without
from .walls import Limits

HERE = "course_utils.grading.judging.plugin"
FOLDER = ".grading"
HIDDEN = "hidden"  # a folder beside a source notebook that only tests can read


def configure(
    c,
    *,
    reveal: str = "nothing",
    seconds: float | None = None,
    trust_timestamps: bool = False,
    unsafe_no_sandbox: bool = False,
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
        For each cell; `c.Execute.timeout` unless it is given.
    trust_timestamps
        Whether `timestamp.txt` in a submission says when it was received: only where an
        instructor's tool wrote it, not the student. Otherwise `submitted/received.csv` says it.
    unsafe_no_sandbox
        Run answers without walls, where there are none to be had: only what you would run yourself.
    """
    if reveal not in show.REVEALS:
        raise ValueError(f"reveal={reveal!r}: expected one of {', '.join(show.REVEALS)}")
    c.Autograde.exporter_class = f"{HERE}.SubmissionExporter"
    c.Autograde.sanitize_preprocessors = [f"{HERE}.Rebuild"]
    c.Autograde.autograde_preprocessors = [
        f"{HERE}.Judge",
        f"{HERE}.SaveVerdicts",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        f"{HERE}.HideTests",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.HideTests.reveal = reveal
    c.CourseDirectory.ignore.append(HIDDEN)
    timeout = c.Execute.get("timeout")
    if seconds is None and isinstance(timeout, int | float) and timeout > 0:
        seconds = timeout
    c.Judge.seconds = float(seconds or 30)
    c.Judge.unsafe_no_sandbox = unsafe_no_sandbox
    c.SubmissionExporter.trust_timestamps = trust_timestamps


class SubmissionExporter(NotebookExporter):
    """Reads what was handed in, whatever it is."""

    trust_timestamps = Bool(False, help="whether timestamp.txt was written by an instructor").tag(
        config=True
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.rebuilt: dict[tuple[str, str, str], Rebuilt] = {}
        self.notes: dict[str, list[str]] = {}
        self.handed_in = reading.Notebook()
        self.damage: str | None = None
        if hasattr(self.parent, "coursedir"):
            self._stage(self.parent)

    def _stage(self, converter) -> None:
        """Give nbgrader clean copies in the place of the submissions."""
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
                received_at[all_of_them] = staging.ledger(all_of_them)
            received = received_at[all_of_them].get(student)
            if self.trust_timestamps and not received:
                received = staging.timestamp(Path(folder))
            self.notes[student] = staging.stage(Path(folder), staged, names, received)
        new.submitted_directory = str(area)
        new.directory_structure = str(Path("{nbgrader_step}") / "{student_id}" / "{assignment_id}")
        converter.coursedir = new
        converter.init_notebooks()

    def from_filename(self, filename, resources=None, **options):
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **options)
        resources = ResourcesDict() if resources is None else resources
        resources["metadata"] = ResourcesDict(
            name=Path(filename).stem, path=str(Path(filename).parent)
        )
        self.damage = None
        try:
            self.handed_in = reading.read(Path(filename))
        except reading.Unreadable as error:
            self.handed_in, self.damage = reading.Notebook(), str(error)
        return self.from_notebook_node(nbformat.v4.new_notebook(), resources, **options)


class Rebuild(NbGraderPreprocessor):
    """The instructor's notebook with the answers of the submission in it."""

    def preprocess(self, nb, resources):
        exporter, own = self.parent, resources["nbgrader"]
        coursedir = exporter.parent.coursedir
        place = Path(coursedir.format_path(coursedir.source_directory, ".", own["assignment"]))
        source = place / f"{own['notebook']}.ipynb"
        if not source.is_file():
            raise FileNotFoundError(
                f"{source} is missing: the instructor's version is needed to rebuild what students "
                "hand in"
            )
        instructor = nbformat.read(source, as_version=4)
        language = instructor.metadata.get("kernelspec", {}).get("language", "python")
        if language != "python":
            raise ValueError(f"{source} is written in {language}: the judge runs Python only")
        released = self._released(own, instructor)
        rebuilt = rebuild(instructor, exporter.handed_in, released)
        rebuilt.repairs[:0] = exporter.notes.get(own["student"], [])
        if exporter.damage:
            rebuilt.repairs.insert(0, exporter.damage)
        for place in rebuilt.theirs:
            cell = rebuilt.notebook.cells[place]
            if cell.cell_type != "code":
                cell.source = show.harmless(cell.source)
        show.shorten(rebuilt.notebook, rebuilt.theirs)
        rebuilt.notebook.metadata["course"] = {
            "repairs": rebuilt.repairs,
            "damage": exporter.damage,
        }
        exporter.rebuilt[own["student"], own["assignment"], own["notebook"]] = rebuilt
        return rebuilt.notebook, resources

    def _released(self, own, instructor) -> dict[str, str]:
        """What students were given, and the settings that the gradebook knows."""
        released = {}
        with Gradebook(own["db_url"]) as gradebook:
            for cell in instructor.cells:
                grade_id = settings(cell).get("grade_id")
                if not grade_id:
                    continue
                try:
                    known = gradebook.find_source_cell(grade_id, own["notebook"], own["assignment"])
                except MissingEntry:
                    continue
                cell.metadata.nbgrader["checksum"] = known.checksum
                released[grade_id] = known.source
                if is_test(cell) or (settings(cell).get("locked") and not is_answer(cell)):
                    cell.source = known.source
        return released


class Judge(NbGraderPreprocessor):
    """Runs a rebuilt notebook, answers behind a wall, and writes what came of it into it."""

    seconds = Float(30.0, help="for each cell").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="run answers without walls").tag(config=True)

    def preprocess(self, nb, resources):
        exporter, own = self.parent, resources["nbgrader"]
        rebuilt = exporter.rebuilt.pop((own["student"], own["assignment"], own["notebook"]))
        coursedir = exporter.parent.coursedir
        if exporter.damage:
            judged = run.Judged()
            for step in rebuilt.steps:
                if step.kind == "test":
                    judged.verdicts[step.grade_id] = without(
                        step.grade_id, step.points, Kind.NOT_RUN, exporter.damage
                    )
        else:
            words = (own["student"], own["assignment"], own["notebook"])
            with tempfile.TemporaryDirectory(prefix="judging-") as folder:
                files, own_files = Path(folder) / "judge", Path(folder) / "student"
                place = coursedir.format_path(coursedir.source_directory, ".", own["assignment"])
                _copy_files(Path(place), files)
                path = coursedir.format_path(
                    coursedir.submitted_directory, own["student"], own["assignment"]
                )
                _copy_files(Path(path), own_files)
                _copy_files(Path(place), own_files, HIDDEN)
                judged = run.judge(
                    rebuilt,
                    limits=Limits(cell_seconds=self.seconds),
                    files=files,
                    handed_in=own_files,
                    seed=run.seed_of(_secret(Path(coursedir.root)), *words),
                    unsafe=self.unsafe_no_sandbox,
                )
        for step in rebuilt.steps:
            verdict = judged.verdicts.get(step.grade_id)
            if verdict is not None and verdict.kind is Kind.TAMPERED:
                self.log.warning("%s: %s", step.grade_id, verdict.detail)
        show.fill(rebuilt.notebook, judged)
        return rebuilt.notebook, resources


class SaveVerdicts(SaveAutoGrades):
    """Points are what the judge gave: all cells of a notebook, in one transaction."""

    def preprocess(self, nb, resources):
        own = resources["nbgrader"]
        words = own["notebook"], own["assignment"], own["student"]
        with Gradebook(own["db_url"]) as gradebook:
            self.gradebook = gradebook
            for grade in gradebook.find_submission_notebook(*words).grades:
                grade.auto_score, grade.needs_manual_grade = 0.0, False
            for cell in nb.cells:
                if is_grade(cell):
                    self._grade(gradebook, cell, words)
            self.notebook_id, self.assignment_id, self.student_id = words
            for cell in nb.cells:
                if is_answer(cell):
                    self._add_comment(cell, resources)  # commits
            gradebook.db.commit()
        return nb, resources

    def _grade(self, gradebook, cell, words) -> None:
        grade = gradebook.find_grade(cell.metadata["nbgrader"]["grade_id"], *words)
        verdict = cell.metadata.get(show.KEY)
        if is_test(cell):
            points = verdict["points"] if verdict else 0.0
        else:
            points, _ = determine_grade(cell, self.log)  # a person's: 0 only if nothing was written
        grade.auto_score = points
        grade.needs_manual_grade = grade.manual_score is not None or points is None


class HideTests(NbGraderPreprocessor):
    """Feedback without hidden tests."""

    reveal = Unicode("nothing", help="what of hidden tests is said").tag(config=True)

    def preprocess(self, nb, resources):
        show.hide(nb, self.reveal)
        return nb, resources


def _copy_files(source: Path, target: Path, *without: str) -> None:
    """Everything beside the notebooks; what is there is overwritten."""
    target.mkdir(exist_ok=True)
    if source.is_dir():
        ignore = shutil.ignore_patterns("*.ipynb", ".*", "__pycache__", "timestamp.txt", *without)
        shutil.copytree(source, target, ignore=ignore, dirs_exist_ok=True)


def _secret(root: Path) -> bytes:
    """A secret of the course, made at the first use: seeds of submissions come from it."""
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
