"""Names of layers: the path of a PyTorch module, and what its twin in Keras is called.

PyTorch separates the parts of a path by dots, which no parameter's own name may have: so a Keras
layer's name cannot have them either, where Keras computes with PyTorch.
"""

from __future__ import annotations


def keras_name(path: str) -> str:
    """What the Keras layer is called whose twin in PyTorch has this `path`: layer1-0-conv1.

    A - of the path is doubled, so that `torch_path` finds the way back.
    """
    return path.replace("-", "--").replace(".", "-")


def torch_path(name: str) -> str:
    """The path in PyTorch of the twin of the Keras layer with this `name`: layer1.0.conv1."""
    return "-".join(part.replace("-", ".") for part in name.split("--"))
