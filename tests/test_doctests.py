"""The examples in the docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import course_utils

MODULES = [info.name for info in pkgutil.walk_packages(course_utils.__path__, "course_utils.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    result = doctest.testmod(import_module(name))

    assert result.failed == 0


def test_there_are_examples():
    found = [doctest.DocTestFinder().find(import_module(name)) for name in MODULES]

    assert sum(bool(test.examples) for tests in found for test in tests) >= 8
