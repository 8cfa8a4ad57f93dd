"""Archives: which one is meant, and what a damaged one raises, told as one kind of error."""

from __future__ import annotations

import contextlib
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

# Found by changing bytes at random: a damaged zip directory sends zipfile to negative positions
# (OSError), into encryption it cannot do (RuntimeError), and to other compressions.
FAULTS = (
    EOFError,
    OSError,
    RuntimeError,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def the_one(folder: Path, name: str, pattern: str) -> Path:
    """The file of this name in a folder, else the only one that matches the pattern.

    Parameters
    ----------
    folder
        Where to look.
    name
        What the original distribution calls it.
    pattern
        What others may call it, such as "*.zip".

    Raises
    ------
    FileNotFoundError
        If there is none, or there are several.
    """
    if (folder / name).is_file():
        return folder / name
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    if len(found) == 1:
        return found[0]
    listed = ", ".join(path.name for path in found)
    several = f"several of {pattern} ({listed}), and none is called {name}"
    raise FileNotFoundError(f"{folder} has {several if found else f'no {name} and no {pattern}'}")


@contextlib.contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turn whatever a damaged archive raises into a ValueError that names the file.

    Parameters
    ----------
    path
        The archive that is read in the body of the `with`.
    kind
        What it should be, for the message: "zip archive".

    Raises
    ------
    ValueError
        For any of `FAULTS`, except that a FileNotFoundError or PermissionError stays what it is.
    """
    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except FAULTS as error:
        raise ValueError(f"{path} is no {kind}, or a damaged one: {error}") from None
