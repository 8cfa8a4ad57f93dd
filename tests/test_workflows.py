"""What runs on GitHub calls what is there, on Pythons that we support, with few rights."""

import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

REPOSITORY = Path(__file__).parents[1]
FOLDER = REPOSITORY / ".github/workflows"
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
JOBS = [(name, job) for name, flow in WORKFLOWS.items() for job in flow["jobs"]]
REQUIRED = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
PYTHONS = [f"3.{n}" for n in range(30) if f"3.{n}.0" in SpecifierSet(REQUIRED["requires-python"])]

every_job = pytest.mark.parametrize(("name", "job"), JOBS, ids=lambda value: value)


def steps(name, job):
    return WORKFLOWS[name]["jobs"][job].get("steps", [])


def commands(name, job):
    """What a job types, with what is one word's beginning put together."""
    return [step["run"] for step in steps(name, job) if "run" in step]


def targets(command):
    """What `make` is asked for in a step."""
    for line in re.sub(r"\$\{\{.*?\}\}", "...", command).splitlines():
        first, *words = shlex.split(line) or [""]
        if first == "make":
            yield from (word for word in words if not word.startswith("-") and "=" not in word)


def pythons(name, job):
    """The versions of Python that a job asks for, a matrix spelt out."""
    matrix = WORKFLOWS[name]["jobs"][job].get("strategy", {}).get("matrix", {})
    more = [entry["python"] for entry in matrix.get("include", []) if "python" in entry]
    for step in steps(name, job):
        asked = step.get("with", {}).get("python-version")
        if asked is not None:
            yield from ([*matrix["python"], *more] if "matrix" in asked else [asked])


@every_job
def test_a_job_ends_by_itself_and_may_only_read_unless_it_says_so(name, job):
    flow = WORKFLOWS[name]

    assert flow["permissions"] == {"contents": "read"}
    assert flow["jobs"][job]["runs-on"] and flow["jobs"][job]["steps"]
    if any("make" in command for command in commands(name, job)):
        assert flow["jobs"][job]["timeout-minutes"] <= 90
        assert "write" not in flow["jobs"][job].get("permissions", {}).values()


@every_job
def test_every_command_of_ours_is_there(name, job):
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    for command in commands(name, job):
        for target in targets(command):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), command
        for script in re.findall(r"^bash (\S+)", command, re.MULTILINE):
            assert (REPOSITORY / script).is_file(), command
        for test in re.findall(r"(tests/[\w/]+\.py)::(\w+)", str(WORKFLOWS[name])):
            assert f"def {test[1]}(" in (REPOSITORY / test[0]).read_text("utf-8")


@every_job
def test_a_job_runs_on_pythons_that_we_support(name, job):
    assert set(pythons(name, job)) <= set(PYTHONS)


def asked(name, job):
    return [target for command in commands(name, job) for target in targets(command)]


def test_every_python_that_we_support_is_tested_with_each_change():
    assert set(pythons("ci", "test")) == set(PYTHONS)
    assert "test" in asked("ci", "test")


def test_the_grader_is_tested_where_nothing_else_of_the_course_is_installed():
    install, test = commands("ci", "grader")[-2:]

    assert install.endswith("--constraint constraints.txt --editable '.[grading,dev]'\n")
    assert test.endswith('-m "not proof" tests/grading')


def test_each_change_is_proved_once_by_machines_that_share_the_whole_proof():
    """What `--shard` does with K/N is tried in test_tiers.py."""
    shards = WORKFLOWS["ci"]["jobs"]["proof"]["strategy"]["matrix"]["shard"]

    assert shards == [f"{n}/{len(shards)}" for n in range(1, len(shards) + 1)]
    assert commands("ci", "proof")[-1] == "make proof SHARD=${{ matrix.shard }}"
    assert len(list(pythons("ci", "proof"))) == 1


def test_once_a_night_everything_is_tested_on_every_python_and_system():
    (when,) = WORKFLOWS["nightly"][True]["schedule"]  # to YAML, "on" is true
    matrix, of_changes = (
        WORKFLOWS[name]["jobs"][job]["strategy"]["matrix"]
        for name, job in (("nightly", "everything"), ("ci", "test"))
    )

    assert re.fullmatch(r"\d+ \d+ \* \* \*", when["cron"])
    assert set(pythons("nightly", "everything")) == set(PYTHONS)
    assert matrix == of_changes
    assert commands("nightly", "everything")[-1] == "bash .ci/run"


@pytest.mark.parametrize(
    ("name", "job"),
    [("ci", job) for job in ("test", "grader", "proof")] + [("nightly", "everything")],
)
def test_on_linux_nothing_is_skipped_for_want_of_walls(name, job):
    walls = [step["env"]["COURSE_WALLS"] for step in steps(name, job) if "env" in step]

    assert walls in (["required"], ["${{ runner.os == 'Linux' && 'required' || '' }}"])
    assert any("apparmor_restrict_unprivileged_userns=0" in line for line in commands(name, job))


def test_once_a_week_the_newest_and_the_oldest_are_tested_at_the_ends_of_what_we_support():
    flow = WORKFLOWS["versions"]
    when = flow[True]["schedule"]  # to YAML, "on" is true

    assert len(when) == 1 and re.fullmatch(r"\d+ \d+ \* \* [0-6]", when[0]["cron"])
    assert list(pythons("versions", "newest")) == [PYTHONS[-1]]
    assert list(pythons("versions", "oldest")) == [PYTHONS[0]]
    assert f"--python-version {PYTHONS[0]} " in "\n".join(commands("versions", "oldest"))


