"""Which way each cell is judged, found before the first student is graded.

The instructor's own answers must get all points and the release as it is none. A cell is judged in
the first way in which that is so: apart, inside, or by a person. Nothing here runs a notebook:
`submitted_notebook` lends its hands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from . import rules
from .notebooks.names import solved
from .notebooks.rebuild import is_answer, is_test, settings
from .verdicts import Finding, Verdict, VerdictKind, Way

Ways = Mapping[str, Finding]
Grade = Callable[[str, dict[str, Finding]], dict[str, Verdict]]  # "honest" or "empty", and how
HONEST, EMPTY = "honest", "empty"

# What a test says that cannot cross, what that is, and what would let it.
SIGNS = (
    (
        r"\binspect\b|getsource|__code__|\bdis\.",
        "it reads how an answer is written",
        "test what the answer gives",
    ),
    (
        r"redirect_std|StringIO|%%capture|capsys|sys\.std(out|err)|builtins\.print",
        "it captures what an answer prints",
        "let the answer return its text",
    ),
    (
        r"\bpatch\b|[Mm]ock|builtins\.|\binput\s*=|setattr\(",
        "it replaces a function that an answer calls",
        "let the answer take that function as an argument",
    ),
    (
        r"\bdel\s+\w|globals\(\)|locals\(\)|\bIn\[|\b_\b\s*==|doctest",
        "it looks at the notebook's names or takes one away",
        "call the answer with arguments, and look at what it returns",
    ),
    (
        r"\.seed\(|default_rng|\bGenerator\b",
        "it seeds a generator that the answer draws from",
        "let the answer take a seed as an argument",
    ),
    (
        r"\bopen\(|os\.path|\bPath\(|read_csv|\.exists\(|getcwd",
        "it reads or writes a file of the answer's",
        "let the answer take and return what is in the file",
    ),
    (
        r"\bplt\.|\bax\b|\bfig\b",
        "it looks at a figure that both draw on",
        "let the answer return its axes",
    ),
    (
        r"\bpd\.|assert_frame|\.equals\(|Series|DataFrame|\bdf\b",
        "it compares or computes with a table of the answer's",
        "compare plain data: list(df['column']), df.shape, df.to_numpy()",
    ),
    (
        r"\b(dir|vars|type)\(|__dict__|issubclass|\bis\b(?! not None| None)|isinstance|except ",
        "it asks what kind of object the answer's is",
        "compare plain data: float(x), list(x), x.name",
    ),
)
OTHER = (
    "it needs an object of the answer's that stays on the answer's side",
    "compare plain data: numbers, texts, lists, arrays",
)


@dataclass(frozen=True)
class _Tried:
    """What a cell got for the instructor's own answer, and for none."""

    honest: Verdict
    empty: Verdict

    @property
    def is_full(self) -> bool:
        honest = self.honest
        return honest.kind is VerdictKind.OK and honest.points == honest.maximum

    @property
    def is_fit(self) -> bool:
        return self.is_full and not (self.empty.points and self.honest.maximum)

    @property
    def is_certain(self) -> bool:
        return VerdictKind.INFRA not in (self.honest.kind, self.empty.kind)


