"""The course's nbgrader settings: every `nbgrader` command in this folder reads them."""

from pathlib import Path

from course_utils.grading import configure, exchange

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.root = str(Path(__file__).parent.resolve())
# One machine: what Formgrader releases and collects, and JupyterLab's Assignment List fetches and
# hands in, stays in this folder. On a server with many users write instead
# c.Exchange.root = "/srv/nbgrader/exchange", a folder that all of them may write to.
exchange.keep_in(c, c.CourseDirectory.root)

# An endless loop costs the cell it runs in, after this many seconds, and no more.
c.Execute.timeout = 30
# Answers run behind a wall, tests where no answer can reach them; students are told what tests say.
# Judges make the samples of data sets that notebooks load, and answers can read them.
configure(c, reveal="messages", prepare="course_utils.datasets:for_judges")
# What stands in the students' version where the instructor's has a solution.
c.ClearSolutions.code_stub = {
    "python": "# Write your answer here, in place of the next line.\nraise NotImplementedError()"
}
