"""The class as data: who is in it, and until when each may hand in."""

import shutil
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course_utils.grading import Course, CourseError, late, roster
from course_utils.grading.roster import Person
from course_utils.grading.running import grade_class
from course_utils.grading.running.grade_class import State
from course_utils.tools import cli

DUE = datetime(2026, 10, 12, 12, tzinfo=UTC)

CANVAS = """\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,ps0 (77),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,5,(read only)
"Lovelace, Ada",4711,u1,ada,"CNN-1 and CNN-2",,
"Bartók, Béla",4712,u2,bela@x.org,CNN-1,,
"Student, Test",4799,,t,CNN-1,,
"""
MOODLE = "First name;Last name;ID number;Email address;Groups\nAda;Lovelace;u1;ada@x.org;A\n"
FRENCH = "Prénom,Nom de famille,Numéro d'identification,Adresse de courriel,Groupes"
SPANISH = "Nombre,Apellido(s),Número de ID,Dirección de correo,Grupos"
GRADESCOPE = "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,u1,ada@x.org,A\n"


def persons(text):
    return roster.persons_of(text.encode(), "roster.csv")[1]


def test_canvas_gradebook_is_a_roster():
    assert persons(CANVAS) == [
        Person("ada", "Ada", "Lovelace", "", "ada", "4711", "u1", "CNN-1 and CNN-2"),
        Person("bela@x.org", "Béla", "Bartók", "", "bela@x.org", "4712", "u2", "CNN-1"),
    ]


@pytest.mark.parametrize(
    "text",
    [MOODLE, GRADESCOPE, *(f"{head}\nAda,Lovelace,u1,ada@x.org,A\n" for head in (FRENCH, SPANISH))],
)
def test_so_are_moodles_participants_and_gradescopes(text):
    assert persons(text) == [
        Person("ada@x.org", "Ada", "Lovelace", "ada@x.org", sis="u1", section="A")
    ]


def test_so_is_a_table_of_ones_own():
    assert persons("id,name\nada,Ada Lovelace\nbela,Bartók\n") == [
        Person("ada", "Ada", "Lovelace"),
        Person("bela", "", "Bartók"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("when,what\n1,2\n", "line 1: expected a roster"),
        ("id,name\nada,Ada L\n. ,Bela\n", "line 3: '.' cannot be the name of a folder"),
        ("id,name\nada,Ada L\nada,Ada M\n", "line 3: two persons have the id 'ada'"),
    ],
)
def test_what_is_no_roster_is_refused(text, says):
    with pytest.raises(CourseError, match=says):
        persons(text)


def test_an_id_can_be_the_name_of_a_folder():
    assert roster.folder_name("..a/b*c[1]") == "a_b_c_1_"


def class_of(course, text, table=""):
    (course.root / "class.toml").write_text(text, "utf-8")
    if table:
        (course.root / "roster.csv").write_text(table, "utf-8")
    return roster.read(course)


def test_without_files_nobody_is_known(course):
    assert roster.read(course) == roster.Roster()


def test_class_toml_adds_to_the_platforms_roster(course):
    text = '[[person]]\nid = "ada"\nemail = "a@x.org"\nextra_days = 1\n[[person]]\nid = "cora"\n'
    known = class_of(course, text, CANVAS)

    assert list(known.persons) == ["ada", "bela@x.org", "cora"]
    ada = known.persons["ada"]
    assert (ada.lms, ada.email, ada.extra) == ("4711", "a@x.org", timedelta(days=1))
    assert "ps0 (77)" in known.columns


WHO = '[[person]]\nid = "ada"\nextra_hours = 6\n' + "".join(
    f'[[person]]\nid = "{name}"\n' for name in ("bela", "cora", "dina")
)


