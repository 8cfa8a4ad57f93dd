"""One notebook of a submission, from the bytes that were handed in to a graded notebook.

The outcome depends on the arguments only: it is the same in nbgrader's process, in `course grade`
and on another machine.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from . import judge_process, outputs, reading_process, rehearsal, rules, showing
from .notebooks import links, reading, staging, writing
from .notebooks.rebuild import Rebuilt, is_answer, is_test, rebuild, settings
from .notebooks.steps import StepKind
from .rehearsal import Ways
from .sandbox.walls import Limits
from .smallest import asked
from .verdicts import Finding, Judged, Verdict, VerdictKind, Way, by_a_person, without
from .watching.asked import Watch

HIDDEN = "hidden"  # a folder beside a source notebook that only tests can read
KEPT = 2_000_000  # bytes of what was judged that are worth keeping
PYTHONS = ("python", "python3", "ipython")  # what Python is called in notebooks
KERNELS = {
    "ir": "R",
    "julia": "Julia",
    "java": "Java",
    "ijava": "Java",
    "octave": "Octave",
}  # begin so


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

    `source` is the instructor's side; `attempt` tells what was handed in from all else.
    """

    source: NotebookSource
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
    """
    (prepared,) = prepare_all([(source, data)], notes)
    return prepared


def prepare_all(files: Sequence[tuple[NotebookSource, bytes]], notes: list[str]) -> list[Prepared]:
    """Rebuild the notebooks of a submission: see `prepare`.

    Parameters
    ----------
    files
        The instructor's side of each, and what was handed in.
    notes
        What was put right before, in sentences.
    """
    found = reading_process.read_all([(data, _grade_ids(source)) for source, data in files])
    return [
        _prepared(source, data, notes, handed_in)
        for (source, data), handed_in in zip(files, found, strict=True)
    ]


@lru_cache(64)
def _grade_ids(source: NotebookSource) -> frozenset[str]:
    cells = _instructors(source)[0].cells
    return frozenset(settings(cell).get("grade_id", "") for cell in cells)


def _prepared(
    source: NotebookSource,
    data: bytes,
    notes: list[str],
    handed_in: reading.Notebook | reading.Unreadable,
) -> Prepared:
    instructor, released = _instructors(source)
    damage = None
    if isinstance(handed_in, reading.Unreadable):
        damage = str(handed_in)
        handed_in = reading.Notebook()
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
    left_out = [note for note in notes if isinstance(note, staging.LeftOut)]
    rebuilt.notebook.metadata["course"] = {
        "repairs": rebuilt.repairs,
        "left_out": left_out,
        "damage": damage,
    }
    return Prepared(source, rebuilt, damage, hashlib.sha256(data).hexdigest())


def is_python(source: NotebookSource) -> bool:
    """Whether the instructor's notebook is written in Python, so that it can be judged.

    Parameters
    ----------
    source
        The instructor's side.
    """
    return _language(source).lower() in PYTHONS


@lru_cache(64)
def _language(source: NotebookSource) -> str:
    """What a notebook is written in, as it says itself, or as its kernel is known to be."""
    metadata = nbformat.reads(source.text, as_version=4).metadata
    kernel, info = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    said = kernel.get("language") or info.get("name")
    known = (word for begin, word in KERNELS.items() if kernel.get("name", "").startswith(begin))
    return said or next(known, "python")


def unjudged(source: NotebookSource) -> str:
    """Why nothing of a notebook is run here, and who grades it; empty where it is judged.

    Parameters
    ----------
    source
        The instructor's side.
    """
    if is_python(source):
        return ""
    return (
        f"{source.name} is written in {_language(source)}, which the judge does not run: grade it "
        "by hand, or by stock nbgrader, which has no walls (nbgrader autograde "
        f"--notebook={source.name}, with settings that do not call configure(c))"
    )


def _all_by_a_person(source: NotebookSource, why: str) -> Ways:
    tests = filter(is_test, _instructors(source)[0].cells)
    cells = [settings(cell).get("grade_id", "") for cell in tests]
    return {cell: Finding(cell, Way.PERSON, why) for cell in cells}


@lru_cache(64)
def _instructors(source: NotebookSource) -> tuple[NotebookNode, dict[str, str]]:
    """The instructor's notebook with the settings that the gradebook knows."""
    instructor = nbformat.reads(source.text, as_version=4)
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
    ways: Ways | None = None,
    shows: bool = True,
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
        What `Graded.judged` was at an earlier time: what has not changed since is taken from it.
        Where only tests have changed, only they are judged, and those that are linked to them: see
        `notebooks.links`.
    ways
        What `rehearse` found of this notebook; where it is not given, that is found out first.
    shows
        As for `judge_process.judge`.

    Raises
    ------
    NoWalls, RuleError
        As `judge_process.judge`.
    """
    rebuilt, limits = prepared.rebuilt, limits or Limits()
    why_not = unjudged(prepared.source)
    if why_not:
        ways = _all_by_a_person(prepared.source, why_not)
    elif ways is None:
        ways = rehearse(
            prepared.source, files=files, limits=limits, unsafe=unsafe, prepare_hook=prepare
        )
    files, handed_in = _beside(files), _beside(handed_in)
    attempt = prepared.attempt, _digest(handed_in)
    seed = judge_process.seed_of(f"{seed}".encode(), *attempt)
    handed_in |= _shared(files)
    facts = asdict(limits), seed, unsafe, prepare, environment, _digest(files), _digest(handed_in)
    keys = _keys(rebuilt, limits, ways, "".join(attempt), *facts)
    known = unpacked(before)
    judged = known.judged if known and known.keys == keys and not known.failed else None
    if prepared.damage:
        judged = Judged()
        for step in rebuilt.steps:
            if step.kind is StepKind.TEST:
                judged.verdicts[step.grade_id] = without(
                    step.grade_id, step.points, VerdictKind.NOT_RUN, prepared.damage
                )
    elif why_not:
        tests = [step for step in rebuilt.steps if step.kind is StepKind.TEST]
        found = [by_a_person(ways[step.grade_id], step.points) for step in tests]
        judged = Judged({verdict.grade_id: verdict for verdict in found})
    elif judged is None:
        kept, only = _still_good(rebuilt, keys, known, ways)
        with _folders(files, handed_in) as (ours, theirs):
            judged = judge_process.judge(
                rebuilt,
                limits=limits,
                files=ours,
                handed_in=theirs,
                seed=seed,
                unsafe=unsafe,
                prepare=prepare,
                only=only,
                ways=ways,
                shows=shows,
            )
        judged = _with(judged, kept, rebuilt) if kept else judged
    outputs.fill(rebuilt.notebook, judged)
    points, unanswered = _points(rebuilt, prepared.damage is not None)
    return Graded(
        name,
        writing.text_of(rebuilt.notebook) + "\n",
        judged.verdicts,
        points,
        unanswered,
        rebuilt.repairs,
        prepared.damage,
        _packed(judged, keys),
        judged.seconds,
    )


def watch(
    prepared: Prepared,
    watched: Sequence[Watch],
    *,
    files: dict[str, bytes],
    handed_in: dict[str, bytes],
    limits: Limits | None = None,
    unsafe: bool = False,
    prepare: str | None = None,
) -> dict[str, dict]:
    """What is seen of the answers of a prepared notebook, by grade_id: see `watching`.

    Parameters
    ----------
    prepared
        What `prepare` gave.
    watched
        Which answers, and what of them.
    files, handed_in, limits, unsafe, prepare
        As for `grade`.

    Raises
    ------
    NoWalls, RuleError
        As `judge_process.judge`.
    """
    if unjudged(prepared.source):
        return {}
    files = _beside(files)
    with _folders(files, _beside(handed_in) | _shared(files)) as (ours, theirs):
        return judge_process.watch(
            prepared.rebuilt,
            watched,
            limits=limits,
            files=ours,
            handed_in=theirs,
            unsafe=unsafe,
            prepare=prepare,
        )


@contextmanager
def _folders(files: dict[str, bytes], handed_in: dict[str, bytes]) -> Iterator[tuple[Path, Path]]:
    """Files that tests may read, and those that answers may, in folders of their own."""
    with tempfile.TemporaryDirectory(prefix="judging-") as folder:
        ours, theirs = Path(folder) / "judge", Path(folder) / "student"
        staging.write(files, ours)
        staging.write(handed_in, theirs)
        yield ours, theirs


def _shared(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files beside the instructor's notebook that answers may read as well."""
    return {path: data for path, data in files.items() if _top(path) != HIDDEN}


