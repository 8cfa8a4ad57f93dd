"""What a fork server of test_reading_process.py does: never ends, eats memory, fails, or reads."""

import time

from course_utils.grading.judging import bounded


def prepare():
    return bounded.serve(work)


def work(request: bytes) -> bytes:
    if request.endswith(b"memory"):
        return bytes(10**11)
    if request.endswith(b"honest"):
        return b'[{"cells": [], "repairs": []}]'
    if request.endswith(b"fault"):
        raise KeyError("a fault")
    while time.monotonic():
        pass
    return b""
