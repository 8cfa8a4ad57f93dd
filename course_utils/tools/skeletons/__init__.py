"""Beginnings: the smallest lecture, exercise, network or collection that passes the tests.

`course new` writes one, CONTRIBUTING.md says how to go on, and its recipes are tested with it.

lecture, exercise, network, collection
             each writes one beginning into a repository, and enters it where it is listed
templates    the files they begin with
files        what they share: names, templates, lists in source files
"""

from . import collection, exercise, lecture, network
from .files import SkeletonError

__all__ = ["SkeletonError", "collection", "exercise", "lecture", "network"]
