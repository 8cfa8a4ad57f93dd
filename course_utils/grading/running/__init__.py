"""A class is graded: read, judged side by side, written down one by one; resumably.

grade_class   the run over a class
groups        who hands in together
work          what grading a submission depends on, by value; judging one
executors     where submissions are judged: side by side here, or on a cluster
interrupts    Ctrl-C that is heard wherever it falls
what_if       what a change of the tests would do, before it counts
warm_up       begin to load what judges need while the rest gets ready
journal       what was graded already, from which files: a table in the gradebook
recorder      the one writer of graded notebooks, gradebook and journal
pages         the feedback pages that go back to students
"""
