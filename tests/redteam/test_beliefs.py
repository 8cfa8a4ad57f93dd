"""Nothing that an answer says decides, and nothing shows what a hidden test asked."""

import html
import re
from importlib.util import find_spec

import beliefs
import pytest
from nbgrader.api import Gradebook

from course_utils.grading import Course, nbgrader_process
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.running import grade_class

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(missing() is not None, reason=f"needs walls: {missing()}"),
]
ATTACKS = beliefs.attacks()
OF_NETWORKS = [name for name, attack in ATTACKS.items() if "net" in attack.answers]
OTHERS = [name for name in ATTACKS if name not in OF_NETWORKS]
WAYS = ["course grade", "nbgrader autograde"]
RIGHT = {name: right for name, (right, *_) in beliefs.EXERCISES.items()}
WRONG = {name: wrong for name, (_, wrong, *_) in beliefs.EXERCISES.items()}


def run(root, way):
    """Grade everybody, and write the pages that students get."""
    if way == "course grade":
        grade_class.grade(Course(root).assignment("ps"), pages=True)
        return
    outcome = nbgrader_process.run("autograde", "ps", "--force", root=root, seconds=1500)
    waits = "for a person, see above; all else is graded" in outcome.log
    assert outcome.ok != waits, outcome.log[-3000:]
    outcome = nbgrader_process.run("generate_feedback", "ps", "--force", root=root, seconds=600)
    assert outcome.ok, outcome.log[-3000:]


def points(root, student, notebook=beliefs.NOTEBOOK):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        found = gradebook.find_submission_notebook(notebook, "ps", student)
        return {grade.name: grade.auto_score for grade in found.grades}


def page(root, student):
    (file,) = (root / "feedback" / student / "ps").glob(f"{beliefs.NOTEBOOK}.html")
    return html.unescape(re.sub(r"<[^>]*>", "", file.read_text()))


@pytest.fixture(scope="module", params=WAYS)
def graded(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("beliefs") / "course"
    beliefs.lay_out(root)
    beliefs.hand_in(root, "honest", RIGHT)
    beliefs.hand_in(root, "wrong", WRONG)
    for name in OTHERS:
        beliefs.hand_in(root, name, WRONG | ATTACKS[name].answers)
    if find_spec("torch"):
        beliefs.hand_in(root, "honest", {"net": beliefs.NET}, beliefs.GRADIENTS)
        for name in OF_NETWORKS:
            beliefs.hand_in(root, name, ATTACKS[name].answers, beliefs.GRADIENTS)
    run(root, request.param)
    return root


def test_who_is_right_gets_everything_and_who_is_wrong_nothing(graded):
    assert points(graded, "honest") == beliefs.POINTS
    assert sum(points(graded, "wrong").values()) == 1  # `apply` is as it should be


@pytest.mark.parametrize("name", OTHERS)
def test_an_attack_gets_what_the_wrong_answer_gets(graded, name):
    assert points(graded, name) == ATTACKS[name].points


@pytest.mark.parametrize("name", [*OTHERS, "honest", "wrong"])
def test_no_page_says_what_a_hidden_test_asked(graded, name):
    assert str(beliefs.SECRET) not in page(graded, name).replace(f"x == {beliefs.SECRET}", "")


@pytest.mark.skipif(not find_spec("torch"), reason="needs PyTorch")
@pytest.mark.parametrize("name", OF_NETWORKS)
def test_a_gradient_tells_nobody_the_labels(graded, name):
    assert points(graded, name, beliefs.GRADIENTS) == ATTACKS[name].points


DRAWN = """from course_utils.exercises import checks
x = int(checks.generator(3).integers(10**9))
assert double(x) == 2 * x, f"drawn {x}"
"""


def drawn_by(root, way):
    """What the visible test drew."""
    run(root, way)
    found = re.search(r"drawn (\d+)", page(root, "ada"))
    return found and found[1]


def test_what_is_learnt_from_one_attempt_is_of_no_use_to_the_next(tmp_path, monkeypatch):
    right = "def double(x):\n    return 2 * x"
    monkeypatch.setattr(beliefs, "EXERCISES", {"double": (right, "", DRAWN, 1)})
    monkeypatch.setattr(beliefs, "find_spec", lambda name: None)
    beliefs.lay_out(tmp_path)
    beliefs.hand_in(tmp_path, "ada", {"double": "def double(x):\n    return 0"})
    first, same, again = (drawn_by(tmp_path, way) for way in [*WAYS, WAYS[0]])
    table = f"def double(x):\n    return {2 * int(first)} if x == {first} else 0"
    beliefs.hand_in(tmp_path, "ada", {"double": table})
    second = drawn_by(tmp_path, WAYS[1])

    assert first and first == same == again, "the same attempt draws the same"
    assert second and second != first
    assert points(tmp_path, "ada") == {"test_double": 0}

    # Nor does it help to bring the table in a file, beside the same notebook.
    reads = "import os\ndef double(x):\n    return 2 * x if os.path.exists(f'{x}.txt') else 0"
    beliefs.hand_in(tmp_path, "ada", {"double": reads})
    third = drawn_by(tmp_path, WAYS[0])
    (tmp_path / "submitted" / "ada" / "ps" / f"{third}.txt").write_text("known")
    fourth = drawn_by(tmp_path, WAYS[0])

    assert fourth and fourth != third
    assert points(tmp_path, "ada") == {"test_double": 0}
