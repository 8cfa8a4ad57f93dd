"""The mistakes folder says what it means, or says what is wrong with it."""

import pytest
from expected_points import expected_points

from course_utils.grading import CourseError
from course_utils.grading.authoring import mistakes

ANSWERS = """# Wrong answers to `double`.

# %% adds_one points={"test_double": 0.5}
# Confuses doubling with counting.
def double(x):
    return x + 1

# %% shifts points={}
def double(x):
    return x << 1
"""
CLASS = """
[students.ada]
note = "all right"
[students.bela]
answers = { double = "adds_one" }
[students.cora]
hands_in = "not_json"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "double.py").write_text(ANSWERS)
    (tmp_path / "class.toml").write_text(CLASS)
    return tmp_path


def test_answers_are_read_with_their_points(folder):
    answers = mistakes.read_answers(folder)

    assert list(answers) == [("double", "adds_one"), ("double", "shifts")]
    assert answers["double", "adds_one"].points == {"test_double": 0.5}
    assert answers["double", "adds_one"].source.endswith("def double(x):\n    return x + 1")


def test_points_of_a_student_follow_from_the_answers(folder):
    ada, bela, cora = mistakes.read_class(folder)
    maximum = {"test_double": 2.0, "test_halve": 3.0}

    assert expected_points(ada, maximum) == maximum
    assert expected_points(bela, maximum) == {"test_double": 0.5, "test_halve": 3.0}
    assert expected_points(cora, maximum) == {"test_double": 0.0, "test_halve": 0.0}


@pytest.mark.usefixtures("released")
def test_a_students_notebook_holds_the_answers_and_else_the_solution(course, folder):
    ada, bela, cora = mistakes.read_class(folder)
    texts = {
        student.name: (
            mistakes.hand_in(course.assignment("ps0_numbers"), student) / "numbers.ipynb"
        ).read_text()
        for student in (ada, bela, cora)
    }

    assert "return 2 * x" in texts["ada"] and "BEGIN" not in texts["ada"]
    assert "return x + 1" in texts["bela"] and "return x / 2" in texts["bela"]
    assert "double(-3)" not in texts["bela"]
    assert texts["ada"].startswith("{") and not texts["cora"].rstrip().endswith("}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"adds_one"', '"adds_two"', "bela answers double with 'adds_two', which double.py lacks"),
        ('"not_json"', '"nothing"', "cora hands in 'nothing': use one of notebook, untouched"),
    ],
)
def test_a_class_that_does_not_add_up_is_refused(folder, old, new, message):
    (folder / "class.toml").write_text(CLASS.replace(old, new))

    with pytest.raises(CourseError, match=message):
        mistakes.read_class(folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("shifts points={}", "shifts", "double.py: the answer 'shifts' does not say its points"),
        ("shifts", "adds_one", "double.py: two answers are called 'adds_one'"),
    ],
)
def test_answers_that_do_not_add_up_are_refused(folder, old, new, message):
    (folder / "double.py").write_text(ANSWERS.replace(old, new))

    with pytest.raises(CourseError, match=message):
        mistakes.read_answers(folder)


def test_points_for_a_cell_that_does_not_exist_are_refused(folder):
    bela = mistakes.read_class(folder)[1]

    with pytest.raises(CourseError, match="bela: no graded cell is called test_double"):
        expected_points(bela, {"test_halve": 3.0})


def test_a_folder_without_a_class_says_so(tmp_path):
    with pytest.raises(CourseError, match="no demo class: .*class.toml is missing"):
        mistakes.read_class(tmp_path)
