"""What crosses the wall between a judge and a student's process: plain data, nothing else.

wire      how values are written down; decoded without pickle
values    those of the standard library and pandas, in plain parts
session   the judge's end: requests with a deadline, to a process that can be replaced
proxies   how a test sees what a student defined
student   the other end, behind the wall
made      what set-up cells made on both sides, as long as it is the same
shells    IPython, as both sides have it
"""
