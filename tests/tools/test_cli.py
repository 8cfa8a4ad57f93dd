"""`course` as typed: what it prints, how it ends, and one clear line for bad input."""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.grading.judging.sandbox import walls
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.tools import cli

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "course_utils"
COUNTED = "students|questions|notebooks|answers|files|works|pairs|rows|hand-ins|exercises|groups"


def course_command(*arguments, cwd=None):
    """Run `course` as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "course_utils.tools.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=300,
    )


def assert_one_line(result, line, status=2):
    """Nothing on stdout, exactly one line on stderr."""
    assert (result.returncode, result.stdout, result.stderr) == (status, "", f"course: {line}\n")


def everything(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


@pytest.mark.proof
def test_grading_prints_a_table_and_the_reasons(course, hand_in, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    return abs(2 * x)"})
    hand_in("cora", "no notebook")

    status = cli.main(
        ["grade", "ps0", "--course", str(course.root), "--csv", f"{course.root}/points.csv"]
    )

    printed = capsys.readouterr().out
    rows = {words[0]: words[1:] for words in map(str.split, printed.splitlines()) if words}
    assert status == 1  # cora's has to be looked at
    assert "1 Doubling 2 Halving" in " ".join(printed.split())
    assert rows["of"] == ["2", "3", "5"]
    words = " ".join(printed.split())
    assert "bela -2 test_double: negative numbers are doubled too" in words
    assert "cora -5 the notebook is damaged" in words
    damage = "the notebook is damaged: the file is no JSON, so no Jupyter can open it"
    assert (course.root / "points.csv").read_text().splitlines() == [
        "student,first name,last name,email,total,of,late penalty,1 Doubling,2 Halving,problem",
        "ada,,,,5,5,0,2,3,",
        "bela,,,,3,5,0,0,3,",
        f'cora,,,,0,5,0,0,0,"{damage}"',
    ]


@pytest.mark.usefixtures("released")
def test_its_table_is_that_of_export(course, hand_in, capsys):
    """Late penalties taken off, and nothing in it that a spreadsheet would compute."""
    from nbgrader.api import Gradebook

    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + 'c.AssignLatePenalties.plugin_class = "course_utils.grading.late.LatePolicy"\n'
    )
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment("ps0_numbers", duedate="2026-01-01 12:00:00 UTC")
        gradebook.update_or_create_student("ada", first_name="=1+1")
    hand_in("ada")
    ledger = course.root / "submitted/received.csv"
    ledger.write_text("student,time\nada,2026-01-01 13:00:00+00:00\n")
    one, other = course.root / "one.csv", course.root / "other.csv"

    cli.main(["grade", "ps0", "--course", str(course.root), "--csv", str(one)])
    cli.main(["export", "ps0", "--course", str(course.root), str(other)])

    assert one.read_text() == other.read_text()
    assert one.read_text().splitlines()[1] == "ada,'=1+1,,,4.5,5,0.5,2,3,"


def test_an_unknown_assignment_is_one_line_and_nothing_is_written(course, hand_in):
    hand_in("ada")
    before = everything(course.root)

    result = course_command("grade", "ps7", "--course", str(course.root))

    assert_one_line(result, "unknown assignment 'ps7': course/source has ps0_numbers")
    assert everything(course.root) == before


def test_an_empty_class_is_one_line_and_nothing_is_written(course):
    before = everything(course.root)

    result = course_command("grade", "ps0", "--course", str(course.root))

    submitted = course.root / "submitted"
    assert_one_line(
        result,
        "nobody has handed in ps0_numbers: put the notebooks into "
        f"{submitted}/STUDENT/ps0_numbers/",
    )
    assert everything(course.root) == before


@pytest.mark.usefixtures("released")
def test_a_folder_named_wrongly_is_one_line_and_the_others_are_graded(course, hand_in):
    hand_in("ada")
    folder = hand_in("bela").parent
    folder.rename(folder.with_name("ps0-numbers"))

    result = course_command("grade", "ps0", "--course", str(course.root))

    assert result.returncode == 1
    assert result.stderr == "course: submitted/bela holds ps0-numbers: rename it to ps0_numbers\n"
    assert "ada" in result.stdout


@pytest.mark.usefixtures("released")
def test_a_time_that_cannot_be_read_is_one_line_and_nobody_is_graded(course, hand_in):
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text("student;time\nada;01/03/2026 11:59\n")

    result = course_command("grade", "ps0", "--course", str(course.root))

    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert (
        "received.csv, line 2: '01/03/2026 11:59' can be two days: write 2026-03-01"
        in result.stderr
    )


@pytest.mark.usefixtures("released")
def test_a_log_that_is_no_utf_8_stops_nothing(course, hand_in, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    hand_in("ada")
    table = course.root / "points.csv"

    result = course_command("grade", "ps0", "--course", str(course.root), "--csv", str(table))

    assert (result.returncode, result.stderr) == (0, "")
    assert "mean 5, median 5 of 5" in result.stdout
    assert table.read_text("utf-8").splitlines()[1].startswith("ada,")


def test_a_folder_that_is_no_course_is_one_line(tmp_path):
    result = course_command("grade", "ps1", "--course", str(tmp_path))

    assert_one_line(result, f"{tmp_path} is no nbgrader course: it has no nbgrader_config.py")


def test_no_network_is_one_line_and_the_cache_stays_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))

    result = course_command("data", "download", "mnist")

    assert result.returncode == 2
    assert result.stderr.startswith("course: ") and result.stderr.count("\n") == 1
    assert "COURSE_OFFLINE" in result.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {".mnist.lock"}


def test_an_unknown_data_set_is_one_line_with_the_names():
    result = course_command("data", "show", "mnits")

    assert result.returncode != 0
    assert result.stderr.startswith("course: unknown data set 'mnits'")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_a_wrong_number_of_workers_is_refused(course, count, capsys):
    with pytest.raises(SystemExit):
        cli.main(["grade", "ps0", "--course", str(course.root), f"--workers={count}"])

    assert f"'{count}' is not a whole number of at least 1" in capsys.readouterr().err


def test_doctor_tries_the_walls_and_says_so(capsys):
    status = cli.main(["doctor", "grading"])
    printed = " ".join(capsys.readouterr().out.split())

    walled = missing() is None
    assert status == (0 if walled else 1)
    assert ("yes walls answers are walled in" in printed) == walled
    assert ("NO walls" in printed) == (not walled)


@pytest.mark.usefixtures("released")
def test_grading_without_walls_is_refused_unless_asked_for(course, hand_in, capsys, monkeypatch):
    hand_in("ada")
    (course.root / "nbgrader_config.py").write_text(
        "from course_utils.grading import configure\nc = get_config()\nconfigure(c)\n"
    )
    monkeypatch.setattr(walls, "missing", lambda: "no bubblewrap, say")
    arguments = ["grade", "ps0", "--course", str(course.root)]

    refused = cli.main(arguments)
    said = capsys.readouterr().err
    done = cli.main([*arguments, "--unsafe-no-sandbox"])

    assert refused == 2 and "no bubblewrap, say" in said and "--unsafe-no-sandbox" in said
    assert done == 0 and "ada" in capsys.readouterr().out


def test_a_course_that_was_not_switched_on_is_told_how(course, hand_in, capsys):
    hand_in("ada")
    (course.root / "nbgrader_config.py").write_text("c = get_config()\n")

    assert cli.main(["grade", "ps0", "--course", str(course.root)]) == 2
    assert "add `from course_utils.grading import configure`" in capsys.readouterr().err


# --- help, completion, documentation -------------------------------------------------------


def commands_with_help():
    """Every command of the overview, with what its own help says."""
    names = re.findall(r"^  (\w+) {2,}\S", cli.parser().format_help(), re.MULTILINE)
    return {name: course_help(name) for name in names}


def course_help(*words):
    with contextlib.redirect_stdout(io.StringIO()) as printed, pytest.raises(SystemExit) as end:
        cli.main([*words, "--help"])
    assert end.value.code == 0
    return printed.getvalue()


def typed(line):
    """The words of a line such as one types, without what stands behind #, | or >."""
    return shlex.split(re.split(r"\s[#|>]|\$\(", line)[0] if "$(" not in line else line)


