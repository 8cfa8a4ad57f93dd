"""One file from the first place that has it: taken up where it broke off, watched and checked.

pooch, which does the checking and knows where a cache belongs, cannot resume a transfer nor leave
a host that crawls; this module adds that. A file appears under its name only when it is whole and
has the published checksum.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .errors import UserError

PACKAGE = Path(__file__).resolve().parent
CONNECT_TIMEOUT, READ_TIMEOUT = 10, 20  # seconds without an answer, without a byte
LEAST_SPEED = 150_000  # bytes a second; the throttled host of CIFAR-10 gives 50,000 to 85,000
WINDOW = 10  # seconds over which a host must keep it
ATTEMPTS = 20  # at one place, as long as each brings the end nearer
CHUNK = 1 << 16


@dataclass(frozen=True)
class File:
    """A file of the original distribution.

    Attributes
    ----------
    name : what it is called in the cache
    urls : where it can be had, in the order in which to try
    size : bytes; None where only the host knows
    largest : bytes that it cannot exceed; 0 if `size` is known
    sha256, md5 : as published or, for SHA-256, as computed by several people; "" if unknown. Of a
        checksum whose first digits alone are published, those are compared
    """

    name: str
    urls: tuple[str, ...]
    size: int | None = None
    largest: int = 0
    sha256: str = ""
    md5: str = ""

    @property
    def checksum(self) -> tuple[str, str]:
        """The strongest checksum that is known: its kind and its value."""
        return ("sha256", self.sha256) if self.sha256 else ("md5", self.md5)


class DownloadError(UserError):
    """A file could not be had; the message says why, and what to do."""


class DiskError(DownloadError):
    """The disk cannot take a file."""


class _Unusable(Exception):
    """This place cannot serve the file; the message says why in a few words."""


class _Slow(_Unusable):
    def __init__(self, speed: float):
        super().__init__(f"only {in_words(round(speed))} a second")
        self.speed = speed


class _BrokenOff(_Unusable):
    pass


def base() -> Path:
    """The folder of downloads: COURSE_DATA, else in the repository, else the user's cache."""
    if os.environ.get("COURSE_DATA"):
        return Path(os.environ["COURSE_DATA"]).expanduser()
    if (PACKAGE.parent / "pyproject.toml").is_file():
        return PACKAGE.parent / "datasets"
    import pooch

    return Path(pooch.os_cache("cnn-course"))


def mirror() -> str:
    """The folder or address that COURSE_DATA_MIRROR names; "" if there is none."""
    return os.path.expanduser(os.environ.get("COURSE_DATA_MIRROR", "")).removeprefix("file://")


def places(file: File, folder: str) -> list[str]:
    """Where to look for a file: in the mirror, then, unless COURSE_OFFLINE is set, at its urls.

    Parameters
    ----------
    file
        What is wanted.
    folder
        The mirror's folder that has it, named as in the cache.
    """
    copy, offline = mirror(), bool(os.environ.get("COURSE_OFFLINE"))
    own = [f"{copy.rstrip('/')}/{folder}/{file.name}"] if copy else []
    return [place for place in own if "://" not in place] if offline else [*own, *file.urls]


def fetch(file: File, places: Sequence[str], target: Path, *, patient: bool = True) -> None:
    """Bring one file to `target` from the first of `places` that has it.

    Parameters
    ----------
    file
        What to bring: its checksum decides whether it is the right one.
    places
        Addresses, or paths of files on this machine, in the order in which to try.
    target
        The path under which the whole file will lie; its folder is made.
    patient
        Whether to go on with a slow place where there is no faster one.

    Raises
    ------
    DownloadError
        If no place has the right file, or the disk will not take it. What has arrived of it
        stays beside `target` and is used the next time.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = partial(target, file)
    faults: dict[str, _Unusable] = {}
    for place in places:
        speed = 0 if patient and len(places) == 1 else LEAST_SPEED
        try:
            return _bring(place, file, part, target, speed)
        except _Unusable as fault:
            faults[place] = fault
    slow = {place: fault.speed for place, fault in faults.items() if isinstance(fault, _Slow)}
    if slow and patient:
        best = max(slow, key=lambda place: slow[place])
        print(f"{file.name}: every place is slow, so this takes its time ({_host(best)})")
        try:
            return _bring(best, file, part, target, 0)
        except _Unusable as fault:
            faults[best] = fault
    if part.exists() and not part.stat().st_size:
        part.unlink()
    hosts: dict[str, list[str]] = {}
    for place, reason in faults.items():
        hosts.setdefault(str(reason), []).append(_host(place))
    reasons = "; ".join(f"{', '.join(each)}: {reason}" for reason, each in hosts.items())
    raise DownloadError(f"{file.name} could not be had ({reasons or 'no place is known'})")


def partial(target: Path, file: File) -> Path:
    """Where the beginning of a file waits for its end, beside the `target` that it will become.

    Named by checksum, so that the beginnings of two editions are never mixed up.
    """
    return target.with_name(f".{target.name}.{file.checksum[1][:8]}.part")


def is_right(path: Path, file: File) -> bool:
    """Whether there is a file at `path`, with the published checksum of `file`."""
    import pooch

    kind, value = file.checksum
    found = pooch.file_hash(str(path), alg=kind) if path.is_file() else ""
    return bool(value) and found.startswith(value)


def in_words(size: int) -> str:
    """A `size` in bytes as people say it: 11.6 MB."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


def check_space(folder: Path, needed: int) -> None:
    """Refuse early what the disk cannot hold.

    Raises
    ------
    DownloadError
        If the disk of `folder` has less than `needed` bytes free.
    """
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskError(
            f"{in_words(needed)} are needed in {folder}, and {in_words(free)} are free: make room, "
            "or let COURSE_DATA name a folder on another disk"
        )


