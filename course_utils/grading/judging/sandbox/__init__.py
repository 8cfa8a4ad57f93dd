"""Processes that see nothing but what they are given, and have no way out.

forkserver           processes that begin with libraries loaded; forkserver_process is what forks
walls                a student's process, and what it may use and see
namespaces, limits   the kernel's own means: what is in sight, how much there is of everything
connections          words between processes
places               where things lie inside and outside
"""
