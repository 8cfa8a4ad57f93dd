"""What is done with a notebook as a file: it is run, kept true, looked at.

files           read as what they should be, and written in one step
stamp           badge and set-up cell, from one setting
execution       run from top to bottom: what everything below shares
running         run, and stored with its outputs
last_run        when that was, with what, how fast and in how much memory
exercise_check  a student's notebook, run before it is handed in
render          run, and turned into a page
folded          cells whose code only those see who ask for it
readability     what a lecture promises its readers: prose, lines that fit, solutions
inspection      what would break it for its readers, seen without running it
"""
