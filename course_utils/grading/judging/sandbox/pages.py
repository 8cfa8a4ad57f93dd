"""Large pages for the memory of a process that forks often: the kernel writes down one for 512.

Most of what a fork costs is a list of the pages that parent and child share, made when the child is
born and taken apart when it ends. What Python and its libraries have loaded lies in small pages.

Source: madvise(2).
"""

from __future__ import annotations

import ctypes
import re

LARGE = 1 << 21  # bytes of a large page
COLLAPSE = 25  # MADV_COLLAPSE, which Linux has since 6.1
OWN = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw.p [0-9a-f]+ 00:00 0\s*(?:\[heap\])?$", re.MULTILINE)


def collapse() -> int:
    """Put this process's own memory into large pages, as far as the kernel does that.

    Returns
    -------
    int
        The bytes of the places that lie in large pages now; none where the kernel is older.
    """
    try:
        with open("/proc/self/maps") as file:
            places = OWN.findall(file.read())
        madvise = ctypes.CDLL(None).madvise
    except (OSError, AttributeError):  # not Linux
        return 0
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    total = 0
    for begin, end in places:
        first, last = -(-int(begin, 16) // LARGE) * LARGE, int(end, 16) // LARGE * LARGE
        if first < last and madvise(first, last - first, COLLAPSE) == 0:
            total += last - first
    return total
