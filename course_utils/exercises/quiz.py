"""Check yourself: a question in a notebook that tells right from wrong, and no more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

UNANSWERED = "Not answered yet: replace None by your answer and run this cell again."


def check(answer, truth: Callable[[], object] | object, hint: str = "") -> None:
    """Print whether an answer is right; never what would be.

    Parameters
    ----------
    answer
        The reader's answer: a number, a word, a tuple or an array; None where there is none yet.
    truth
        Computes the right answer, so that the notebook does not have to say it; it is not
        called before there is an answer. Or the right answer itself.
    hint
        A sentence that helps on.

    Notes
    -----
    Numbers may differ in their eighth digit, words in capitals and in blanks around them.

    Examples
    --------
    >>> check(None, lambda: 6 * 7)
    Not answered yet: replace None by your answer and run this cell again.
    >>> check(41, lambda: 6 * 7, hint="Six rows of seven.")
    Not yet. Six rows of seven.
    >>> check(42, lambda: 6 * 7)
    Right.
    """
    if answer is None:
        print(UNANSWERED)
        return
    right = _is_right(answer, truth() if callable(truth) else truth)
    print("Right." if right else f"Not yet. {hint}".rstrip())


def _is_right(answer, truth) -> bool:
    if isinstance(truth, str):
        return isinstance(answer, str) and answer.strip().lower() == truth.strip().lower()
    if isinstance(answer, str):  # "12" is a word, not a number
        return False
    wanted = np.asarray(truth, float)
    try:
        given = np.asarray(answer, float)
    except (TypeError, ValueError):
        return False
    return given.shape == wanted.shape and bool(np.all(np.isclose(given, wanted, rtol=1e-8)))
