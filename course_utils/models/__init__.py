"""The famous networks, in PyTorch and in Keras: same names, same numbers.

torch      constructors for PyTorch; keras: for Keras; one file a family in both
weights    from one network to another, and from those of keras.applications
published  which weights others have published; loading: how they get into a network
imagenet   the thousand classes, and the likeliest ones of a picture
faces      MTCNN: where faces are in a picture
summary    a network as a table: outputs, parameters, multiply-adds, receptive fields
neocognitron  before backpropagation, in NumPy
catalogue  what is known of each: year, paper, size, what it has been compared with
"""

from .catalogue import Network, networks

__all__ = ["Network", "names", "networks"]


def names() -> list[str]:
    """The constructors that both frameworks have."""
    return sorted(network.name for network in networks())
