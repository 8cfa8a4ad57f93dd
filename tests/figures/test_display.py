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


def test_a_question_in_a_title_ends_as_questions_do():
    figure = figures.image_row({"a digit": np.eye(8)}, title="Which way is better?")
    words = figure.alt

    assert words.startswith("Which way is better? Pictures") and words.endswith("a digit.")
    assert display.describe(figure, "0.5 to 1.5. Done.").alt == "0.5 to 1.5. Done."


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


def stored(shown, number=0):
    return Image.open(io.BytesIO(base64.b64decode(shown[number][0]["image/png"])))


def test_a_picture_keeps_its_colours_and_its_white_paper(shown):
    """At most 256 colours are stored, and they are near the right ones."""
    figure, ax = plt.subplots(figsize=(3, 3), layout="constrained")
    colours = np.random.default_rng(0).random((8, 8, 3))
    ax.imshow(colours)
    ax.set_axis_off()

    figures.show(figure, alt="Squares of all colours.")

    light = stored(shown)
    assert light.mode == "P"
    picture = np.asarray(light.convert("RGB")).astype(int)
    assert tuple(picture[0, 0]) == (255, 255, 255)
    rows, columns = np.nonzero((picture != 255).any(axis=2))
    square = picture[rows.min() : rows.max(), columns.min() : columns.max()]
    at = [(np.arange(8) + 0.5) * n / 8 for n in square.shape[:2]]
    middles = square[np.ix_(*(places.astype(int) for places in at))]
    assert np.abs(middles - 255 * colours).mean() < 3


def test_a_picture_has_twice_the_pixels_that_it_is_shown_with(shown):
    figures.show(figures.bars({"a": 1}, xlabel="x", title="One bar"))

    width = shown[0][1]["metadata"]["image/png"]["width"]
    assert 640 <= width <= 660
    assert abs(stored(shown).width - 2 * width) <= 2


def test_charts_are_equally_wide_whatever_is_written_on_them(shown):
    figures.show(figures.bars({"a": 1}, xlabel="x", title="One bar"))
    figures.show(figures.bars({"a name that is long": 1e9}, xlabel="x", title="T", form="{:,}"))
    figures.show(figures.curves([1, 2], {"a": [1, 2]}, xlabel="x", ylabel="y", title="t"))

    widths = {options["metadata"]["image/png"]["width"] for _, options in shown}
    assert max(widths) - min(widths) <= 2


def test_a_title_wider_than_its_figure_is_not_cut(shown):
    title = "A title that is a good deal wider than the small picture that it stands over"
    figures.show(figures.image_row({"a digit": np.eye(8)}, title=title))

    ink = np.asarray(stored(shown).convert("L")) < 128
    assert not ink[:, :4].any() and not ink[:, -4:].any()


def test_a_heavy_photograph_is_stored_with_no_more_pixels_than_are_shown(shown):
    noise = np.random.default_rng(0).random((400, 600))
    figures.show(figures.image_row({"noise": noise}, height=4))

    width = shown[0][1]["metadata"]["image/png"]["width"]
    assert abs(stored(shown).width - width) <= 2


def test_axes_have_no_box_pictures_keep_theirs(shown):
    figure, (left, right) = plt.subplots(1, 2)
    left.plot([1, 2, 3], [3, 1, 2])
    right.imshow(np.eye(3))

    figures.show(figure, alt="A line, and a diagonal.")

    assert [left.spines[side].get_visible() for side in ("top", "right", "left")] == [0, 0, 1]
    assert right.spines["top"].get_visible()


@pytest.mark.parametrize(
    ("places", "whole"), [([1, 2, 3], True), ([0.1, 0.2, 0.3], False), ([0, 0.5, 3], False)]
)
def test_where_data_stand_at_whole_numbers_there_are_the_ticks(shown, places, whole):
    figure, ax = plt.subplots()
    ax.plot(places, places)

    figures.show(figure, alt="A line that rises.")

    ticks = ax.get_xticks()
    assert np.all(ticks == ticks.round()) == whole


def test_a_logarithmic_axis_counts_as_people_do(shown):
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3], [0.1, 10, 100_000])
    ax.set_yscale("log")

    figures.show(figure, alt="A line that rises steeply.")

    said = [label.get_text() for label in ax.get_yticklabels()]
    assert {"0.1", "10", "1k", "100k"} <= set(said)


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
