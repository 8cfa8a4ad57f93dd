"""Grade a class with nbgrader: a course folder in, grades with reasons out.

For any nbgrader course: nothing here imports what teaches (layers, networks, figures, data sets).

course            the course folder, its assignments, and what the students handed in
roster            the class as data: persons, groups, due dates, extensions
late              what lateness costs: a plug-in for nbgrader
received          who handed in when: the table `received.csv`
tables            tables as spreadsheets and learning platforms save them
gradebook         whether this nbgrader can read the gradebook
exchange          folders through which assignments change hands on one machine
terms             what a class has left is put away, and the next term begins

judging           run one notebook without trusting it, in the place of nbgrader's own execution
authoring         before a class has it: release it, and find out whether its tests are good
running           grade a class: side by side, resumably, one writer
results           after it: grades, statistics, likenesses, tables
lms               back and forth between a learning platform and the course's folder

folders           folders that are there completely or not at all
fingerprint       what files hash to, and what a grade depends on besides them
nbgrader_process  run one nbgrader command in a process of its own
"""

from .course import Assignment, Course, CourseError


def configure(c, **options) -> None:
    """Switch the judge on in an `nbgrader_config.py`: see `judging.plugin.configure`.

    Parameters
    ----------
    c
        The configuration that nbgrader gives to `nbgrader_config.py`.
    **options
        Those of `judging.plugin.configure`.
    """
    from .judging import plugin

    plugin.configure(c, **options)


__all__ = ["Assignment", "Course", "CourseError", "configure"]
