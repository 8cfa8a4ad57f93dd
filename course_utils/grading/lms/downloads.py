"""What lies in a download: a zip or a folder, of which nothing is believed.

A path that leads out of it, a link, a file that unpacks to gigabytes, a name that is no UTF-8: each
is an entry with a problem, and stops nothing but itself.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..course import CourseError
from ..judging.notebooks.staging import LARGEST, MOST_FILES

RUBBISH = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")
UTF8 = 0x800  # a zip's flag: this name is UTF-8
END, CENTRAL = b"PK\x05\x06", b"PK\x01\x02"


@dataclass(frozen=True)
class Entry:
    """A file of a download.

    Attributes
    ----------
    parts
        Its path, of names that lead nowhere else.
    read
        What it holds; raises `CourseError` where that cannot be had.
    changed
        When it was changed, by its own account.
    problem
        Why it cannot be taken, or "".
    """

    parts: tuple[str, ...]
    read: Callable[[], bytes] = field(repr=False, compare=False)
    changed: datetime | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        return self.parts[-1]


def entries(path: Path) -> list[Entry]:
    """The files of a download, in a fixed order, without what systems leave beside them.

    Parameters
    ----------
    path
        A zip or a folder.

    Raises
    ------
    CourseError
        If it is neither.
    """
    if path.is_dir():
        found = [
            _file(path, file)
            for file in sorted(path.rglob("*"))
            if file.is_symlink() or file.is_file()
        ]
    elif not path.is_file():
        raise CourseError(f"there is no file {path}")
    else:
        try:
            found = unpacked(path, LARGEST)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise CourseError(f"{path} is no zip that can be read: {error}") from None
    return [entry for entry in found if entry.parts and not _is_rubbish(entry.parts)]


def unpacked(source: Path | bytes, most: int) -> list[Entry]:
    """The files in a zip.

    Parameters
    ----------
    source
        The zip's path, or what it holds.
    most
        Bytes that a file may have.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
    except UnicodeDecodeError:
        data = source if isinstance(source, bytes) else source.read_bytes()
        archive = zipfile.ZipFile(io.BytesIO(_without_false_flags(data)))
    return [_member(archive, info, most) for info in archive.infolist() if not _is_folder(info)]


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder; programs of Windows end its name as they write paths there."""
    return info.is_dir() or (info.filename.endswith("\\") and not info.file_size)


def unpack_one(data: bytes, most: int = LARGEST) -> tuple[dict[str, bytes], str]:
    """The files of a zip that a student handed in, by path, or why it cannot be unpacked.

    Parameters
    ----------
    data
        The zip.
    most
        Bytes that its files may have together.
    """
    files: dict[str, bytes] = {}
    left = most
    try:
        found = [entry for entry in unpacked(data, LARGEST) if not _is_rubbish(entry.parts)]
        if len(found) > MOST_FILES:
            return {}, f"it holds more than {MOST_FILES} files"
        for entry in found:
            if entry.problem:
                return {}, f"{'/'.join(entry.parts)} {entry.problem}"
            content = entry.read()
            left -= len(content)
            if left < 0:
                return {}, f"all of it unpacks to more than {LARGEST // 1_000_000} MB"
            files["/".join(entry.parts)] = content
    except (CourseError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return {}, str(error)
    return files, ""


def _is_rubbish(parts: tuple[str, ...]) -> bool:
    return any(part in RUBBISH or part.startswith("._") for part in parts)


def _file(root: Path, file: Path) -> Entry:
    status = file.lstat()
    problem = ""
    if stat.S_ISLNK(status.st_mode):
        problem = "is a link"
    elif status.st_size > LARGEST:
        problem = _too_large(status.st_size)
    changed = datetime.fromtimestamp(status.st_mtime).astimezone()
    parts = tuple(_as_text(part) for part in file.relative_to(root).parts)
    return Entry(parts, file.read_bytes, changed, problem)


def _as_text(name: str) -> str:
    """A file's name, of which bytes that are no UTF-8 are read as Windows would have written them.

    As they are, no zip, table or page could hold them.
    """
    raw = os.fsencode(name)
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Entry:
    def read() -> bytes:
        try:
            with archive.open(info) as file:
                data = file.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError) as error:
            raise CourseError(f"{parts[-1]} cannot be unpacked: {error}") from None
        except NotImplementedError as error:
            raise CourseError(f"{parts[-1]} cannot be unpacked: {error}") from None
        if len(data) > most:
            raise CourseError(f"{parts[-1]} {_too_large(len(data))}")
        return data

    parts, elsewhere = _parts(_name(info))
    problem = "has a path that leads elsewhere" if elsewhere else ""
    if stat.S_ISLNK(info.external_attr >> 16):
        problem = "is a link"
    elif info.flag_bits & 1:
        problem = "needs a password"
    elif info.file_size > most:
        problem = _too_large(info.file_size)
    try:
        changed = datetime(*info.date_time).astimezone()
    except (ValueError, OverflowError):
        changed = None
    return Entry(parts, read, changed, problem)


def _too_large(size: int) -> str:
    return f"has more than {min(size, LARGEST) // 1_000_000} MB"


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; old programs write none of their names as UTF-8, or all without the flag."""
    if info.flag_bits & UTF8:
        return info.filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _parts(name: str) -> tuple[tuple[str, ...], bool]:
    """The names in a path, and whether it leads out of the folder that it is in."""
    path = name.replace("\\", "/").split("\0")[0]
    parts = [part for part in path.split("/") if part not in ("", ".")]
    away = path.startswith("/") or ".." in parts or (bool(parts) and parts[0][1:] == ":")
    return tuple(part for part in parts if part != "..") or ("?",), away


def _without_false_flags(data: bytes) -> bytes:
    """A zip in which a name that is no UTF-8 does not claim to be it, so that it can be opened."""
    mended = bytearray(data)
    end = data.rfind(END)
    size, place = struct.unpack_from("<II", data, end + 12)
    until = place + size
    while place + 46 <= until and data[place : place + 4] == CENTRAL:
        flags, name, extra, comment = struct.unpack_from("<8xH18xHHH", data, place)
        local = struct.unpack_from("<I", data, place + 42)[0]
        try:
            data[place + 46 : place + 46 + name].decode("utf-8")
        except UnicodeDecodeError:
            struct.pack_into("<H", mended, place + 8, flags & ~UTF8)
            struct.pack_into("<H", mended, local + 6, flags & ~UTF8)
        place += 46 + name + extra + comment
    return bytes(mended)
