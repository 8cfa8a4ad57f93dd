"""What grading leans on: nbgrader's part of JupyterLab, the gradebook, the walls."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from urllib.parse import quote

from .findings import NO, NOTE, YES, Finding
from .packages import pip

LAB_EXTENSION = Path("labextensions/@jupyter/nbgrader/package.json")
SERVER_EXTENSION = "nbgrader.json"


def extensions(data: list[str] | None = None, settings: list[str] | None = None) -> Finding:
    """Whether JupyterLab has nbgrader's Formgrader, Validate and assignment list.

    Parameters
    ----------
    data, settings
        The folders in which Jupyter looks for what is installed and for its configuration.
    """
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    data = jupyter_path() if data is None else data
    settings = jupyter_config_path() if settings is None else settings
    lab = any((Path(folder) / LAB_EXTENSION).is_file() for folder in data)
    server = any(
        (Path(folder) / "jupyter_server_config.d" / SERVER_EXTENSION).is_file()
        for folder in settings
    )
    if lab and server:
        return Finding(
            "JupyterLab", YES, "with nbgrader's Formgrader, Validate and assignment list"
        )
    lacking = " and ".join(
        what for what, there in (("its menu", lab), ("its server part", server)) if not there
    )
    here = importlib.metadata.version("nbgrader")  # the same again, not the newest
    remedy = f"{pip()} install --force-reinstall --no-deps nbgrader=={here}"
    return Finding("JupyterLab", NO, f"of nbgrader {lacking} is not installed", remedy)


def gradebook(root: Path | None) -> Finding | None:
    """Whether the gradebook of the course in `root` can be opened; None without a course."""
    if root is None or not (root / "nbgrader_config.py").is_file():
        return None
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    from ...grading import Course

    course = Course(root)
    where = _without_password(course.database)
    if not course.has_gradebook:
        return Finding("gradebook", NOTE, f"none yet: course grade makes {where}")
    try:
        with create_engine(_only_to_read(course.database)).connect() as connection:
            assignments, students = (
                connection.scalar(text(f"SELECT count(*) FROM {table}"))
                for table in ("assignment", "student")
            )
    except (SQLAlchemyError, ImportError) as error:  # ImportError: no driver for a server
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        remedy = "put back your last copy of it, or move it away: course grade makes a new one"
        if not course.database.startswith("sqlite"):
            remedy = "is the server up, its address right, its driver installed (psycopg)?"
        return Finding("gradebook", NO, f"{where} cannot be read: {reason}", remedy)
    words = f"assignments: {assignments}, students: {students}, in {where}"
    return Finding("gradebook", YES, words)


def walls(asked: bool = False, platform: str = sys.platform) -> Finding:
    """Whether answers can be walled in, found out by walking against every wall.

    Where the system has no such walls it is a fault only if somebody `asked` to grade here; which
    system it is, `platform` says as `sys.platform` does.
    """
    if platform != "linux":
        return Finding(
            "walls",
            NO if asked else NOTE,
            "only Linux has them: elsewhere course grade refuses to run what students write",
            "grade on Linux (WSL, a server), or what you trust with --unsafe-no-sandbox",
        )
    from ...grading.judging import probes

    findings = list(probes.examine())
    open_ = [f"{each.name}: {each.words}" for each in findings if not each.good]
    if not open_:
        words = f"answers are walled in: {len(findings) - 1} ways out were tried, and none is open"
        behind = list(probes.standing())
        words += "".join(f"; {each.name}: {each.words}" for each in behind if each.good)
        lacking = "; ".join(f"no {each.name}: {each.words}" for each in behind if not each.good)
        return Finding("walls", YES, f"{words}. Without: {lacking}" if lacking else words)
    return Finding(
        "walls",
        NO,
        f"course grade refuses here, as answers cannot be walled in ({'; '.join(open_)})",
        "mend that, or grade what you trust with --unsafe-no-sandbox",
    )


def _only_to_read(address: str):
    """A doctor makes no gradebook where there is none, and changes none."""
    from sqlalchemy import make_url

    url = make_url(address)
    if url.drivername != "sqlite":
        return url
    place = f"file:{quote(url.database or '')}"  # a folder may be called "class #1"
    return url.set(database=place, query={"mode": "ro", "uri": "true"})


def _without_password(url: str) -> str:
    kind, _, rest = url.partition("://")
    if kind.startswith("sqlite"):
        return rest.removeprefix("/")
    return f"{kind}://{rest.rpartition('@')[2]}"
