"""What students must not see is found wherever it is planted, and nothing else is taken for it."""

import base64
import io
import json
import keyword
import re
import struct
import zipfile
import zlib
from pathlib import Path

import nbformat
import numpy as np
import pytest
from leaks_in_feedback import in_feedback
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image, PngImagePlugin

from course_utils.grading import Course, CourseError, nbgrader_process
from course_utils.grading.authoring import leaks
from course_utils.grading.authoring.secrets import SecretKind
from course_utils.grading.authoring.text_in_files import Unreadable, pieces
from course_utils.grading.judging.sandbox.walls import missing
from course_utils.grading.running import grade_class

COURSE = Course(Path(__file__).parents[3] / "assignments")

ANSWER = '''def mix(left, right, share):
    """What students see."""
    ### BEGIN SOLUTION
    weight = share / (share + left.size)  # more weight for what is larger
    mixed = weight * left + (1 - weight) * right
    return np.round(mixed, 3)
    ### END SOLUTION'''
TESTS = """assert mix(1, 2, 0) is not None
### BEGIN HIDDEN TESTS
expected = {"both": 0.123456, "left": [3, 1, 4, 1, 5]}
assert abs(mix(2, 7, 0.25) - 1.5) < 1e-3, "the share belongs to the left one"
### END HIDDEN TESTS"""
RUBRIC = "| 2 | Says that a larger share pulls towards the left one. |"
MODEL = """Small shares hardly move the right one.

### BEGIN MARK SCHEME
Two points for the word convex combination.
### END MARK SCHEME"""


def graded(make, source, grade_id, **settings):
    kinds = {"grade": False, "solution": False, "locked": False, "task": False, **settings}
    return make(source, metadata={"nbgrader": {"grade_id": grade_id, "schema_version": 3, **kinds}})


