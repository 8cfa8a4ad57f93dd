"""Files of notebooks: to the letter as nbformat writes them."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as some
from nbformat import NotebookNode

from course_utils.grading.judging.notebooks.writing import text_of

TEXTS = some.text(some.characters(), max_size=20) | some.sampled_from(
    ["a\nb\n", "a\r\nb", "\x0b\u2028x\n\n", 'say "it"\\', "π\t\x00"]
)
NUMBERS = some.integers() | some.floats() | some.booleans() | some.none()
PLAIN = some.recursive(
    TEXTS | NUMBERS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
METADATA = some.dictionaries(TEXTS | some.just("trusted"), PLAIN, max_size=3)
KINDS = [
    "text/plain",
    "text/html",
    "image/png",
    "image/svg+xml",
    "application/javascript",
    "application/json",
]
DATA = some.dictionaries(some.sampled_from(KINDS), PLAIN, max_size=3)


def node(**parts):
    return some.fixed_dictionaries(parts)


OUTPUTS = some.lists(
    node(output_type=some.just("stream"), name=some.just("stdout"), text=TEXTS)
    | node(
        output_type=some.sampled_from(["display_data", "execute_result"]),
        data=DATA,
        metadata=METADATA,
    )
    | node(output_type=some.just("error"), ename=TEXTS, evalue=TEXTS, traceback=some.lists(TEXTS)),
    max_size=3,
)
CODE = node(
    cell_type=some.just("code"),
    source=TEXTS | some.lists(TEXTS, max_size=2),
    metadata=METADATA,
    outputs=OUTPUTS,
    execution_count=some.none() | some.integers(),
)
OTHER = node(
    cell_type=some.sampled_from(["markdown", "raw"]),
    source=TEXTS,
    metadata=METADATA,
    attachments=some.dictionaries(TEXTS, DATA, max_size=2),
)
NOTEBOOKS = node(
    cells=some.lists(CODE | OTHER, max_size=3),
    metadata=some.dictionaries(TEXTS | some.just("signature"), PLAIN, max_size=3),
    nbformat=some.just(4),
    nbformat_minor=some.just(5),
)


@given(NOTEBOOKS)
def test_a_file_is_what_nbformat_writes(content):
    notebook = nbformat.from_dict(content)

    assert text_of(notebook) == nbformat.v4.writes(notebook)


def test_the_notebook_itself_stays_as_it_is():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("a\nb", metadata={"trusted": True}, id="a")]
    )
    before = nbformat.v4.writes(notebook), notebook.cells[0].metadata.copy()
    text_of(notebook)

    assert (nbformat.v4.writes(notebook), notebook.cells[0].metadata) == before


def test_what_json_does_not_know_is_an_error():
    notebook = nbformat.v4.new_notebook(metadata=NotebookNode(odd={1, 2}))

    with pytest.raises(TypeError, match="set"):
        text_of(notebook)
