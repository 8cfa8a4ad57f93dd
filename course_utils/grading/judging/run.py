"""Judge a rebuilt notebook in a process of its own, and take what it says line by line."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .. import command
from .rebuild import Rebuilt
from .steps import Step
from .verdicts import Kind, Verdict, without
from .walls import Limits, NoWalls

TRIES = 5  # judges of one notebook: one that hangs or dies is begun again without that step
SLACK = 15.0  # seconds that a judge may be late


@dataclass
class Judged:
    """Verdicts by grade_id, and what every code cell showed, by its place in the notebook."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    cells: dict[int, dict] = field(default_factory=dict)


def judge(
    rebuilt: Rebuilt,
    *,
    limits: Limits | None = None,
    files: Path | None = None,
    handed_in: Path | None = None,
    seed: int = 0,
    unsafe: bool = False,
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

    Raises
    ------
    NoWalls
        If no process can be walled in here, or the instructor's rules cannot be followed.
    """
    job = {
        "steps": [step.as_dict() for step in rebuilt.steps],
        "limits": asdict(limits or Limits()),
        "files": str(files) if files else None,
        "handed_in": str(handed_in or files) if handed_in or files else None,
        "seed": seed,
        "unsafe": unsafe,
        "stuck": {},
    }
    judged, before = Judged(), None
    for _ in range(TRIES):
        end = _once(job, rebuilt.steps, judged)
        if end is None:
            break
        place, kind = end
        if kind is Kind.TIMEOUT or place == before:  # it is this step, whatever is in it
            job["stuck"][str(place)] = str(kind)
        before = place
    for step in rebuilt.steps:
        if step.kind == "test" and step.grade_id not in judged.verdicts:
            judged.verdicts[step.grade_id] = without(step.grade_id, step.points, Kind.INFRA)
    return judged


def seed_of(secret: bytes, *words: str) -> int:
    """A number of 32 bits that nobody without the secret can foretell."""
    digest = hashlib.sha256(secret + b"\0" + "\0".join(words).encode())
    return int.from_bytes(digest.digest()[:4], "big")


def _once(job: dict, steps: list[Step], judged: Judged) -> tuple[int, Kind] | None:
    """Let a judge fill `judged`; the step at which it hung or died, if it did, and which."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "course_utils.grading.judging.judge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    step, patience = -1, SLACK
    try:
        process.stdin.write(json.dumps(job).encode())
        process.stdin.close()
        lines = _Lines(process.stdout)
        while True:
            line = lines.next(patience)
            if line is None:
                return step, Kind.TIMEOUT if lines.late else Kind.INFRA
            report = json.loads(line)
            if "refused" in report:
                raise NoWalls(report["refused"])
            if "done" in report:
                return None
            if "begins" in report:
                step, patience = report["begins"], report["seconds"] + SLACK
            if "index" in report:
                own = steps[report["index"]]
                judged.cells[own.place] = report
                if "verdict" in report:
                    judged.verdicts[own.grade_id] = Verdict.from_dict(report["verdict"])
    except BrokenPipeError:
        return step, Kind.INFRA
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.stdout.close()
        process.wait()


class _Lines:
    """Lines as they come; None at the end, or if the next one does not come in time."""

    def __init__(self, stream):
        self.stream, self.late = stream, False
        self._rest, self._ready = b"", []

    def next(self, seconds: float) -> bytes | None:
        last = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self.stream, selectors.EVENT_READ)
            while not self._ready:
                if not selector.select(max(last - time.monotonic(), 0)):
                    self.late = True
                    return None
                part = os.read(self.stream.fileno(), 1 << 16)
                if not part:
                    return None
                *self._ready, self._rest = (self._rest + part).split(b"\n")
        return self._ready.pop(0)


def _environment() -> dict[str, str]:
    """A command's, without GPU and windows, and able to find this package."""
    package = str(Path(__file__).parents[3])
    return command.environment() | {
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "agg",
    }
