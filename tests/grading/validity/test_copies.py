"""Disguised copies do the same as what they were copied from, and are found all the same."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.grading.validity.copies import auc
from course_utils.grading.validity.disguises import DISGUISES

CODE = '''
LIMIT = 3

def collatz(number, most=50):
    """How often until 1."""
    steps, seen = 0, {number}
    offset = 1
    factor = 3
    while number != 1 and steps < most:
        if number % 2:
            number = factor * number + offset
        else:
            number //= 2
        steps += 1
        seen |= {number}
    largest = max(seen)
    evens = [value for value in seen if value % 2 == 0]
    return steps, largest, len(evens), LIMIT

class Counter:
    start = 2

    def __init__(self, first):
        self.first = first

    def total(self, numbers):
        total = self.start + self.first
        for value in numbers:
            total += value
        if total > 9:
            return -total
        return total * 2
'''


def outcome(source, number):
    space = {}
    exec(source, space)
    return space["collatz"](number), space["Counter"](number).total(range(number))


@pytest.mark.parametrize("name", DISGUISES)
@given(number=st.integers(1, 60))
def test_a_disguise_changes_the_text_and_nothing_else(name, number):
    copy = DISGUISES[name](CODE)

    assert copy != ast.unparse(ast.parse(CODE))
    assert outcome(copy, number) == outcome(CODE, number)


def test_statements_that_depend_on_each_other_keep_their_order():
    chained = "a = 1\nb = a + 1\na = 5\nc = print(a)\nd = print(b)"

    assert DISGUISES["reordered"](chained) == chained


def test_parameters_and_what_is_global_keep_their_names():
    copy = DISGUISES["renamed"]("def f(x, *, size=1):\n    global k\n    k = x = size\n    y = k")

    assert copy == "def f(x, *, size=1):\n    global k\n    k = x = size\n    value_1 = k"


@pytest.mark.parametrize(
    ("higher", "lower", "area"),
    [([0.9, 0.8], [0.1], 1.0), ([0.1], [0.9], 0.0), ([0.5], [0.5, 0.5], 0.5)],
)
def test_the_area_is_how_often_a_copy_is_more_alike(higher, lower, area):
    assert auc(higher, lower) == area
