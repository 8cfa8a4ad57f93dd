"""Judge a notebook without trusting it: tests run on one side of a wall, answers on the other.

reading     a notebook file that nobody vouches for: cells, or why there are none
names       what can be read off a cell without running it
rebuild     the instructor's notebook with a student's answers in it, whatever was handed in
steps       what a notebook is to a judge
hidden      the lines of a test that students do not see
rules       what an instructor states about an exercise
nursery     warm processes that fork: judges, students' processes, pages
namespaces  a root of its own for a process, by system calls
walls       the student's process behind a wall, and whether this machine has walls
student     the student's side: runs cells and answers calls; its own replies are not trusted
wire        plain data between the two, never pickled
session     the judge's end of the wire: time limits, crashes, replays
proxies     how a test sees what a student defined
judge       run a rebuilt notebook and give every graded cell a verdict
verdicts    the words for it
run         a judge in a process of its own; one that hangs or dies is begun again
notebook    one notebook from the bytes that were handed in to a graded one
page        a feedback page, in a process of its own
limits      what a process may still do, applied to itself
staging     clean copies of what was handed in, which nbgrader may read
doctor      tries every wall, for `course doctor`
show        the judged notebook, and what of it students get back
plugin      in the place of nbgrader's execution: `course_utils.grading.configure(c)`
"""
