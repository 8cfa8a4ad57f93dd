"""Pages full of payloads in a browser: every link is clicked, and none of them runs."""

import subprocess
import sys

import pytest
from jupyterlab_page import MINUTE
from nbformat import v4

from course_utils.grading import nbgrader_process
from course_utils.grading.judging.sandbox import walls
from payloads import MARKDOWN, RUN, harmful

CLICK = """
() => {
    const places = document.querySelectorAll("#notebook-container *");
    for (const place of places) {
        for (const kind of ["mouseover", "focus", "click", "auxclick"]) {
            place.dispatchEvent(new MouseEvent(kind, {bubbles: true, cancelable: false}));
        }
    }
    return places.length;
}
"""


class Watched:
    """A page, and what happened on it that a payload would make happen."""

    def __init__(self, page, home: str):
        self.page, self.home, self.happened = page, home, []
        page.on("dialog", self._dialog)
        page.on("popup", lambda popup: self.happened.append(f"opened {popup.url}"))
        page.context.route("**/*", self._route)

    def _dialog(self, dialog):
        self.happened.append(f"said {dialog.message}")
        dialog.dismiss()

    def _route(self, route):
        """Nothing leaves this machine; a link that is followed is shown no page."""
        url = route.request.url
        if url.startswith(self.home) or url.startswith("data:"):
            return route.continue_()
        if "evil" in url and not route.request.is_navigation_request():  # nobody clicked it
            self.happened.append(f"loaded {url}")
        return route.fulfill(status=204)

    def click_everything(self) -> int:
        """All links by hand, all else by events; returns how many links there are."""
        links = self.page.locator("#notebook-container a[href]")
        count = links.count()
        for number in range(count):
            links.nth(number).dispatch_event("click")
        assert self.page.evaluate(CLICK) > count
        self.page.wait_for_timeout(500)
        return count


CONFIG = """
from course_utils.grading import configure
c = get_config()
configure(c, unsafe_no_sandbox={unsafe})
"""


def graded(cell, grade_id: str, **settings):
    """A cell of the instructor's."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False, **settings}
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "schema_version": 3, **flags}
    return cell


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Mallory's notebook holds every payload, in a text of its own; graded, with feedback."""
    root = tmp_path_factory.mktemp("class")
    (root / "nbgrader_config.py").write_text(CONFIG.format(unsafe=walls.missing() is not None))
    cells = [
        graded(v4.new_code_cell("x = 1"), "answer", solution=True),
        graded(v4.new_code_cell("assert x == 1"), "test_pool", grade=True, locked=True, points=2),
        graded(v4.new_markdown_cell("Why?"), "why", grade=True, solution=True, points=2),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    source, folder = root / "source" / "ps", root / "submitted" / "mallory" / "ps"
    source.mkdir(parents=True)
    folder.mkdir(parents=True)
    (source / "pool.ipynb").write_text(v4.writes(notebook))
    made = nbgrader_process.run("generate_assignment", "ps", root=root)
    assert made.ok, made.log
    cells[2].source = "\n\n".join(MARKDOWN[:30])
    notebook.cells += [
        v4.new_markdown_cell(text) for text in [*MARKDOWN, "[honest](https://a.example)"]
    ]
    notebook.cells += [v4.new_code_cell("# <script>alert(1)</script>\n" + repr(RUN))]
    (folder / "pool.ipynb").write_text(v4.writes(notebook))
    (folder / "evil.html").write_text("<script>alert(1)</script>")
    command = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps", f"--course={root}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr  # a text waits for a person
    made = nbgrader_process.run("generate_feedback", "ps", root=root)
    assert made.ok, made.log
    return root


def test_no_payload_runs_on_a_feedback_page(course, page):
    file = course / "feedback/mallory/ps/pool.html"
    watched = Watched(page, "file://")
    page.goto(file.as_uri())

    assert watched.click_everything() >= 3  # an honest one, and those that only looked bad
    assert watched.happened == []
    assert harmful(file.read_text("utf-8")) == []


def test_no_payload_runs_in_formgrader(course, page, open_lab):
    server = open_lab(course, "--formgrader")
    watched = Watched(page, server.address.partition("/formgrader")[0])
    page.goto(server.address, timeout=MINUTE)
    page.get_by_role("link", name="Manage Students").click()
    page.get_by_role("row", name="mallory").get_by_role("link").first.click()
    page.get_by_role("link", name="ps", exact=True).click()
    page.get_by_role("link", name="pool", exact=True).click()
    page.wait_for_function("window.formgrader?.grades?.loaded")
    shown = page.locator("#notebook-container").first.inner_html()

    assert "unsafe" in shown or "alert(1)" in shown  # the payloads are there, as text
    assert watched.click_everything() >= 3  # an honest one, and those that only looked bad
    assert watched.happened == []
    field = page.locator("#test_pool")
    assert field.count() == 1 and field.get_attribute("type") == "number"
    address = page.url.partition("?")[0] + "evil.html"
    assert page.request.get(address).status == 404
