"""Python and libraries: what the course asks for, what it was tested with, and what is here."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import shlex
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from ...errors import some
from .findings import NO, NOTE, YES, Finding

DISTRIBUTION = "course-utils"
# Other names under which the same library comes.
ALSO = {"tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tensorflow-intel")}
SHOWN = 4  # of a list; a number stands for the rest


@dataclass(frozen=True)
class Wanted:
    """What the course asks for.

    Attributes
    ----------
    requirements
        By extra; those of the package itself under "".
    pins
        Versions that were tested together, by name; {} where there is no constraints.txt.
    """

    python: SpecifierSet
    requirements: dict[str, list[Requirement]]
    pins: dict[str, str]

    def of(self, extras: Iterable[str]) -> list[Requirement]:
        """All that these `extras` need; one that this edition does not have needs nothing."""
        return [each for extra in extras for each in self.requirements.get(extra, [])]


def wanted(root: Path) -> Wanted:
    """From pyproject.toml and constraints.txt in `root`, else from the installed package."""
    if (root / "pyproject.toml").is_file():
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        texts = {"": project["dependencies"], **project.get("optional-dependencies", {})}
        requirements = {extra: list(map(Requirement, texts[extra])) for extra in texts}
        python = project["requires-python"]
    else:
        python, requirements = _from_metadata()
    file = root / "constraints.txt"
    found = re.findall(
        r"^([\w.-]+)==(\S+)", file.read_text("utf-8") if file.is_file() else "", re.M
    )
    return Wanted(
        SpecifierSet(python),
        requirements,
        {canonicalize_name(name): version for name, version in found},
    )


def _from_metadata() -> tuple[str, dict[str, list[Requirement]]]:
    package = importlib.metadata.distribution(DISTRIBUTION)
    requirements: dict[str, list[Requirement]] = {}
    for each in map(Requirement, package.requires or []):
        extra = re.search(r"extra == [\"']([\w-]+)[\"']", str(each.marker or ""))
        requirements.setdefault(extra[1] if extra else "", []).append(each)
    return package.metadata["Requires-Python"] or "", requirements


def installed() -> dict[str, str]:
    """The version of every library here, by its name in the form that pip compares."""
    found: dict[str, str] = {}
    for each in importlib.metadata.distributions():
        if each.metadata["Name"]:  # what an uninstallation left behind has none
            found.setdefault(canonicalize_name(each.metadata["Name"]), each.version)
    return found


def python(
    wanted: Wanted, version: str = platform.python_version(), prefix: str = sys.prefix
) -> Finding:
    """Whether this Python is one that the course runs on.

    Parameters
    ----------
    wanted
        What the course asks for.
    version
        This Python's: "3.12.1".
    prefix
        Where it is installed.
    """
    if wanted.python.contains(version, prereleases=True):
        return Finding("Python", YES, f"{version} in {prefix}")
    return Finding(
        "Python",
        NO,
        f"{version} in {prefix}; the course runs on {_range(wanted.python)}",
        "install Python 3.12 (python.org/downloads), remove .venv, and run make lab",
    )


def libraries(
    wanted: Wanted, extras: tuple[str, ...], installed: dict[str, str], root: Path
) -> Finding | None:
    """Whether what these `extras` need is here, and in a version that will do; None if no matter.

    Parameters
    ----------
    wanted
        What the course asks for.
    extras
        Of pyproject.toml; "" is what the package itself needs.
    installed
        Versions by name, as `installed()` has them.
    root
        The folder that is the repository.
    """
    asked = wanted.of(extras)
    if not asked:
        return None
    versions = [(each, _version(each.name, installed)) for each in asked]
    missing = [each.name for each, version in versions if version is None]
    wrong = [
        f"{each.name} {version} (needs {each.specifier})"
        for each, version in versions
        if version and not each.specifier.contains(version, prereleases=True)
    ]
    if not missing and not wrong:
        return Finding("libraries", YES, f"all {len(asked)} that are needed")
    words = [f"missing: {some(missing, SHOWN)}"] if missing else []
    words += [f"in another version: {some(wrong, SHOWN)}"] if wrong else []
    return Finding("libraries", NO, "; ".join(words), install(wanted, extras, root))


def as_tested(
    wanted: Wanted, installed: dict[str, str], root: Path, *, strict: bool = False
) -> Finding | None:
    """What is here in another version than was tested; None where nobody says what was.

    Other versions mostly work, so that this is a fault only where tests are to be trusted.

    Parameters
    ----------
    wanted
        What the course asks for.
    installed
        Versions by name, as `installed()` has them.
    root
        The folder that is the repository.
    strict
        Whether tests are to be trusted.
    """
    if not wanted.pins:
        return None
    other = [
        f"{name} {installed[name]} (tested: {pin})"
        for name, pin in wanted.pins.items()
        if name in installed and installed[name].partition("+")[0] != pin
    ]
    if not other:
        return Finding("versions", YES, "those of constraints.txt, which were tested together")
    words = f"{len(other)} not as tested: {some(other, SHOWN)}"
    if strict:
        return Finding("versions", NO, words, install(wanted, tuple(wanted.requirements), root))
    return Finding("versions", NOTE, words)


def install(wanted: Wanted, extras: tuple[str, ...], root: Path) -> str:
    """The command that brings these extras.

    Parameters
    ----------
    wanted
        What the course asks for.
    extras
        Of pyproject.toml; those that this edition does not have are left out.
    root
        The folder that is the repository.
    """
    names = [extra for extra in extras if extra and extra in wanted.requirements]
    if (root / "constraints.txt").is_file():
        chosen = f"[{','.join(names)}]" if names else ""
        above = "" if Path.cwd() == root.resolve() else f"cd {shlex.quote(str(root))} && "
        return f"{above}{pip()} install --constraint constraints.txt --editable '.{chosen}'"
    texts = [f"'{each.name}{each.specifier}'" for each in wanted.of(extras)]
    return f"{pip()} install {' '.join(texts)}"


def pip() -> str:
    """pip of this very Python, as it can be typed in any folder."""
    return f"{shlex.quote(sys.executable)} -m pip"


def _version(name: str, installed: dict[str, str]) -> str | None:
    names = (name, *ALSO.get(name, ()))
    return next((installed[n] for n in map(canonicalize_name, names) if n in installed), None)


def _range(python: SpecifierSet) -> str:
    """The minor versions, as people say them: 3.11, 3.12, 3.13."""
    return ", ".join(f"3.{minor}" for minor in range(30) if python.contains(f"3.{minor}.0"))
