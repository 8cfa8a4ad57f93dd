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

from .rebuild import Rebuilt, Step
from .verdicts import Kind, Verdict, without
from .walls import Limits, NoWalls

TRIES = 2  # for what is not the student's doing


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
    for _ in range(TRIES):
        judged = _once(rebuilt.steps, limits or Limits(), files, handed_in, seed, unsafe)
        if not any(v.kind is Kind.INFRA for v in judged.verdicts.values()):
            break
    return judged


def seed_of(secret: bytes, *words: str) -> int:
    """A number of 32 bits that nobody without the secret can foretell."""
    digest = hashlib.sha256(secret + b"\0" + "\0".join(words).encode())
    return int.from_bytes(digest.digest()[:4], "big")


def _once(steps: list[Step], limits: Limits, files, handed_in, seed: int, unsafe: bool) -> Judged:
    job = {
        "steps": [step.as_dict() for step in steps],
        "limits": asdict(limits),
        "files": str(files) if files else None,
        "handed_in": str(handed_in or files) if handed_in or files else None,
        "seed": seed,
        "unsafe": unsafe,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "course_utils.grading.judging.judge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    judged, late = Judged(), False
    try:
        process.stdin.write(json.dumps(job).encode())
        process.stdin.close()
        last = time.monotonic() + limits.notebook_seconds + 2 * limits.cell_seconds + 60
        for line in _lines(process.stdout, last):
            if line is None:
                late = True
                break
            report = json.loads(line)
            if "refused" in report:
                raise NoWalls(report["refused"])
            if "index" in report:
                step = steps[report["index"]]
                judged.cells[step.place] = report
                if "verdict" in report:
                    judged.verdicts[step.grade_id] = Verdict.from_dict(report["verdict"])
    except (BrokenPipeError, json.JSONDecodeError):
        pass
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.stdout.close()
        process.wait()
    kind = Kind.TIMEOUT if late else Kind.INFRA
    for step in steps:
        if step.kind == "test" and step.grade_id not in judged.verdicts:
            judged.verdicts[step.grade_id] = without(step.grade_id, step.points, kind)
    return judged


def _lines(stream, last: float):
    """Lines as they come; None if time is up."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            if not selector.select(max(last - time.monotonic(), 0)):
                yield None
                return
            part = os.read(stream.fileno(), 1 << 16)
            if not part:
                return
            *lines, rest = (rest + part).split(b"\n")
            yield from lines


def _environment() -> dict[str, str]:
    """This process's, quiet and with one thread, and able to find this package."""
    one = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    package = str(Path(__file__).parents[3])
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])),
        "PYTHONWARNINGS": "ignore",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "MPLBACKEND": "agg",
        **dict.fromkeys(one, "1"),
    }
