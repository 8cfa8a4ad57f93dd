"""The tests' own look at what a command leaves running."""

import subprocess
import sys

import pytest

from offspring import watched

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
# An orphan in a session of its own, with nothing of its parent's environment or descriptors.
DAEMON = f"""
import subprocess
subprocess.Popen({FOREVER!r}, env={{}}, cwd="/", start_new_session=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can adopt an orphan")
def test_what_a_command_left_is_found_however_it_got_away_and_is_killed_in_the_end():
    with watched() as offspring:
        subprocess.run([sys.executable, "-c", DAEMON], check=True)
        (left,) = offspring.left(seconds=0)
        assert left.endswith(" ".join(FOREVER))
    assert offspring.left(seconds=0) == []


def test_what_ran_before_is_not_counted():
    with subprocess.Popen(FOREVER) as other:
        with watched() as offspring:
            subprocess.run([sys.executable, "-c", ""], check=True)
            assert offspring.left() == []
        assert other.poll() is None
        other.kill()
