"""Judge a notebook without trusting it: tests run on one side of a wall, answers on the other.

plugin              in the place of nbgrader's execution: `course_utils.grading.configure(c)`
kept_ways           which way cells are judged, kept with the assignment
submitted_notebook  one notebook, from the bytes that were handed in to a graded one
judge_process       a judge in a process of its own; one that hangs or dies is begun again
rehearsal           which way is fit? the instructor's own answers are graded
judge               run a rebuilt notebook and give every graded cell a verdict
inside              a test beside the answers, behind the same walls
verdicts            the words for it
rules               what an instructor states about an exercise
outputs             the judged notebook, and what of it students get back
ladders             hints for what a notebook's tests say, folded
hooks               what a course makes ready for its judges
feedback_page       a feedback page, in a process of its own
probes              tries every wall, for `course doctor`

notebooks           from what somebody handed in to a notebook that can be judged
across              what crosses the wall: plain data
sandbox             processes that see nothing but what they are given
"""
