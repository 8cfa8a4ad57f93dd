"""Pictures and animations for the course; each knows the words that stand for it.

display     show a figure with its alternative text
style       one colour for one thing, all through the course
images      pictures side by side
numbers     small arrays as grids of numbers
sliding     a kernel slides over an image, as an animation
fields      what part of the input a value deep in a network sees
"""

from .display import describe, show
from .fields import receptive_field
from .images import image_row
from .numbers import number_grids
from .sliding import Animation, slide
from .style import COLOURS

__all__ = [
    "COLOURS",
    "Animation",
    "describe",
    "image_row",
    "number_grids",
    "receptive_field",
    "show",
    "slide",
]
