"""What the lectures and the assignments lean on.

Importing the package costs almost nothing: `datasets`, `figures` and the rest load when
they are first used, and neither PyTorch nor TensorFlow is imported unless you ask for it.
"""

from importlib import import_module

__version__ = "0.1.0"

__all__ = [
    "checks",
    "datasets",
    "figures",
    "handing_in",
    "layers",
    "models",
    "quiz",
    "runtime",
    "training",
]


def __getattr__(name):
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