@pytest.mark.parametrize(
    ("student", "text", "longer"),
    [
        ("bela", "", timedelta()),
        ("ada", "", timedelta(hours=6)),
        ("bela", '[[extension]]\nstudent = "bela"\ndays = 2', timedelta(days=2)),
        ("ada", '[[extension]]\nstudent = "ada"\ndays = 2', timedelta(days=2, hours=6)),
        (
            "bela",
            '[[extension]]\nstudent = "bela"\nassignment = "ps0"\nuntil = 2026-10-13T12:00:00Z',
            timedelta(days=1),
        ),
        ("bela", '[[extension]]\nstudent = "bela"\nuntil = 2020-01-01', timedelta()),
        ("cora", '[[group]]\nmembers = ["ada", "cora"]', timedelta(hours=6)),
        ("cora", '[[group]]\nassignment = "ps0"\nmembers = ["bela", "cora"]', timedelta()),
    ],
)
def test_how_much_longer_a_student_has(course, student, text, longer):
    known = class_of(course, f"{WHO}\n{text}")

    assert known.extension(student, "ps0_numbers", DUE) == longer


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("due = ", "class.toml: "),
        ("dues = 1", "unknown key 'dues'"),
        ("[due]\nps9 = 2026-01-01", "class.toml: unknown assignment 'ps9'"),
        ('[due]\nps0 = "01/02/2026"', r"\[due\] ps0: '01/02/2026' can be two days"),
        ('[due]\nps0 = "soon"', r"\[due\] ps0: 'soon' is no time"),
        ("[person]\nid = 1", r"write \[\[person\]\]"),
        ('[[person]]\nname = "A"', r"\[\[person\]\]: expected an id"),
        ('[[person]]\nid = "a/b"', "'a/b' cannot be the name of a folder"),
        ('[[extension]]\nstudent = "ada"', "expected a student, and until, days or hours"),
        ('[[extension]]\nstudent = "ada"\ndays = "x"', "'x' days, 0 hours are no length of time"),
        ('[[extension]]\nstudent = "ada"\ndays = -1', "cannot be negative"),
        ('[[group]]\nmembers = ["ada"]', "expected members"),
        ('roster = "no.csv"', "roster names 'no.csv', and there is no file"),
        ('[[person]]\nid = "ada"\n' * 2, r"\[\[person\]\]: ada stands there more than once"),
        (
            '[[group]]\nmembers = ["ada", "bela"]\n[[group]]\nmembers = ["ada", "cora"]',
            r"\[\[group\]\] of all assignments: ada stands there more than once",
        ),
    ],
)
def test_what_it_cannot_say_is_one_line(course, text, says):
    with pytest.raises(CourseError, match=says):
        class_of(course, text)


@pytest.mark.usefixtures("released")
def test_who_stands_in_two_rosters_that_differ_is_said(course, hand_in, capsys):
    hand_in("ada")
    hand_in("bela")
    (course.root / "a.csv").write_text(
        "id,name,email\nada,Ada Lovelace,a@x.org\nbela,B B,b@x.org\n"
    )
    (course.root / "b.csv").write_text("id,name,email\nada,Ada King,a@x.org\nbela,B B,b@x.org\n")
    known = class_of(course, 'roster = ["a.csv", "b.csv"]')
    line = "ada: another roster says something else, b.csv counts"

    assert known.remarks == (line,)
    assert known.persons["ada"].name == "Ada King"
    assert cli.main(["grade", "ps0", "--course", str(course.root)]) == 1
    assert f"course: {line}\n" in capsys.readouterr().err
    assert cli.main(["return", "ps0", "--to=folder", "--course", str(course.root)]) == 1
    assert f"course: {line}\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("student", "hint"),
    [("eva", ""), ("bela", ": did you mean bela@x.org?"), ("adda", ": did you mean ada?")],
)
def test_who_is_not_in_the_roster_hands_in_with_nobody(course, student, hint):
    with pytest.raises(CourseError) as caught:
        class_of(course, f'[[group]]\nmembers = ["ada", "{student}"]', CANVAS)

    assert str(caught.value) == f"class.toml: nobody in the roster is '{student}'{hint}"


def test_the_example_of_the_guide(course):
    guide = (Path(__file__).parents[2] / "book" / "instructors.md").read_text("utf-8")
    example = textwrap.dedent(guide.partition("says the rest:\n")[2].partition("\nChange it")[0])
    for name in ("ps1_lines", "ps5_scans"):
        (course.root / "source" / name).mkdir()
    known = class_of(course, example, "id,name\nada,A\nbela,B\n")
    due = known.due["ps1_lines"]

    assert due == datetime(2026, 10, 12, 23, 59).astimezone()
    assert known.extension("ada", "ps1_lines", due) == timedelta(days=2)
    assert timedelta(days=3) < known.extension("bela", "ps1_lines", due) < timedelta(days=3.1)
    assert known.members("bela", "ps5_scans") == ("ada", "bela")
    assert known.late == {"percent": 10, "unit": "day", "grace": 15, "cap": 50}
    assert late.policy(course, known).plugin_inst.cap == 50
    assert known.persons["ada"].name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("", {"lms": "4711"}, ["ada"]),
        ("", {"email": "BELA@x.org"}, ["bela@x.org"]),
        ("lovelaceada", {}, ["ada"]),
        ("Ada Lovelace", {}, ["ada"]),
        ("Bartók, Béla", {"lms": "9"}, ["bela@x.org"]),
        ("nobody", {}, []),
        ("", {}, []),
    ],
)
def test_who_somebody_is(course, name, known, found):
    assert [p.id for p in class_of(course, "", CANVAS).find(name, **known)] == found


