"""Files with some bytes changed: a reader gives arrays or a ValueError, never anything else."""

from hypothesis import given
from hypothesis import strategies as st

VALID: dict = {}

some_bytes_changed = given(st.integers(0, 100_000), st.binary(min_size=1, max_size=4))


def read_changed(path, write, read, position: int, replacement: bytes):
    """What `read()` returns after bytes of the file that `write()` makes were replaced, or None."""
    path.parent.mkdir(exist_ok=True)
    if path not in VALID:
        write()
        VALID[path] = path.read_bytes()
    content = bytearray(VALID[path])
    position %= len(content)
    content[position : position + len(replacement)] = replacement
    path.write_bytes(content)
    try:
        return read()
    except ValueError:
        return None
