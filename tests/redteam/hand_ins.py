"""Attacks that are not an answer but the file it comes in: a function each, of the folder that is
handed in and the notebook that would be honest, but for a wrong answer to `pool`.
"""

from __future__ import annotations

import json
import os
import socket
import zipfile
from copy import deepcopy
from pathlib import Path

from payloads import MARKDOWN

EVIL = "open('@CANARY@', 'w').write('evil')\nraise SystemExit"


def own(cell: dict) -> dict:
    return cell["metadata"].get("nbgrader", {})


def cells(notebook: dict) -> dict[str, dict]:
    return {own(cell).get("grade_id"): cell for cell in notebook["cells"]}


def save(folder: Path, notebook: dict, name: str = "pool.ipynb") -> None:
    (folder / name).write_text(json.dumps(notebook))


def code(source: str, **metadata) -> dict:
    cell = {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}
    return cell | {"execution_count": None, "id": f"own{abs(hash(source)) % 10**6}"}


def text(source: str, **more) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {}, "id": "note", **more}


# --- tests, points and settings ---


def tags_tests_to_be_skipped(folder, notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    save(folder, notebook)


def deletes_tests(folder, notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not own(c).get("grade")]
    save(folder, notebook)


def empties_tests(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            cell["source"] = "pass"
    save(folder, notebook)


def raises_its_points(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            own(cell)["points"] = 1000
    save(folder, notebook)


def negative_points_and_words(folder, notebook):
    for cell, points in zip(notebook["cells"][3:], [-5, "many", 1e308], strict=False):
        own(cell)["points"] = points
    save(folder, notebook)


def turns_tests_into_text(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            cell["cell_type"] = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    save(folder, notebook)


def turns_tests_into_answers(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            own(cell).update(solution=True, grade=True, locked=False)
            cell["source"] = "4.0"
    save(folder, notebook)


def gives_its_own_cells_the_tests_names(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            own(cell)["grade_id"] = "old_" + own(cell)["grade_id"]
    for name in ("test_pool", "test_parts", "test_twice"):
        settings = {"grade_id": name, "grade": True, "solution": False, "locked": True}
        settings |= {"points": 4, "schema_version": 3, "cell_type": "code", "task": False}
        notebook["cells"].append(code("True", nbgrader=settings))
    save(folder, notebook)


def has_every_test_twice(folder, notebook):
    easy = deepcopy(notebook["cells"])
    for cell in easy:
        if own(cell).get("grade"):
            cell["source"] = "4.0"
    notebook["cells"] = easy + notebook["cells"] + easy
    save(folder, notebook)


def brings_its_own_results(folder, notebook):
    for cell in notebook["cells"]:
        if own(cell).get("grade"):
            data = {"text/plain": "4.0"}
            result = {"output_type": "execute_result", "data": data, "metadata": {}}
            cell["outputs"] = [result | {"execution_count": 1}]
            cell["metadata"]["course_verdict"] = {"grade_id": "x", "points": 4.0, "kind": "ok"}
    notebook["metadata"]["course"] = {"repairs": [], "damage": None}
    save(folder, notebook)


def runs_its_own_cells_round_tests(folder, notebook):
    patch = code("import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.testing = None")
    notebook["cells"] = [new for cell in notebook["cells"] for new in (patch, cell, patch)]
    save(folder, notebook)


def edits_the_set_up(folder, notebook):
    patch = "import numpy as np\nnp.testing.assert_allclose = np.allclose = lambda *a, **k: True"
    notebook["cells"][1]["source"] = patch
    cells(notebook)["helper"]["source"] = "def check_twice(*a): pass"
    cells(notebook)["twice"]["source"] = "def twice(x): return 0"
    save(folder, notebook)


def chooses_another_kernel(folder, notebook):
    kernel = {"name": "../../evil", "display_name": "<script>", "language": "bash"}
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "bash"}}
    save(folder, notebook)


def asks_for_extensions_and_templates(folder, notebook):
    notebook["metadata"] |= {
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": 1}}},
        "exporter": "evil",
        "toc": {"base_numbering": "{{ cycler.__init__.__globals__.os.popen('id') }}"},
        "title": "{{ 7 * 7 }}",
    }
    save(folder, notebook)


# --- what a page would show ---


def writes_scripts(folder, notebook):
    bad = "<script>alert('REDTEAM')</script><img src=x onerror=\"alert('REDTEAM')\">"
    link = "[x](javascript:alert('REDTEAM')) [y](java&#115;cript:alert('REDTEAM'))"
    math = r"$\href{javascript:alert('REDTEAM')}{x}$ <svg/onload=alert('REDTEAM')>"
    notebook["cells"][0]["source"] = bad
    picture = {"x.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"}}
    notebook["cells"] += [
        text(bad + link + math),
        text("![x](attachment:x.svg)", attachments=picture),
    ]
    notebook["cells"].append(
        {"cell_type": "raw", "source": bad, "metadata": {"format": "text/html"}}
    )
    data = {"text/html": bad, "application/javascript": "alert('REDTEAM')", "image/svg+xml": bad}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    save(folder, notebook)


def writes_every_payload(folder, notebook):
    notebook["cells"] += [text(payload, id=f"text{n}") for n, payload in enumerate(MARKDOWN)]
    save(folder, notebook)


def links_to_a_page_of_its_own(folder, notebook):
    page = "<script>alert('REDTEAM')</script>"
    for name in ("evil.html", "evil.svg", "evil.xhtml", "evil.xml", "sub/evil.htm"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(page)
        notebook["cells"].append(text(f"[see]({name}) ![or]({name})", id=name[-8:-4]))
    save(folder, notebook)


def says_scripts_in_errors(folder, notebook):
    bad = "<script>alert('REDTEAM')</script>\x1b[31m\x1b]8;;javascript:alert(1)\x07\u202e"
    notebook["cells"].append(
        code(f"print({bad!r})\nraise type({bad!r}, (Exception,), {{}})({bad!r})")
    )
    save(folder, notebook)


# --- what takes long to read, or to show ---


def marks_conflicts_for_ever(folder, notebook):
    (folder / "pool.ipynb").write_bytes(b"<<<<<<<\n" * 400_000 + b"=======\n" * 400_000)


def leaves_a_conflict_in_each_line(folder, notebook):
    (folder / "pool.ipynb").write_bytes(b"<<<<<<<\na\n|||||||\n=======\nb\n>>>>>>>\n" * 100_000)


def lists_lists_beside_lists(folder, notebook):
    (folder / "pool.ipynb").write_bytes(b'{"cells": [' + b"[]," * 15_000_000 + b"[]]}")


def writes_ampersands_without_end(folder, notebook):
    notebook["cells"].append(text("&" + "amp;" * 500_000))
    save(folder, notebook)


def leaves_tags_open(folder, notebook):
    notebook["cells"].append(text("<i>" * 8_000 + "</b>" * 8_000))
    notebook["cells"].append(text("<table><tr><td>" * 3_000, id="tables"))
    save(folder, notebook)


def opens_formulas_without_end(folder, notebook):
    for number, opening in enumerate(("\\\\(", "\\begin{a}", "[", "![", "*a **a ", "<!--")):
        notebook["cells"].append(text(opening * (50_000 // len(opening)), id=f"open{number}"))
    save(folder, notebook)


def hides_its_answer_among_magics(folder, notebook):
    twice = cells(notebook)["twice"]
    del twice["metadata"]["nbgrader"]  # it has to be looked for in all cells
    notebook["cells"].append(code("a = %foo\n" * 3_000))
    notebook["cells"].append(code("%a\n!b\nc?\n" * 3_000))
    save(folder, notebook)


def writes_names_of_names(folder, notebook):
    notebook["cells"] += [code(f"x{n} = a" + ".a" * 24_000) for n in range(10)]
    save(folder, notebook)


# --- files that are none ---


def hands_in_a_pipe(folder, notebook):
    os.mkfifo(folder / "pool.ipynb")


def hands_in_a_link_to_the_solution(folder, notebook):
    (folder / "pool.ipynb").symlink_to("../../../source/ps/pool.ipynb")


def hands_in_a_link_to_a_neighbour(folder, notebook):
    (folder / "pool.ipynb").symlink_to("../../honest-00/ps/pool.ipynb")


def _neighbour(folder) -> Path:
    """What an honest student handed in."""
    return sorted(folder.parents[1].glob("honest*"))[0] / folder.name


def hands_in_a_link_to_a_neighbours_folder(folder, notebook):
    neighbour = _neighbour(folder)
    folder.rmdir()
    folder.symlink_to(os.path.relpath(neighbour, folder.parent))


def hands_in_a_link_to_a_link(folder, notebook):
    other = folder.parent / "other"
    other.symlink_to(_neighbour(folder))
    folder.rmdir()
    folder.symlink_to("other")


def links_a_folder_in_its_folder(folder, notebook):
    save(folder, notebook)
    (folder / "mine").symlink_to(_neighbour(folder))


def links_a_folder_deep_below(folder, notebook):
    save(folder, notebook)
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "ps").symlink_to(_neighbour(folder))
    (folder / "a" / "pool.ipynb").symlink_to(_neighbour(folder) / "pool.ipynb")


def shares_a_file_with_a_neighbour(folder, notebook):
    os.link(_neighbour(folder) / "pool.ipynb", folder / "pool.ipynb")


def shares_a_file_under_another_name(folder, notebook):
    save(folder, notebook)
    (folder / "sub").mkdir()
    os.link(_neighbour(folder) / "pool.ipynb", folder / "sub" / "pool (2).ipynb")


def hands_in_a_socket(folder, notebook):
    here = os.getcwd()
    os.chdir(folder)  # an address of a socket is short
    with socket.socket(socket.AF_UNIX) as own:
        own.bind("pool.ipynb")
    os.chdir(here)


def hands_in_a_device(folder, notebook):
    (folder / "pool.ipynb").symlink_to("/dev/zero")


def hands_in_a_folder(folder, notebook):
    (folder / "pool.ipynb").mkdir()
    (folder / "pool.ipynb" / "pool.ipynb").write_text("{}")


def hands_in_a_link_loop(folder, notebook):
    (folder / "pool.ipynb").symlink_to("pool.ipynb")
    (folder / "loop").symlink_to(".")


def links_to_the_gradebook(folder, notebook):
    save(folder, notebook)
    (folder / "data.db").symlink_to("../../../gradebook.db")
    (folder / "course").symlink_to("../../..")
    os.mkfifo(folder / "pipe")


def hands_in_too_much(folder, notebook):
    with open(folder / "pool.ipynb", "wb") as file:
        file.truncate(3_000_000_000)


def hands_in_a_forest(folder, notebook):
    save(folder, notebook)
    deep = folder
    for number in range(60):
        deep = deep / f"folder-{number}"
    deep.mkdir(parents=True)
    for number in range(500):
        (deep / f"{number}.txt").write_text("x")


def nests_for_ever(folder, notebook):
    deep = "[" * 200_000 + "]" * 200_000
    whole = json.dumps(notebook)
    (folder / "pool.ipynb").write_text(whole[:-1] + f', "deep": {deep}}}')


def says_things_twice(folder, notebook):
    easy = deepcopy(notebook)
    for cell in easy["cells"]:
        cell["source"] = "4.0"
    both = json.dumps(notebook)[:-1] + f', "cells": {json.dumps(easy["cells"])}}}'
    (folder / "pool.ipynb").write_text(both)


def has_a_number_without_end(folder, notebook):
    whole = json.dumps(notebook)[:-1] + ', "n": ' + "9" * 1_000_000 + "}"
    (folder / "pool.ipynb").write_text(whole)


def has_forty_thousand_cells(folder, notebook):
    notebook["cells"] += [code("1")] * 40_000
    save(folder, notebook)


def has_one_enormous_cell(folder, notebook):
    cells(notebook)["pool"]["source"] += "\n" + "x = " + "(" * 5000 + ")" * 5000
    notebook["cells"].append(code("y = [" + "1, " * 2_000_000 + "]"))
    save(folder, notebook)


def ids_are_no_texts(folder, notebook):
    for cell, strange in zip(notebook["cells"], [1, None, [], {}, True, "x" * 10**6], strict=False):
        cell["metadata"]["nbgrader"] = {"grade_id": strange, "grade": "yes", "solution": []}
        cell["id"] = strange
    notebook["nbformat"], notebook["nbformat_minor"] = 4, "five"
    save(folder, notebook)


def claims_the_tests_ids_as_colab_keeps_them(folder, notebook):
    """No cell has an id of its own but in its metadata; what claims a test's says "True"."""
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    tests = [cell for cell in notebook["cells"] if own(cell).get("grade")]
    claims = [code("True", id=cell["metadata"]["id"]) for cell in tests]
    strange = [code("4.0", id=value) for value in ({}, [1], 7, "x" * 10**6)]
    for cell in [*claims, *strange]:
        del cell["id"]
    for cell in tests:
        del cell["metadata"]["nbgrader"]
        cell["source"] = "4.0"
    notebook["cells"] = claims + notebook["cells"] + claims + strange
    notebook["nbformat_minor"] = 0
    save(folder, notebook)


def ends_in_the_middle(folder, notebook):
    whole = json.dumps(notebook)
    (folder / "pool.ipynb").write_text(whole[: len(whole) // 2])


# --- files beside it ---


def brings_modules_of_its_own(folder, notebook):
    save(folder, notebook)
    for name in ("numpy", "json", "course_utils", "msgpack", "IPython", "sitecustomize", "random"):
        (folder / f"{name}.py").write_text(EVIL)
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(EVIL)
    (folder / "conftest.py").write_text(EVIL)


def brings_settings(folder, notebook):
    save(folder, notebook)
    for name in ("nbgrader_config.py", "jupyter_config.py", "ipython_config.py", ".env"):
        (folder / name).write_text(EVIL)


def brings_other_notebooks(folder, notebook):
    save(folder, notebook)
    save(folder, notebook | {"cells": [code(EVIL)]}, "other.ipynb")
    (folder / "sub").mkdir()
    save(folder / "sub", notebook | {"cells": [code(EVIL)]}, "pool.ipynb")
    (folder / "--help.ipynb").write_text("{}")


def has_names_that_are_commands(folder, notebook):
    save(folder, notebook)
    for name in ("$(touch x).txt", "-rf", "a\nb.txt", "\x1b[2J.txt", "é" * 100, "..."):
        (folder / name).write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.txt")).write_text("x")
    os.mkfifo(os.fsencode(folder) + b"/\xff\x1b[2J")


def says_when_it_was_handed_in(folder, notebook):
    save(folder, notebook)
    (folder / "timestamp.txt").write_bytes(b"\xff\xfe 9999-99-99" + bytes(1000))


def brings_a_bomb(folder, notebook):
    save(folder, notebook)
    with zipfile.ZipFile(folder / "data.npz", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.npy", bytes(100_000_000))
    with open(folder / "large.bin", "wb") as file:
        file.truncate(10**11)


NOTHING, SECOND = (0, 0, 0), (0, 0, 2)  # points of test_pool, test_parts, test_twice
ALL = {
    tags_tests_to_be_skipped: SECOND,
    deletes_tests: SECOND,
    empties_tests: SECOND,
    raises_its_points: SECOND,
    negative_points_and_words: SECOND,
    turns_tests_into_text: SECOND,
    turns_tests_into_answers: SECOND,
    gives_its_own_cells_the_tests_names: SECOND,
    has_every_test_twice: SECOND,
    brings_its_own_results: SECOND,
    runs_its_own_cells_round_tests: SECOND,
    edits_the_set_up: NOTHING,
    chooses_another_kernel: SECOND,
    asks_for_extensions_and_templates: SECOND,
    writes_scripts: SECOND,
    writes_every_payload: SECOND,
    links_to_a_page_of_its_own: SECOND,
    says_scripts_in_errors: SECOND,
    marks_conflicts_for_ever: NOTHING,
    leaves_a_conflict_in_each_line: NOTHING,
    lists_lists_beside_lists: NOTHING,
    writes_ampersands_without_end: SECOND,
    leaves_tags_open: SECOND,
    opens_formulas_without_end: SECOND,
    hides_its_answer_among_magics: SECOND,
    writes_names_of_names: SECOND,
    hands_in_a_pipe: NOTHING,
    hands_in_a_link_to_the_solution: NOTHING,
    hands_in_a_link_to_a_neighbour: NOTHING,
    hands_in_a_device: NOTHING,
    hands_in_a_folder: NOTHING,
    hands_in_a_link_loop: NOTHING,
    hands_in_a_link_to_a_neighbours_folder: NOTHING,
    hands_in_a_link_to_a_link: NOTHING,
    links_a_folder_in_its_folder: SECOND,
    links_a_folder_deep_below: SECOND,
    shares_a_file_with_a_neighbour: NOTHING,
    shares_a_file_under_another_name: SECOND,
    hands_in_a_socket: NOTHING,
    links_to_the_gradebook: SECOND,
    hands_in_too_much: NOTHING,
    hands_in_a_forest: SECOND,
    nests_for_ever: NOTHING,
    says_things_twice: NOTHING,
    has_a_number_without_end: NOTHING,
    has_forty_thousand_cells: NOTHING,
    has_one_enormous_cell: SECOND,
    ids_are_no_texts: SECOND,
    claims_the_tests_ids_as_colab_keeps_them: SECOND,
    ends_in_the_middle: NOTHING,
    brings_modules_of_its_own: SECOND,
    brings_settings: SECOND,
    brings_other_notebooks: SECOND,
    has_names_that_are_commands: SECOND,
    says_when_it_was_handed_in: SECOND,
    brings_a_bomb: SECOND,
}
