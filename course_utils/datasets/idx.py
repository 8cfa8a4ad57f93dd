"""The IDX format of MNIST: a magic number, the shape, then the values, big-endian.

Described on Yann LeCun's MNIST page: two zero bytes, a type code, the number of dimensions,
each dimension as an unsigned 32-bit integer, then the data in row-major order. Files are
usually gzipped.
"""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP = b"\x1f\x8b"
LARGEST = 1 << 30  # bytes; MNIST's largest file holds 47 million


def read(path: Path | str) -> np.ndarray:
    """Return the array of the IDX file at `path`, gzipped or plain.

    Raises
    ------
    ValueError
        If the file is not exactly one IDX array; the message names the file and the number
        that does not fit.
    """
    return parse(Path(path).read_bytes(), str(path))


def parse(content: bytes, name: str = "the file") -> np.ndarray:
    """Return the array in the bytes of an IDX file.

    Parameters
    ----------
    content
        The whole file, gzipped or plain.
    name
        What the error messages call it.

    Raises
    ------
    ValueError
        If the bytes are not exactly one IDX array.
    """
    if content[:2] == GZIP:
        content = _unzip(content, name)
    if len(content) < 4 or content[:2] != b"\0\0":
        raise ValueError(
            f"{name} is no IDX file: it begins with {content[:4].hex(' ') or 'nothing'}"
        )
    code, dimensions = content[2], content[3]
    if code not in TYPES:
        raise ValueError(f"{name} is no IDX file: its type code is 0x{code:02x}")
    start = 4 + 4 * dimensions
    if len(content) < start:
        raise ValueError(f"{name} is cut short: {len(content)} bytes, and its header has {start}")
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, 4))
    dtype = np.dtype(TYPES[code])
    expected = start + dtype.itemsize * math.prod(shape)  # plain integers: no overflow
    if len(content) != expected:
        fault = (
            "is cut short" if len(content) < expected else "has bytes at its end that do not belong"
        )
        raise ValueError(
            f"{name} {fault}: {len(content)} bytes, and its shape {shape} needs {expected}"
        )
    return (
        np.frombuffer(content, dtype, offset=start).reshape(shape).astype(dtype.newbyteorder("="))
    )


def write(path: Path | str, array: np.ndarray) -> None:
    """Write an array as the IDX file `path`; where that ends in .gz, gzipped.

    The same array always gives the same bytes.

    Raises
    ------
    ValueError
        If the format cannot hold the array, as `encode` says.
    """
    content = encode(array)
    if str(path).endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    Path(path).write_bytes(content)


def encode(array: np.ndarray) -> bytes:
    """Return an array as the bytes of an IDX file.

    Raises
    ------
    ValueError
        If IDX has no code for the array's dtype, or the array has no dimensions or too many.
    """
    codes = {np.dtype(name): code for code, name in TYPES.items()}
    dtype = array.dtype.newbyteorder(">")
    if dtype not in codes:
        known = ", ".join(np.dtype(name).name for name in TYPES.values())
        raise ValueError(f"IDX has no code for {array.dtype}: it knows {known}")
    if not 1 <= array.ndim <= 255:
        raise ValueError(f"IDX needs 1 to 255 dimensions, not {array.ndim}")
    header = bytes([0, 0, codes[dtype], array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(dtype).tobytes()


def _unzip(content: bytes, name: str) -> bytes:
    """Unzip, but never to more than any of our files can hold."""
    machine = zlib.decompressobj(wbits=31)
    try:
        result = machine.decompress(content, LARGEST)
    except zlib.error as error:
        raise ValueError(f"{name} is no gzip file, or a damaged one: {error}") from None
    if machine.unconsumed_tail:
        raise ValueError(f"{name} unzips to more than {LARGEST} bytes")
    if not machine.eof:
        raise ValueError(f"{name} is cut short: its gzip stream has no end")
    if machine.unused_data:
        raise ValueError(f"{name} has bytes at its end that do not belong to its gzip stream")
    return result