LATE = '[due]\nps0 = 2026-01-01T12:00:00Z\n[late]\npercent = 10\nunit = "hour"\n'
TIMES = "student,time\nada,2026-01-01 13:30Z\n"


@pytest.mark.usefixtures("released")
def test_each_change_takes_effect_at_the_next_run_and_nothing_is_judged_for_it(course, hand_in):
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    assignment = course.assignment("ps0")

    def penalty(text):
        (course.root / "class.toml").write_text(text)
        class_run = grade_class.grade(assignment)
        from nbgrader.api import Gradebook

        with Gradebook(course.database) as gradebook:
            submission = gradebook.find_submission("ps0_numbers", "ada")
            seconds = class_run.records[0].seconds
            return submission.late_submission_penalty, class_run.states["ada"], seconds

    extension = '[[extension]]\nstudent = "ada"\nhours = 1\n'
    assert penalty("")[:2] == (0.0, State.NEW)
    assert penalty(LATE)[:2] == (1.0, State.CHANGED)
    assert penalty(LATE + extension)[:2] == (0.5, State.CHANGED)
    assert penalty(LATE + extension)[:2] == (0.5, State.DONE)
    assert penalty(LATE)[:2] == (1.0, State.CHANGED)
    assert penalty(LATE.replace("10", "20"))[0] == 2.0
    assert penalty(LATE + extension)[0] == 0.5
    assert penalty("")[0] == 0.0  # no policy of ours; and no extension is left behind
    assert penalty(LATE)[0] == 1.0


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("left", ["[late]\npercent = 10\n", None], ids=["a part", "no file"])
def test_a_due_date_that_is_taken_out_is_in_force_no_longer(course, hand_in, left):
    from nbgrader.api import Gradebook

    with (course.root / "nbgrader_config.py").open("a") as settings:
        plugin = "course_utils.grading.late.LatePolicy"
        settings.write(f'c.AssignLatePenalties.plugin_class = "{plugin}"\n')
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    assignment = course.assignment("ps0")
    extension = '[[extension]]\nstudent = "ada"\nhours = 1\n'

    def graded(text):
        if text is None:
            (course.root / "class.toml").unlink(missing_ok=True)
        else:
            (course.root / "class.toml").write_text(text)
        grade_class.grade(assignment)
        with Gradebook(course.database) as gradebook:
            ada = gradebook.find_submission("ps0_numbers", "ada")
            return ada.assignment.duedate, ada.extension, ada.late_submission_penalty

    by_hand = datetime(2025, 12, 31, 12)
    assert graded(LATE + extension) == (datetime(2026, 1, 1, 12), timedelta(hours=1), 0.5)
    assert graded(left) == graded(left) == (None, None, 0.0)
    with Gradebook(course.database) as gradebook:
        gradebook.find_assignment("ps0_numbers").duedate = by_hand
        gradebook.db.commit()
    assert graded(left) == graded(left) == (by_hand, None, 1.0)


@pytest.mark.usefixtures("released")
def test_what_no_policy_can_be_is_one_line(course, hand_in, capsys):
    hand_in("ada")
    for text, says in (("percent = -1", "expected at least 0"), ("x = 1", "unknown key x")):
        (course.root / "class.toml").write_text(f"[late]\n{text}\n")

        assert cli.main(["grade", "ps0", "--course", str(course.root)]) == 2
        said = capsys.readouterr().err
        assert "class.toml, [late]: " in said and says in said and said.count("\n") == 1


