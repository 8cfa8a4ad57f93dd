"""How far the points of an assignment can be trusted, in one table; kept for the book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ..authoring import measured
from ..course import Assignment, Course
from . import copies, simulated, tried
from .copies import Copies, Found
from .rates import Rate
from .simulated import Item, SimulatedClass
from .tried import Exercise

FILE = "validity.json"  # in the course's folder

# What is aimed at: shares of points wrongly taken and wrongly given, reliability, copies found.
FALSE_FAIL, FALSE_PASS, ALPHA, AUC = 0.001, 0.02, 0.8, 0.95


@dataclass(frozen=True)
class Validity:
    """What was found about an assignment.

    Attributes
    ----------
    assignment
        Its name.
    date
        The day, in UTC.
    seeds
        Of the hidden tests, under which each known answer was judged.
    exercises
        Rates of each: its `grade_id`, `points`, `false_fail`, `false_pass`, `mutants`.
    unsteady
        Answers whose points depend on the seed, of all that were tried.
    simulated
        A class made of the judgements; None where fewer than two exercises can be used.
    copies
        What `course alike` makes of planted copies; None where there is too little code.
    unsteady_answers
        Which answers those are, each after its exercise: for the instructor, not for the book.
    """

    assignment: str
    date: date
    seeds: int
    exercises: tuple[Rates, ...]
    unsteady: Rate
    simulated: SimulatedClass | None
    copies: Copies | None
    unsteady_answers: tuple[str, ...] = ()

    @property
    def false_fail(self) -> Rate:
        """Right answers that lost points, over all exercises."""
        return sum((each.false_fail for each in self.exercises), Rate(0, 0))

    @property
    def false_pass(self) -> Rate:
        """Known wrong answers and mutants that got all points."""
        wrong = (each.false_pass + each.mutants for each in self.exercises)
        return sum(wrong, Rate(0, 0))

    @property
    def weights(self) -> list[float]:
        """The points of the exercises of which a class could be made."""
        items = {item.grade_id for item in self.simulated.items} if self.simulated else set()
        return [each.points for each in self.exercises if each.grade_id in items]

    def missed(self) -> list[str]:
        """The goals that are not reached, a line each."""
        lines = []
        for what, rate, most in (
            ("right answers lose points", self.false_fail, FALSE_FAIL),
            ("wrong answers get all points", self.false_pass, FALSE_PASS),
        ):
            if rate.share > most:
                lines.append(f"{what}: {in_words(rate)}, the goal is at most {most:.1%}")
        if self.simulated and self.simulated.alpha < ALPHA:
            lines.append(
                f"alpha is {self.simulated.alpha:.2f}, the goal is at least {ALPHA}: "
                f"{len(self.weights)} exercises can reach {simulated.ceiling(self.weights):.2f}"
            )
        for found in self.copies.found if self.copies else ():
            if found.auc < AUC:
                lines.append(
                    f"copies that were {found.disguise}: AUC {found.auc:.3f}, the goal is at "
                    f"least {AUC}"
                )
        return lines


@dataclass(frozen=True)
class Rates:
    """What was judged wrongly in one exercise."""

    grade_id: str
    points: float
    false_fail: Rate
    false_pass: Rate
    mutants: Rate

    @classmethod
    def of(cls, exercise: Exercise) -> Rates:
        """Of what was tried.

        Parameters
        ----------
        exercise
            One, with what came of its answers.
        """
        own = exercise.false_fail, exercise.false_pass, exercise.mutants
        return cls(exercise.grade_id, exercise.points, *own)


def measure(
    assignment: Assignment,
    seeds: int,
    *,
    workers: int = 1,
    on_done: Callable[[int, int], None] = lambda done, total: None,
) -> Validity:
    """Find out about an assignment, which has known answers and was released.

    Parameters
    ----------
    assignment
        Whose tests are asked.
    seeds
        How many seeds each known answer is judged under.
    workers
        Answers judged side by side.
    on_done
        Called now and then with how many steps are done and how many there are.

    Raises
    ------
    CourseError
        If a worked solution does not get all points, or copydetect is missing.
    """
    found = copies.look_for(assignment, on_done=on_done)
    exercises = tried.try_all(assignment, seeds, workers=workers, on_done=on_done)
    able = [each for each in exercises if {a.is_right for a in each.answers} == {True, False}]
    unsteady = tuple(f"{a.grade_id}: {a.name}" for each in exercises for a in each.unsteady)
    return Validity(
        assignment.name,
        datetime.now(UTC).date(),
        seeds,
        tuple(map(Rates.of, exercises)),
        Rate(len(unsteady), sum(len(each.answers) for each in exercises)),
        simulated.simulate(able) if len(able) > 1 else None,
        found,
        unsteady,
    )


def in_words(rate: Rate) -> str:
    """A rate with its interval.

    Parameters
    ----------
    rate
        Any.

    Examples
    --------
    >>> in_words(Rate(1, 200))
    '1 of 200 (0.50 %, 0.09 to 2.78 %)'
    """
    if not rate.trials:
        return "none tried"
    share, low, high = (100 * value for value in (rate.share, *rate.interval))
    return f"{rate.hits:,} of {rate.trials:,} ({share:.2f} %, {low:.2f} to {high:.2f} %)"


# --- kept beside the course --------------------------------------------------------------


def read(course: Course) -> dict[str, Validity]:
    """What was stored, by the name of the assignment; empty where nothing was.

    Parameters
    ----------
    course
        In whose folder the file lies.

    Raises
    ------
    UserError
        If the file is damaged.
    """
    return measured.read(course, FILE, "`course validity --store`", _from_record)


def write(course: Course, found: Validity) -> Path:
    """Store what was found in the place of what was found earlier; returns the file.

    Parameters
    ----------
    course
        In whose folder the file lies.
    found
        About one of its assignments.

    Raises
    ------
    UserError
        If the file is damaged, or cannot be written.
    """
    merged = read(course) | {found.assignment: found}
    return measured.write(course, FILE, {name: as_record(each) for name, each in merged.items()})


def as_record(found: Validity) -> dict:
    """As texts, numbers and lists only.

    Parameters
    ----------
    found
        About an assignment.
    """
    record = asdict(found)
    del record["assignment"]
    return record | {"date": found.date.isoformat()}


def _from_record(name: str, record: dict) -> Validity:
    rates = tuple(
        Rates(
            each["grade_id"],
            each["points"],
            *(Rate(**each[key]) for key in ("false_fail", "false_pass", "mutants")),
        )
        for each in record["exercises"]
    )
    of_class, planted = record["simulated"], record["copies"]
    return Validity(
        name,
        date.fromisoformat(record["date"]),
        record["seeds"],
        rates,
        Rate(**record["unsteady"]),
        of_class and SimulatedClass(of_class["alpha"], tuple(Item(**i) for i in of_class["items"])),
        planted
        and Copies(
            tuple(Found(**(each | {"named": Rate(**each["named"])})) for each in planted["found"]),
            Rate(**planted["accused"]),
        ),
        tuple(record.get("unsteady_answers", ())),
    )
