"""First aid: what this machine is ready for, what is missing for what, and the remedy.

findings    what was found, and how it is said
packages    Python and libraries against what the course asks for and was tested with
machine     a kernel that starts, memory, disk, GPU
supplies    where the data come from: the cache, the network, a mirror
classroom   what grading leans on: nbgrader in JupyterLab, the gradebook, the walls
workshop    what changing the course needs: git, the hooks, a browser

>>> [purpose.key for purpose in PURPOSES][:2]
['lectures', 'data']
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import classroom, machine, packages, supplies, workshop
from .findings import NO, Finding, Finished, UnknownPurpose, as_json, lines

__all__ = ["PURPOSES", "Finding", "Finished", "Purpose", "as_json", "examine", "lines"]

LECTURES = ("", "torch", "tensorflow", "medmnist")  # the extras that notebooks import


@dataclass(frozen=True)
class Purpose:
    """Something one may want of the course.

    Attributes
    ----------
    extras
        The extras of pyproject.toml that it needs.
    sign
        The library that tells whether somebody wants it: where it is not installed, that is no
        fault, unless the purpose was asked for by name.
    looks
        What else is looked at; each takes `Circumstances`.
    """

    key: str
    title: str
    extras: tuple[str, ...]
    sign: str = ""
    looks: tuple[Callable[[Circumstances], Finding | None], ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """What is examined: the repository, its class, what is installed; `asked`: by its name."""

    root: Path
    course: Path | None
    wanted: packages.Wanted
    installed: dict[str, str]
    thorough: bool = False
    asked: bool = False


PURPOSES = (
    Purpose(
        "lectures",
        "To run the lectures",
        LECTURES,
        looks=(
            lambda here: machine.kernel(thorough=here.thorough),
            lambda _: machine.memory(),
            lambda _: machine.disk(),
            lambda here: machine.gpu(thorough=here.thorough),
            lambda here: packages.as_tested(here.wanted, here.installed),
        ),
    ),
    Purpose(
        "data",
        "To load data",
        (),
        looks=(lambda _: supplies.cache(), lambda _: supplies.sample(), lambda _: supplies.places()),
    ),
    Purpose(
        "grading",
        "To grade a class",
        (*LECTURES, "grading"),
        sign="nbgrader",
        looks=(
            lambda here: classroom.present(),
            lambda here: classroom.extensions(),
            lambda here: classroom.gradebook(here.course),
            lambda here: classroom.walls(here.asked),
        ),
    ),
    Purpose("book", "To build the book", ("book",), sign="jupyter-book"),
    Purpose(
        "contributing",
        "To change the course",
        ("dev",),
        sign="pytest",
        looks=(
            lambda here: workshop.clone(here.root),
            lambda here: workshop.hooks(here.root),
            lambda _: workshop.browser(),
        ),
    ),
)


def examine(
    root: Path,
    *,
    purposes: Sequence[str] = (),
    course: Path | None = None,
    thorough: bool = False,
) -> Iterator[Finished]:
    """Look at everything, purpose by purpose; what takes long is begun at once.

    Parameters
    ----------
    root
        The folder that is the repository.
    purposes
        Keys of `PURPOSES`: only these, and what they need is missing if it is not there. With
        none, all of which there is a sign.
    course
        The nbgrader course whose gradebook is looked at, if there is one.
    thorough
        Whether to import PyTorch and TensorFlow as well, which takes seconds.

    Raises
    ------
    UnknownPurpose
        If there is no such purpose.
    """
    known = {purpose.key: purpose for purpose in PURPOSES}
    for key in purposes:
        if key not in known:
            raise UnknownPurpose(key, list(known))
    chosen = [known[key] for key in purposes or known]
    here = Circumstances(
        root, course, packages.wanted(root), packages.installed(), thorough, bool(purposes)
    )
    with ThreadPoolExecutor() as pool:
        begun = [(purpose, _begin(pool, purpose, here)) for purpose in chosen]
        for purpose, parts in begun:
            found = [part() for part in parts]
            yield Finished(purpose.key, purpose.title, tuple(each for each in found if each))


def _begin(pool, purpose: Purpose, here: Circumstances) -> list[Callable[[], Finding | None]]:
    """Begin with all that a purpose needs; each result is there when it is called."""
    asked = here.asked
    if purpose.sign and not asked and purpose.sign not in here.installed:
        return [lambda: packages.not_meant(here.wanted, purpose.extras, here.root)]
    parts = [packages.python] if purpose.key == "lectures" else []
    parts += [packages.libraries] if purpose.extras else []
    begun = [partial(part, here.wanted, here.installed, purpose.extras, here.root) for part in parts]
    return begun + [pool.submit(_safely, look, here).result for look in purpose.looks]


def _safely(look: Callable[[Circumstances], Finding | None], here: Circumstances) -> Finding | None:
    """A look that fails has found something too: a doctor who collapses helps nobody."""
    try:
        return look(here)
    except Exception as error:
        words = f"{type(error).__name__}: {error}".partition("\n")[0]
        return Finding("an examination failed", NO, words, "please report this as an error")