def answers_of(source: NotebookSource) -> dict[str, dict[str, str]]:
    """What a rehearsal hands in: the instructor's own answers, and those of the release.

    Parameters
    ----------
    source
        The instructor's side.
    """
    return rehearsal.texts(*_instructors(source))


def rehearse(
    source: NotebookSource,
    *,
    files: dict[str, bytes],
    limits: Limits | None = None,
    unsafe: bool = False,
    prepare_hook: str | None = None,
) -> Ways:
    """Which way each test cell of a notebook is judged: see `rehearsal`.

    Parameters
    ----------
    source
        The instructor's side.
    files
        What lies beside the instructor's notebook.
    limits, unsafe
        As for `grade`.
    prepare_hook
        What is `prepare` there.

    Returns
    -------
    dict
        A finding for every test cell, by grade_id.
    """
    why_not = unjudged(source)
    if why_not:
        return _all_by_a_person(source, why_not)
    instructor, released = _instructors(source)
    answers = rehearsal.texts(instructor, released)

    def trial(which: str, ways: Ways) -> dict[str, Verdict]:
        tried = deepcopy(instructor)
        for cell in tried.cells:
            cell.source = answers[which].get(settings(cell).get("grade_id", ""), cell.source)
        prepared = prepare(source, nbformat.writes(tried).encode(), [])
        graded = grade(
            prepared,
            source.name,
            files=files,
            handed_in={},
            limits=limits,
            unsafe=unsafe,
            prepare=prepare_hook,
            ways=ways,
            shows=False,
        )
        return graded.verdicts

    return rehearsal.rehearse(instructor, released, trial)


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


