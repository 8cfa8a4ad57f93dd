"""Check yourself: a question in a notebook that tells right from wrong, and no more."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def check(answer, truth: Callable[[], object], hint: str = "") -> None:
    """Print whether an answer is right; never what would be.

    Parameters
    ----------
    answer
        The reader's answer: a number, a tuple or an array; None where there is none yet.
    truth
        Computes the right answer, so that the notebook does not have to say it.
    hint
        A sentence that helps on.

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
        print("Not answered yet: replace None by your answer and run this cell again.")
        return
    wanted = np.asarray(truth())
    try:
        given = np.asarray(answer, wanted.dtype if wanted.dtype.kind in "US" else float)
        right = given.shape == wanted.shape and bool(np.all(np.isclose(given, wanted)))
    except (TypeError, ValueError):
        right = False
    print("Right." if right else f"Not yet. {hint}".rstrip())
