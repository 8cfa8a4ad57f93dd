"""A student's questions: different in kind, about different answers, the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from . import wording
from .asking import About, Question

ASKED = 5  # questions of a student

# What is asked first, as far as there is a choice: what shows most that somebody knows the code.
WORTH = {
    About.UNNOTICED: 4,
    About.CHANGED: 4,
    About.HARMLESS: 3,
    About.RESULT: 3,
    About.NEXT: 3,
    About.COUNT: 2,
    About.VALUE: 2,
    About.SHAPE: 2,
    About.LAYER: 3,
    About.LEARNED: 2,
}


def choose(found: Sequence[Question], seed: str, most: int = ASKED) -> list[Question]:
    """So many questions, as different as can be.

    Parameters
    ----------
    found
        All that can be asked.
    seed
        Of the choice.
    most
        How many.
    """
    chance = random.Random(f"choice {seed}")
    left = list(found)
    chance.shuffle(left)
    chosen: list[Question] = []
    while left and len(chosen) < most:
        kinds = Counter(each.about for each in chosen)
        exercises = Counter(each.exercise for each in chosen)
        lines = Counter((each.exercise, each.line) for each in chosen)
        best = min(
            left,
            key=lambda q: (
                exercises[q.exercise],
                kinds[q.about],
                lines[q.exercise, q.line],
                _is_easy(q),
                -WORTH[q.about],
                len(q.code) > 400,
            ),
        )
        chosen.append(best)
        left.remove(best)
    order = {name: number for number, name in enumerate(dict.fromkeys(q.exercise for q in found))}
    return sorted(chosen, key=lambda q: order[q.exercise])


def _is_easy(question: Question) -> bool:
    """Whether the answer is an error's name, or a single digit, which are soon guessed."""
    if question.about not in (About.RESULT, About.CHANGED):
        return False
    digits = [sign for sign in question.key if sign.isdigit()]
    return question.form == wording.HOW["error"] or len(digits) < 2 or set(digits) == {"0"}
