"""Grade a class with nbgrader: a course folder in, grades with reasons out.

course      the course folder: its assignments, and what the students handed in
files       folders that are there completely or not at all, and what files hash to
command     run one nbgrader command in a process of its own
release     the students' version of an assignment, made from the instructor's
fitness     is an assignment fit to be released?
secret      what of an assignment students must not see, in pieces that can be searched
leaks       is any of it in these files?
inside      all the text that is inside a file, whatever its kind
judging     run a notebook without trusting it, in the place of nbgrader's own execution
exercise    what grading a submission depends on, by value; judging one
warm_up     begin to load what judges need while the rest gets ready
pools       where submissions are judged: side by side here, or on a cluster
journal     what was graded already, from which files: a table in the gradebook
recorder    the one writer of graded notebooks, gradebook and journal
autograde   grade a class: read, judge side by side, write down one by one; resumably
grades      points and reasons, read from the gradebook and the graded notebooks
items       how the exercises did: difficulty, discrimination, what commonly fails
similarity  who answered alike
late        what lateness costs: a plug-in for nbgrader
exchange    folders through which assignments change hands on one machine
export      grades for spreadsheets, Canvas, Moodle and Gradescope
feedback    the pages and tables that go back to students and to the registry
text        words and numbers made fit to be shown
summary     what a run over a class came to, for people and for scripts
report      how a graded class looks in a terminal
mistakes    wrong answers with the points they must get, and demo classes made of them
demo        a whole course in a folder of its own, from release to grades
trials      other answers in a solution's place, graded by its exercise's own tests
mutants     are the tests sharp? an assignment's solution, changed in every small way
draws       are they fair? known answers, graded under many seeds
"""

from .course import Course, CourseError


def configure(c, **options) -> None:
    """Switch the judge on in an `nbgrader_config.py`: see `judging.plugin.configure`."""
    from .judging import plugin

    plugin.configure(c, **options)


__all__ = ["Course", "CourseError", "configure"]
