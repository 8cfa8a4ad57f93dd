"""Points that depend on a training have room: processors round otherwise, and train other networks.

Rounding cannot be ordered, but imitated: images that differ in the sixth digit lead a training as
far away as another processor does.
"""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils.tools.notebooks.execution import execute

SOURCES = Path(__file__).parents[2] / "assignments/source"
ROUNDED = """
exactly = prepare


def prepare(images):
    x = exactly(images)
    noise = torch.randn(x.shape, generator=torch.Generator().manual_seed({number}))
    return x * (1 + 1e-6 * noise)
"""
SHARE = """
from course_utils.datasets.samples import garments

rng = np.random.default_rng({number})
truth = np.repeat(np.arange(4), 100)
images = np.stack([garments.draw(NEW[label], rng) for label in truth])
print(np.mean(np.asarray(train_classifier()(images)) == truth))
"""


@pytest.mark.proof
@pytest.mark.parametrize("number", range(3))
def test_the_solution_of_ps4_8_passes_with_room_however_its_base_was_rounded(number, tmp_path):
    (source,) = (SOURCES / "ps4_training_and_transfer").glob("*.ipynb")
    notebook = nbformat.read(source, as_version=4)
    cells = []
    for cell in notebook.cells:
        if cell.cell_type != "code" or cell.metadata.get("nbgrader", {}).get("points"):
            continue
        cells.append(cell)
        if "def prepare(" in cell.source:
            cells.append(new_code_cell(ROUNDED.format(number=number)))
    notebook.cells = [*cells, new_code_cell(SHARE.format(number=number))]

    execute(notebook, tmp_path / source.name, seconds=120)

    (said,) = notebook.cells[-1].outputs
    assert float(said.text) >= 0.85 + 0.03
