"""What strangers meet on GitHub has the form that GitHub asks for; the changelog keeps its own."""

import re
import subprocess
import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from packaging.version import Version

import course_utils

REPOSITORY = Path(__file__).parents[1]
GITHUB = REPOSITORY / ".github"
FORMS = [path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]
FIELDS = {  # of a form, as GitHub's page "Syntax for GitHub's form schema" has them
    "markdown": {"value"},
    "input": {"label", "description", "placeholder", "value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
    "checkboxes": {"label", "description", "options"},
}
TOP = {"name", "description", "body", "title", "labels", "assignees", "projects", "type"}
GROUPS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]

every_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


def read(path):
    return yaml.safe_load(path.read_text("utf-8"))


def test_there_is_a_form_for_lectures_for_grades_and_for_teachers():
    assert sorted(path.stem[2:] for path in FORMS) == ["grade", "lecture", "teaching"]


@every_form
def test_a_form_has_what_github_requires_and_nothing_it_refuses(path):
    form = read(path)

    assert {"name", "description", "body"} <= set(form) <= TOP
    assert 3 < len(form["name"]) < 60 and form["description"]
    assert any(field["type"] != "markdown" for field in form["body"])


@every_form
def test_its_fields_are_of_githubs_kinds(path):
    fields = read(path)["body"]
    ids = [field["id"] for field in fields if field["type"] != "markdown"]

    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[\w-]+", each) for each in ids)
    for field in fields:
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert set(field["attributes"]) <= FIELDS[field["type"]]
        assert field["attributes"].get("value" if field["type"] == "markdown" else "label")
        assert set(field.get("validations", {})) <= {"required"}


@every_form
def test_its_choices_can_be_told_apart(path):
    for field in read(path)["body"]:
        options = field["attributes"].get("options", [])
        texts = [option["label"] if isinstance(option, dict) else option for option in options]
        assert all(isinstance(text, str) and text for text in texts)
        assert len(texts) == len(set(texts))
        assert bool(texts) == (field["type"] in ("dropdown", "checkboxes"))


def test_an_attack_is_not_reported_in_public():
    policy = (GITHUB / "SECURITY.md").read_text("utf-8")

    assert "privately" in policy and "Report a vulnerability" in policy
    assert "security/policy" in (GITHUB / "ISSUE_TEMPLATE" / "2_grade.yml").read_text("utf-8")
    assert set(read(GITHUB / "ISSUE_TEMPLATE" / "config.yml")) <= {
        "blank_issues_enabled",
        "contact_links",
    }


def test_what_the_pages_name_is_there():
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))
    for path in [*FORMS, *GITHUB.glob("*.md")]:
        text = path.read_text("utf-8")
        assert set(re.findall(r"`make (\w+)`", text)) <= targets
        for name in re.findall(r"`(?:course )?([\w/]+\.md|tests/\w+)`", text):
            assert (REPOSITORY / name).exists(), name


# --- the changelog ---------------------------------------------------------------------------

CHANGELOG = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
ENTRIES = re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", CHANGELOG, re.MULTILINE)


def released(entries):
    """Version and date of each entry that is no longer open."""
    return re.findall(r"^\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", "\n".join(dict(entries)), re.M)


def test_the_changelog_has_the_form_of_keep_a_changelog():
    headings = [heading for heading, _ in ENTRIES]
    versions = [Version(version) for version, _ in released(ENTRIES)]
    days = [date.fromisoformat(day) for _, day in released(ENTRIES)]

    assert headings[0] == "[Unreleased]"
    assert len(released(ENTRIES)) == len(headings) - 1
    assert versions == sorted(versions, reverse=True) and days == sorted(days, reverse=True)


@pytest.mark.parametrize(("heading", "text"), ENTRIES, ids=lambda value: value.splitlines()[0])
def test_every_change_stands_under_its_kind(heading, text):
    groups = re.findall(r"^### (.+)\n\n((?:- .+\n(?:  .+\n)*)+)", text, re.MULTILINE)
    names = [name for name, _ in groups]

    assert names == [name for name in GROUPS if name in names]
    left = re.sub(r"^### .+\n\n((?:- .+\n(?:  .+\n)*)+)", "", text, flags=re.MULTILINE)
    assert left.strip() == ""


def test_a_released_version_has_an_entry():
    """What is tagged was released, and what the package calls itself is the newest of them."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    command = ["git", "-C", REPOSITORY, "tag", "--list", "v*"]
    tags = subprocess.run(command, capture_output=True, text=True).stdout.split()
    versions = [version for version, _ in released(ENTRIES)]

    assert project["version"] == course_utils.__version__
    assert {tag.removeprefix("v") for tag in tags} <= set(versions)
    assert not versions or project["version"] == versions[0]
