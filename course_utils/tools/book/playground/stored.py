"""A trained network as a script of the book, and back: small, and the same on every machine.

Weights are kept in half precision, and in base64, since a page that is opened as a file may load
scripts but no data. `rounded` puts a network on these weights before it is judged, so that what is
said of a network is true of what is stored.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from . import scripts
from .scripts import StoredError


@dataclass(frozen=True)
class Weighted:
    """A layer as a page runs it.

    Attributes
    ----------
    name : what the network calls it
    module : nn.Conv2d without padding and with stride 1, nn.MaxPool2d, or nn.Linear
    relu : whether a ReLU follows
    """

    name: str
    module: nn.Module
    relu: bool = False


@dataclass(frozen=True)
class Stored:
    """A trained network, and how good it is.

    Attributes
    ----------
    name : of the network; the script has it, too
    layers : in the order in which they work
    right, of : how many of how many test images it classifies correctly
    offered : places in the test set of the images that the page offers
    """

    name: str
    layers: list[Weighted]
    right: int
    of: int
    offered: list[int]

    def write(self, file: Path) -> None:
        """Write the `file`, the script that a page loads."""
        facts = {
            "right": self.right,
            "of": self.of,
            "offered": self.offered,
            "layers": [_facts(layer) for layer in self.layers],
        }
        scripts.write(file, self.name, facts)


def load(file: Path, layers: list[Weighted]) -> None:
    """Copy the weights of a script into the modules of these layers.

    Parameters
    ----------
    file
        The script.
    layers
        Those that were stored, of a network that has other weights.

    Raises
    ------
    StoredError
        If the script has other layers.
    """
    found = scripts.read(file)["layers"]
    if [facts["name"] for facts in found] != [layer.name for layer in layers]:
        raise StoredError(f"{file} has other layers than {[layer.name for layer in layers]}")
    for facts, layer in zip(found, layers, strict=True):
        for name, parameter in layer.module.named_parameters():
            values = np.frombuffer(base64.b64decode(facts[name]), "<f2").astype(np.float32)
            parameter.data.copy_(torch.from_numpy(values).reshape(parameter.shape))


def rounded(network: nn.Module) -> None:
    """Round every parameter to the nearest number that half precision has.

    Parameters
    ----------
    network
        Changed in place; its parameters stay float32.
    """
    for parameter in network.parameters():
        parameter.data.copy_(parameter.data.half().float())


def _facts(layer: Weighted) -> dict:
    module = layer.module
    if isinstance(module, nn.MaxPool2d) and module.kernel_size == module.stride:
        return {"name": layer.name, "kind": "pooling", "kernel": module.kernel_size}
    if isinstance(module, nn.Linear):
        kind, kernel, size = "dense", 1, (module.in_features, module.out_features)
    elif isinstance(module, nn.Conv2d) and _is_plain(module):
        kind, kernel = "convolution", module.kernel_size[0]
        size = module.in_channels, module.out_channels
    else:
        raise StoredError(f"{layer.name}: pages cannot run {module}")
    facts = {"name": layer.name, "kind": kind, "kernel": kernel, "relu": layer.relu}
    facts |= {"inputs": size[0], "outputs": size[1]}
    return facts | {name: _text(value.data) for name, value in module.named_parameters()}


def _is_plain(convolution: nn.Conv2d) -> bool:
    """Whether its square kernel moves by one pixel, over the image alone, through all channels."""
    height, width = convolution.kernel_size
    one, none = (1, 1), (0, 0)
    settings = convolution.stride, convolution.dilation, convolution.padding, convolution.groups
    return height == width and settings == (one, one, none, 1)


def _text(values: torch.Tensor) -> str:
    return base64.b64encode(values.numpy().astype("<f2").tobytes()).decode()
