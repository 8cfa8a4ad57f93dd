"""After a class was graded: what the gradebook and the graded notebooks say.

grades       points and reasons
items        how the exercises did: difficulty, discrimination, what commonly fails
similarity   who answered alike
export       tables for spreadsheets, Canvas, Moodle and Gradescope
what_if      what a change of the tests would do, by exercise and by student
totals       what a term came to
summary      what a run over a class came to, for people and for scripts
terminal     how a graded class looks in a terminal
"""