def test_a_name_alone_shows_every_command_by_what_it_is_for(capsys):
    assert cli.main([]) == 2

    printed = capsys.readouterr().out
    titles = re.findall(r"^(\w.*):$", printed, re.MULTILINE)
    assert [title for title in titles if title != "options"] == list(cli.GROUPS)
    for module in {name for names in cli.GROUPS.values() for name in names}:
        assert (Path(cli.__file__).parent / f"{module}.py").is_file()


@pytest.mark.parametrize("words", [(), ("grade",)], ids=["course", "grade"])
def test_where_its_script_is_not_on_the_path_python_runs_it_by_the_same_name(words):
    result = course_command(*words, "--help")

    assert result.stdout.startswith(" ".join(["usage: course", *words]))
    assert (result.returncode, result.stdout) == (0, course_help(*words))


def test_every_command_has_examples_and_they_can_be_typed():
    for name, text in commands_with_help().items():
        lines = re.findall(r"^  (course .+)$", text.partition("examples:")[2], re.MULTILINE)
        lines += re.findall(r'^  eval "\$\((course .+)\)"', text, re.MULTILINE)
        assert lines, f"course {name} --help shows no example"
        for line in lines:
            assert cli.parser().parse_args(typed(line)[1:]).run, line


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("questions ps1 --attempt 2 ada", {"assignment": "ps1", "attempt": 2, "student": ["ada"]}),
        ("questions --attempt 2 ps1 ada --json - bo", {"student": ["ada", "bo"], "json": "-"}),
        ("questions ps1 --known", {"assignment": "ps1", "student": []}),
        ("run 01 --check 05", {"notebook": ["01", "05"], "check": True}),
        ("collect a.zip --from moodle b.csv", {"files": [Path("a.zip"), Path("b.csv")]}),
        ("data download mnist --size 64 pneumonia", {"name": ["mnist", "pneumonia"], "size": 64}),
        ("publish --only ps1 there --only ps2", {"folder": Path("there"), "only": ["ps1", "ps2"]}),
        ("lab --formgrader -- --port 1", {"options": ["--port", "1"], "formgrader": True}),
        ("questions ps1 -- --help", {"assignment": "ps1", "student": ["--help"]}),
    ],
)
def test_options_may_stand_between_words(words, found):
    options = cli.parser().parse_args(words.split())

    assert {name: getattr(options, name) for name in found} == found


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["grad", "ps1"], "there is no 'grad': did you mean grade? (`course --help` says more)"),
        (
            ["draws", "ps1", "--seeds", "2"],
            "unrecognized arguments: --seeds 2 (`course draws --help` says more)",
        ),
        (
            ["data", "lst"],
            "there is no 'lst': did you mean list? (`course data --help` says more)",
        ),
        (
            ["questions"],
            "the following arguments are required: assignment (`course questions --help` says "
            "more)",
        ),
        (
            ["grade"],
            "the following arguments are required: assignment (`course grade --help` says more)",
        ),
    ],
)
def test_a_slip_of_the_fingers_is_one_line_with_the_remedy(words, line):
    assert_one_line(course_command(*words), line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("course gra", {"grade"}),
        ("course grade ", {"ps0_numbers"}),
        ("course data show m", {"mnist", "medmnist"}),
        ("course export ps0 x.csv --format c", {"csv", "canvas"}),
    ],
)
def test_the_tab_key_completes_commands_assignments_and_data_sets(
    line, expected, course, monkeypatch, tmp_path
):
    """As bash asks: the line so far in the environment, the answers on a file descriptor."""
    monkeypatch.chdir(course.root)
    answers = tmp_path / "answers"
    environment = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answers),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }

    subprocess.run(
        [sys.executable, "-m", "course_utils.tools.cli"],
        env=environment,
        timeout=300,
    )

    offered = {word.strip() for word in answers.read_text().split("\n")}
    assert offered & expected == expected & offered and offered & expected, offered


