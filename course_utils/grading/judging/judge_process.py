"""Judge a rebuilt notebook in a process of its own, and take what it says line by line."""

from __future__ import annotations

import hashlib
import json
import os
import re
import selectors
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from ... import rule_lines
from . import hooks, showing
from . import rules as rules_
from .notebooks.hidden import without_hidden
from .notebooks.lent import not_judged
from .notebooks.names import bindable_names, defined_classes, defined_names
from .notebooks.rebuild import Rebuilt
from .notebooks.steps import Step, StepKind
from .sandbox import connections, forkserver
from .sandbox.forkserver import ForkServer, ForkServerError, ServerSpec
from .sandbox.walls import Limits, NoWalls, Wall, missing
from .smallest import asked, beside
from .verdicts import Finding, Judged, Verdict, VerdictKind, Way, by_a_person, without
from .watching import asked as watching
from .watching.asked import Watch

TRIES = 5  # judges of one notebook: one that hangs or dies is begun again without that step
SLACK = 15.0  # seconds that a judge may be late
WATCHED = 900.0  # that all answers of a notebook may take while they are watched
RULE = "### RULES judge=inside"
JUDGE = f"{__package__}.judge"
STARTING = 120.0  # seconds for a fork server to load its libraries
IMPORT = re.compile(r"^\s*(?:import\s+(.+)|from\s+([\w.]+)\s+import\s+(.+))$", re.MULTILINE)


def judge(
    rebuilt: Rebuilt,
    *,
    limits: Limits | None = None,
    files: Path | None = None,
    handed_in: Path | None = None,
    seed: int = 0,
    unsafe: bool = False,
    prepare: str | None = None,
    only: Collection[str] | None = None,
    ways: Mapping[str, Finding] | None = None,
    shows: bool = True,
) -> Judged:
    """Verdicts for every test of a notebook; none is missing, whatever happens.

    Parameters
    ----------
    rebuilt
        What `rebuild.rebuild` gave.
    limits
        Where the notebook's own rules say nothing else.
    files, handed_in
        Folders: files that tests may read, and files that answers may read.
    seed
        Of this submission: see `seed_of`.
    unsafe
        Without walls.
    prepare
        "module:function" that makes ready what cells read: see `plugin.configure`.
    only
        The grade_ids of the tests that run; all of them by default. Without the others, what cells
        show is only good for these tests.
    ways
        How graded cells are judged, by grade_id: apart, where nothing else is said.
    shows
        Whether students will see it: else no figure is drawn for them and no input searched.

    Raises
    ------
    NoWalls
        If no process can be walled in here.
    RuleError
        If the instructor's rules cannot be followed.
    """
    trouble = None if unsafe else missing()
    if trouble:
        raise NoWalls(trouble)
    steps = rebuilt.steps
    homes = forkservers(steps, limits, unsafe, prepare)
    job = _job(steps, limits, files, handed_in, unsafe, prepare) | {"seed": seed}
    if only is not None:
        left = (
            step if step.kind is not StepKind.TEST or step.grade_id in only else not_judged(step)
            for step in steps
        )
        steps = [step for step in left if step]
    judged = _judged(job, steps, homes)
    if shows:
        steps_again = showing.again(steps, judged, cells=only is None)
        shown = Judged()
        if steps_again:
            shown = _judged(job | {"total": 2 * judged.seconds + 5}, steps_again, homes)
        showing.put_in(steps, judged, shown)
        judged.seconds += shown.seconds
    _other_ways(job, steps, homes, ways or {}, judged)
    if shows:
        _smallest(job, rebuilt, homes, judged)
    return judged


def _smallest(job: dict, rebuilt: Rebuilt, homes: list[ServerSpec], judged: Judged) -> None:
    """Put in the smallest inputs that show what failed, where the instructor asks for them.

    They are looked for in processes that have met no hidden test. One try is enough: no point
    depends on it.
    """
    sought = asked.searches(rebuilt.steps, judged)
    if not sought:
        return
    steps, solution = asked.before(rebuilt, judged, sought)
    searches = {
        "sought": [each.as_dict() for each in sought],
        "solution": solution,
        "steps": [step.as_dict() for step in steps],
        "stuck": {},
        "total": 2 * judged.seconds + 5 + beside.SECONDS * len(sought),
    }
    found = Judged()
    try:
        judges, *students = map(forkserver.get, homes)
        _once(job | searches, steps, found, judges, students)
    except ForkServerError:
        return
    judged.seconds += found.seconds
    judged.smallest = found.smallest
    for name, report in found.smallest.items():
        verdict = replace(judged.verdicts[name], smallest=report.get("cell", ""))
        judged.verdicts[name] = verdict


