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
checks, quiz, handing_in
            of `exercises`: what cells of exercises and questions call, and how to hand in

What keeps the course going, of which the students' edition has a part:

grading     a class, graded without trust
tools       the command `course` and what it calls: first aid, notebooks, the web site
files       written completely or not at all; errors, those meant for a person
hints       ladders of hints for what a test says; rule_lines, what an assignment forbids
packaged    data files inside installed packages; fetching, files from the network

Arrows point one way: tools -> grading -> errors, files, runtime, seeds; tools -> all else -> the
same four.
"""

from importlib import import_module

# The names that notebooks import from here, and where they live.
HOMES = {
    "checks": "exercises.checks",
    "claims": "claims",
    "datasets": "datasets",
    "figures": "figures",
    "handing_in": "exercises.handing_in",
    "layers": "layers",
    "models": "models",
    "quiz": "exercises.quiz",
    "runtime": "runtime",
    "seeds": "seeds",
    "training": "training",
}
__all__ = list(HOMES)


def __getattr__(name):
    if name == "__version__":
        return import_module(f"{__name__}.runtime").VERSION
    if name in HOMES:
        return import_module(f"{__name__}.{HOMES[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {__all__}")
