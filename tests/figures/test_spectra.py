"""Spectrograms stand on axes with units, low tones below."""

import numpy as np
import pytest

from course_utils import figures

TONE = np.zeros((4, 5))
TONE[2, 3] = 9


def drawn(pictures=None, hertz=(0, 1000, 2000, 3000), **options):
    return figures.spectrograms(
        pictures or {"one": TONE}, hertz=hertz, milliseconds=10, title="Tones", **options
    )


def test_both_axes_have_their_unit_and_so_has_the_scale():
    figure = drawn()

    ax, scale = figure.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time in ms", "frequency in Hz")
    assert scale.get_ylabel() == "dB"


def test_low_tones_lie_below_and_time_is_told_in_milliseconds():
    (image,) = drawn().axes[0].images

    assert image.origin == "lower"
    assert image.get_extent() == [-5, 45, -0.5, 3.5]


def test_words_say_where_each_is_strongest():
    alt = drawn({"one": TONE, "two": TONE.T[:4]}).alt

    assert "0 to 3000 Hz, 0 to 9 dB" in alt
    assert "one 50 ms long, strongest at 2000 Hz after 30 ms; two 40 ms long" in alt


def test_ticks_stand_at_their_frequency_where_rows_are_uneven():
    ax = drawn(hertz=(100, 250, 500, 1500)).axes[0]

    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["125", "250", "500", "1000"]
    assert list(ax.get_yticks()) == pytest.approx([1 / 6, 1, 2, 2.5])


def test_all_pictures_are_on_one_scale_and_empty_places_are_switched_off():
    figure = drawn({"one": TONE, "two": TONE / 3, "three": TONE}, columns=2)

    limits = {image.get_clim() for ax in figure.axes[:3] for image in ax.images}
    assert limits == {(0, 9)} and not figure.axes[3].axison


@pytest.mark.parametrize(
    ("hertz", "said"),
    [((0, 1, 2), r"'one' is \(4, 5\); expected \(3, T\)"), ((0, 2, 1, 3), "have to grow")],
)
def test_rows_that_do_not_fit_are_refused(hertz, said):
    with pytest.raises(ValueError, match=said):
        drawn(hertz=hertz)
