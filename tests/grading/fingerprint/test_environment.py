"""What a verdict depends on, and what it does not."""

import time

import pytest

from course_utils.grading import fingerprint
from course_utils.grading.fingerprint import PACKAGE, environment

LAYERS = "from course_utils import layers"


@pytest.fixture
def changed(monkeypatch):
    """`changed(module, old, new)`: the same environment with a module of ours changed."""

    def change(module: str, old: str, new: str):
        file, parsed = PACKAGE / module, fingerprint.parsed
        text = file.read_text("utf-8")
        assert old in text
        other = fingerprint.ast.parse(text.replace(old, new, 1))
        monkeypatch.setattr(fingerprint, "parsed", lambda f: other if f == file else parsed(f))
        fingerprint._meaning.cache_clear()
        fingerprint._of.cache_clear()

    yield change
    monkeypatch.undo()
    fingerprint._meaning.cache_clear()
    fingerprint._of.cache_clear()


@pytest.fixture
def versions(monkeypatch):
    """The versions that libraries have, which a test may change."""
    known = {}
    true = fingerprint._version
    monkeypatch.setattr(fingerprint, "_version", lambda name: known.get(name) or true(name))
    yield known
    fingerprint._of.cache_clear()


def test_another_line_of_the_grader_is_another_environment(changed):
    before = environment(LAYERS)
    changed("grading/judging/verdicts.py", "else 0.0", "else 1.0")

    assert environment(LAYERS) != before


@pytest.mark.parametrize("module", ["grading/judging/verdicts.py", "layers/dense.py"])
def test_a_comment_a_docstring_and_a_blank_line_are_none(changed, module):
    before = environment(LAYERS)
    changed(module, "\n\n\nclass ", "\n\n\n\n# Nothing of this matters.\nclass ")

    assert environment(LAYERS) == before

    changed(module, '"""', '"""Well, ')
    assert environment(LAYERS) == before


def test_our_own_code_matters_to_whom_it_is_imported(changed):
    other = "import json"
    before = environment(LAYERS), environment(other)
    changed("layers/dense.py", "x", "x_")

    assert environment(LAYERS) != before[0]
    assert environment(other) == before[1]


def test_another_pandas_matters_to_whom_pandas_is_imported(versions, monkeypatch):
    monkeypatch.setattr(fingerprint, "_installed", lambda: {"pandas", "numpy", "IPython"})
    versions["pandas"] = "2.0"
    before = environment(LAYERS), environment("import pandas as pd"), environment("", LAYERS)
    versions["pandas"] = "3.0"
    fingerprint._of.cache_clear()

    assert environment(LAYERS) == before[0] == before[2]
    assert environment("import pandas as pd") != before[1]


def test_what_only_the_student_imports_counts(monkeypatch, versions):
    pytest.importorskip("scipy")
    assert environment(LAYERS, "import scipy") != environment(LAYERS)


def test_a_library_that_is_not_there_is_none():
    assert environment("import no_such_library") == environment()


def test_a_million_imports_cost_seconds_at_most():
    text = "\n".join(f"import a{n}, course_utils.layers.b{n}" for n in range(200_000))
    began = time.process_time()

    assert environment(text) == environment(LAYERS)
    assert time.process_time() - began < 10