def _bring(place: str, file: File, part: Path, target: Path, least_speed: float) -> None:
    """Bring the file from one place, in as many attempts as make progress."""
    resumed = part.exists()
    for _ in range(ATTEMPTS):
        before = part.stat().st_size if part.exists() else 0
        try:
            if "://" in place:
                _transfer(place, file, part, least_speed)
            else:
                _copy(place, part)
            break
        except _BrokenOff:
            if not part.exists() or part.stat().st_size <= before:
                raise
    else:
        raise _Unusable(f"the connection broke {ATTEMPTS} times")
    if is_right(part, file):
        os.replace(part, target)
        return
    part.unlink()
    if resumed:  # perhaps only the old beginning was wrong
        return _bring(place, file, part, target, least_speed)
    raise _Unusable("the file there has another checksum")


def _transfer(url: str, file: File, part: Path, least_speed: float) -> None:
    """Append to `part` what it lacks; raises a `_BrokenOff` that can be taken up."""
    import requests
    import urllib3

    start = part.stat().st_size if part.exists() else 0
    # Without "identity" a host may send a .gz file unzipped, and say nothing of its length.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        with requests.get(
            url, headers=headers, stream=True, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT)
        ) as answer:
            if start and answer.status_code == 416:  # nothing lies beyond what we have
                return
            start = _accept(answer, start, file)
            length = answer.headers.get("Content-Length")
            total = start + int(length) if length else file.size
            if file.size is not None and total != file.size:
                raise _Unusable(f"it offers {total} bytes, and {file.size} are published")
            most = file.largest if total is None else total
            if file.largest and most > file.largest:
                raise _Unusable(f"it offers {most} bytes, and there can be {file.largest} at most")
            check_space(part.parent, most - start)
            _write(answer.raw, part, start, total, most, file.name, least_speed)
    except (
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        ConnectionError,
        TimeoutError,
    ) as error:
        raise _BrokenOff(in_short(error)) from None
    except OSError as error:
        if error.errno is None and "certificate" in str(error):  # as requests says it
            raise _Unusable(_without_certificates()) from None
        raise


def _without_certificates() -> str:
    """Which variable of the environment names a file of trusted certificates that is not there."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if os.environ.get(name):
            return f"{name} names {os.environ[name]}, which is not there: unset {name}"
    return "the file of trusted certificates is not there: reinstall certifi"


def _accept(answer, start: int, file: File) -> int:
    """Where in the file the answer begins, if it is an answer at all."""
    if answer.status_code not in (200, 206):
        raise _Unusable(f"HTTP status {answer.status_code}")
    if "html" in answer.headers.get("Content-Type", "") and not file.name.endswith("html"):
        raise _Unusable("it sent a web page in place of the file: does this network want a login?")
    resumes = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
    if answer.status_code == 206 and not resumes:
        raise _Unusable("it sent another part of the file than asked for")
    return start if answer.status_code == 206 else 0


def _write(stream, part: Path, start: int, total, most: int, name: str, least_speed: float) -> None:
    """Write the stream to `part` from `start` on, as it arrives; never more than `most` bytes."""
    from tqdm.auto import tqdm

    bar = tqdm(total=total, initial=start, desc=name, unit="B", unit_scale=True, leave=False)
    watch = _Watch(least_speed)
    with bar, open(part, "ab" if start else "wb") as output:
        while piece := stream.read1(CHUNK):
            try:
                output.write(piece)
            except OSError as error:
                raise _disk_error(error, part) from None
            start += len(piece)
            if start > most:
                part.unlink()
                raise _Unusable(f"it sends more than {most} bytes")
            bar.update(len(piece))
            watch.add(len(piece))
    if total is not None and start < total:
        raise _BrokenOff(f"the connection broke after {start} of {total} bytes")


def _copy(source: str, part: Path) -> None:
    if not Path(source).is_file():  # what has come from elsewhere stays
        raise _Unusable("there is no such file")
    try:
        part.unlink(missing_ok=True)
        shutil.copyfile(source, part)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_error(error, part) from None
        raise _Unusable(str(error)) from None


class _Watch:
    """Gives a place up that stays below the least speed for a whole window."""

    def __init__(self, least_speed: float):
        self.least_speed = least_speed
        self.since, self.bytes = time.monotonic(), 0

    def add(self, size: int) -> None:
        self.bytes += size
        seconds = time.monotonic() - self.since
        if seconds < WINDOW:
            return
        speed = self.bytes / seconds
        if speed < self.least_speed:
            raise _Slow(speed)
        self.since, self.bytes = time.monotonic(), 0


def _disk_error(error: OSError, path: Path) -> DiskError:
    return DiskError(
        f"{path.parent} cannot be written to: {error.strerror}; make room, or let COURSE_DATA name "
        "another folder"
    )


def _host(place: str) -> str:
    return urlsplit(place).netloc or str(Path(place).parent)


def in_short(error: Exception) -> str:
    """Why a transfer failed, in a few words.

    Parameters
    ----------
    error
        Of requests, or of what it uses.
    """
    text = str(getattr(error, "reason", error)).lower()
    for sign, words in {
        "timed out": "no answer in time",
        "refused": "connection refused",
        "resol": "the host's name cannot be resolved",
        "incompleteread": "the connection broke",
        "connection broken": "the connection broke",
        "aborted": "the connection broke",
        "reset": "the connection broke",
        "certificate": "its certificate is not trusted",
    }.items():
        if sign in text:
            return words
    return type(error).__name__
