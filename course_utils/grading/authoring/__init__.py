"""Before a class has it: an assignment is released, and its tests are put to the test.

release         the students' version of an assignment, made from the instructor's
source_checks   is an assignment fit to be released?
hint_checks     which hints students get with it; do any give something away?
hint_survey     which known mistakes do hints help with?
self_check      which way is each graded cell judged? the instructor's own answers are graded
trust           what do its tests take on an answer's word?
secrets         what of an assignment students must not see, in pieces that can be searched
text_in_files   all the text that is inside a file, whatever its kind
leaks           is any secret in these files?
substitutes     other answers in a solution's place, graded by the solution's own tests
judged_answers  known answers, judged one by one by the tests of their own exercise
mistakes        wrong answers with the points they must get, and demo classes made of them
mutants         are the tests sharp? an assignment's solution, changed in every small way
fairness        are they fair? known answers, graded under many seeds
demo            a whole course in a folder of its own, from release to grades
"""
