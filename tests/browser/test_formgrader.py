"""Formgrader on a small class of ps5: the same points as the CSV, and grading by hand."""

import csv
import subprocess
import sys

import pytest
from jupyterlab_page import MINUTE, REPOSITORY
from playwright.sync_api import expect

from course_utils.grading import Course
from course_utils.grading.authoring import demo, mistakes, release
from course_utils.grading.judging.sandbox import walls

ASSIGNMENT = "ps5_medical_images"
WRITTEN = "would_you_use_it"
QUICK = "says_healthy_to_everybody"  # to exercise 9; the others train networks for seconds
COMMENT = "Whom does a false alarm harm?"


def course(*arguments: str) -> None:
    """Run `course`; grades that wait for a person make it end with 1."""
    done = subprocess.run(
        [sys.executable, "-m", "course_utils.tools.cli", *arguments], capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr


def table(file) -> dict[str, dict[str, str]]:
    """The rows of a CSV by student."""
    with file.open(newline="") as lines:
        return {row["student"]: row for row in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of three, graded: nell has one exercise wrong, petra three, omar solved nothing."""
    whole = Course(REPOSITORY / "assignments").assignment(ASSIGNMENT)
    small = demo.lay_out(whole, tmp_path_factory.mktemp("class"))
    release.ensure_released(small)
    folder = whole.mistakes
    quick = mistakes.read_answers(folder)["train_doctors", QUICK]
    students = [s for s in mistakes.read_class(folder) if s.name in ("omar", "petra")]
    students.append(mistakes.DemoStudent("nell", answers={"train_doctors": quick}))
    for student in students:
        mistakes.hand_in(small, student)
    unsafe = ["--unsafe-no-sandbox"] if walls.missing() else []
    there = f"--course={small.course.root}"
    course(
        "grade", "ps5", there, "--feedback", f"--csv={small.course.root / 'grades.csv'}", *unsafe
    )
    return small.course


@pytest.fixture(scope="module")
def server(graded, open_lab):
    return open_lab(graded.root, "--formgrader")


def test_formgrader_shows_the_points_of_the_csv(server, graded, page):
    written = {name: row["total"] for name, row in table(graded.root / "grades.csv").items()}
    assert sorted(written) == ["nell", "omar", "petra"] and written["nell"] > written["petra"] > "0"

    page.goto(server.address)
    page.get_by_role("row", name=ASSIGNMENT).get_by_role("link", name="3").click()

    for name, total in written.items():
        points = page.get_by_role("row", name=name).locator("td.score")
        expect(points).to_have_text(f"{total} / 100")


def test_a_written_answer_graded_by_hand_counts_in_gradebook_export_and_feedback(
    server, graded, page
):
    before = table(graded.root / "grades.csv")["nell"]
    page.goto(server.address)
    page.get_by_role("link", name="Manage Students").click()
    page.get_by_role("row", name="nell").get_by_role("link").first.click()
    page.get_by_role("link", name=ASSIGNMENT).click()  # the assignment
    page.get_by_role("link", name=ASSIGNMENT).click()  # its notebook
    page.wait_for_function(
        "window.formgrader?.grades?.loaded && window.formgrader?.comments?.loaded"
    )
    points, comment = page.locator(f"#{WRITTEN}"), page.locator(f"#{WRITTEN}-comment")
    with page.expect_response(lambda response: "/api/grade/" in response.url):
        points.fill("6")
        points.blur()
    with page.expect_response(lambda response: "/api/comment/" in response.url):
        comment.fill(COMMENT)
        comment.blur()
    page.goto(server.at(f"/formgrader/manage_submissions/{ASSIGNMENT}"))
    page.get_by_role("row", name="nell").locator(".generate-feedback a").click()
    page.get_by_text("Successfully generated feedback").wait_for(timeout=MINUTE)

    course("export", "ps5", str(graded.root / "export.csv"), f"--course={graded.root}")

    after = table(graded.root / "export.csv")["nell"]
    total = float(before["total"]) + 6
    assert before["10 Would you use it?"] == "" and after["10 Would you use it?"] == "6"
    assert float(after["total"]) == total
    feedback = graded.assignment(ASSIGNMENT).feedback("nell") / f"{ASSIGNMENT}.html"
    words = feedback.read_text("utf-8")
    assert COMMENT in words and f"(Score: {total} / 100.0)" in words
