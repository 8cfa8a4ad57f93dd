"""The leak check, of the feedback pages of a class."""

import nbformat

from course_utils.grading import Assignment
from course_utils.grading.authoring.leaks import Leak, Secrets
from course_utils.grading.authoring.secrets import SecretKind
from course_utils.grading.folders import files_below
from course_utils.grading.judging.notebooks import reading
from course_utils.grading.judging.notebooks.rebuild import settings


def in_feedback(assignment: Assignment, secrets: Secrets) -> list[Leak]:
    """What feedback pages say that they must not.

    A student's own words are no leak. With `reveal="messages"` pages say what hidden tests say, and
    so the cases and values that are named there; with "names" what their parts are called.
    """
    told = {
        "messages": (SecretKind.MESSAGE, SecretKind.CASE, SecretKind.VALUE),
        "names": (SecretKind.MESSAGE,),
    }
    secrets = secrets.without(*told.get(assignment.course.reveal, ()))
    locked = {
        settings(cell).get("grade_id")
        for file in assignment.notebooks()
        for cell in nbformat.read(file, as_version=4).cells
        if settings(cell).get("locked")
    }
    found: list[Leak] = []
    everybody = assignment.course.class_folder("feedback")
    for folder in sorted(everybody.glob(f"[!.]*/{assignment.name}")):
        student = folder.parent.name
        own = {
            secret.tokens
            for _, file in files_below(assignment.submitted(student), "*.ipynb")
            for text in _answers(file.read_bytes(), locked)
            for secret in secrets.inside(text)
        }
        pages = (
            (f"{everybody.name}/{student}/{assignment}/{name}", file.read_bytes())
            for name, file in files_below(folder)
        )
        leaks = secrets.find(pages)
        found += [leak for leak in leaks if not leak.secret or leak.secret.tokens not in own]
    return found


def _answers(data: bytes, locked: set[str]) -> list[str]:
    """What a student wrote, as far as the file can be read: all cells but the locked ones."""
    try:
        cells = reading.read(data).cells
    except reading.Unreadable:
        return []
    return [cell.source for cell in cells if cell.grade_id not in locked]
