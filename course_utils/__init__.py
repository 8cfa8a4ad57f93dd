"""What the lectures and the assignments lean on.

Importing the package costs almost nothing: `datasets`, `figures` and the rest load when
they are first used, and neither PyTorch nor TensorFlow is imported unless you ask for it.

What notebooks use:

datasets    MNIST, Fashion-MNIST, CIFAR-10, Tiny-ImageNet and MedMNIST behind one door
layers      the layers in NumPy, forward and backward
models      the networks, in PyTorch and in Keras
training    the loop that PyTorch networks are trained with
claims      what a lecture says, with number and bound; what chance decides, measured several times
figures     pictures and animations, each with words for those who cannot see it
runtime     where a notebook runs, and on what; seeds begins its random numbers
quiz        questions in lectures
checks      what test cells are written with; contract, where PyTorch and Keras both may answer
handing_in  out of Colab with it, under the name that the course expects

What keeps the course going, of which the students' edition has a part:

cli         the command `course`; what it calls is one of those below
lab         JupyterLab, opened where one begins; jupyter holds its settings
notebooks   notebooks as files: run, kept true, looked at
evidence    lectures run again, otherwise: how sure the course is of what it says
grading     a class, graded without trust
publishing  the students' edition of the repository
book        the web site
doctor      first aid for a machine
skeletons   beginnings of lectures, exercises, networks and collections
files       written completely or not at all; errors, those meant for a person
"""

from importlib import import_module

__version__ = "0.1.0"

__all__ = [
    "checks",
    "claims",
    "datasets",
    "figures",
    "handing_in",
    "layers",
    "models",
    "quiz",
    "runtime",
    "seeds",
    "training",
]


def __getattr__(name):
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
