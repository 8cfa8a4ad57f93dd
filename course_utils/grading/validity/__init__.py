"""Grades with an error bar: how far can the points of an assignment be trusted?

rates          counts with their intervals
tried          known answers and mutants, judged under many seeds: what was judged wrongly
simulated      a class made of those judgements: reliability, and what each exercise tells
disguises      code rewritten so that it does the same
copies         does `course alike` find copies in disguise?
report         all of it, for one assignment; kept beside the course
table          the same for people
"""
