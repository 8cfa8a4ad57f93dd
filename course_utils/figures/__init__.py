"""Pictures and animations for the course; each knows the words that stand for it.

display     show a figure or an animation with its alternative text
style       one colour for one thing, all through the course
images      pictures side by side
charts      curves and bars
numbers     small arrays as grids of numbers
sliding     a kernel slides over an image, step by step
fields      what part of the input a value deep in a network sees
animation   frames as a GIF inside the page
"""

from .animation import Animation
from .charts import bars, curves
from .display import describe, show
from .fields import receptive_field
from .images import image_row
from .numbers import number_grids
from .sliding import slide
from .style import COLOURS, tint

__all__ = [
    "COLOURS",
    "Animation",
    "bars",
    "curves",
    "describe",
    "image_row",
    "number_grids",
    "receptive_field",
    "show",
    "slide",
    "tint",
]
