"""Where collections are kept: fetched once, decoded once, whole and right or as before."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache as remember
from importlib import import_module
from pathlib import Path

from .. import packaged
from ..fetching import (
    DiskError,
    DownloadError,
    base,
    check_space,
    fetch,
    in_words,
    is_right,
    mirror,
    partial,
    places,
)
from . import store
from .catalogue import card
from .facts import Card

DECODED = "decoded"
SAMPLES = ".samples"
OWN = ".own"  # what folders of a class's own files decode to


def folder(facts: Card) -> Path:
    """The folder of the collection of `facts`: original files, beside them what they decode to."""
    return base() / facts.key


def is_complete(facts: Card) -> bool:
    """Whether the full set of `facts` can be had without a network."""
    here = folder(facts)
    return store.index(here / DECODED) is not None or not any(
        _looks_wrong(here / file.name, file) for file in facts.files
    )


def _looks_wrong(path: Path, file) -> bool:
    return not path.is_file() or (file.size is not None and path.stat().st_size != file.size)


# --- full sets -------------------------------------------------------------------------------


def download(name: str, size: int | None = None) -> Path:
    """Fetch what is missing of a collection and decode it; returns its folder.

    Every original file is checked, also those that were there: what is damaged comes anew.

    Parameters
    ----------
    name
        One of `names()`.
    size
        The side of its images in pixels, for a MedMNIST set: 28 (the default), 64, 128 or 224.

    Raises
    ------
    DownloadError
        If a file cannot be had, or the disk cannot take it.
    """
    facts = card(name, size)
    here = folder(facts)
    if store.damage(here / DECODED):
        with contextlib.suppress(OSError):
            (here / DECODED / store.INDEX).unlink()  # decoded again from the originals
    with _alone(facts):
        _fetch_missing(facts, patient=True)
    full(facts)
    return here


def full(facts: Card, *, patient: bool = True) -> Path:
    """The store of the full set, brought here first where need be.

    Parameters
    ----------
    facts
        The card of the collection.
    patient
        Whether to go on where every host is slow; if not, that is an error too.

    Raises
    ------
    DownloadError
        If it cannot be had.
    """
    target = folder(facts) / DECODED
    if store.index(target) is None:
        with _alone(facts):
            if store.index(target) is None:  # perhaps another process was quicker
                _fetch_missing(facts, patient)
                check_space(folder(facts), facts.decoded_size)
                try:
                    store.build(target, lambda allocate: _read_full(facts, allocate))
                except OSError as error:
                    raise _unwritable(target, error) from None
    return target


def _read_full(facts: Card, allocate):
    splits, classes = _reader(facts).read(folder(facts), facts, allocate)
    counts = {split: len(images) for split, (images, _) in splits.items()}
    if counts != facts.counts or classes != facts.classes:
        raise ValueError(
            f"{folder(facts)} does not hold what the card of {facts.name} says: {counts} images of "
            f"{len(classes)} classes"
        )
    return splits, classes


def _reader(facts: Card):
    return import_module(f"{__package__}.{facts.reader}")


def _fetch_missing(facts: Card, patient: bool) -> None:
    here = folder(facts)
    wrong = [file for file in facts.files if not is_right(here / file.name, file)]
    if not wrong:
        return
    present = [file.name for file in wrong if (here / file.name).is_file()]
    copy = mirror()
    folders = [here] if not copy or "://" in copy else [here, Path(copy) / facts.key]
    other = _other_version(facts, folders)
    if not any(places(file, facts.key) for file in wrong):
        damaged = f" ({present[0]} there is not the published file)" if present else ""
        raise DownloadError(
            f"{facts.key} is not in {here}{damaged}, and COURSE_OFFLINE is set: unset it to "
            f"download {facts.download_text}, or use source='sample'{other}"
        )
    if other:
        print(f"{facts.key}:{other}")
    if present:
        print(f"{facts.key}: {', '.join(present)} is not the published file, and comes anew")
    sizes = [file.size or 0 for file in wrong]
    check_space(here, sum(sizes) + facts.decoded_size)
    amount = facts.download_text if 0 in sizes else in_words(sum(sizes))
    print(f"Downloading {facts.key}: {amount} into {here}")
    try:
        for file in wrong:
            fetch(file, places(file, facts.key), here / file.name, patient=patient)
    except DiskError:
        raise
    except DownloadError as error:
        raise DownloadError(
            f"{facts.key}: {error}. Check the network, let COURSE_DATA_MIRROR name a folder or "
            f"address that has the files, or use source='sample'{other}"
        ) from None
    except OSError as error:
        raise _unwritable(here, error) from None


def _other_version(facts: Card, folders: list[Path]) -> str:
    """A remark on a version of the collection that lies in a folder and is not read, or ""."""
    for folder in folders:
        for name, version in getattr(_reader(facts), "OTHER_VERSIONS", {}).items():
            if (folder / name).exists():
                wanted = ", ".join(file.name for file in facts.files)
                return f" ({name} in {folder} is {version}, and this course reads {wanted})"
    return ""


@contextlib.contextmanager
def _alone(facts: Card) -> Iterator[None]:
    """Hold the collection's lock, so that of several processes one downloads."""
    from filelock import FileLock, Timeout

    here = folder(facts)
    try:
        here.mkdir(parents=True, exist_ok=True)
        lock = FileLock(base() / f".{facts.key}.lock")
        try:
            lock.acquire(timeout=0.2)
        except Timeout:
            print(f"{facts.key}: another program is bringing it; waiting for that")
            lock.acquire()
    except OSError as error:
        raise _unwritable(here, error) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # an empty folder would look like a data set
            here.rmdir()
        lock.release()


