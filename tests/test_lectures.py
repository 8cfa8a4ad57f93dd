"""The lectures keep what they promise: every topic has its section, every reference its place."""

import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

LECTURES = Path(__file__).parents[1] / "lectures"
NOTEBOOKS = sorted(LECTURES.glob("*.ipynb"))
TOPICS = tomllib.loads((LECTURES / "topics.toml").read_text("utf-8"))
README = (LECTURES / "README.md").read_text("utf-8")

every_lecture = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    notebook = nbformat.read(path, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def prose(path):
    return "\n".join(cells(path, "markdown"))


def sections(path):
    """Headings of the second level, such as "3. What is an image?" and "Glossary"."""
    return re.findall(r"^## (.+)$", prose(path), re.MULTILINE)


def table_of(name):
    """The rows that README.md gives a lecture: from topic to sections."""
    part = re.search(rf"^## \[.*\]\({name}\.ipynb\)\n\n(.*?)(?=^## |\Z)", README, re.M | re.S)
    assert part, f"lectures/README.md has no table for {name}"
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", part[1], re.MULTILINE)
    return {topic: found.split("<br>") for topic, found in rows if topic != "topic"}


def test_the_list_of_topics_names_the_lectures():
    assert [path.stem for path in NOTEBOOKS] == [
        n for n in TOPICS if (LECTURES / f"{n}.ipynb").exists()
    ]
    assert list(TOPICS) == sorted(TOPICS) and len(TOPICS) >= 18


@every_lecture
def test_every_topic_has_its_section(path):
    table = table_of(path.stem)

    assert list(table) == TOPICS[path.stem]
    for topic, found in table.items():
        assert set(found) <= set(sections(path)), topic


def test_topics_of_lectures_to_come_are_listed_as_such():
    written = {path.stem for path in NOTEBOOKS}
    for name, topics in TOPICS.items():
        if name not in written:
            assert f"| {name} | {'; '.join(topics)} |" in README


@every_lecture
def test_it_opens_with_what_one_will_be_able_to_do_and_ends_with_what_to_remember(path):
    first, text = cells(path, "markdown")[0], prose(path)

    assert re.search(r"^\*\*Afterwards you will be able to\*\*\n(- .+\n)+", first, re.MULTILINE)
    assert re.search(r"^\*\*Time\*\*: about \d+ minutes\. \*\*You need\*\*: ", first, re.MULTILINE)
    for heading in ("To remember", "Exercises", "Sources"):
        assert f"\n## {heading}\n" in f"\n{text}\n"
    assert "**Predict**" in text


@every_lecture
def test_its_sections_are_numbered_in_order(path):
    numbers = [int(n) for n in re.findall(r"^## (\d+)\.", prose(path), re.MULTILINE)]

    assert numbers == list(range(1, len(numbers) + 1))


@every_lecture
def test_questions_are_there_and_none_is_answered(path):
    asked = prose(path).count("**Check yourself.**")
    code = [source for source in cells(path, "code") if "quiz.check(" in source]

    assert asked == len(code) >= 2
    assert all(re.search(r"^answer = None$", source, re.MULTILINE) for source in code)


@every_lecture
def test_sections_that_it_refers_to_are_there(path):
    """ "section 4" is one of its own, "lecture 03, section 9" of that one."""
    text = " ".join(prose(path).split())
    for lecture, number in re.findall(r"lecture (\d\d), section (\d+)", text):
        (other,) = LECTURES.glob(f"{lecture}_*.ipynb")
        assert any(s.startswith(f"{number}. ") for s in sections(other)), (lecture, number)
    own = re.findall(r"(?<!\d, )(?<!paper's )[Ss]ection (\d+)(?!\.\d)", text)
    for number in own:
        assert any(s.startswith(f"{number}. ") for s in sections(path)), f"section {number}"
    for lecture in re.findall(r"\blectures? (\d\d)", text):
        assert any(name.startswith(lecture) for name in TOPICS), f"lecture {lecture}"


def test_the_glossary_names_lectures_that_use_the_term():
    (start,) = LECTURES.glob("00_*.ipynb")
    glossary = prose(start).partition("## Glossary")[2]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+\(([\d, ;]+)\) \|$", glossary, re.MULTILINE)

    terms = [term for term, _ in rows]
    assert len(rows) >= 30 and terms == sorted(terms, key=str.lower)
    for term, lectures in rows:
        for number in re.findall(r"\d\d", lectures):
            (path,) = LECTURES.glob(f"{number}_*.ipynb")
            words = " ".join((prose(path) + " ".join(cells(path, "code"))).lower().split())
            stem = term.lower().removesuffix("ation").removesuffix("ing").removesuffix("ant")
            assert stem[:9] in words, f"{term} in lecture {number}"


def test_no_function_is_pasted_from_one_lecture_into_another():
    """What two lectures need lives in the package; a function of a line or two may come again."""
    homes = {}
    for path in NOTEBOOKS:
        for source in cells(path, "code"):
            for node in ast.walk(ast.parse(re.sub(r"^\s*%.*$", "    pass", source, flags=re.M))):
                if isinstance(node, ast.FunctionDef) and len(ast.unparse(node).splitlines()) > 4:
                    homes.setdefault(ast.unparse(node), set()).add(path.stem)

    assert [names for names in homes.values() if len(names) > 1] == []
