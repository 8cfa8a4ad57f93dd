"""The smallest input on which an answer and the instructor's solution differ.

asked        which searches a notebook's rules and generators ask for, after it was judged
drawing      what a generator of inputs is given to draw with
differences  how two results differ, so that a student can see it
search       tries inputs, small ones first, and shrinks what it finds (hypothesis)
cells        the cell that a student can run
beside       the search in the judge: answer and solution side by side

It runs after all tests, in a judge and a student's process that have met no hidden test, and
changes no points. Whatever goes wrong, the search ends, and nothing is shown.
"""
