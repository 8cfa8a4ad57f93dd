"""One colour for one thing, all through the course; readable with every kind of colour vision.

The colours are from Paul Tol's schemes, https://personal.sron.nl/~pault/.
"""

COLOURS = {
    "input": "#4477AA",
    "kernel": "#CC6633",
    "output": "#228833",
    "padding": "#BBBBBB",
    "error": "#CC3311",
    "text": "#222222",
    "background": "#FFFFFF",
}


def tint(name: str, strength: float) -> str:
    """A colour of the course, mixed with white: strength 1 is the colour, 0 is white."""
    channels = (int(COLOURS[name][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - c)):02X}" for c in channels)
