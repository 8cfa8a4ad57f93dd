"""One notebook of a submission, from the bytes that were handed in to a graded notebook.

The outcome depends on the arguments only: it is the same in nbgrader's process, in `course grade`
and on another machine.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from . import judge_process, outputs, reading_process
from .notebooks import reading, staging
from .notebooks.rebuild import Rebuilt, is_answer, is_test, rebuild, settings
from .notebooks.steps import StepKind
from .sandbox.walls import Limits
from .verdicts import Judged, Verdict, VerdictKind, without

HIDDEN = "hidden"  # a folder beside a source notebook that only tests can read
KEPT = 2_000_000  # bytes of what was judged that are worth keeping


@dataclass(frozen=True)
class NotebookSource:
    """The instructor's side of a notebook.

    `text` is its file; `released` what students were given, by grade_id: source and checksum.
    """

    name: str
    text: str
    released: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Prepared:
    """A submission's notebook before it is judged; `damage` says why there is nothing to judge.

    `attempt` tells what was handed in from all else.
    """

    rebuilt: Rebuilt
    damage: str | None = None
    attempt: str = ""


@dataclass
class Graded:
    """What has to be written down about a judged notebook; `text` is its file.

    `points` are by grade_id, None where a person has to grade; `unanswered` are the answers that
    are still as they were released; `judged` can be given to `grade` another time.
    """

    name: str
    text: str
    verdicts: dict[str, Verdict]
    points: dict[str, float | None]
    unanswered: set[str]
    repairs: list[str]
    damage: str | None
    judged: bytes = b""
    seconds: float = 0.0  # none where it was judged before

    @property
    def failed(self) -> bool:
        """Whether something failed that is not the student's doing, and may go well next time."""
        return any(verdict.kind is VerdictKind.INFRA for verdict in self.verdicts.values())


def prepare(source: NotebookSource, data: bytes, notes: list[str]) -> Prepared:
    """Rebuild a notebook around the answers in `data`, a file that nobody vouches for.

    Parameters
    ----------
    source
        The instructor's side.
    data
        What was handed in.
    notes
        What was put right before, in sentences.

    Raises
    ------
    ValueError
        If the instructor's notebook is not written in Python.
    """
    instructor, released = _instructors(source)
    handed_in, damage = reading.Notebook(), None
    try:
        known = frozenset(settings(cell).get("grade_id", "") for cell in instructor.cells)
        handed_in = reading_process.read(data, known)
    except reading.Unreadable as error:
        damage = str(error)
        if not data:  # then it was said why
            damage = next((n for n in notes if n.startswith(f"{source.name}.ipynb ")), damage)
    rebuilt = rebuild(instructor, handed_in, released)
    rebuilt.repairs[:0] = notes
    if damage:
        rebuilt.repairs.insert(0, damage)
    outputs.shorten(rebuilt.notebook, rebuilt.theirs)
    for place in rebuilt.theirs:
        cell = rebuilt.notebook.cells[place]
        if cell.cell_type != "code":
            cell.source = outputs.harmless(cell.source)
    rebuilt.notebook.metadata["course"] = {"repairs": rebuilt.repairs, "damage": damage}
    return Prepared(rebuilt, damage, hashlib.sha256(data).hexdigest())


@lru_cache(64)
def _instructors(source: NotebookSource) -> tuple[NotebookNode, dict[str, str]]:
    """The instructor's notebook with the settings that the gradebook knows."""
    instructor = nbformat.reads(source.text, as_version=4)
    language = instructor.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise ValueError(f"{source.name} is written in {language}: the judge runs Python only")
    known = {grade_id: (text, checksum) for grade_id, text, checksum in source.released}
    for cell in instructor.cells:
        grade_id = settings(cell).get("grade_id")
        if grade_id in known:
            text, cell.metadata.nbgrader["checksum"] = known[grade_id]
            if is_test(cell) or (settings(cell).get("locked") and not is_answer(cell)):
                cell.source = text
    return instructor, {grade_id: text for grade_id, (text, _) in known.items()}