def texts(instructor: NotebookNode, released: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The sources of the answers by grade_id: the instructor's own, and those of the release.

    Parameters
    ----------
    instructor
        The source version.
    released
        What students were given, by grade_id.
    """
    answers = {
        settings(cell).get("grade_id", ""): cell
        for cell in instructor.cells
        if is_answer(cell) and cell.cell_type == "code"
    }
    return {
        HONEST: {name: solved(cell.source) for name, cell in answers.items()},
        EMPTY: {name: released.get(name, "") for name in answers},
    }


def rehearse(instructor: NotebookNode, released: Mapping[str, str], grade: Grade) -> Ways:
    """Find which way each test cell of a notebook is judged.

    Parameters
    ----------
    instructor
        The source version.
    released
        What students were given, by grade_id.
    grade
        Grades "honest" or "empty" answers, cells in the ways given by grade_id.

    Returns
    -------
    dict
        A finding for every test cell, by grade_id.
    """
    answers = texts(instructor, released)
    is_there = {
        name: source.strip() != answers[EMPTY][name].strip()
        for name, source in answers[HONEST].items()
    }
    tests: dict[str, tuple[str, bool]] = {}  # source, and whether there is an answer to try
    answered = False
    for cell in instructor.cells:
        name = settings(cell).get("grade_id", "")
        answered = answered or is_there.get(name, False)
        if is_test(cell):
            tests[name] = cell.source, answered
    if not tests:
        return {}
    wanted = {
        name: rules.of_test(source, rules.Rules()).judge for name, (source, _) in tests.items()
    }
    apart = _try(grade, {})
    others = {
        name: Finding(name, Way.INSIDE)
        for name, (_, tried) in tests.items()
        if wanted[name] is not Way.APART
        and (wanted[name] is Way.INSIDE or (tried and not apart[name].is_fit))
    }
    inside = _try(grade, others) if others else {}
    found = {}
    for name, (source, tried) in tests.items():
        first = None if wanted[name] is Way.INSIDE else apart[name]
        found[name] = _finding(name, source, first, inside.get(name), tried)
    return found


def _try(grade: Grade, ways: dict[str, Finding]) -> dict[str, _Tried]:
    honest, empty = grade(HONEST, ways), grade(EMPTY, ways)
    return {name: _Tried(honest[name], empty[name]) for name in honest}


def _finding(
    name: str, source: str, apart: _Tried | None, inside: _Tried | None, tried: bool
) -> Finding:
    """The first way that is fit; one in which only the release gets points too; or a person."""
    certain = all(each.is_certain for each in (apart, inside) if each)
    for found, way in ((apart, Way.APART), (inside, Way.INSIDE)):
        if found and found.is_fit:
            return _as_it_is(name, source, way, apart, certain)
    for found, way in ((apart, Way.APART), (inside, Way.INSIDE)):
        if found and found.is_full:
            points = found.empty.points or 0.0
            note = f"an empty notebook gets {points:g} of {found.honest.maximum:g} points here"
            fair = _as_it_is(name, source, way, apart, certain)
            why = f"{fair.why}; {note}" if fair.why else note
            change = fair.change or "add a test that an empty answer fails"
            return Finding(name, way, why, change, points, certain)
    if not tried:
        way = Way.INSIDE if apart is None else Way.APART
        why = "the instructor's version has no answer before it that could be tried"
        return Finding(name, way, why, "write the answer into the source version", 0.0, certain)
    failed = [f"{word}: {_said(each.honest)}" for word, each in _both(apart, inside)]
    why = f"the instructor's own answer does not get all points ({'; '.join(failed)})"
    kinds = {each.honest.kind for _, each in _both(apart, inside)}
    change = _sign(source)[1]
    if VerdictKind.TIMEOUT in kinds:
        change = "### RULES seconds=..., or an answer that takes less time"
    elif inside:
        change = "put right the answer or the test, which fails beside the answer too"
    return Finding(name, Way.PERSON, why, change, 0.0, certain)


def _as_it_is(name: str, source: str, way: Way, apart: _Tried | None, certain: bool) -> Finding:
    if way is Way.APART:
        return Finding(name, way, certain=certain)
    what, change = _sign(source)
    if apart is None:
        return Finding(name, way, "its test says ### RULES judge=inside", change, 0.0, certain)
    said = _said(apart.honest)
    if apart.is_full:
        said = f"apart, an empty notebook gets {apart.empty.points or 0:g} points"
    return Finding(name, way, f"{what} ({said})", change, 0.0, certain)


def _both(apart: _Tried | None, inside: _Tried | None) -> list[tuple[str, _Tried]]:
    return [(str(way), each) for way, each in ((Way.APART, apart), (Way.INSIDE, inside)) if each]


def _said(verdict: Verdict) -> str:
    """How a test ended, in few words."""
    if verdict.kind is VerdictKind.OK:
        return f"{verdict.points:g} of {verdict.maximum:g} points"
    broken = verdict.kind is VerdictKind.BROKEN_TEST
    words = (
        verdict.detail if broken or verdict.message in ("", "the test fails") else verdict.message
    )
    return f"{verdict.kind}: {words}"[:200].rstrip(": ")


def _sign(source: str) -> tuple[str, str]:
    """What a test seems to need that cannot cross, and what would let it be judged apart."""
    for pattern, what, change in SIGNS:
        if re.search(pattern, source):
            return what, change
    return OTHER
