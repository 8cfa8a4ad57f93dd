"""Curves and bars: the right points, told apart, and said in words."""

import numpy as np
import pytest

from course_utils import figures
from course_utils.claims import Draws
from course_utils.figures.dressing import dress

LABELS = {"xlabel": "epoch", "ylabel": "loss", "title": "It learns"}


def test_a_curve_goes_through_its_points_and_names_its_axes():
    figure = figures.curves([1, 2, 4], {"train": [3, 2, 1], "test": [3, 2.5, 2]}, **LABELS)
    (ax,) = figure.axes

    assert [line.get_xydata().tolist() for line in ax.lines] == [
        [[1, 3], [2, 2], [4, 1]],
        [[1, 3], [2, 2.5], [4, 2]],
    ]
    assert (ax.get_xlabel(), ax.get_ylabel(), figure.get_suptitle()) == (
        *("epoch", "loss", "It learns"),
    )


def names_beside(ax):
    """What stands to the right of the axes, and how high it stands, in points."""
    return {
        text.get_text(): ax.transData.transform((0, text.xy[1]))[1] * 72 / ax.figure.dpi
        + text.get_position()[1]
        for text in ax.texts
        if text.xycoords == ("axes fraction", "data")
    }


def test_names_stand_beside_the_ends_of_their_lines():
    (ax,) = figures.curves([1, 2, 4], {"train": [3, 2, 1], "test": [3, 2.5, 2]}, **LABELS).axes
    names = [text for text in ax.texts if text.xycoords == ("axes fraction", "data")]

    assert [name.get_text() for name in names] == ["● train", "■ test"]
    assert [name.xy for name in names] == [(1, 1.0), (1, 2.0)]
    assert [name.get_color() for name in names] == [line.get_color() for line in ax.lines]
    assert ax.get_legend() is None


def test_names_of_lines_that_end_at_one_place_do_not_cover_each_other():
    lines = {"a": [0, 5], "b": [1, 5], "c": [2, 5.01], "d": [9, 0]}
    (ax,) = figures.curves([1, 2], lines, **LABELS).axes

    heights = sorted(names_beside(ax).values())
    assert len(heights) == 4 and min(np.diff(heights)) > 14
    assert list(names_beside(ax)) == ["● a", "■ b", "◆ c", "▲ d"]


def test_long_names_stand_below_so_that_the_lines_have_room():
    lines = {"as it comes": [1, 2], "after a blur that is as wide as the stride": [2, 1]}
    figure = figures.curves([1, 2], lines, **LABELS)

    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(lines)
    assert names_beside(figure.axes[0]) == {}


def test_its_words_say_where_each_curve_begins_and_ends():
    figure = figures.curves([1, 2, 4], {"train": [3, 2, 1], "test": [3, 2.5, 2]}, **LABELS)

    assert figure.alt == "It learns. loss over epoch: train from 3 to 1; test from 3 to 2."


def test_its_words_say_where_a_curve_is_lowest_and_highest_in_between():
    lines = {"test": [[2, 0.5, 1], [2, 0.7, 1]], "rate": [0, 9, 4], "flat": [1, 1, 1]}
    figure = figures.curves(["a", "b", "c"], lines, **LABELS)

    assert figure.alt == (
        "It learns. loss over epoch: test from 2 to 1, least 0.6 at b; "
        "rate from 0 to 4, greatest 9 at b; flat from 1 to 1."
    )


def test_lines_differ_by_more_than_their_colour():
    lines = {name: [n, n] for n, name in enumerate("abcd")}
    drawn = figures.curves([0, 1], lines, **LABELS).axes[0].lines

    assert len({line.get_color() for line in drawn}) == 4
    assert len({line.get_marker() for line in drawn}) == 4
    assert len({line.get_linestyle() for line in drawn}) == 4


def test_several_runs_are_shown_with_their_mean():
    figure = figures.curves(["before", "after"], {"net": [[80, 90], [90, 94]]}, **LABELS)
    (ax,) = figure.axes
    mean = next(line for line in ax.lines if line.get_label() == "net")

    assert mean.get_ydata().tolist() == [85, 92]
    assert sorted(y for line in ax.lines if line is not mean for y in line.get_ydata()) == [
        80, 90, 90, 94,
    ]  # fmt: skip
    assert [label.get_text() for label in ax.get_xticklabels()] == ["before", "after"]


def test_values_can_be_written_next_to_their_points():
    figure = figures.curves(["a", "b"], {"net": [80.4, 90]}, form="{:.0f} %", **LABELS)

    assert [text.get_text() for text in figure.axes[0].texts] == ["80 %", "90 %", "net"]


def test_points_that_are_not_joined_stand_side_by_side():
    lines = {"own": [1, 2], "other": [1, 2]}
    own, other = figures.curves(["a", "b"], lines, joined=False, **LABELS).axes[0].lines

    assert own.get_linestyle() == "None"
    assert np.all(own.get_xdata() < other.get_xdata())


def test_a_bar_has_its_number_and_the_first_is_on_top():
    figure = figures.bars({"one": 9, "two": 614_656}, xlabel="weights", title="T", form="{:,}")
    (ax,) = figure.axes

    assert [bar.get_width() for bar in ax.patches] == [9, 614_656]
    assert [text.get_text() for text in ax.texts] == ["9", "614,656"]
    assert ax.yaxis_inverted()
    assert figure.alt == "T. Bars, weights: one 9, two 614,656."


