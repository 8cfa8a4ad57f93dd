"""What the cells of exercises call: tests, check-yourself questions, and how to hand in.

checks      what test cells are written with: an error that says the next step
networks    answers in PyTorch or in Keras, whichever a student chose, under one contract
quiz        check-yourself questions in lectures
handing_in  out of Colab with it, under the name that the course expects

Notebooks import them from `course_utils` itself: `from course_utils import checks, quiz`.
"""
