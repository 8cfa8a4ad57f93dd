"""The course's nbgrader settings: every `nbgrader` command in this folder reads them."""

from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "cnn"
c.CourseDirectory.root = str(Path(__file__).parent.resolve())

# An endless loop costs the cell it runs in, after this many seconds, and no more.
c.Execute.timeout = 30
# A cell tagged `skip-execution` would otherwise pass for a test without an error.
c.Execute.skip_cells_with_tag = "__never__"
# A test cell that a student deleted, or that Colab lost, is put back.
c.OverwriteCells.add_missing_cells = True
# What stands in the students' version where the instructor's has a solution.
c.ClearSolutions.code_stub = {
    "python": "# Write your answer here, in place of the next line.\nraise NotImplementedError()"
}
