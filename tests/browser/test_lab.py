"""JupyterLab as `course lab` opens it: the first page, a lecture, Validate, the Assignment List."""

import re
import shutil
from pathlib import Path

import jupyterlab_page as lab
import nbformat
import pytest

from course_utils.grading import Course, demo

REPOSITORY = Path(__file__).parents[2]
LECTURE = "05_backprop_through_convolution.ipynb"
ASSIGNMENT = "ps1_convolution"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A course's folder with two lectures, never run, and an assignment, released."""
    root = tmp_path_factory.mktemp("class")
    course = Course(REPOSITORY / "assignments")
    demo.lay_out(course, ASSIGNMENT, root)
    shutil.copytree(course.folder("release", ASSIGNMENT), root / "release" / ASSIGNMENT)
    for name in ("00_start_here.ipynb", LECTURE):
        lab.clear(REPOSITORY / "lectures" / name, root / "lectures" / name)
    return root


@pytest.fixture(scope="module")
def server(folder, open_lab):
    return open_lab(folder)


def test_the_address_on_the_terminal_opens_on_the_first_lecture(server, page):
    page.goto(server.address)
    lab.wait_for_notebook(page, "00_start_here")

    page.locator(lab.PANEL).get_by_role("heading", name="Start here").wait_for()
    assert "JupyterLab opens on lectures/00_start_here.ipynb." in server.terminal.read_text()


def test_a_lecture_runs_from_top_to_bottom(server, folder, page):
    page.goto(server.at(f"/lab/tree/lectures/{LECTURE}"))
    lab.wait_for_notebook(page, LECTURE[:12])

    cells = lab.run_all(page, folder / "lectures" / LECTURE)

    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs and not [o for o in outputs if o.output_type == "error"]


def test_validate_names_what_is_not_solved(server, folder, page):
    page.goto(server.at(f"/lab/tree/release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))
    lab.wait_for_notebook(page, ASSIGNMENT[:12])

    page.locator(lab.PANEL).get_by_role("button", name="Validate").click()
    said = page.get_by_role("dialog")
    said.wait_for(timeout=lab.MINUTE)

    words = said.inner_text()
    assert words.startswith("Validation Results")
    assert set(re.findall(r"Exercise (\d+).*: not solved yet", words)) == set("12345678")


def test_a_released_assignment_is_fetched_and_handed_in(server, folder, page):
    page.goto(server.at("/formgrader/manage_assignments"))
    page.get_by_role("row", name=ASSIGNMENT).locator(".release a").click()
    page.get_by_text(f"Successfully released '{ASSIGNMENT}'").wait_for()
    page.goto(server.at("/lab"))
    lab.choose(page, "Nbgrader", "Assignment List")
    page.get_by_role("button", name="Fetch").click()
    page.get_by_role("button", name="Submit").click()

    page.locator("#submitted_assignments_list").get_by_text(ASSIGNMENT).first.wait_for()

    fetched = folder / "fetched" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    [handed_in] = (folder / "exchange/cnn/inbound").glob(f"*/{ASSIGNMENT}.ipynb")
    assert nbformat.read(handed_in, 4) == nbformat.read(fetched, 4)