def grade(
    prepared: Prepared,
    name: str,
    *,
    files: dict[str, bytes],
    handed_in: dict[str, bytes],
    limits: Limits | None = None,
    seed: int = 0,
    unsafe: bool = False,
    prepare: str | None = None,
    environment: str = "",
    before: bytes = b"",
) -> Graded:
    """Judge a prepared notebook, and fill it in.

    Parameters
    ----------
    prepared
        What `prepare` gave.
    name
        The notebook's, without `.ipynb`.
    files, handed_in
        What lies beside the instructor's notebook, and beside the student's.
    limits, unsafe, prepare
        As for `judge_process.judge`.
    seed
        Of this submission, with as many bits as keep it secret. Each attempt has random numbers
        of its own, so that nobody can learn them from one and bring them to the next; the same
        attempt always has the same.
    environment
        Names all else that verdicts depend on: versions of libraries.
    before
        What `Graded.judged` was at an earlier time: it is taken if nothing has changed since.

    Raises
    ------
    NoWalls, RuleError
        As `judge_process.judge`.
    """
    rebuilt, limits = prepared.rebuilt, limits or Limits()
    files, handed_in = _beside(files), _beside(handed_in)
    seed = judge_process.seed_of(f"{seed}".encode(), prepared.attempt, _digest(handed_in))
    handed_in |= {path: data for path, data in files.items() if _top(path) != HIDDEN}
    key = _key(rebuilt, files, handed_in, asdict(limits), seed, unsafe, prepare, environment)
    judged = _unpacked(before, key)
    if prepared.damage:
        judged = Judged()
        for step in rebuilt.steps:
            if step.kind is StepKind.TEST:
                judged.verdicts[step.grade_id] = without(
                    step.grade_id, step.points, VerdictKind.NOT_RUN, prepared.damage
                )
    elif judged is None:
        with tempfile.TemporaryDirectory(prefix="judging-") as folder:
            ours, theirs = Path(folder) / "judge", Path(folder) / "student"
            staging.write(files, ours)
            staging.write(handed_in, theirs)
            judged = judge_process.judge(
                rebuilt,
                limits=limits,
                files=ours,
                handed_in=theirs,
                seed=seed,
                unsafe=unsafe,
                prepare=prepare,
            )
    outputs.fill(rebuilt.notebook, judged)
    points, unanswered = _points(rebuilt.notebook)
    return Graded(
        name,
        nbformat.v4.writes(rebuilt.notebook) + "\n",
        judged.verdicts,
        points,
        unanswered,
        rebuilt.repairs,
        prepared.damage,
        _packed(judged, key),
        judged.seconds,
    )


def _beside(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files that code may read."""
    return {
        path: data
        for path, data in files.items()
        if not path.endswith(".ipynb")
        and not any(part[:1] == "." or part == "__pycache__" for part in Path(path).parts)
    }


def _top(path: str) -> str:
    return Path(path).parts[0]


def _points(notebook: NotebookNode) -> tuple[dict[str, float | None], set[str]]:
    """Points by grade_id, and the answers that are as they were released."""
    from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_task

    points, unanswered = {}, set()
    for cell in notebook.cells:
        own = settings(cell)
        if is_grade(cell):
            if is_test(cell):
                verdict = cell.metadata.get(outputs.KEY)
                points[own["grade_id"]] = verdict["points"] if verdict else 0.0
            else:  # a person's: 0 only if nothing was written
                points[own["grade_id"]], _ = determine_grade(cell)
        if is_answer(cell) and own.get("checksum") == compute_checksum(cell) and not is_task(cell):
            unanswered.add(own["grade_id"])
    return points, unanswered


# --- what was judged already ----------------------------------------------------------------


def _key(rebuilt: Rebuilt, files, handed_in, *facts) -> str:
    """A hash of all that verdicts depend on."""
    steps = [step.as_dict() for step in rebuilt.steps]
    facts = (*facts, _digest(files), _digest(handed_in))
    return hashlib.sha256(json.dumps([steps, facts], sort_keys=True).encode()).hexdigest()


def _digest(files: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for path, data in sorted(files.items()):
        total.update(f"{path!r} {len(data)} ".encode())
        total.update(data)
    return total.hexdigest()


def _packed(judged: Judged, key: str) -> bytes:
    verdicts = [verdict.as_dict() for verdict in judged.verdicts.values()]
    cells = [[place, report] for place, report in judged.cells.items()]
    data = zlib.compress(json.dumps([key, verdicts, cells]).encode())
    return data if len(data) <= KEPT else b""


def _unpacked(data: bytes, key: str) -> Judged | None:
    """What was judged, if it was judged under this key and nothing failed of its own accord."""
    try:
        known, verdicts, cells = json.loads(zlib.decompress(data))
    except (zlib.error, ValueError):
        return None
    found = [Verdict.from_dict(verdict) for verdict in verdicts]
    if known != key or any(verdict.kind is VerdictKind.INFRA for verdict in found):
        return None
    return Judged({verdict.grade_id: verdict for verdict in found}, dict(map(tuple, cells)))
