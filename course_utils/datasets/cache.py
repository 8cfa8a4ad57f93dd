"""Where full data sets are kept, and how they get there: checked, and complete or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from .cards import Card, File, card

PACKAGE = Path(__file__).resolve().parents[1]


class DownloadError(Exception):
    """A file could not be fetched; the message says why, and what to do."""


def folder(name: str) -> Path:
    """A collection's folder: in COURSE_DATA, else in the repository, else in the user's cache."""
    if os.environ.get("COURSE_DATA"):
        base = Path(os.environ["COURSE_DATA"]).expanduser()
    elif (PACKAGE.parent / "pyproject.toml").is_file():
        base = PACKAGE.parent / "datasets"
    else:
        import pooch

        base = Path(pooch.os_cache("cnn-course"))
    return base / name


def is_complete(name: str) -> bool:
    """Whether every file of a collection is in the cache with the right size."""
    return not _missing(card(name))


def download(name: str) -> Path:
    """Fetch what is missing of a collection; returns its folder, every file checked.

    A file that you put there yourself is checked like any other.

    Raises
    ------
    DownloadError
        If a file cannot be had from any mirror, or COURSE_OFFLINE forbids to try.
    """
    wanted = card(name)
    missing = _missing(wanted)
    if missing:
        size = sum(file.size for file in missing)
        if os.environ.get("COURSE_OFFLINE"):
            raise DownloadError(
                f"{name} is not in {folder(name)}, and COURSE_OFFLINE is set: unset it to "
                f"download {size / 1e6:.1f} MB, or use source='sample'"
            )
        print(f"Downloading {name}: {size / 1e6:.1f} MB into {folder(name)}")
    try:
        for file in missing:
            _fetch(wanted, file)
    finally:
        with contextlib.suppress(OSError):  # an empty folder would look like a data set
            folder(name).rmdir()
    for file in wanted.files:
        _verify(folder(name) / file.name, file)
    return folder(name)


def _missing(wanted: Card) -> list[File]:
    paths = {file: folder(wanted.name) / file.name for file in wanted.files}
    return [f for f, path in paths.items() if not path.is_file() or path.stat().st_size != f.size]


def _verify(path: Path, file: File) -> None:
    import pooch

    found = pooch.file_hash(str(path), alg="sha256")
    if found != file.sha256:
        raise DownloadError(
            f"{path} is not the published file: its SHA-256 is {found[:12]}..., not "
            f"{file.sha256[:12]}...; delete it and try again"
        )


def _fetch(wanted: Card, file: File) -> None:
    """Fetch one file from the first mirror that has the right one."""
    import pooch

    target = folder(wanted.name)
    target.mkdir(parents=True, exist_ok=True)
    pooch.get_logger().setLevel("WARNING")
    reason = "no mirror is known"
    for mirror in wanted.mirrors:
        with tempfile.TemporaryDirectory(prefix=".download-", dir=target) as draft:
            try:
                path = pooch.retrieve(
                    mirror + file.name,
                    known_hash=f"sha256:{file.sha256}",
                    fname=file.name,
                    path=draft,
                    downloader=pooch.HTTPDownloader(progressbar=True, timeout=20),
                )
            except (OSError, ValueError) as error:  # requests' errors are OSErrors
                reason = _short(error)
                continue
            shutil.move(path, target / file.name)
            return
    raise DownloadError(
        f"{file.name} of {wanted.name} could not be fetched from any of "
        f"{len(wanted.mirrors)} places (last: {reason}): check the network, or use source='sample'"
    )


def _short(error: Exception) -> str:
    """The reason of a failed download in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"HTTP status {response.status_code}"
    if isinstance(error, ValueError):
        return "the file there has another checksum"
    text = str(getattr(error, "reason", error)).lower()
    for sign, words in {
        "timed out": "no answer in time",
        "refused": "connection refused",
        "resol": "the host's name cannot be resolved",
    }.items():
        if sign in text:
            return words
    return type(error).__name__
