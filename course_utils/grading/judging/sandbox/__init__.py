"""Processes that see nothing but what they are given, and have no way out.

forkserver           processes that begin with libraries loaded; forkserver_process is what forks
walls                a student's process, and what it may use and see
keeper               a student's parent: ends it, and hears what the kernel refused it
namespaces           what is in sight, and who one is
limits, cgroups      how much there is of everything
calls, seccomp       what the kernel may be asked for
landlock             a second wall around files
forbidden            libraries that an assignment forbids
connections          words between processes
places               where things lie inside and outside
"""