@pytest.mark.usefixtures("released")
def test_what_one_of_a_group_hands_in_is_graded_for_all(course, hand_in):
    hand_in("ada", {"halve": "def halve(x):\n    return x // 2"})
    (course.root / "class.toml").write_text('[[group]]\nmembers = ["ada", "bela"]\n')
    assignment = course.assignment("ps0")
    class_run = grade_class.grade(assignment)

    from course_utils.grading.results import grades

    result = grades.read(assignment, class_run.records)
    assert [(s.student, s.total) for s in result.students] == [("ada", 4.0), ("bela", 4.0)]
    assert not (course.root / "submitted" / "bela").exists()

    hand_in("bela")
    (course.root / "submitted" / "received.csv").write_text(
        "student,time\nada,2026-01-01 13:30Z\nbela,2026-01-02 13:30Z\n"
    )
    class_run = grade_class.grade(assignment)
    result = grades.read(assignment, class_run.records)

    assert [s.total for s in result.students] == [5.0, 5.0]
    assert class_run.misnamed == [
        "ada and bela are one group and have all handed in: bela's counts"
    ]


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("taken_out", ["row", "time", "file"])
def test_a_time_that_received_csv_says_no_more_is_in_force_no_longer(course, hand_in, taken_out):
    for student in ("ada", "bela"):
        hand_in(student)
    (course.root / "class.toml").write_text(LATE)
    ledger = course.root / "submitted" / "received.csv"
    ledger.write_text(TIMES)
    assignment = course.assignment("ps0")
    assert grade_class.grade(assignment).misnamed == []
    assert in_gradebook(course, "ada")[1:] == (None, 1.0)

    ledger.write_text("student,time\nada,-\n" if taken_out == "time" else "student,time\n")
    if taken_out == "file":
        ledger.unlink()
    said = ["received.csv no longer says when ada handed in: nothing of it is late now"]
    assert grade_class.grade(assignment, dry_run=True).misnamed == said
    class_run = grade_class.grade(assignment)

    assert class_run.misnamed == said
    assert class_run.states == {"ada": State.CHANGED, "bela": State.DONE}
    assert class_run.records[0].seconds == pytest.approx(0, abs=1)
    assert in_gradebook(course, "ada") == (None, None, 0.0)
    assert grade_class.grade(assignment).misnamed == []
    ledger.write_text(TIMES)
    grade_class.grade(assignment)
    assert in_gradebook(course, "ada")[2] == 1.0


@pytest.mark.usefixtures("released")
def test_who_is_stopped_half_way_is_told_of_it_again(course, hand_in, monkeypatch):
    hand_in("ada")
    ledger = course.root / "submitted" / "received.csv"
    ledger.write_text(TIMES)
    grade_class.grade(course.assignment("ps0"))
    ledger.unlink()

    def stop(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(grade_class._Farm, "go", stop)
        grade_class.grade(course.assignment("ps0"))

    (line,) = grade_class.grade(course.assignment("ps0")).misnamed
    assert line.startswith("received.csv no longer says when ada handed in")


@pytest.mark.usefixtures("released")
def test_a_time_that_received_csv_never_said_stays(course, hand_in):
    hand_in("ada")
    grade_class.grade(course.assignment("ps0"))
    by_hand = datetime(2026, 1, 1, 13)
    from nbgrader.api import Gradebook

    with Gradebook(course.database) as gradebook:
        gradebook.find_submission("ps0_numbers", "ada").timestamp = by_hand
        gradebook.db.commit()

    assert grade_class.grade(course.assignment("ps0"), again=True).misnamed == []
    assert in_gradebook(course, "ada")[0] == by_hand


@pytest.mark.usefixtures("released")
def test_an_instructors_timestamp_counts_where_a_row_is_taken_out(course, hand_in):
    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text().replace("configure(c,", "configure(c, trust_timestamps=1,")
    )
    (hand_in("ada").parent / "timestamp.txt").write_text("2026-01-01 12:30:00 UTC")
    ledger = course.root / "submitted" / "received.csv"
    ledger.write_text(TIMES)
    assignment = Course(course.root).assignment("ps0")
    grade_class.grade(assignment)
    ledger.unlink()

    assert grade_class.grade(assignment).misnamed == [
        "received.csv no longer says when ada handed in"
    ]
    assert in_gradebook(course, "ada")[0] == datetime(2026, 1, 1, 12, 30)


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(
    ("entry", "extra"),
    [
        ('[[extension]]\nstudent = "ada"\nhours = 1\n', timedelta(hours=1)),
        ('[[person]]\nid = "ada"\nextra_hours = 2\n', timedelta(hours=2)),
        ('[[person]]\nid = "bela"\nextra_days = 1\n[[group]]\nmembers = ["ada", "bela"]\n', None),
    ],
    ids=["extension", "accommodation", "group"],
)
@pytest.mark.parametrize("left", ["[late]\npercent = 10\n", None], ids=["a part", "no file"])
def test_more_time_that_is_taken_out_is_in_force_no_longer(course, hand_in, entry, extra, left):
    """The due date is the gradebook's own here, and does not go away with `class.toml`."""
    from nbgrader.api import Gradebook

    with (course.root / "nbgrader_config.py").open("a") as settings:
        settings.write(f'c.AssignLatePenalties.plugin_class = "{late.__name__}.LatePolicy"\n')
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment("ps0_numbers", duedate="2026-01-01 12:00:00 UTC")
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    file = course.root / "class.toml"
    file.write_text(f"[late]\npercent = 10\n{entry}")
    assignment = course.assignment("ps0")
    grade_class.grade(assignment)
    assert in_gradebook(course, "ada")[1] == (extra or timedelta(days=1))

    file.write_text(left) if left else file.unlink()
    for _ in range(2):
        grade_class.grade(assignment)
        assert in_gradebook(course, "ada")[1:] == (None, 0.5)
    with Gradebook(course.database) as gradebook:  # a person gives it now, and that stays
        gradebook.find_submission("ps0_numbers", "ada").extension = timedelta(hours=3)
        gradebook.db.commit()
    if not left:
        for _ in range(2):
            grade_class.grade(assignment)
            assert in_gradebook(course, "ada")[1] == timedelta(hours=3)