def test_a_logarithmic_axis_is_said_in_words():
    figure = figures.bars({"one": 9, "two": 614_656}, xlabel="weights", title="T", log=True)

    assert figure.axes[0].get_xscale() == "log"
    assert "on a logarithmic axis" in figure.alt


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"a": [1, 2, 3]}, "'a' has 3 values for 2 positions"),
        ({name: [1, 2] for name in "abcde"}, "5 lines cannot be told apart with 4 colours: draw"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(lines, message):
    with pytest.raises(ValueError, match=message):
        figures.curves([1, 2], lines, **LABELS)


def test_a_curve_of_many_points_has_no_marks():
    many = figures.curves(range(41), {"a": range(41)}, xlabel="x", ylabel="y", title="t")
    few = figures.curves(range(40), {"a": range(40)}, xlabel="x", ylabel="y", title="t")

    assert [made.axes[0].lines[0].get_marker() for made in (many, few)] == ["None", "o"]


def test_values_may_be_drawn_on_a_logarithmic_axis():
    made = figures.curves([1, 2], {"a": [1, 100]}, xlabel="x", ylabel="y", title="t", log=True)

    assert made.axes[0].get_yscale() == "log"


def test_logarithmic_bars_below_one_are_seen():
    made = figures.bars({"a": 0.02, "b": 300}, xlabel="x", title="t", log=True)

    low, high = made.axes[0].get_xlim()
    assert low < 0.02 and high > 300


# --- dots ------------------------------------------------------------------------------------


DRAWS = {"deep": [91, 93, 92], "wide": [88, 89, 90]}


def test_every_draw_is_a_dot_and_the_mean_a_stroke():
    (ax,) = figures.dots(DRAWS, xlabel="accuracy in %", title="Deeper is better").axes
    deep, mean, *_ = ax.lines

    assert sorted(deep.get_xdata().tolist()) == [91, 92, 93]
    assert (mean.get_xdata(), mean.get_marker()) == ([92], "|")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["deep", "wide"]
    assert [text.get_text() for text in ax.texts] == ["92", "89"]


def test_the_first_draws_are_on_top():
    (ax,) = figures.dots(DRAWS, xlabel="accuracy in %", title="Deeper is better").axes

    bottom, top = ax.get_ylim()
    assert bottom > 1 and top < 0


def test_draws_of_an_experiment_can_be_drawn_as_they_are():
    figure = figures.dots({"very\ndeep": Draws([91, 93.5])}, xlabel="accuracy in %", title="Deep")

    assert figure.alt == "Deep. accuracy in %, 2 draws: very deep 92.2 (91 to 93.5)."


def test_a_line_spans_the_interval_of_a_mean_as_students_table_has_it():
    """With two degrees of freedom 95 % lie within 4.303 standard errors (Student, 1908)."""
    figure = figures.dots(
        {"gain": [1, 2, 3]}, xlabel="points", title="It helps", interval=True, yardstick=0
    )

    half = 4.3027 / 3**0.5
    lines = [line.get_xdata() for line in figure.axes[0].lines]
    assert list(lines[0]) == [0, 0]
    assert any(np.allclose(ends, [2 - half, 2 + half], atol=1e-3) for ends in lines)
    words = "It helps. points, 3 draws, with 95 % intervals of the means: gain 2 (-0.484 to 4.48)."
    assert figure.alt == words


def test_a_single_draw_has_no_interval():
    with pytest.raises(ValueError, match="'gain' has one draw, which has no interval: draw at"):
        figures.dots({"gain": [1]}, xlabel="points", title="It helps", interval=True)


def test_a_place_with_two_lines_is_one_line_in_words():
    figure = figures.curves(
        ["a\nb", "c\nd", "e"], {"y": [1, 3, 2]}, xlabel="x", ylabel="y", title="T"
    )

    assert "greatest 3 at c d" in figure.alt


LONG = "Small windows save a factor of 87, and a window shared by all places saves another 784"


@pytest.mark.parametrize(
    "draw",
    [
        lambda title: figures.curves([0, 1], {"a": [0, 1]}, xlabel="x", ylabel="y", title=title),
        lambda title: figures.bars(
            {"every pixel to every value": 2, "b": 1}, xlabel="x", title=title
        ),
        lambda title: figures.dots({"a window for each value": [1, 2]}, xlabel="x", title=title),
    ],
    ids=["curves", "bars", "dots"],
)
def test_a_long_title_is_seen_whole_and_covers_nothing(draw):
    short, figure = draw("Short"), draw(LONG)
    figure.draw_without_rendering()
    (title,) = figure.texts[-1:]
    seen, renderer = title.get_window_extent(), figure.canvas.get_renderer()

    assert title.get_text().replace("\n", " ") == LONG
    assert seen.x0 >= 0 and seen.x1 <= figure.bbox.x1 and seen.y1 <= figure.bbox.y1
    assert seen.y0 >= figure.axes[0].get_tightbbox(renderer).y1
    assert figure.get_size_inches()[1] > short.get_size_inches()[1]


def test_a_long_name_of_an_axis_is_no_longer_than_the_axis():
    ylabel = "loss of a batch (4 and above are drawn as 4)"
    figure = figures.curves([0, 1], {"a": [0, 1]}, xlabel="x", ylabel=ylabel, title="t")
    figure.draw_without_rendering()
    (ax,) = figure.axes
    written, box = ax.yaxis.label.get_window_extent(), ax.get_window_extent()

    assert ax.get_ylabel().replace("\n", " ") == ylabel
    assert box.y0 <= written.y0 and written.y1 <= box.y1


def test_large_numbers_stand_at_the_axis_without_an_offset():
    figure = figures.bars({"AlexNet": 62e6, "VGG-16": 138e6}, xlabel="weights", title="Heavy")
    dress(figure)
    figure.draw_without_rendering()
    axis = figure.axes[0].xaxis

    assert "100M" in [label.get_text() for label in axis.get_ticklabels()]
    assert axis.get_offset_text().get_text() == ""
