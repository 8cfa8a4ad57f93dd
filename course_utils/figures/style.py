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


def ink_on(face: str) -> str:
    """The colour for letters on a ground of colour `face`, "#RRGGBB": dark, or white.

    It is the one with the greater contrast (WCAG 2.1), which is at least 4 on any ground.

    Examples
    --------
    >>> ink_on("#FFFFFF") == COLOURS["text"], ink_on("#000000") == COLOURS["background"]
    (True, True)
    """
    dark, light = sorted((COLOURS["text"], COLOURS["background"]), key=_luminance)
    ground = _luminance(face) + 0.05
    darker = ground / (_luminance(dark) + 0.05)
    return dark if darker >= (_luminance(light) + 0.05) / ground else light


def _luminance(colour: str) -> float:
    """How bright "#RRGGBB" is to the eye, from 0 to 1, as WCAG defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
