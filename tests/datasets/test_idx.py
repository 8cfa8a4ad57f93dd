"""The IDX format: what is written is read back, and nothing malformed is read at all."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils.datasets import idx

arrays = st.sampled_from(["u1", "i1", "i2", "i4", "f4", "f8"]).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
    )
)


@given(arrays)
def test_what_is_encoded_is_parsed_back(array):
    result = idx.parse(idx.encode(array))

    assert result.dtype == array.dtype
    np.testing.assert_array_equal(result, array)


@given(arrays)
def test_a_gzipped_array_is_parsed_back(array):
    np.testing.assert_array_equal(idx.parse(gzip.compress(idx.encode(array))), array)


def test_the_format_is_that_of_the_published_files():
    """Magic number 2051 and big-endian sizes, as on the MNIST page."""
    array = np.arange(12, dtype=np.uint8).reshape(2, 3, 2)

    assert idx.encode(array) == struct.pack(">IIII", 2051, 2, 3, 2) + bytes(range(12))


def test_a_gzipped_file_is_the_same_whenever_it_is_written(tmp_path):
    for name in ("a.gz", "b.gz"):
        idx.write(tmp_path / name, np.arange(5, dtype=np.int32))

    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


VALID = idx.encode(np.arange(6, dtype=np.uint8).reshape(2, 3))
ZIPPED = gzip.compress(VALID, mtime=0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "digits is no IDX file: it begins with nothing"),
        (b"\x89PNG\r\n", "digits is no IDX file: it begins with 89 50 4e 47"),
        (b"\0\0\x07\x01\0\0\0\0", "digits is no IDX file: its type code is 0x07"),
        (VALID[:9], "digits is cut short: 9 bytes, and its header has 12"),
        (VALID[:-1], r"digits is cut short: 17 bytes, and its shape \(2, 3\) needs 18"),
        (VALID + b"!", "digits has bytes at its end that do not belong: 19 bytes"),
        (b"\0\0\x08\x02" + b"\xff" * 8, r"cut short: 12 bytes, and its shape \(4294967295, "),
        (ZIPPED[:-4], "digits is cut short: its gzip stream has no end"),
        (ZIPPED + b"!", "digits has bytes at its end that do not belong to its gzip"),
        (b"\x1f\x8bnonsense", "digits is no gzip file, or a damaged one: "),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # every worker must agree on them
)
def test_a_malformed_file_is_refused_with_what_does_not_fit(content, message):
    with pytest.raises(ValueError, match=message):
        idx.parse(content, "digits")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(idx, "LARGEST", 1000)

    with pytest.raises(ValueError, match="digits unzips to more than 1000 bytes"):
        idx.parse(gzip.compress(bytes(100_000)), "digits")


@given(st.integers(0, 200), st.binary(max_size=3), st.booleans())
def test_a_mutated_file_gives_an_array_or_a_value_error(position, replacement, zipped):
    content = bytearray(ZIPPED if zipped else VALID)
    position %= len(content)
    content[position : position + len(replacement)] = replacement
    try:
        result = idx.parse(bytes(content))
    except ValueError:
        return
    assert isinstance(result, np.ndarray)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros(2, np.int64), "IDX has no code for int64: it knows uint8, int8, int16"),
        (np.zeros((), np.uint8), "IDX needs 1 to 255 dimensions, not 0"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(array, message):
    with pytest.raises(ValueError, match=message):
        idx.encode(array)
