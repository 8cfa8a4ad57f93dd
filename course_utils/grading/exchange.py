"""Through which folders assignments change hands when teacher and students share a machine."""

from __future__ import annotations

from pathlib import Path


def keep_in(c, folder: Path | str) -> None:
    """Let Formgrader's Release and Collect, and the students' Assignment List, work in one folder.

    nbgrader's own place for it, `/usr/local/share/nbgrader/exchange`, needs an administrator.

    Parameters
    ----------
    c
        The configuration that nbgrader gives to `nbgrader_config.py`.
    folder
        The course's folder. What is released and handed in lies in its `exchange/`, what is fetched
        in its `fetched/`.
    """
    folder = Path(folder).resolve()
    c.Exchange.root = str(folder / "exchange")
    c.Exchange.cache = str(folder / "exchange" / ".sent")  # nbgrader passes over hidden folders
    c.Exchange.assignment_dir = str(folder / "fetched")
