"""A template repository of problem sets: no secret in it, few rights, and its workflow works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from course_utils.grading import Course
from course_utils.grading.authoring import leaks
from course_utils.grading.folders import files_below
from course_utils.tools import cli, publishing
from course_utils.tools.publishing import Unpublishable, edition, template

REPOSITORY = Path(__file__).parents[2]
SET = "ps1_convolution"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The template of one problem set of this repository."""
    target = tmp_path_factory.mktemp("published") / "ps1-template"
    return publishing.publish_template(REPOSITORY, target, ["ps1"])


@pytest.fixture(scope="module")
def workflow(published):
    return yaml.safe_load((published.folder / template.WORKFLOW).read_text("utf-8"))


def test_it_holds_what_was_released_and_nothing_else_of_the_course(published):
    names = {name for name, _ in files_below(published.folder)}
    notebook = f"{SET}/{SET}.ipynb"
    released = REPOSITORY / "assignments/release" / notebook

    assert names == {
        *(".edition.json", ".gitignore", "LICENSE", "README.md", notebook, template.WORKFLOW),
        f"{SET}/hints.toml",  # those of tests that students see
    }
    assert (published.folder / notebook).read_bytes() == released.read_bytes()


def test_no_secret_is_in_it(published):
    files = [(name, path.read_bytes()) for name, path in files_below(published.folder)]

    assert leaks.secrets(Course(REPOSITORY / "assignments")).find(files) == []


def test_a_leak_is_refused(tmp_path, monkeypatch):
    def leaking(root, assignments):
        source = assignments[0].notebooks()[0].read_bytes()
        return edition.Edition({f"{SET}/{SET}.ipynb": source}, ())

    monkeypatch.setattr(template, "make", leaking)
    with pytest.raises(Unpublishable, match="solution of|hidden test of"):
        publishing.publish_template(REPOSITORY, tmp_path / "there", ["ps1"])
    assert not (tmp_path / "there").exists()


def test_its_workflow_may_read_and_nothing_else_and_runs_what_was_looked_at(workflow):
    (job,) = workflow["jobs"].values()
    uses = [step["uses"] for step in job["steps"] if "uses" in step]

    assert workflow["permissions"] == {"contents": "read"} and "permissions" not in job
    assert job["timeout-minutes"] <= 30
    assert uses and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each) for each in uses)
    assert job["steps"][0]["with"] == {"persist-credentials": False}
    assert "secrets." not in str(workflow) and "pull_request_target" not in str(workflow)


@pytest.mark.parametrize(
    ("name", "frameworks"),
    [
        ("ps1", []),
        ("ps3", ["torch", "tensorflow"]),
        ("ps4", ["torch"]),
        ("ps6", ["torch", "tensorflow"]),
        ("psx", ["tensorflow"]),
    ],
)
def test_it_installs_the_public_edition_and_the_frameworks_that_are_used(name, frameworks):
    notebooks = sorted(REPOSITORY.glob(f"assignments/release/{name}_*/*.ipynb"))
    extras = ",".join(["lectures", "lab", *frameworks])

    assert template.requirement(REPOSITORY, notebooks) == (
        f"course-utils[{extras}] @ git+https://github.com/your_organisation/cnn-course@main"
    )


def test_written_again_it_takes_its_own_workflow_back_and_leaves_git_alone(published):
    (published.folder / ".git").mkdir(exist_ok=True)
    (published.folder / template.WORKFLOW).write_text("on: push")
    with pytest.raises(Unpublishable, match="was changed since it was published"):
        publishing.publish_template(REPOSITORY, published.folder, ["ps1"])
    again = publishing.publish_template(REPOSITORY, published.folder, ["ps1"], overwrite=True)

    assert again.changes.changed == (template.WORKFLOW,)
    assert (published.folder / ".git").is_dir()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name one folder"),
        (["here", "--github", "there"], "name one folder"),
        (["here", "--only", "ps1"], "--only goes with --github"),
        (["--github", "there", "--only", "ps9"], "unknown assignment 'ps9'"),
    ],
)
def test_what_cannot_be_meant_is_said(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert cli.main(["publish", *words]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# --- what GitHub runs ----------------------------------------------------------------------------


def push(folder, workflow):
    """What the workflow's last step says of a student's repository: exit status and summary."""
    (job,) = workflow["jobs"].values()
    script = job["steps"][-1]
    assert script["shell"] == "bash"
    programs, summary = folder.with_name("bin"), folder.with_name("summary.md")
    programs.mkdir(exist_ok=True)
    (programs / "course").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m course_utils.tools.cli "$@"\n'
    )
    (programs / "course").chmod(0o755)
    summary.unlink(missing_ok=True)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script["run"]],
        cwd=folder,
        env=os.environ | {"PATH": path, "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, summary.read_text("utf-8")


@pytest.mark.proof
@pytest.mark.usefixtures("released")
@pytest.mark.skipif(shutil.which("bash") is None, reason="GitHub's shell is bash")
def test_a_push_runs_the_visible_tests_and_says_how_each_exercise_stands(
    course, workflow, tmp_path
):
    folder = tmp_path / "ada"
    assignment = course.assignment("ps0")
    shutil.copytree(assignment.release, folder / assignment.name)
    (file,) = (folder / assignment.name).glob("*.ipynb")
    first, told = push(folder, workflow)
    notebook = nbformat.read(file, as_version=4)
    answers = {
        "double": "def double(x):\n    return abs(2 * x)",
        "halve": "def halve(x):\n    return x / 2",
    }
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    nbformat.write(notebook, file)
    second, praised = push(folder, workflow)

    assert first == 1 and "Doubling" in told and "0 of 2" in told
    assert second == 0 and "2 of 2" in praised  # what only a hidden test sees is not said