def _unwritable(path: Path, error: OSError) -> DownloadError:
    return DownloadError(
        f"{path} cannot be written to ({error.strerror or error}): let COURSE_DATA name a folder "
        "of yours, with room enough, or use source='sample'"
    )


# --- a class's own files ---------------------------------------------------------------------


def unofficial(facts: Card, own: Path) -> Path:
    """The store of the files in a folder of one's own, decoded again whenever they change.

    They have the original format and any number of images; nothing in the folder is written to.

    Parameters
    ----------
    facts
        The card of the collection whose format they have.
    own
        The folder.

    Raises
    ------
    DownloadError
        If the folder cannot be read, or the cache cannot be written to.
    ValueError
        If its files are not of this format.
    """
    from filelock import FileLock

    try:
        files = sorted(path for depth in ("*", "*/*") for path in own.glob(depth) if path.is_file())
        state = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    except OSError as error:
        raise DownloadError(f"{own} cannot be read ({error.strerror or error})") from None
    digest = hashlib.sha256(repr([str(own.resolve()), facts.key, state]).encode()).hexdigest()[:16]
    target = base() / OWN / f"{facts.key}-{digest}"
    if store.index(target) is None:
        reader = _reader(facts)
        read = getattr(reader, "read_part", reader.read)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(target.parent / f".{target.name}.lock"):
                if store.index(target) is None:
                    store.build(
                        target,
                        lambda allocate: read(own, facts, allocate),
                        "unofficial",
                    )
        except FileNotFoundError as error:
            raise DownloadError(f"{facts.key}: {error.strerror or error}") from None
        except OSError as error:
            raise _unwritable(target, error) from None
    return target


# --- samples ---------------------------------------------------------------------------------


def sample(facts: Card) -> Path:
    """The store of the small sample of `facts`, made here where it is not there yet.

    Kept in the cache, or, where that cannot be written to, in a temporary folder. Where drawing is
    forbidden, as for an answer that is to do without, the one that was made for it is taken.
    """
    name = f"{facts.key}-{_generation()}"
    target = base() / SAMPLES / name
    if store.index(target) is not None:
        return target
    made = [each for each in target.parent.glob(f"{facts.key}-*") if store.index(each) is not None]
    try:
        try:
            _build_sample(facts, target)
        except OSError:
            target = _temporary() / name
            if store.index(target) is None:
                _build_sample(facts, target)
    except ImportError:
        if not made:
            raise
        return made[0]
    return target


def _build_sample(facts: Card, target: Path) -> None:
    """Write the sample in the original format, then read it with the same parser."""
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(target.parent, os.W_OK):  # a lock of another user's is waited for, for ever
        raise PermissionError(f"{target.parent} cannot be written to")
    with FileLock(target.parent / f".{facts.key}.lock"), tempfile.TemporaryDirectory() as originals:
        if store.index(target) is not None:
            return
        reader = _reader(facts)
        kind = reader.write_sample(Path(originals), facts)
        for old in target.parent.glob(f"{facts.key}-*"):
            shutil.rmtree(old, ignore_errors=True)
        store.build(target, lambda allocate: reader.read(Path(originals), facts, allocate), kind)


@remember
def _generation() -> str:
    """Changes with the code that makes samples and with what is installed: none outlives it."""
    here = sorted(name for name in packaged.requirements() if packaged.folders(name))
    code = hashlib.sha256(repr(here).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(path.read_bytes())
    return code.hexdigest()[:12]


@remember
def _temporary() -> Path:
    """A folder that lasts as long as this process."""
    import atexit

    path = Path(tempfile.mkdtemp(prefix="course-samples-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


# --- housekeeping ----------------------------------------------------------------------------


def size_on_disk(facts: Card) -> int:
    """Bytes that the collection of `facts` takes in the cache; 0 if it is not there."""
    return sum(path.stat().st_size for path in folder(facts).rglob("*") if path.is_file())


def verify(facts: Card) -> list[str]:
    """What is wrong with a collection in the cache, found by reading all of it; [] if nothing.

    Parameters
    ----------
    facts
        The card of the collection.
    """
    here = folder(facts)
    faults = [
        f"{file.name} is not the published file"
        for file in facts.files
        if (here / file.name).is_file() and not is_right(here / file.name, file)
    ]
    if (here / DECODED).exists():
        faults += [f"{DECODED}/{name} is damaged" for name in store.damage(here / DECODED)]
    return faults


def clear(facts: Card) -> int:
    """Remove a collection from the cache; returns the bytes freed.

    Only what this package put there goes: other files of yours in its folder stay.

    Parameters
    ----------
    facts
        The card of the collection.
    """
    here = folder(facts)
    if not here.is_dir():
        return 0
    with _alone(facts):
        before = size_on_disk(facts)
        shutil.rmtree(here / DECODED, ignore_errors=True)
        for draft in here.glob(f".{DECODED}-*"):
            shutil.rmtree(draft, ignore_errors=True)
        for file in facts.files:
            for path in (here / file.name, partial(here / file.name, file)):
                path.unlink(missing_ok=True)
        return before - size_on_disk(facts)
