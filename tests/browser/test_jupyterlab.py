"""JupyterLab as `course lab` opens it: a lecture, knobs, Validate, the Assignment List."""

import re
import shutil

import jupyterlab_page as lab
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from course_utils.grading import Course
from course_utils.grading.authoring import demo

REPOSITORY = lab.REPOSITORY
FIRST = "lectures/00_start_here.ipynb"
ASSIGNMENT = "ps1_convolution"
KNOB = """from course_utils import figures

def line(n):
    return figures.curves([0, 1], {"n": [0, n]}, xlabel="x", ylabel="y", title=f"Slope {n}")

figures.turn(line, n=[1, 2, 3])"""
STEPS = """from course_utils import figures

figures.step(figures.slide([[1, 2, 3]], [[1, -1]]))"""

APART = """from course_utils import figures

figures.take_apart([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[1, 0], [0, -1]], bias=[1.5])"""

LARGE = """import numpy as np
from course_utils import figures

figures.take_apart(np.indices((512, 512)).sum(axis=0) % 3 / 2, [[0, 1], [1, 0]])
figures.take_apart(np.ones((6, 14, 14)), np.arange(16 * 6 * 25).reshape(16, 6, 5, 5))"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A course's folder with the first lecture, never run, and an assignment, released."""
    root = tmp_path_factory.mktemp("class")
    assignment = Course(REPOSITORY / "assignments").assignment(ASSIGNMENT)
    demo.lay_out(assignment, root)
    shutil.copytree(assignment.release, root / "release" / ASSIGNMENT)
    lab.clear(REPOSITORY / FIRST, root / FIRST)
    return root


@pytest.fixture(scope="module")
def server(folder, open_lab):
    return open_lab(folder)


def test_the_address_on_the_terminal_opens_the_first_lecture_which_runs(server, folder, page):
    page.goto(server.address)
    lab.wait_for_notebook(page, "00_start_here")
    page.locator(lab.PANEL).get_by_role("heading", name="Start here").wait_for()

    cells = lab.run_all(page, folder / FIRST)

    assert f"JupyterLab opens on {FIRST}." in server.terminal.read_text()
    assert [cell.execution_count for cell in cells] == [*range(1, len(cells) + 1)]
    outputs = [output for cell in cells for output in cell.outputs]
    assert outputs and not [o for o in outputs if o.output_type == "error"]


def run_cell(server, folder, page, name, source):
    """Run a notebook of one cell; returns the picture that it shows."""
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = new_notebook(cells=[new_code_cell(source)], metadata=python)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    page.goto(server.at(f"/lab/tree/{name}.ipynb"))
    lab.wait_for_notebook(page, name)
    lab.run_all(page, folder / f"{name}.ipynb")
    return page.locator(f"{lab.PANEL} .jp-OutputArea-output img")


def test_the_picture_follows_a_knob_there_and_back(server, folder, page):
    picture = run_cell(server, folder, page, "knob", KNOB)
    before = picture.get_attribute("src")

    page.get_by_role("slider").press("ArrowRight")
    expect(picture).not_to_have_attribute("src", before)
    page.get_by_role("slider").press("ArrowLeft")

    expect(picture).to_have_attribute("src", before)


def test_an_animation_waits_and_is_stepped_through(server, folder, page):
    picture = run_cell(server, folder, page, "steps", STEPS)
    first = picture.get_attribute("src")

    page.get_by_title("One step forward").click()
    expect(picture).not_to_have_attribute("src", first)
    expect(picture).to_have_attribute("alt", re.compile("^Step 2 of 2. Animation: a 1x2 kernel"))
    page.get_by_title("One step back").click()

    expect(picture).to_have_attribute("src", first)


