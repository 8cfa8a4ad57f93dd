"""Knobs are there for people; programs and readers get the picture alone."""

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import figures
from course_utils.figures import knobs


class Handle:
    """Stands in for IPython's: remembers what is shown in its place."""

    def __init__(self, shown):
        self.shown = shown

    def update(self, data, **options):
        self.shown.append(data)


@pytest.fixture
def shown(monkeypatch):
    things = []

    def display(thing, **options):
        things.append(thing)
        return Handle(things)

    monkeypatch.setattr(knobs, "display", display)
    return things


def sliding(stride, padding):
    return figures.slide(np.eye(4), np.ones((3, 3)), stride=stride, padding=padding)


def test_a_program_gets_the_picture_of_the_first_choices_and_no_knob(shown):
    figures.turn(sliding, stride=[1, 2], padding=[1, 0])

    assert [data["text/plain"] for data in shown] == [sliding(1, 1).alt]


def test_a_person_gets_a_knob_for_each_choice_and_the_picture_follows(shown, monkeypatch):
    monkeypatch.setattr(knobs, "somebody_is_here", lambda: True)

    figures.turn(sliding, stride=[1, 2], padding=[0, 1])
    row, first = shown
    assert isinstance(row, ipywidgets.HBox)
    assert [knob.description for knob in row.children] == ["stride", "padding"]

    row.children[0].value = 2
    row.children[1].value = 1
    words = [data["text/plain"] for data in shown[1:]]
    assert words == [sliding(1, 0).alt, sliding(2, 0).alt, sliding(2, 1).alt]


def test_on_a_knob_the_choices_stand_in_order_and_it_begins_with_the_first(shown, monkeypatch):
    monkeypatch.setattr(knobs, "somebody_is_here", lambda: True)

    figures.turn(lambda n: figures.image_row({"a diagonal": np.eye(n)}), n=[4, 2, 9, 3])
    knob = shown[0].children[0]

    assert (list(knob.options), knob.value) == ([2, 3, 4, 9], 4)


def test_choices_that_do_not_fit_are_explained_in_the_pictures_place(shown, monkeypatch):
    monkeypatch.setattr(knobs, "somebody_is_here", lambda: True)

    figures.turn(lambda size: figures.slide(np.eye(3), np.ones((size, size))), size=[2, 5])
    shown[0].children[0].value = 5

    assert "reaches over 5x5 pixels does not fit 3x3" in shown[-1]["text/plain"]


def test_a_figure_that_was_shown_is_closed(shown):
    figures.turn(lambda n: figures.image_row({"a diagonal": np.eye(n)}), n=[3, 4])

    assert "image/png" in shown[0] and not plt.get_fignums()


# --- an animation by steps -------------------------------------------------------------------


SLIDING = figures.slide(np.eye(3), np.ones((2, 2)))


def test_a_program_gets_the_animation_itself(shown, monkeypatch):
    monkeypatch.setattr(knobs, "show", shown.append)

    figures.step(SLIDING)

    assert shown == [SLIDING]


@pytest.fixture
def stepped(shown, monkeypatch):
    """What a person gets: the knobs by their kind, and the words of all that is shown in turn."""
    monkeypatch.setattr(knobs, "somebody_is_here", lambda: True)
    figures.step(SLIDING)
    play, back, forward, slider = shown[0].children

    def steps():
        return [int(data["text/plain"].split()[1]) for data in shown[1:]]

    return play, back, forward, slider, steps


def test_a_person_steps_forward_and_back_and_not_over_the_ends(stepped):
    _, back, forward, slider, steps = stepped

    back.click()
    for _ in range(5):
        forward.click()
    back.click()

    assert steps() == [1, 2, 3, 4, 3]
    assert (slider.min, slider.max, slider.value) == (1, 4, 3)


def test_a_person_moves_the_slider_and_a_step_stops_what_plays(stepped):
    play, _, forward, slider, steps = stepped
    play.playing = True

    slider.value = 3
    forward.click()

    assert steps() == [1, 3, 4]
    assert play.playing is False


def test_it_waits_until_it_is_played_and_ends_after_one_run(stepped):
    play, back, forward, *_ = stepped

    assert (play.playing, play.repeat, play.show_repeat) == (False, False, False)
    assert play.interval == SLIDING.milliseconds
    assert [button.tooltip for button in (back, forward)] == ["One step back", "One step forward"]