def _points(rebuilt: Rebuilt, damaged: bool) -> tuple[dict[str, float | None], set[str]]:
    """Points by grade_id, and the answers that are as they were released."""
    from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_task

    points, unanswered = {}, set()
    for place, cell in enumerate(rebuilt.notebook.cells):
        own = settings(cell)
        if is_grade(cell):
            if is_test(cell):
                verdict = cell.metadata.get(outputs.KEY)
                points[own["grade_id"]] = verdict["points"] if verdict else 0.0
            else:  # a person's: 0 only if nothing was written, beside it neither
                written, _ = determine_grade(cell)
                points[own["grade_id"]] = None if _words_beside(rebuilt, place) else written
        elif is_task(cell):  # a person's too, who looks at all that was handed in for it
            points[own["grade_id"]] = 0.0 if damaged else None
        if not is_answer(cell) or is_task(cell) or points.get(own["grade_id"], 0.0) is None:
            continue
        if own.get("checksum") == compute_checksum(cell):
            unanswered.add(own["grade_id"])
    return points, unanswered


def _words_beside(rebuilt: Rebuilt, place: int) -> bool:
    """Whether a student wrote words of their own right above or below an answer."""
    cells = rebuilt.notebook.cells
    for way in (-1, 1):
        beside = place + way
        while beside in rebuilt.theirs and not is_answer(cells[beside]):
            if cells[beside].cell_type != "code" and cells[beside].source.strip():
                return True
            beside += way
    return False


# --- what was judged already ----------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """Hashes of what verdicts depend on.

    `rest` is of everything but the tests, `tests` are by grade_id, `attempt` is of what was handed
    in alone.
    """

    rest: str
    tests: dict[str, str]
    attempt: str


@dataclass(frozen=True)
class Known:
    """What was judged of a notebook at an earlier time, and what it depended on."""

    keys: Keys
    judged: Judged

    @property
    def failed(self) -> bool:
        """Whether something failed that is not the student's doing."""
        return any(each.kind is VerdictKind.INFRA for each in self.judged.verdicts.values())