@pytest.mark.usefixtures("released")
def test_points_stay_where_a_hand_in_is_put_away_and_that_is_said(course, hand_in):
    folders = {student: hand_in(student).parent for student in ("ada", "bela")}
    assignment = course.assignment("ps0")
    grade_class.grade(assignment)
    before = totals(assignment)
    shutil.rmtree(folders["ada"].parent)

    for _ in range(2):
        assert grade_class.grade(assignment).misnamed == [
            "the points stay of those whose hand-in is not there any more: ada"
        ]
        assert totals(assignment) == before
    assert grade_class.grade(assignment, students=["bela"]).misnamed == []


@pytest.mark.usefixtures("released")
def test_a_late_penalty_that_is_taken_out_costs_nothing_any_more(course, hand_in):
    hand_in("ada")
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    assignment = course.assignment("ps0")
    for text, lost in ((LATE, 1.0), (LATE.partition("[late]")[0], 0.0), (LATE, 1.0)):
        (course.root / "class.toml").write_text(text)
        grade_class.grade(assignment)
        assert in_gradebook(course, "ada")[2] == lost


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("left", ["", None], ids=["a part", "no file"])
def test_who_is_taken_out_of_a_group_keeps_nothing_of_it(course, hand_in, left):
    """Neither points nor time of receipt; who has handed in something is graded for that."""
    hand_in("ada")
    file, assignment = course.root / "class.toml", course.assignment("ps0")
    group = '[[group]]\nmembers = ["ada", "bela", "cora"]\n'
    (course.root / "submitted" / "received.csv").write_text(TIMES)
    file.write_text(group)
    grade_class.grade(assignment, pages=True)
    assert totals(assignment) == {"ada": 5.0, "bela": 5.0, "cora": 5.0}
    hand_in("cora", {"halve": "def halve(x):\n    return x // 2"})

    file.write_text(left) if left is not None else file.unlink()
    gone = (
        "bela is in no group with ada any more and has handed in nothing: the points for ada's "
        "work are gone"
    )
    assert gone in grade_class.grade(assignment, dry_run=True).misnamed
    assert totals(assignment)["bela"] == 5.0
    class_run = grade_class.grade(assignment, pages=True)

    assert class_run.misnamed == [
        "received.csv no longer says when cora handed in: nothing of it is late now",
        gone,
    ]
    assert totals(assignment) == {"ada": 5.0, "cora": 4.0}
    assert in_gradebook(course, "cora")[0] is None
    assert not assignment.autograded("bela").exists() and not assignment.feedback("bela").exists()
    assert grade_class.grade(assignment).misnamed == []

    file.write_text(group)
    assert "bela" in grade_class.grade(assignment).states
    assert totals(assignment)["bela"] == totals(assignment)["ada"]


@pytest.mark.usefixtures("released")
def test_who_is_not_looked_at_keeps_the_points_of_a_group(course, hand_in):
    hand_in("ada")
    assignment = course.assignment("ps0")
    (course.root / "class.toml").write_text('[[group]]\nmembers = ["ada", "bela"]\n')
    grade_class.grade(assignment)
    (course.root / "class.toml").unlink()

    assert grade_class.grade(assignment, students=["ada"]).misnamed == []
    assert totals(assignment) == {"ada": 5.0, "bela": 5.0}


def in_gradebook(course, student):
    """When they handed in, how much longer they have, and what lateness costs."""
    from nbgrader.api import Gradebook

    with Gradebook(course.database) as gradebook:
        found = gradebook.find_submission("ps0_numbers", student)
        return found.timestamp, found.extension, found.late_submission_penalty


def totals(assignment):
    from course_utils.grading.results import grades

    return {each.student: each.total for each in grades.read_all(assignment).students}
