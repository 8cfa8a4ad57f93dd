"""What an answer does when somebody watches: results of calls, values on the way, small changes.

asked     what is to be watched, as plain data
noting    an answer's own text, with a note beside every line that runs
notes     takes the notes, in the answer's process
described values as few plain words and numbers, on both sides of the wall
watch     the watching in the judge: calls, visible tests, changed lines

It gives no points. What comes of it is what an unknown process says of itself: facts that are
checked for their form, from which `results.questions` makes questions about somebody's own code.
"""
