"""What a damaged archive makes Python's libraries raise, told as one kind of error."""

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
