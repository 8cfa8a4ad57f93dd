"""One colour for one thing, all through the course; told apart with every kind of colour vision.

What is made up, such as padding, is grey; every gradient is blue, whatever it is a gradient of.
Indigo, green and wine are from Paul Tol's muted scheme (SRON technical note 09-002, 2021).
"""

COLOURS = {
    "input": "#332288",
    "kernel": "#DD7711",
    "output": "#117733",
    "padding": "#BBBBBB",
    "error": "#882255",
    "gradient": "#3399DD",
    "text": "#222222",
    "background": "#FFFFFF",
}


def tint(name: str, strength: float) -> str:
    """The colour `name` of `COLOURS`, mixed with white: strength 1 is the colour, 0 is white.

    Examples
    --------
    >>> tint("input", 1), tint("input", 0.25), tint("input", 0)
    ('#332288', '#CCC8E1', '#FFFFFF')
    """
    channels = (int(COLOURS[name][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - c)):02X}" for c in channels)


def dark(name: str) -> str:
    """The colour `name` of `COLOURS`, mixed with black: for small letters on a tint of it.

    Examples
    --------
    >>> dark("kernel")
    '#7A4109'
    """
    channels = (int(COLOURS[name][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(0.55 * c):02X}" for c in channels)


def colour_of(name: str, otherwise: str) -> str:
    """The name in `COLOURS` for what is called `name`: all gradients have one, or `otherwise`.

    Examples
    --------
    >>> colour_of("gradient at the output", "output"), colour_of("feature map", "output")
    ('gradient', 'output')
    """
    return "gradient" if "gradient" in name.lower() else otherwise
