"""First aid: what this machine is ready for, what is missing for what, and the remedy.

findings    what was found, and how it is said
packages    Python and libraries against what the course asks for and was tested with
machine     a kernel that starts, memory, disk, GPU
supplies    where the data come from: the cache, the network, a mirror
classroom   what grading leans on: nbgrader in JupyterLab, the gradebook, the walls
workshop    what changing the course needs: git, the hooks, a browser

The students' edition has neither classroom nor workshop, and is not meant for what they look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import machine, packages, supplies
from .findings import NO, NOTE, Finding, Finished, UnknownPurpose, as_json, closing, lines

__all__ = [
    "PURPOSES",
    "Finding",
    "Finished",
    "Purpose",
    "UnknownPurpose",
    "as_json",
    "closing",
    "examine",
    "lines",
]


@dataclass(frozen=True)
class Circumstances:
    """What is examined; `asked` says that somebody named the purposes."""

    root: Path
    course: Path | None
    wanted: packages.Wanted
    installed: dict[str, str]
    thorough: bool
    asked: bool


Look = Callable[[Circumstances], Finding | None]


@dataclass(frozen=True)
class Purpose:
    """Something one may want of the course, and what is looked at for it.

    Attributes
    ----------
    extras
        The extras of pyproject.toml that it needs; "" is what the package itself needs. An edition
        of the course that has none of them, such as the students', is not meant for it.
    sign
        The library by which one sees that somebody wants it: where that is not installed nothing
        is missing, unless somebody asks.
    looks
        Gives what is looked at; called only where this edition is meant for the purpose.
    """

    key: str
    title: str
    extras: tuple[str, ...]
    sign: str = ""
    looks: Callable[[], tuple[Look, ...]] = lambda: ()


def _lectures() -> tuple[Look, ...]:
    return (
        lambda here: packages.python(here.wanted),
        lambda here: packages.as_tested(here.wanted, here.installed, here.root),
        lambda here: machine.kernel(thorough=here.thorough),
        lambda here: machine.memory(),
        lambda here: machine.disk(),
        lambda here: machine.gpu(thorough=here.thorough),
    )


def _data() -> tuple[Look, ...]:
    return (
        lambda here: supplies.cache(),
        lambda here: supplies.sample(),
        lambda here: supplies.places(),
    )


def _grading() -> tuple[Look, ...]:
    from . import classroom

    return (
        lambda here: classroom.extensions(),
        lambda here: classroom.gradebook(here.course),
        lambda here: classroom.walls(here.asked),
    )


def _contributing() -> tuple[Look, ...]:
    from . import workshop

    return (
        lambda here: packages.as_tested(here.wanted, here.installed, here.root, strict=here.asked),
        lambda here: workshop.clone(here.root),
        lambda here: workshop.hooks(here.root),
        lambda here: workshop.browser(),
    )


PURPOSES = (
    Purpose(
        "lectures",
        "To run the lectures",
        ("", "lectures", "torch", "tensorflow", "medmnist", "lab"),
        sign="matplotlib",
        looks=_lectures,
    ),
    Purpose("data", "To load data", ("lectures",), sign="pooch", looks=_data),
    Purpose("grading", "To grade a class", ("grading",), sign="nbgrader", looks=_grading),
    Purpose("book", "To build the book", ("book",), sign="sphinx"),
    Purpose("contributing", "To change the course", ("dev",), sign="pytest", looks=_contributing),
)


def examine(
    root: Path,
    purposes: Sequence[str] = (),
    *,
    course: Path | None = None,
    thorough: bool = False,
) -> Iterator[Finished]:
    """Look at everything, and tell purpose by purpose; what takes long is begun at once.

    Parameters
    ----------
    root
        The folder that is the repository.
    purposes
        Keys of `PURPOSES`. With none, all of them, and what nobody seems to want is not missing.
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
    here = Circumstances(
        root, course, packages.wanted(root), packages.installed(), thorough, bool(purposes)
    )
    chosen = [known[key] for key in purposes or known]
    if not purposes:
        chosen = [purpose for purpose in chosen if _is_for(purpose, here)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        begun = [(purpose, _begin(pool, purpose, here)) for purpose in chosen]
        for purpose, looks in begun:
            yield _finish(purpose, looks, here)


def _is_for(purpose: Purpose, here: Circumstances) -> bool:
    """Whether this edition of the course is meant for it."""
    extras = here.wanted.requirements
    return not purpose.extras or any(extra in extras for extra in purpose.extras)


def _begin(pool: ThreadPoolExecutor, purpose: Purpose, here: Circumstances) -> list:
    """Begin with all looks of a purpose, unless it has not what they would look at."""
    absent = purpose.sign and purpose.sign not in here.installed
    if absent or not _is_for(purpose, here):
        return []
    return [pool.submit(_safely, look, here) for look in purpose.looks()]


def _finish(purpose: Purpose, begun: list, here: Circumstances) -> Finished:
    if not _is_for(purpose, here):
        words = "this edition of the course is for students"
        found = Finding("edition", NO, words, "take the instructors' repository")
        return Finished(purpose.key, purpose.title, (found,))
    if not begun and purpose.sign not in here.installed and not here.asked:
        words = f"{purpose.sign} is not installed; if you want this, type"
        remedy = packages.install(here.wanted, purpose.extras, here.root)
        absent = Finding("libraries", NOTE, words, remedy)
        return Finished(purpose.key, purpose.title, (absent,), meant=False)
    first = packages.libraries(here.wanted, purpose.extras, here.installed, here.root)
    results = [first, *(future.result() for future in begun)]
    return Finished(purpose.key, purpose.title, tuple(dict.fromkeys(filter(None, results))))


def _safely(look: Look, here: Circumstances) -> Finding | None:
    """A look that fails has found something too: a doctor who faints helps nobody."""
    try:
        return look(here)
    except Exception as error:
        library = (getattr(error, "name", None) or "").partition(".")[0]
        if isinstance(error, ModuleNotFoundError) and library not in ("", "course_utils"):
            remedy = f"{packages.pip()} install {library}"
            return Finding("libraries", NO, f"{library} is missing", remedy)
        words = f"an examination failed: {type(error).__name__}: {error}".partition("\n")[0]
        return Finding("the doctor", NO, words, "please report it, with these lines")