@pytest.fixture(scope="module")
def small():
    """The secrets of a notebook with one answer, one test and one text that a person grades."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Mixing\nUse `np.round(mixed, digits)` if you like."),
            graded(new_code_cell, ANSWER, "mix", solution=True),
            graded(new_code_cell, TESTS, "test_mix", grade=True, locked=True, points=3),
            graded(new_markdown_cell, RUBRIC, "why", grade=True, solution=True, points=2),
            graded(new_markdown_cell, MODEL, "how", grade=True, solution=True, points=2),
        ]
    )
    return leaks.Secrets(leaks.read({"ps9": notebook}))


@pytest.fixture(scope="module")
def real():
    return leaks.secrets(COURSE)


SOLUTION = "weight = share / (share + left.size)"
CASE = "mix(2, 7, 0.25)"
SAID = "the share belongs to the left one"


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        (SOLUTION, SecretKind.SOLUTION),
        ("mixed = weight * left + (1 - weight) * right", SecretKind.SOLUTION),
        ("return np.round(mixed, 3)", SecretKind.SOLUTION),
        ('expected = {"both": 0.123456, "left": [3, 1, 4, 1, 5]}', SecretKind.TEST),
        ("assert abs(mix(2, 7, 0.25) - 1.5) < 1e-3", SecretKind.CASE),
        (CASE, SecretKind.CASE),
        ("[3, 1, 4, 1, 5]", SecretKind.CASE),
        ("0.123456", SecretKind.VALUE),
        (SAID, SecretKind.MESSAGE),
        ("more weight for what is larger", SecretKind.NOTE),
        ("Says that a larger share pulls towards the left one.", SecretKind.NOTE),
        ("Small shares hardly move the right one.", SecretKind.NOTE),
        ("Two points for the word convex combination.", SecretKind.NOTE),
    ],
)
def test_every_line_value_and_sentence_is_found_by_itself(small, planted, kind):
    found = small.find([("notes.md", f"Nothing to see.\n{planted}\nNor here.".encode())])

    assert kind in {leak.secret.kind for leak in found}


@pytest.mark.parametrize(
    "planted",
    [
        "weight=share/(share+left.size)",
        "weight = share  # the share\n    / (share + left.size)",
        "    weight = share / ( share + left.size ); print(weight)",
        "result = share / (share + left.size)",
        "total = weight * left + (1 - weight) * right",
        "return weight * left + (1 - weight) * right",
        "assert  abs( mix( 2,7,\n 0.25 ) - 1.5 ) < 1e-3",
        "THE SHARE belongs, to the *left* one",
        "`0.123_456`",
    ],
)
def test_layout_comments_quotes_and_other_names_hide_nothing(small, planted):
    assert small.find([("module.py", planted.encode())])


@pytest.mark.parametrize(
    "shown",
    [
        "np.round(mixed, digits)",
        "assert mix(1, 2, 0) is not None",
        "left.size",
        "mix(3, 7, 0.25)",
        "",
    ],
)
def test_what_students_are_shown_is_no_secret(small, shown):
    assert small.find([("lecture.md", shown.encode())]) == []


# --- in files of every kind ------------------------------------------------------------------


def notebook_with(cell):
    return nbformat.writes(new_notebook(cells=[new_markdown_cell("# A lecture"), cell])).encode()


def png(text):
    info, file = PngImagePlugin.PngInfo(), io.BytesIO()
    info.add_text("Comment", text, zip=True)
    Image.new("L", (4, 4)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def jpeg(text):
    picture, file = Image.new("L", (4, 4)), io.BytesIO()
    exif = picture.getexif()
    exif[0x010E] = text  # ImageDescription
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def zipped(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def huge():
    """A picture of no size, and of more pixels than Pillow cares to unpack."""
    file = io.BytesIO()
    Image.new("1", (1, 1)).save(file, "PNG")
    head = b"IHDR" + struct.pack(">II", 20_000, 20_000) + file.getvalue()[24:29]
    checked = head + struct.pack(">I", zlib.crc32(head))
    return file.getvalue()[:12] + checked + file.getvalue()[33:]


def damaged():
    """A zip whose member does not unpack."""
    data = bytearray(zipped("a.txt", "nothing to see " * 9))
    data[35] = 0xFF  # the first byte of what is compressed
    return bytes(data)


def output(**data):
    return new_code_cell("f()", outputs=[new_output("display_data", data=data)])


def attached(text):
    data = base64.b64encode(text.encode() + b" " * 40).decode()
    return new_markdown_cell("![](attachment:a)", attachments={"a": {"text/plain": data}})


def in_html(data):
    return f'<img alt="a" src="data:image/png;base64,{base64.b64encode(data).decode()}">'


def quoted(text):
    return text.replace("<", "&lt;")


def highlighted(text):
    words = re.sub(r"(\w+)", r'<span class="n">\1</span>', text.replace("<", "&lt;"))
    return f"<html><style>p {{}}</style><pre><span></span>{words}</pre></html>"


KINDS = {
    "module.py": lambda text: f"# nothing\nif True:\n    {text}\n".encode(),
    "string.py": lambda text: f'TEXT = """{text}"""\n'.encode(),
    "code.ipynb": lambda text: notebook_with(new_code_cell(f"x = 1\n{text}")),
    "text.ipynb": lambda text: notebook_with(new_markdown_cell(f"Look: `{text}`")),
    "printed.ipynb": lambda text: notebook_with(
        new_code_cell("f()", outputs=[new_output("stream", name="stdout", text=f"{text}\n")])
    ),
    "table.ipynb": lambda text: notebook_with(output(**{"text/html": highlighted(text)})),
    "traceback.ipynb": lambda text: notebook_with(
        new_code_cell(
            "f()", outputs=[new_output("error", ename="E", evalue="", traceback=["a", text])]
        )
    ),
    "metadata.ipynb": lambda text: notebook_with(new_code_cell("1", metadata={"was": text})),
    "attachment.ipynb": lambda text: notebook_with(attached(text)),
    "picture.ipynb": lambda text: notebook_with(
        output(**{"image/png": base64.b64encode(png(text)).decode()})
    ),
    "words.ipynb": lambda text: notebook_with(
        output(**{"text/html": f'<img alt="{quoted(text)}" src="data:image/png;base64,aaaa">'})
    ),
    "page.html": lambda text: highlighted(text).encode(),
    "picture.html": lambda text: in_html(png(text)).encode(),
    "comment.html": lambda text: f"<p>a</p><!-- {text} > 1 -->".encode(),
    "words.svg": lambda text: f'<svg aria-label="{quoted(text)}"><g/></svg>'.encode(),
    "picture.svg": lambda text: f"<svg><text>{highlighted(text)}</text></svg>".encode(),
    "page.md": lambda text: f"    {text}\n".encode(),
    "card.toml": lambda text: f"a = '''{text}'''\n".encode(),
    "state.json": lambda text: json.dumps({"a": [{"b": f"\n{text}\n"}]}).encode(),
    "numbers.ipynb~": lambda text: notebook_with(new_code_cell(text)),
    "picture.png": png,
    "picture.jpg": jpeg,
    "archive.zip": lambda text: zipped("deep/inner.zip", zipped("a.txt", text)),
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("planted", [SOLUTION, CASE, SAID])
def test_it_is_found_in_files_of_every_kind(small, name, planted):
    clean, leaking = KINDS[name]("nothing to see"), KINDS[name](planted)

    assert small.find([(name, clean)]) == []
    (leak, *_) = small.find([(name, leaking)])
    assert leak.file == name and str(leak).startswith(name)


@pytest.mark.parametrize("suffix", ["npy", "npz"])
def test_an_expected_value_is_found_among_the_numbers_of_an_array(small, suffix):
    file, values = io.BytesIO(), np.array([[1.0, 0.123456], [2.5, 3.0]], np.float32)
    np.save(file, values) if suffix == "npy" else np.savez(file, expected=values)

    (leak,) = small.find([(f"answers.{suffix}", file.getvalue())])

    assert leak.secret.text == "0.123456"


def test_a_value_with_many_digits_is_found_in_an_array_as_it_is():
    test = "### BEGIN HIDDEN TESTS\nassert f(1) == 0.123456789\n### END HIDDEN TESTS"
    cell = graded(new_code_cell, test, "test_f", grade=True, locked=True, points=1)
    secrets = leaks.Secrets(leaks.read({"ps9": new_notebook(cells=[cell])}))
    file = io.BytesIO()
    np.save(file, np.array([0.123456789]))

    assert secrets.find([("answers.npy", file.getvalue())])


def test_an_output_that_cannot_be_looked_into_is_not_let_through(small):
    pdf = base64.b64encode(b"%PDF-1.4\n\xe2\xe3\xcf\xd3\n" * 9).decode()

    (leak,) = small.find([("a.ipynb", notebook_with(output(**{"application/pdf": pdf})))])

    assert str(leak).startswith("a.ipynb: cell 2, output is application/pdf, neither text nor")


@pytest.mark.parametrize(
    "data",
    [
        b"\xa7\r\r\n\0\0\0\0",
        b"\x1f\x8b\x08\0\0",
        b"SQLite format 3\0",
        b"PK\x03\x04broken",
        b"\x89PNG\r\n",
        huge(),
        damaged(),
    ],
    ids=["pyc", "gz", "database", "zip", "png", "huge", "damaged"],
)
def test_what_cannot_be_looked_into_is_not_let_through(small, data):
    (leak,) = small.find([("thing.bin", data)])

    assert "students' files must be such that can be looked into" in str(leak)
    with pytest.raises(Unreadable):
        list(pieces("thing.bin", data))


# --- the course's own problem sets --------------------------------------------------------------


def secret_lines():
    """Every line between nbgrader's marks, read by hand: the cell's name and the line."""
    for file in sorted(COURSE.root.glob("source/*/*.ipynb")):
        visible = "\n".join(
            re.sub(r"(?s)### BEGIN.*?### END.*?$", "", cell.source)
            for other in COURSE.root.glob("source/*/*.ipynb")
            for cell in nbformat.read(other, 4).cells
        )
        for cell in nbformat.read(file, 4).cells:
            for part in re.findall(r"(?s)### BEGIN [A-Z ]+\n(.*?)### END", cell.source):
                for line in part.splitlines():
                    if line.strip() and line.strip() not in visible:
                        yield cell.metadata.nbgrader.grade_id, line.strip()


def distinctive(line):
    """Four words other than Python's own. Fewer may do with a sum or a product among them."""
    return (
        len(
            [
                word
                for word in re.findall(r"\d[\d.]*(?:e-?\d+)?|\w+", line)
                if not keyword.iskeyword(word)
            ]
        )
        >= 4
    )