def test_a_number_of_a_convolution_is_chosen_and_shows_its_sum(server, folder, page):
    pytest.importorskip("anywidget", reason="the extra `widgets` is not installed")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    run_cell(server, folder, page, "apart", APART)
    widget = page.locator(f"{lab.PANEL} .in-notebook")
    title = widget.locator(".sum .title")
    expect(title).to_have_text("Output, row 1, column 1: −2.500")  # 0 - 4 + 1.5, as everywhere

    widget.locator(".after").press("ArrowDown")
    expect(title).to_have_text("Output, row 2, column 1: −2.500")
    expect(widget.locator(".said")).to_have_text("Output, row 2, column 1: −2.500")
    assert widget.locator(".sum .grid").nth(0).locator("td").all_inner_texts() == [
        *("3.000", "4.000", "6.000", "7.000")
    ]
    expect(widget.locator(".sum .total td")).to_have_text(["−4.000", "1.500", "−2.500"])
    canvas = widget.locator(".after")
    box = canvas.bounding_box()
    canvas.hover(position={"x": 0.75 * box["width"], "y": 0.25 * box["height"]})
    expect(widget.locator(".tip")).to_have_text(
        re.compile("^Output, row 1, column 2: −2.500\\s+sum of 4 products: −4.000, bias: 1.500$")
    )
    canvas.click(position={"x": 0.75 * box["width"], "y": 0.75 * box["height"]})
    expect(title).to_have_text("Output, row 2, column 2: −2.500")
    assert errors == []


def test_large_images_and_many_maps_are_shown_and_their_picture_after_the_kernel_is_gone(
    server, folder, page
):
    pytest.importorskip("anywidget", reason="the extra `widgets` is not installed")
    picture = run_cell(server, folder, page, "large", LARGE)
    large, maps = page.locator(f"{lab.PANEL} .in-notebook").all()

    expect(large.locator(".sum .title")).to_have_text("Output, row 1, column 2: 2.000")
    expect(large.locator(".pair p").first).to_have_text("What goes in: 0 is black, 1 is white")
    box = large.locator(".before").bounding_box()
    assert box["width"] == pytest.approx(box["height"], abs=2)
    large.locator(".after").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    row, column = (
        int(n) for n in re.findall(r"\d+", large.locator(".sum .title").inner_text())[:2]
    )
    assert abs(row - 256) < 4 and abs(column - 256) < 4
    expect(maps.locator(".sum .title")).to_have_text(re.compile("^Output, map 16, row 1, column 1"))
    box = maps.locator(".after").bounding_box()
    assert box["width"] / 4 > 64 and box["height"] / 4 > 64  # four by four of them
    expect(picture).to_have_count(2)
    assert [image.is_visible() for image in picture.all()] == [False, False]

    shutil.copy(folder / "large.ipynb", folder / "again.ipynb")
    page.goto(server.at("/lab/tree/again.ipynb"))
    lab.wait_for_notebook(page, "again")
    expect(picture).to_have_count(2)
    for image in picture.all():
        expect(image).to_be_visible()


def test_validate_names_what_is_not_solved(server, folder, page):
    page.goto(server.at(f"/lab/tree/release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"))
    lab.wait_for_notebook(page, ASSIGNMENT[:12])

    page.locator(lab.PANEL).get_by_role("button", name="Validate").click()
    said = page.get_by_role("dialog")
    said.wait_for(timeout=lab.MINUTE)

    words = said.inner_text()
    assert words.startswith("Validation Results")
    assert set(re.findall(r"Exercise (\d+).*: not solved yet", words)) == set("12345678")


def test_a_released_assignment_is_fetched_handed_in_and_collected(server, folder, page):
    page.goto(server.at("/formgrader/manage_assignments"))
    row = page.get_by_role("row", name=ASSIGNMENT)
    row.locator(".release a").click()
    page.get_by_text(f"Successfully released '{ASSIGNMENT}'").wait_for()
    page.goto(server.at("/lab"))
    lab.choose(page, "Nbgrader", "Assignment List")
    page.get_by_role("button", name="Fetch").click()
    page.get_by_role("button", name="Submit").click()
    page.locator("#submitted_assignments_list").get_by_text(ASSIGNMENT).first.wait_for()
    page.goto(server.at("/formgrader/manage_assignments"))
    row.locator(".collect a").click()

    page.get_by_text(f"Successfully collected submissions of '{ASSIGNMENT}'").wait_for()

    fetched = folder / "fetched" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    [handed_in] = folder.glob(f"submitted/*/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    assert nbformat.read(handed_in, 4) == nbformat.read(fetched, 4)
