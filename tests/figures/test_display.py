"""Nothing is shown without words, and what was shown is closed."""

import base64
import io
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from course_utils import figures
from course_utils.figures import display


@pytest.fixture
def shown(monkeypatch):
    """What is handed to the notebook: `(thing, options)`."""
    calls = []
    monkeypatch.setattr(display, "display", lambda thing, **options: calls.append((thing, options)))
    return calls


def test_a_figure_without_words_is_not_shown():
    figure, _ = plt.subplots()

    with pytest.raises(ValueError, match="this figure has no alternative text: say what is to be"):
        figures.show(figure)


def test_a_figure_is_shown_with_its_words_and_closed(shown):
    figure = figures.image_row({"a digit": np.eye(8)})

    figures.show(figure)
    figures.show(figures.image_row({"a digit": np.eye(8)}), alt="A diagonal.")

    alts = [options["metadata"]["image/png"]["alt"] for _, options in shown]
    assert alts == ["Pictures side by side: a digit.", "A diagonal."]
    assert not plt.fignum_exists(figure.number)


def test_the_current_figure_is_shown_if_none_is_named(shown):
    plt.plot([1, 2])

    figures.show(alt="A line that rises.")

    assert len(shown) == 1 and not plt.get_fignums()


def test_a_picture_keeps_its_colours_and_its_white_paper(shown):
    """At most 256 colours are stored, and they are near the right ones."""
    figure, ax = plt.subplots(figsize=(3, 3))
    ax.imshow(np.random.default_rng(0).random((8, 8, 3)))
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight", facecolor="white")
    full = np.asarray(Image.open(file).convert("RGB")).astype(int)

    figures.show(figure, alt="Squares of all colours.")

    data = base64.b64decode(shown[0][0]["image/png"])
    light = Image.open(io.BytesIO(data))
    difference = np.abs(np.asarray(light.convert("RGB")) - full)
    assert light.mode == "P" and difference.mean() < 2
    assert light.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(data) < len(file.getvalue())


def test_a_notebook_without_pictures_still_says_what_there_is(shown):
    figures.show(plt.figure(figsize=(4, 3)), alt="An empty sheet.")

    assert shown[0][0]["text/plain"] == "<Figure size 400x300 with 0 Axes>"


def test_an_animation_can_be_shown_with_other_words(shown):
    animation = figures.slide(np.eye(3), np.ones((2, 2)))

    figures.show(animation)
    figures.show(animation, alt="A diagonal grows.")

    words = [animation.alt, "A diagonal grows."]
    assert [data["text/plain"] for data, _ in shown] == words
    assert all('alt="' in data["text/html"] for data, _ in shown)


def test_importing_figures_imports_no_framework_and_opens_no_figure():
    code = (
        "import sys; from course_utils import figures; import matplotlib.pyplot as plt;"
        "print([m for m in ('torch', 'tensorflow', 'keras', 'sklearn') if m in sys.modules],"
        "plt.get_fignums())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "[] []\n"