def test_every_line_of_the_problem_sets_is_found_when_it_is_planted_alone(real):
    """But for those such as `return x`, which tell nothing by themselves."""
    strict = leaks.Secrets(real.all)
    lines = [line.split("  # ")[0] for _, line in secret_lines()]
    missed = [line for line in lines if not strict.find([("a.py", f"x = 1\n{line}\n".encode())])]

    assert len(lines) > 1200
    assert len(missed) < 0.18 * len(lines)
    assert [line for line in missed if distinctive(line)] == []


@pytest.fixture(scope="module")
def in_lectures(real):
    """What a check without `shown.toml` finds in the lectures and in the files named there."""
    strict, root = leaks.Secrets(real.all), COURSE.root.parent
    files = [*root.glob("lectures/*.ipynb"), *(root / name for name in real.shown if name != "*")]
    return strict.find((str(file.relative_to(root)), file.read_bytes()) for file in set(files))


def test_what_the_lectures_show_on_purpose_is_shown_there_still(real, in_lectures):
    """An entry of shown.toml that excuses nothing any more would excuse a leak one day."""
    strict = leaks.Secrets(real.all)
    for name, texts in real.shown.items():
        there = {leak.secret.tokens for leak in in_lectures if name in ("*", leak.file)}
        for text in texts:
            assert {secret.tokens for secret in strict.inside(text)} & there, (name, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("= broken", "shown.toml is no TOML"),
        ('["a.md"]\nlines = ["x"]', r'shown.toml, \["a.md"\]: give `because`, the reason'),
        ('["a.md"]\nbecause = "so"', "and `lines`, what is shown"),
    ],
)
def test_an_excuse_needs_a_reason(course, text, line):
    (course.root / "shown.toml").write_text(text)

    with pytest.raises(CourseError, match=line):
        leaks.secrets(course)


