"""What changing the course needs: git and a clone, the hooks, a browser for its tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .findings import NO, NOTE, YES, Finding

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def clone(root: Path) -> Finding:
    """Whether `root` is a clone in which git can record changes."""
    if shutil.which("git") is None:
        return Finding("git", NO, "not installed", "install git (git-scm.com/downloads)")
    if _git(root, "rev-parse", "--is-inside-work-tree") != "true":
        words = f"{root} is no clone, so changes cannot be recorded or sent"
        return Finding("git", NO, words, "git clone the repository, and work there")
    if not _git(root, "config", "user.email"):
        remedy = 'git config user.name "Your Name" && git config user.email you@example.org'
        return Finding("git", NO, "it does not know who you are, and refuses to commit", remedy)
    branch = _git(root, "branch", "--show-current")
    return Finding("git", YES, f"a clone on branch {branch}" if branch else "a clone, on no branch")


def hooks(root: Path) -> Finding | None:
    """Whether git runs the checks of `make lint` before each commit in the clone `root`.

    One can do without.
    """
    folder = _git(root, "rev-parse", "--git-path", "hooks")
    if not folder:
        return None
    file = root / folder / "pre-commit"
    if file.is_file() and "pre-commit" in file.read_text("utf-8", errors="replace"):
        return Finding("hooks", YES, "git runs the checks of make lint before each commit")
    return Finding("hooks", NOTE, "git does not run them before a commit", "pre-commit install")


def browser(names: tuple[str, ...] = BROWSERS) -> Finding:
    """Whether there is a Chromium or Chrome, which the tests in a browser drive.

    Parameters
    ----------
    names
        Of programs, or their paths.
    """
    found = find_browser(names)
    if found:
        return Finding("a browser", YES, os.path.realpath(found))
    return Finding(
        "a browser",
        NOTE,
        "no Chromium or Chrome; tests in a browser install Debian's if they may, else are skipped",
        "sudo apt install chromium fonts-dejavu-core (macOS: brew install --cask chromium)",
    )


def find_browser(names: tuple[str, ...] = BROWSERS) -> str | None:
    """Path of the first program of these names that is here."""
    return next(filter(None, map(shutil.which, names)), None)


def _git(root: Path, *words: str) -> str:
    """What git says; "" where it fails."""
    try:
        done = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
