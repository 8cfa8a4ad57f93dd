"""The network of the page "Draw a digit": lecture 08's modern LeNet-5, trained as it is there."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .... import datasets, training
from ....datasets.samples import real_digits
from ....models import torch as networks
from .stored import Stored, Weighted, rounded

NAME = "lenet5"
BORDER = 2  # black pixels on every side: 28x28 becomes 32x32
RATE, DECAY, EPOCHS, BATCH, SEED = 4e-3, 1, 3, 50, 0  # lecture 08, section 5
OFFERED = 10  # digits that the network gets wrong, beside one of each class that it gets right


def trained() -> Stored:
    """The network, trained on 4,000 real digits, with what it makes of 1,000 others.

    Raises
    ------
    packaged.NotInstalled
        If the real digits are not here.
    """
    real_digits.path()  # rather none than a network trained on stand-ins
    digits = {split: datasets.load("mnist", split, source="sample") for split in ("train", "test")}
    torch.manual_seed(SEED)
    network = networks.lenet5()
    adam = torch.optim.AdamW(network.parameters(), RATE, weight_decay=DECAY, fused=True)
    falling = torch.optim.lr_scheduler.LinearLR(adam, 1, 0.1, EPOCHS)
    batches = digits["train"].loader(BATCH, shuffle=True, transform=bordered)
    training.fit(
        network,
        batches,
        epochs=EPOCHS,
        optimiser=adam,
        schedule=falling,
        seed=SEED,
        device="cpu",
        progress=False,
    )
    rounded(network)
    images, labels = digits["test"].torch(transform=bordered).tensors
    with torch.no_grad():
        right = (network(images).argmax(1) == labels).numpy()
    return Stored(
        NAME, layers(network), int(right.sum()), len(right), _offered(right, labels.numpy())
    )


def layers(network: nn.Module) -> list[Weighted]:
    """The layers of a LeNet-5 in the order in which they work, those with a ReLU marked.

    Parameters
    ----------
    network
        `networks.lenet5()`.
    """
    names = ("c1", "s2", "c3", "s4", "c5", "f6", "output")
    return [
        Weighted(name, getattr(network, name), relu=name in {"c1", "c3", "c5", "f6"})
        for name in names
    ]


def bordered(images: Tensor) -> Tensor:
    """Images `(..., 32, 32)`: these `images`, `(..., 28, 28)`, with a black border."""
    return nn.functional.pad(images, (BORDER,) * 4)


def _offered(right: np.ndarray, labels: np.ndarray) -> list[int]:
    """Places in the test set: the first of each class that is right, and the first ones wrong."""
    first = [int(np.flatnonzero(right & (labels == label))[0]) for label in range(10)]
    return first + np.flatnonzero(~right)[:OFFERED].tolist()