def test_completion_is_a_script_that_bash_accepts(capsys):
    assert cli.main(["completion", "bash"]) == 0

    script = capsys.readouterr().out
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    assert "course" in script and "_ARGCOMPLETE" in script


@pytest.mark.usefixtures("released")
def test_what_scripts_want_is_json(capsys, course, hand_in):
    hand_in("ada")
    hand_in("bela", {"double": "def double(x):\n    return abs(2 * x)"})
    where = ["--course", str(course.root), "--json", "-"]

    def asked(*words):
        cli.main([*words])
        return json.loads(capsys.readouterr().out)

    assert asked("grade", "ps0", *where)["students"][1]["total"] == 3
    assert [item["points"] for item in asked("items", "ps0", *where)] == [2, 3]
    assert asked("alike", "ps0", *where) == []  # too short to say
    assert {row["name"] for row in asked("data", "list", "--json", "-")} >= {"mnist", "cifar10"}
    assert {row["name"] for row in asked("models", "--json", "-")} >= {"lenet5", "vgg16"}


@pytest.mark.usefixtures("released")
def test_one_of_something_is_not_called_many(capsys, course, hand_in):
    hand_in("ada", {"double": "def double(x):\n    return abs(2 * x)"})
    where = ["--course", str(course.root)]
    for words in (
        ["grade", "ps0"],
        ["export", "ps0", str(course.root / "points.csv")],
        ["return", "ps0", "--to", "folder"],
        ["questions", "ps0"],
        ["items", "ps0"],
        ["alike", "ps0"],
        ["totals", str(course.root / "totals.csv")],
        ["grade", "ps0", "--what-if"],
        ["archive", "2026"],
    ):
        assert cli.main([*words, *where]) in (0, 1), words
    said = "".join(capsys.readouterr())

    assert said.count("1 student") >= 6
    wrong = re.findall(rf"(?<![\d.])1 (?:[a-z-]+ ){{0,2}}(?:{COUNTED})\b", said)
    assert wrong == []