def attempt_of(name: str, handed_in: dict[str, bytes]) -> str:
    """A hash of what was handed in for a notebook, as `Keys.attempt` has it.

    Parameters
    ----------
    name
        The notebook's, without `.ipynb`.
    handed_in
        All files of the submission.
    """
    data = handed_in.get(f"{name}.ipynb", b"")
    return hashlib.sha256(data).hexdigest() + _digest(_beside(handed_in))


def _keys(rebuilt: Rebuilt, limits: Limits, ways: Ways, attempt: str, *facts) -> Keys:
    tests = [step for step in rebuilt.steps if step.kind is StepKind.TEST]
    rest = [step.as_dict() for step in rebuilt.steps if step.kind is not StepKind.TEST]
    sources = [step.judge for step in rebuilt.steps if step.judge]
    held = rules.read(sources, limits, [step.judge for step in tests if step.judge])
    forbidden = list(judge_process.forbidden(rebuilt.steps).values())
    found = {name: way.as_dict() for name, way in ways.items()}
    if held.smallest:  # solutions are run
        facts += (sorted(rebuilt.solutions.items()),)
    return Keys(
        _hash([rest, repr(held), forbidden, [step.place for step in tests], facts]),
        {step.grade_id: _hash([step.as_dict(), found.get(step.grade_id)]) for step in tests},
        attempt,
    )


def _hash(content) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _still_good(
    rebuilt: Rebuilt, keys: Keys, known: Known | None, ways: Ways
) -> tuple[Judged | None, set[str] | None]:
    """What of an earlier judgement still holds, and the tests that run; None: all of them."""
    if known is None or known.failed or known.keys.rest != keys.rest:
        return None, None
    if any(finding.way is Way.INSIDE for finding in ways.values()):
        return None, None  # tests and answers share a process there: everything may be linked
    if any(step.gives for step in rebuilt.steps):
        return None, None  # answers use what tests bind
    verdicts = known.judged.verdicts
    changed = {
        name
        for name, key in keys.tests.items()
        if known.keys.tests.get(name) != key or verdicts[name].kind not in showing.RAN
    }
    again, run = links.rerun(rebuilt.steps, changed)
    if len(again) == len(keys.tests):
        return None, None
    places = {step.place for step in rebuilt.steps if step.grade_id in again}
    cells = {place: cell for place, cell in known.judged.cells.items() if place not in places}
    kept = {name: verdict for name, verdict in verdicts.items() if name not in again}
    return Judged(kept, cells), run


def _with(judged: Judged, kept: Judged, rebuilt: Rebuilt) -> Judged:
    """A judgement of some tests, and of all else what is kept of an earlier one."""
    tests = [step for step in rebuilt.steps if step.kind is StepKind.TEST]
    verdicts = judged.verdicts | kept.verdicts
    found = {step.place: judged.cells[step.place] for step in tests if step.place in judged.cells}
    ordered = {step.grade_id: verdicts[step.grade_id] for step in tests}
    return Judged(
        asked.at_most(ordered, asked.allowed(rebuilt.steps)),
        found | kept.cells,
        judged.seconds,
        judged.smallest,
    )


def _digest(files: dict[str, bytes]) -> str:
    total = hashlib.sha256()
    for path, data in sorted(files.items()):
        total.update(f"{path!r} {len(data)} ".encode())
        total.update(data)
    return total.hexdigest()


def _packed(judged: Judged, keys: Keys) -> bytes:
    verdicts = [verdict.as_dict() for verdict in judged.verdicts.values()]
    cells = [[place, report] for place, report in judged.cells.items()]
    data = zlib.compress(json.dumps([vars(keys), verdicts, cells]).encode())
    return data if len(data) <= KEPT else b""


def unpacked(data: bytes) -> Known | None:
    """What `Graded.judged` holds, or None where it holds nothing that can be read.

    Parameters
    ----------
    data
        As it was written down.
    """
    try:
        keys, verdicts, cells = json.loads(zlib.decompress(data))
        found = [Verdict.from_dict(verdict) for verdict in verdicts]
        return Known(
            Keys(**keys),
            Judged({verdict.grade_id: verdict for verdict in found}, dict(map(tuple, cells))),
        )
    except (zlib.error, ValueError, TypeError, KeyError):  # of an earlier version, say
        return None