def test_an_excuse_holds_for_its_own_file_only(course):
    line = b"negative numbers are doubled too"
    (course.root / "shown.toml").write_text(
        f'["lectures/a.md"]\nbecause = "a hint"\nlines = ["{line.decode()}"]\n'
    )

    found = leaks.secrets(course).find([("lectures/a.md", line), ("lectures/b.md", line)])

    assert [leak.file for leak in found] == ["lectures/b.md"]


# --- feedback pages ------------------------------------------------------------------------------

PS0 = "ps0_numbers"
WRONG = {
    "double": "def double(x):\n    return abs(2 * x)",
    "halve": "def halve(x):\n    return x // 2",
}
HIDDEN_LINE = 'assert double(-3) == -6, "negative numbers are doubled too"'


def settings(course, reveal):
    """What feedback says of hidden tests; the folder `hidden` beside a source is the judge's."""
    config = course.root / "nbgrader_config.py"
    config.write_text(re.sub(r'reveal="\w+"', f'reveal="{reveal}"', config.read_text()))
    return Course(course.root)


@pytest.mark.proof
@pytest.mark.usefixtures("released")
def test_feedback_says_of_hidden_tests_what_reveal_allows_and_no_more(course, hand_in):
    """Pages of `course grade --feedback`, and those of nbgrader's own command."""
    hand_in("ada")  # the instructor's own solution, which is hers to see
    hand_in("bela", WRONG)
    beside = course.assignment(PS0).source / "hidden"
    beside.mkdir()
    (beside / "answers.csv").write_text(f"{HIDDEN_LINE}\n")
    secrets = leaks.secrets(course)
    page = course.assignment(PS0).feedback("bela") / "numbers.html"

    course = settings(course, "messages")
    grade_class.grade(course.assignment(PS0), unsafe=missing() is not None, pages=True)
    told = page.read_text()
    found = in_feedback(course.assignment(PS0), secrets)

    assert "negative numbers are doubled too" in told and "odd numbers" in told
    assert found == []

    # What "messages" lets out is a leak as soon as nothing may be said.
    course = settings(course, "nothing")
    found = in_feedback(course.assignment(PS0), secrets)
    assert {leak.secret.kind for leak in found} == {SecretKind.MESSAGE}
    assert {leak.file.split("/")[1] for leak in found} == {"bela"}

    outcome = nbgrader_process.run("generate_feedback", PS0, "--force", root=course.root)
    assert outcome.ok, outcome.log
    told = page.read_text()
    assert in_feedback(course.assignment(PS0), secrets) == []
    assert "a hidden test fails" in told and "negative numbers" not in told
    assert {file.suffix for file in page.parents[2].rglob("*.*")} == {".html"}


def test_a_leaking_page_is_found(course, hand_in):
    hand_in("bela", WRONG)
    page = course.assignment(PS0).feedback("bela") / "numbers.html"
    page.parent.mkdir(parents=True)
    page.write_text(highlighted(HIDDEN_LINE) + highlighted("return 2 * x; return x / 2"))

    found = in_feedback(course.assignment(PS0), leaks.secrets(course))

    assert {leak.secret.kind for leak in found} >= {SecretKind.TEST}
    assert {leak.file for leak in found} == {f"feedback/bela/{PS0}/numbers.html"}
