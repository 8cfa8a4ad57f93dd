"""When a notebook was last run, with what, how fast and in how much memory: it carries that itself.

It stands in the notebook's metadata, where nbgrader, nbval and Jupyter leave it alone::

    "course": {"last_run": {"date": "2026-11-25", "seconds": 12, "megabytes": 480, "slowness": 1.0,
                            "versions": {"python": "3.11.7", "course-utils": "0.1.0", ...}}}
"""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version

from ...errors import UserError

SECTION, KEY = "course", "last_run"
# What can change what a notebook computes or shows, in the order in which it is told.
PACKAGES = (
    "course-utils",
    "numpy",
    "scipy",
    "torch",
    "tensorflow",
    "keras",
    "scikit-learn",
    "scikit-image",
    "pillow",
    "matplotlib",
    "ipython",
    "ipykernel",
)


class LastRunError(UserError):
    """What a notebook says of its last run cannot be read; the message says what is wrong."""


@dataclass(frozen=True)
class LastRun:
    """A run of a notebook from top to bottom, with outputs that were stored or the same as stored.

    Attributes
    ----------
    date
        The day, in UTC.
    seconds
        From starting the kernel to the last cell's end, whole ones.
    megabytes
        The largest memory of its process, in 10**6 bytes.
    versions
        "python" first, then those of `PACKAGES` that were installed.
    slowness
        How many times as long as a usual machine this one takes, by `yardstick`.
    """

    date: date
    seconds: int
    megabytes: int
    versions: dict[str, str]
    slowness: float = 1.0

    def __str__(self) -> str:
        return f"{self.date.isoformat()}, {self.seconds} s, {self.megabytes} MB"


def just_now(seconds: float, memory: int, slowness: float = 1.0) -> LastRun:
    """The record of a run that has just ended in this environment.

    Parameters
    ----------
    seconds
        From its start to its end.
    memory
        The largest of its process, in bytes.
    slowness
        Of this machine.
    """
    return LastRun(
        date=datetime.now(UTC).date(),
        seconds=max(1, round(seconds)),
        megabytes=round(memory / 1e6),
        versions=versions(),
        slowness=slowness,
    )


def as_record(run: LastRun) -> dict:
    """The record of a `run` as a notebook holds it, of texts and numbers only."""
    return asdict(run) | {"date": run.date.isoformat()}


def write(metadata: dict, run: LastRun) -> None:
    """Put the record of a `run` into a notebook's `metadata`, in the place of an earlier one."""
    metadata.setdefault(SECTION, {})[KEY] = as_record(run)


def read(metadata: dict) -> LastRun | None:
    """The record in a notebook's metadata, or None if it has never been run by `course run`.

    Raises
    ------
    LastRunError
        If something stands there that is no record.

    Examples
    --------
    >>> notebook_metadata = {}
    >>> write(notebook_metadata, LastRun(date(2026, 11, 25), 12, 480, {"python": "3.11.7"}))
    >>> print(read(notebook_metadata))
    2026-11-25, 12 s, 480 MB
    """
    record = metadata.get(SECTION, {}).get(KEY)
    if record is None:
        return None
    try:
        run = LastRun(**dict(record) | {"date": date.fromisoformat(record["date"])})
        numbers = [run.seconds, run.megabytes]
        texts = [*run.versions.keys(), *run.versions.values()]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise LastRunError(_unreadable(f"{type(error).__name__}: {error}")) from None
    if any(type(number) is not int or number < 0 for number in numbers):
        raise LastRunError(_unreadable(f"{numbers} are no seconds and megabytes"))
    if type(run.slowness) not in (int, float) or not run.slowness >= 1:
        raise LastRunError(_unreadable(f"{run.slowness!r} is no slowness, which is 1 at least"))
    if not all(isinstance(text, str) for text in texts):
        raise LastRunError(_unreadable(f"{dict(run.versions)} are no versions"))
    return run


def _unreadable(reason: str) -> str:
    return f"the notebook's record of its last run cannot be read ({reason}): run it, `course run`"


def versions() -> dict[str, str]:
    """Python's version, "python", and those of `PACKAGES` that are installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
