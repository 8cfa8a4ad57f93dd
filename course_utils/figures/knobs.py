"""Knobs to turn: a picture that follows the reader's choices, and stands still for all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from IPython.display import display
from matplotlib.figure import Figure

from ..runtime import somebody_is_here
from .animation import Animation
from .display import bundle, show


def turn(draw: Callable[..., Figure | Animation], **choices: Sequence) -> None:
    """Show a picture, and a knob for each of the things it depends on.

    The picture for the first choice of each is shown and stored in the notebook. Where somebody
    runs the notebook (JupyterLab, Colab, VS Code) the knobs stand above it, and the picture
    follows; where it is only executed or read, there are none.

    Parameters
    ----------
    draw
        Makes the picture from one choice of each; it may raise `ValueError` for choices that do
        not fit together, whose text is then shown in the picture's place.
    **choices
        Values to choose from, the one to begin with first; on the knob they stand in order.

    Examples
    --------
    >>> def dots(number):
    ...     return curves([1, 2], {"n": [0, number]}, xlabel="x", ylabel="y", title="Dots")
    >>> turn(dots, number=[1, 2, 3])  # doctest: +SKIP
    """
    first = {name: values[0] for name, values in choices.items()}
    if not somebody_is_here():
        _display(draw, first)
        return
    import ipywidgets

    knobs = {
        name: ipywidgets.SelectionSlider(options=sorted(values), value=values[0], description=name)
        for name, values in choices.items()
    }
    display(ipywidgets.HBox(list(knobs.values())))
    place = _display(draw, first)

    def redraw(_change):
        data, metadata = _drawn(draw, {name: knob.value for name, knob in knobs.items()})
        place.update(data, metadata=metadata, raw=True)

    for knob in knobs.values():
        knob.observe(redraw, names="value")


def step(animation: Animation) -> None:
    """Show an animation that can be stopped and stepped through.

    Where somebody runs the notebook it waits on its first frame, below buttons and a slider that go
    forwards and back; they work with a keyboard, too. Where the notebook is only executed or read,
    it is stored as `show` does it.

    Parameters
    ----------
    animation
        What `slide` or `paint` made.

    Examples
    --------
    >>> step(slide(np.eye(3), np.ones((2, 2))))  # doctest: +SKIP
    """
    if not somebody_is_here():
        show(animation)
        return
    import ipywidgets

    last = len(animation.frames)
    slider = ipywidgets.IntSlider(value=1, min=1, max=last, description="step")
    play = ipywidgets.Play(
        value=1, min=1, max=last, interval=animation.milliseconds, show_repeat=False
    )
    ipywidgets.jslink((play, "value"), (slider, "value"))

    def button(way: str, icon: str, by: int):
        made = ipywidgets.Button(icon=icon, tooltip=f"One step {way}", layout={"width": "3em"})

        def go(_button):
            play.playing = False
            slider.value += by

        made.on_click(go)
        return made

    buttons = [button("back", "step-backward", -1), button("forward", "step-forward", 1)]
    display(ipywidgets.HBox([play, *buttons, slider]))
    data, metadata = animation.step(1)
    place = display(data, metadata=metadata, raw=True, display_id=True)

    def redraw(_change):
        data, metadata = animation.step(slider.value)
        place.update(data, metadata=metadata, raw=True)

    slider.observe(redraw, names="value")


def _display(draw, chosen: dict):
    """Show the picture; what is returned can show another one in its place."""
    data, metadata = _drawn(draw, chosen)
    return display(data, metadata=metadata, raw=True, display_id=True)


def _drawn(draw, chosen: dict) -> tuple[dict, dict]:
    """The picture for these choices as a notebook stores it, with its words."""
    try:
        figure = draw(**chosen)
    except ValueError as error:
        return {"text/plain": f"{error}"}, {}
    return bundle(figure)
