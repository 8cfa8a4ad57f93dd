"""A Chromium: found on this machine, or installed from the system's packages where that can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from filelock import FileLock

from course_utils.tools.doctor.workshop import find_browser

# Chromium's own walls need namespaces that containers do not give; /dev/shm is small there.
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


class NoChromium(Exception):
    """There is none, and none can be installed; the message says why, in one line."""


def find_or_install() -> str:
    """Path of a Chromium or Chrome, which is installed first where that needs no question.

    Raises
    ------
    NoChromium
        If there is none and Debian's package cannot be had.
    """
    # Workers that run side by side install it once.
    with FileLock(Path(tempfile.gettempdir()) / f"course-chromium-{os.getuid()}.lock"):
        return find_browser() or _install()


def _install() -> str:
    """Install Debian's package as root, or with a sudo that asks for no password."""
    if sys.platform != "linux" or not shutil.which("apt-get"):
        raise NoChromium(
            "no Chromium or Chrome here, and no apt-get to install one: install Chrome"
        )
    sudo = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if sudo and not shutil.which("sudo"):
        raise NoChromium("no Chromium here: sudo apt-get install chromium fonts-dejavu-core")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
    for arguments in (["update"], packages):
        command = [*sudo, "apt-get", "--quiet", *arguments]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=300
            )
        except subprocess.TimeoutExpired:
            raise NoChromium("no Chromium here, and apt-get takes more than 5 minutes") from None
    found = find_browser()
    if done.returncode or not found:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise NoChromium(f"no Chromium here, and apt-get cannot install it: {last}")
    return found