def watch(
    rebuilt: Rebuilt,
    watched: Sequence[Watch],
    *,
    limits: Limits | None = None,
    files: Path | None = None,
    handed_in: Path | None = None,
    unsafe: bool = False,
    prepare: str | None = None,
) -> dict[str, dict]:
    """What is seen of answers that are watched, by grade_id: see `watching`. No test is judged.

    Parameters
    ----------
    rebuilt
        The notebook.
    watched
        Which answers, and what of them.
    limits, files, handed_in, unsafe, prepare
        As for `judge`.

    Raises
    ------
    NoWalls
        If no process can be walled in here.
    """
    trouble = None if unsafe else missing()
    if trouble:
        raise NoWalls(trouble)
    if not watched:
        return {}
    steps, solution = watching.before(rebuilt, {each.grade_id for each in watched})
    job = _job(rebuilt.steps, limits, files, handed_in, unsafe, prepare) | {
        "steps": [step.as_dict() for step in steps],
        "watched": [each.as_dict() for each in watched],
        "solution": solution,
        "total": WATCHED,
    }
    found = Judged()
    with suppress(ForkServerError):
        judges, *students = map(forkserver.get, forkservers(rebuilt.steps, limits, unsafe, prepare))
        _once(job, steps, found, judges, students)
    return found.watched


def _job(
    steps: list[Step],
    limits: Limits | None,
    files: Path | None,
    handed_in: Path | None,
    unsafe: bool,
    prepare: str | None,
) -> dict:
    """What a judge is told of a notebook, whatever is wanted of it."""
    sources = [step.judge for step in steps if step.judge]
    tests = [step.judge for step in steps if step.judge and step.kind is StepKind.TEST]
    return {
        "sources": sources,
        "tests": tests,
        "claimed": sorted(frozenset[str]().union(*map(bindable_names, sources))),
        "fixed": sorted(frozenset[str]().union(*map(defined_names, tests))),
        "classes": sorted(frozenset[str]().union(*map(defined_classes, sources))),
        "forbidden": forbidden(steps),
        "limits": asdict(limits or Limits()),
        "files": str(files) if files else None,
        "handed_in": str(handed_in or files) if handed_in or files else None,
        "unsafe": unsafe,
        "prepare": prepare,
    }


def _other_ways(
    job: dict,
    steps: list[Step],
    homes: list[ServerSpec],
    ways: Mapping[str, Finding],
    judged: Judged,
) -> None:
    """Put in the verdicts on cells that are not judged apart."""
    tests = [n for n, step in enumerate(steps) if step.kind is StepKind.TEST]
    chosen = {n: ways[steps[n].grade_id] for n in tests if steps[n].grade_id in ways}
    within = {n: found for n, found in chosen.items() if found.way is Way.INSIDE}
    beside = Judged()
    if within:
        beside = _judged(job | {"inside": True}, steps[: max(within) + 1], homes)
        judged.seconds += beside.seconds
    for number, found in chosen.items():
        step = steps[number]
        report = judged.cells.setdefault(step.place, {})
        if found.way is Way.INSIDE:
            verdict = replace(beside.verdicts[step.grade_id], inside=found.why or RULE)
            report["printed"] = beside.cells.get(step.place, {}).get("printed", "")
        elif found.way is Way.PERSON:
            verdict = by_a_person(found, step.points)
        else:
            continue
        judged.verdicts[step.grade_id] = verdict
        report |= {"verdict": verdict.as_dict(), "said": ""}


def _judged(job: dict, steps: list[Step], homes: list[ServerSpec]) -> Judged:
    """What comes of some steps, with as many judges as that takes."""
    job = job | {"steps": [step.as_dict() for step in steps]}
    stuck: dict[str, str] = {}
    judged, before = Judged(), None
    for _ in range(TRIES):
        try:
            judges, *students = map(forkserver.get, homes)
            end = _once(job | {"stuck": stuck}, steps, judged, judges, students)
        except ForkServerError:  # it died; the next one may live
            continue
        if end is None:
            break
        place, kind = end
        if kind is VerdictKind.TIMEOUT or place == before:  # it is this step, whatever is in it
            stuck[str(place)] = str(kind)
        before = place
    for step in steps:
        if step.kind is StepKind.TEST and step.grade_id not in judged.verdicts:
            judged.verdicts[step.grade_id] = without(step.grade_id, step.points, VerdictKind.INFRA)
    return judged


