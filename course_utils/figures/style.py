"""One colour for one thing, all through the course; told apart with every kind of colour vision.

Indigo, green and wine are from Paul Tol's muted scheme (SRON technical note 09-002, 2021).
"""

COLOURS = {
    "input": "#332288",
    "kernel": "#DD7711",
    "output": "#117733",
    "padding": "#BBBBBB",
    "error": "#882255",
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
