"""Three thousand hand-ins go there and back: none is lost, none is there twice, and quickly."""

import csv
import io
import time
import zipfile

import pytest

from course_utils.grading.lms import collecting, returning
from course_utils.grading.running.origins import Withdrawn
from course_utils.grading.running.recorder import Recorder

MANY = 3_000
# So many times what it takes to unpack, read twice and pack the same files without looking at them:
# it was 43 times on a machine that others kept busy.
TIMES = 120


def members(system):
    """What a platform would put into its zip for student number n, and that number."""
    for n in range(MANY):
        text = f'{{"of": {n}}}'
        late = "_LATE" if n % 7 == 0 else ""
        if system == "canvas":
            yield f"sname{n}{late}_{10_000 + n}_{90_000 + 3 * n}_numbers-{n % 4}.ipynb", text
        elif n % 3:
            yield f"S Name{n}_{50_000 + n}_assignsubmission_file_/a b/numbers.ipynb", text
        else:
            yield f"S Name{n}_{50_000 + n}_assignsubmission_file_numbers (1).ipynb", text


def roster():
    head = "Student,ID,SIS User ID,SIS Login ID,Section\n"
    return head + "".join(f'"Name{n}, S",{10_000 + n},u{n},s{n},A\n' for n in range(MANY + 5))


def worksheet():
    head = "Identifier,Full name,ID number,Status,Grade,Last modified (submission),"
    rows = (
        f"Participant {50_000 + n},S Name{n},u{n},,,5 January 2026 2:{n % 60:02} PM,-,\n"
        for n in range(MANY + 5)
    )
    return head + "Last modified (grade),Feedback comments\n" + "".join(rows)


def grade_all(course):
    """Everyone has n % 6 points, and a page that says so; nothing is judged."""
    from nbgrader.api import Grade, Gradebook, SubmittedAssignment, SubmittedNotebook

    assignment = course.assignment("ps0")
    with Gradebook(course.database) as gradebook:
        row = gradebook.find_assignment("ps0_numbers")
        (notebook,) = row.notebooks
        cells = {cell.name: cell.id for cell in notebook.grade_cells}
        assignment_id, notebook_id = row.id, notebook.id
        for n in range(MANY):
            submitted = SubmittedAssignment(assignment_id=assignment_id, student_id=f"s{n}")
            own = SubmittedNotebook(notebook_id=notebook_id, assignment=submitted)
            for name, points in (("test_double", min(n % 6, 2)), ("test_halve", max(n % 6 - 2, 0))):
                Grade(
                    cell_id=cells[name],
                    notebook=own,
                    auto_score=points,
                    needs_manual_grade=False,
                )
            gradebook.db.add(submitted)
            page = assignment.feedback(f"s{n}") / "numbers.html"
            page.parent.mkdir(parents=True)
            page.write_text(f"page of {n}")
        gradebook.db.commit()


def plainly(download, folder):
    """Seconds of a processor in which the same files are unpacked, read twice and packed."""
    began = time.process_time()
    with zipfile.ZipFile(download) as archive:
        for n, name in enumerate(archive.namelist()):
            (folder / f"s{n}").mkdir(parents=True)
            (folder / f"s{n}" / "numbers.ipynb").write_bytes(archive.read(name))
    for _ in range(2):
        texts = {path: path.read_bytes() for path in folder.rglob("*.ipynb")}
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in texts.items():
            archive.writestr(str(path.relative_to(folder)), text)
    return time.process_time() - began


@pytest.mark.proof
@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("system", ["moodle", "canvas"])
def test_none_is_lost_and_none_is_there_twice(course, zipped, tmp_path, system):
    (course.root / "roster.csv").write_text(roster())
    download, sheet = zipped(members(system)), tmp_path / "sheet.csv"
    sheet.write_text(worksheet())
    files = [download, *([sheet] if system == "moodle" else [])]

    began = time.process_time()
    for _ in range(2):
        made = collecting.plan(course, files, system)
        collecting.carry_out(made)
    spent = time.process_time() - began

    assert made.count(collecting.State.SAME) == MANY
    found = list((course.root / "submitted").rglob("*.ipynb"))
    of = {path.relative_to(course.root / "submitted").parts[0]: path.read_text() for path in found}
    assert len(found) == MANY and of == {f"s{n}": f'{{"of": {n}}}' for n in range(MANY)}

    began = time.process_time()
    with Recorder(course.assignment("ps0")) as recorder:
        recorder.begin({}, Withdrawn())  # which enters the roster
    spent += time.process_time() - began
    grade_all(course)
    began = time.process_time()
    returned = returning.give_back(course.assignment("ps0"), system)
    spent += time.process_time() - began

    table, feedback = returned.files
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8"))))
    at = rows[0].index("Grade" if system == "moodle" else "ps0_numbers")
    first = 1 if system == "moodle" else 2
    number = {row[0 if system == "moodle" else 1].split()[-1]: row[at] for row in rows[first:]}
    base = 50_000 if system == "moodle" else 10_000
    points = [n % 6 if n < MANY else 0 for n in range(MANY + 5)]
    assert number == {str(base + n): str(points[n]) for n in range(MANY + 5)}
    with zipfile.ZipFile(feedback) as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    ids = {next(w for w in name.split("_") if w.isdigit()): text for name, text in pages.items()}
    assert ids == {str(base + n): f"page of {n}" for n in range(MANY)} and len(pages) == MANY
    plain = plainly(download, tmp_path / "plain")
    print(f"{system}: {spent:.1f} s, plainly {plain:.2f} s")
    assert spent < TIMES * plain, f"{spent / plain:.0f} times as long as plainly"