def test_commands_leave_plurals_to_one_function():
    """A number before a word that is always written in the plural is wrong for one of them."""
    places = [
        PACKAGE / "tools" / "cli",
        PACKAGE / "grading" / "results",
        PACKAGE / "grading" / "lms",
    ]
    plural = re.compile(
        rf"(?<!of )\{{(?:len\(|count|n\}})[^{{}}\"]*\}} (?:[a-z-]+ )?(?:{COUNTED})\b"
    )
    found = [
        f"{file.name}: {line.strip()}"
        for place in places
        for file in sorted(place.rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if plural.search(line)
    ]
    assert found == []


@pytest.mark.usefixtures("released")
def test_what_counts_nothing_says_so_in_plain_words(capsys, course, hand_in):
    hand_in("ada")
    where = ["--course", str(course.root)]

    def said(*words):
        assert cli.main([*words, *where]) == 0
        return capsys.readouterr().out.splitlines()[-1]

    said("grade", "ps0")
    assert said("alike", "ps0") == (
        "not compared, as there is too little of their own: 1 student (ada)"
    )
    assert said("smallest", "ps0") == (
        "no test of ps0_numbers looks for smallest inputs: ### RULES smallest=3 asks"
    )


def test_a_place_for_json_is_made_or_named_in_one_line(capsys, tmp_path):
    place = tmp_path / "a" / "b" / "models.json"

    assert cli.main(["models", "--json", str(place)]) == 0
    assert json.loads(place.read_text())

    assert cli.main(["models", "--json", str(place / "c.json")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"course: {place / 'c.json'} cannot be written: ")
    assert said.count("\n") == 1


def test_a_library_that_is_missing_is_named_with_the_remedy(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rich.console", None)

    assert cli.main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("course: rich is not installed: course doctor")


def test_who_has_seen_enough_of_a_list_gets_no_traceback():
    script = "import sys; from course_utils.tools.cli import main; sys.exit(main(['data', 'list']))"
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, "-c", script], stdout=writer, stderr=subprocess.PIPE, text=True
    )

    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def documented():
    """Every command line in what people read, with the page that shows it."""
    pages = [REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", ".github/SECURITY.md")]
    pages += [REPOSITORY / "assignments/README.md", *sorted((REPOSITORY / "book").glob("*.md"))]
    for page in filter(Path.is_file, pages):
        text = page.read_text("utf-8")
        lines = re.findall(r"`(?:\.venv/bin/)?(course [^`]+)`", text)
        lines += re.findall(r"^(?: {4})?(?:\.venv/bin/)?(course [a-z].*)$", text, re.MULTILINE)
        for line in dict.fromkeys(" ".join(line.split()) for line in lines):
            yield pytest.param(line, id=f"{page.name}: {line}")


@pytest.mark.parametrize("line", [*documented()])
def test_what_the_documentation_says_can_be_typed(line):
    words = [word for word in typed(re.sub(r"\$\(.*\)", "tcp://x:1", line)) if word != "..."]

    if words[1:] and words[1].isupper() or words[-1] == "--help":  # `course COMMAND --help`
        return
    try:
        assert cli.parser().parse_args(words[1:]).run
    except SystemExit:
        # The name of a command alone, in a sentence about it.
        assert course_help(*words[1:]), line