@pytest.mark.parametrize(
    ("job", "constraints"), [("newest", "/dev/null"), ("oldest", "oldest.txt")]
)
def test_the_scheduled_jobs_install_other_versions_and_then_test_everything(job, constraints):
    (tests,) = [line for line in commands("versions", job) if line.startswith("make ")]
    ordered = subprocess.run(
        [*tests.split(), "--dry-run", "--always-make", "--no-print-directory"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )

    assert tests == f"make --keep-going test proof CONSTRAINTS={constraints}"
    if job == "newest":  # oldest.txt is only there where the step before it has run
        assert f"--constraint {constraints}" in ordered.stdout
        assert re.findall(r"-m pytest -n auto (.+?) *$", ordered.stdout, re.M) == [
            '-m "not proof"',
            '-m "proof"',
        ]


REPORT = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$SAID"
if [ "$2" = list ]; then echo "$OPEN"; fi
"""


@pytest.mark.parametrize(
    ("results", "already", "said"),
    [
        (("failure", "success"), "", "issue create --title Tests fail with the newest releases"),
        (("success", "failure"), "", "issue create --title Tests fail with the oldest releases"),
        (("failure", "failure"), "", "issue create --title Tests fail with the newest and oldest"),
        (("success", "cancelled"), "", "issue create --title Tests fail with the oldest releases"),
        (("failure", "success"), "7", "issue comment 7 --body The scheduled job failed with the"),
    ],
)
def test_a_failure_becomes_one_issue_that_says_which_job(tmp_path, results, already, said):
    """The step's own script runs, with a stand-in for GitHub's command."""
    report = WORKFLOWS["versions"]["jobs"]["report"]
    assert report["needs"] == ["newest", "oldest"]
    assert "'failure'" in report["if"] and "'cancelled'" in report["if"]
    assert report["permissions"] == {"issues": "write"}
    (tmp_path / "gh").write_text(REPORT)
    (tmp_path / "gh").chmod(0o755)
    (step,) = report["steps"]
    given = dict(zip(("NEWEST", "OLDEST"), results, strict=True))
    given |= {"RUN": "https://the/run", "OPEN": already, "SAID": str(tmp_path / "said")}

    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"} | given,
        check=True,
    )

    searched, answered = (tmp_path / "said").read_text().splitlines()
    assert searched.startswith("issue list --state open")
    assert answered.startswith(said) and "https://the/run" in answered


# --- claims ----------------------------------------------------------------------------------


def test_every_week_every_lecture_is_run_a_hundred_times():
    flow = WORKFLOWS["claims"]
    (listing,) = commands("claims", "lectures")
    listed = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", re.search(r"ls lectures \| grep [^|]+", listing)[0]],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", flow[True]["schedule"][0]["cron"])
    assert listed.stdout.split() == [
        path.name[:2] for path in sorted(REPOSITORY.glob("lectures/*.ipynb"))
    ]
    assert commands("claims", "measure") == ["make claims LECTURES=${{ matrix.lecture }} DRAWS=100"]
    assert commands("claims", "collect") == ["make claims DRAWS=100 STORE=1"]


def test_make_claims_says_what_the_weekly_job_means():
    quietly = ["--dry-run", "--no-print-directory"]  # these tests run below a `make`
    ordered = subprocess.run(
        ["make", "claims", "LECTURES=04 08", "DRAWS=3", "STORE=1", *quietly],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ordered.stdout.rstrip().endswith("course claims 04 08 --draws 3 --store")


@pytest.mark.parametrize(
    ("result", "already", "changed", "said"),
    [
        ("success", "", True, ["pr list", "pr create --head claims", "Every claim held."]),
        ("failure", "", True, ["pr list", "pr create --head claims", "**Claims fell.**"]),
        ("failure", "7", True, ["pr list", "pr comment claims", "**Claims fell.**"]),
        ("success", "", False, []),
    ],
)
def test_a_new_result_is_proposed_once(tmp_path, result, already, changed, said):
    """The step's own script runs in a repository, with a stand-in for GitHub's command."""
    (step,) = [step for step in steps("claims", "propose") if "run" in step]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(REPORT)
    (tmp_path / "bin/gh").chmod(0o755)
    git = ["git", "-c", "user.name=ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "--quiet", "--bare", tmp_path / "origin"], check=True)
    subprocess.run([*git, "clone", "--quiet", tmp_path / "origin", tmp_path / "work"], check=True)
    file = tmp_path / "work/lectures/claims.json"
    file.parent.mkdir()
    file.write_text("{}\n")
    for command in (["add", "."], ["commit", "--quiet", "-m", "before"]):
        subprocess.run([*git, *command], cwd=tmp_path / "work", check=True)
    if changed:
        file.write_text('{"new": 1}\n')
    given = {"RESULT": result, "OPEN": already, "SAID": str(tmp_path / "said"), "RUN": "the/run"}

    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path / "work",
        env={"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "HOME": str(tmp_path)} | given,
        check=True,
    )

    spoken = (tmp_path / "said").read_text() if said else ""
    assert all(words in spoken for words in said)
    pushed = subprocess.run(
        ["git", "show", "claims:lectures/claims.json"],
        cwd=tmp_path / "origin",
        capture_output=True,
        text=True,
    )
    assert pushed.stdout == ('{"new": 1}\n' if changed else "")
