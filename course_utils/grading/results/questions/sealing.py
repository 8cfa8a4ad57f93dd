"""Keys that cannot be read off a notebook: salted hashes of answers in one normal form.

This file is copied into quiz notebooks as it is, so it uses nothing but Python's own library. What
the seals are worth: nobody reads a key by chance or in the notebook's file. Whoever writes a
program can still try out answers, about ten in a second: a seal hides no letter of four, and no
small number, from somebody who wants to know it. Points should depend on a conversation.
"""

from __future__ import annotations

import ast
import hashlib

COST = 2**15  # of scrypt: a tenth of a second and 32 MB for each answer that is tried


def normal(answer: object) -> str:
    """An answer in the one form that is compared: 3.0 is 3, (1, 2) is [1, 2], b is B.

    Parameters
    ----------
    answer
        What was answered: a value, or a text of it.

    Examples
    --------
    >>> normal("(1, 2)"), normal([1.0, 2]), normal(" ValueError")
    ('[1,2]', '[1,2]', 'valueerror')
    """
    if isinstance(answer, str):
        try:
            answer = ast.literal_eval(answer.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return " ".join(str(answer).lower().split())
        if isinstance(answer, str):
            return " ".join(answer.lower().split())
    if not isinstance(answer, list | tuple) and hasattr(answer, "tolist"):
        answer = answer.tolist()  # an array, a tensor
    if isinstance(answer, list | tuple):
        return "[" + ",".join(map(normal, answer)) + "]"
    if isinstance(answer, dict):
        pairs = sorted((normal(key), normal(value)) for key, value in answer.items())
        return "{" + ",".join(f"{key}:{value}" for key, value in pairs) + "}"
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    return str(answer).lower()


def sealed(answer: object, salt: str) -> str:
    """The seal of an answer.

    Parameters
    ----------
    answer
        The answer.
    salt
        Of the question: hexadecimal digits.
    """
    text, grains = normal(answer).encode(), bytes.fromhex(salt)
    return hashlib.scrypt(text, salt=grains, n=COST, r=8, p=1, maxmem=2**27, dklen=16).hex()


class Quiz:
    """Says which answers are right, and how many; never what would be."""

    def __init__(self) -> None:
        self.right: dict[int, bool] = {}

    def check(self, number: int, answer: object, salt: str, seal: str) -> None:
        """Print whether an answer is right.

        Parameters
        ----------
        number
            The question's.
        answer
            The answer; None where there is none yet.
        salt, seal
            Of the right answer.
        """
        if answer is None:
            print(f"{number}: not answered yet. Replace None by your answer and run this cell.")
            return
        self.right[number] = sealed(answer, salt) == seal
        print(f"{number}: right." if self.right[number] else f"{number}: not yet.")

    def overview(self, questions: int) -> None:
        """Print how many answers are right.

        Parameters
        ----------
        questions
            How many there are.
        """
        print(f"Right answers: {sum(self.right.values())} of {questions}.")