def seed_of(secret: bytes, *words: str, bits: int = 32) -> int:
    """A number that nobody without the secret can foretell.

    Parameters
    ----------
    secret
        The course's own.
    *words
        What tells it from all others: student, assignment, notebook.
    bits
        How many it has, up to 256: as few as generators take can be found by trying.
    """
    digest = hashlib.sha256(secret + b"\0" + "\0".join(words).encode())
    return int.from_bytes(digest.digest()[: bits // 8], "big")


def forkservers(
    steps: list[Step],
    limits: Limits | None = None,
    unsafe: bool = False,
    prepare: str | None = None,
) -> list[ServerSpec]:
    """Where the judge of a notebook and its student's processes come from: the judge's is first.

    A student's holds what the notebook's visible cells import, and large libraries wherever they
    are imported: loading them is no matter of an answer's time and memory. There is one for each
    set of libraries that are forbidden somewhere in the notebook.

    Parameters
    ----------
    steps
        The notebook's.
    limits, unsafe, prepare
        As for `judge`.

    Raises
    ------
    RuleError
        If the instructor's rules cannot be followed.
    """
    sources = [step.judge for step in steps if step.judge]
    rules = rules_.read(sources, limits)
    visible = [step for step in steps if step.kind is not StepKind.SOLUTION]
    seen = [without_hidden(step.judge) for step in visible if step.judge]
    optimizes = any("optim" in source for source in sources)
    large = {name.partition(".")[0] for name in _imported(sources)} & set(forkserver.LARGE)
    hook = hooks.chosen(prepare, sources)
    ready = {hooks.module_of(hook)} if hook else set()
    chosen = _imported(seen) | large | set(rules.preload)
    searching = {f"{asked.__package__}.search"} if rules.smallest else set()
    judges = forkserver.warm(_imported(sources) | ready | searching, also=optimizes)
    students = (
        Wall(forbid=names, preload=forkserver.warm(chosen, names), unsafe=unsafe).spec()
        for names in dict.fromkeys(forbidden(steps).values())
    )
    return forkserver.sharing([ServerSpec(JUDGE, judges), *students])


def forbidden(steps: list[Step]) -> dict[int, tuple[str, ...]]:
    """What is forbidden in each cell, by its place.

    Parameters
    ----------
    steps
        The notebook's.

    Raises
    ------
    RuleError
        If a line names something that is no library.
    """
    found = rule_lines.forbidden([step.judge or "" for step in steps])
    return {step.place: names for step, names in zip(steps, found, strict=True)}


def _imported(sources: list[str]) -> set[str]:
    """Modules that cells import, as far as their lines say."""
    found = set()
    for plain, module, names in IMPORT.findall("\n".join(sources)):
        for name in (plain or names).split(","):
            word = name.split("#")[0].strip(" ()").partition(" ")[0]
            if re.fullmatch(r"[\w.]+", word):
                found |= {word} if plain else {module, f"{module}.{word}"}
    return found


def _once(
    job: dict, steps: list[Step], judged: Judged, judges: ForkServer, students: list[ForkServer]
) -> tuple[int, VerdictKind] | None:
    """Let a judge fill `judged`; the step at which it hung or died, if it did, and which."""
    stream, theirs = os.pipe()
    request = connections.held(json.dumps(job))
    controls = [os.dup(students_.control.fileno()) for students_ in students]
    connection = judges.fork({}, request, theirs, *controls)
    step, began = -1, None
    lines, last = _Lines(stream), time.monotonic() + STARTING
    try:
        while True:
            line = lines.next(last)
            if line is None:
                return step, VerdictKind.TIMEOUT if lines.late else VerdictKind.INFRA
            report = json.loads(line)
            if "done" in report:
                return None
            began = began or time.monotonic()
            if "begins" in report:
                step, last = report["begins"], time.monotonic() + report["seconds"] + SLACK
            last += report.get("more", 0.0)  # others kept its processors busy
            if "watched" in report:
                judged.watched[report["of"]] = report["watched"]
            if "smallest" in report:
                judged.smallest[report["of"]] = report["smallest"]
            if "index" in report:
                own, last = steps[report["index"]], max(last, time.monotonic() + SLACK)
                judged.cells[own.place] = report
                if "verdict" in report:
                    judged.verdicts[own.grade_id] = Verdict.from_dict(report["verdict"])
    finally:
        judged.seconds += time.monotonic() - began if began else 0.0
        os.close(stream)
        connections.end(connection)


class _Lines:
    """Lines as they come; None at the end, or if the next one does not come until `last`."""

    def __init__(self, stream: int):
        self.stream, self.late = stream, False
        self._rest = b""
        self._ready: list[bytes] = []

    def next(self, last: float) -> bytes | None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.stream, selectors.EVENT_READ)
            while not self._ready:
                if not selector.select(max(last - time.monotonic(), 0)):
                    self.late = True
                    return None
                part = os.read(self.stream, 1 << 16)
                if not part:
                    return None
                *self._ready, self._rest = (self._rest + part).split(b"\n")
        return self._ready.pop(0)
