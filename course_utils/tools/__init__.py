"""What keeps a course going. Nothing else imports it.

cli          the command `course`: it parses, calls and prints
lab          JupyterLab, opened where one begins; jupyter holds its settings
notebooks    notebooks as files: run, kept true, looked at
evidence     lectures run again, otherwise: how sure the course is of what it says
doctor       first aid for a machine
book         the web site
publishing   the students' edition of the repository
skeletons    beginnings of lectures, exercises, networks and collections
"""
