"""Pictures and animations for the course; each knows the words that stand for it.

display     show a figure or an animation with its alternative text
dressing    no box round a figure, ticks that mean something
style       one colour for one thing, all through the course
images      pictures side by side
charts      curves and bars, and dots where chance decides
spectra     which frequencies a sound has at which moment
pareto      what costs how much, and what it gives
graphs      what is computed from what; computations: of numbers that remember it
areas       which class a classifier gives to every point
numbers     small arrays as grids of numbers
sliding     a kernel slides over an image, step by step
channels    filters slide over an image of several channels
painting    gradients flow back through a convolution, step by step
blocks      what flows through a network, as blocks
apart       a convolution whose every number can be chosen, with its sum
fields      what part of the input a value deep in a network sees
knobs       pictures that follow the reader's choices, animations that wait
animation   frames as a GIF inside the page; board: what they are drawn on
"""

from importlib import import_module

# Where each name lives: matplotlib takes half a second to import, so it waits for a picture.
_HOMES = {
    "COLOURS": "style",
    "Animation": "animation",
    "Node": "graphs",
    "bars": "charts",
    "computation": "computations",
    "curves": "charts",
    "describe": "display",
    "dots": "charts",
    "fronts": "pareto",
    "graph": "graphs",
    "image_row": "images",
    "number_grids": "numbers",
    "paint": "painting",
    "receptive_field": "fields",
    "regions": "areas",
    "show": "display",
    "slide": "sliding",
    "spectrograms": "spectra",
    "stages": "blocks",
    "step": "knobs",
    "take_apart": "apart",
    "tint": "style",
    "turn": "knobs",
}
__all__ = list(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"course_utils.figures has no {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
