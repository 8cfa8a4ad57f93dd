"""U-Net in PyTorch: down to see what is there, up again to say where, and bridges in between.

O. Ronneberger, P. Fischer, T. Brox: U-Net: convolutional networks for biomedical image
segmentation. MICCAI 2015, figure 1.

The paper's convolutions have no padding: of 572x572 pixels the middle 388x388 are segmented, each
from pixels that really are there, and large images tile by tile. Nearly everybody since pads, so
that the output lies on the image pixel by pixel; so does ours, unless `padded=False` is asked for.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from .checks import check_images
from .starting import he, normal

SMALL: dict[str, Any] = dict(width=16, depth=2, dropout=0.0)


def two_convolutions(inputs: int, outputs: int, padded: bool, dropout: float = 0.0):
    """A step of either path: two 3x3 convolutions, each followed by a ReLU.

    Parameters
    ----------
    inputs, outputs
        Channels.
    padded
        Whether height and width stay; otherwise both lose 4 pixels.
    dropout
        The share of the outputs that is left out in training.
    """
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=int(padded)),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=int(padded)),
        nn.ReLU(),
        nn.Dropout(dropout),
    )


class UNet(nn.Module):
    """A contracting path, an expanding one, and skip connections between equal sizes.

    Parameters
    ----------
    num_classes
        Logits for each pixel.
    in_channels
        Channels of an image.
    width
        Channels of the first convolutions; each halving doubles them.
    depth
        How often images are halved.
    padded
        Whether the output has the height and width of the image; otherwise it is the middle part,
        `12 * 2**depth - 8` pixels less in both directions, as in the paper.
    dropout
        The share of the maps that is left out in training, on the two lowest levels as in the
        authors' network.
    """

    def __init__(
        self,
        num_classes: int = 2,
        in_channels: int = 1,
        width: int = 64,
        depth: int = 4,
        padded: bool = True,
        dropout: float = 0.5,
    ):
        super().__init__()
        self.in_channels, self.depth, self.padded = in_channels, depth, padded
        widths = [width * 2**level for level in range(depth + 1)]
        self.contracting = nn.ModuleList()
        for level, (inputs, outputs) in enumerate(
            zip([in_channels, *widths[:-1]], widths, strict=True)
        ):
            left_out = dropout if level >= depth - 1 else 0.0
            self.contracting.append(two_convolutions(inputs, outputs, padded, left_out))
        self.up, self.expanding = nn.ModuleList(), nn.ModuleList()
        for outputs in reversed(widths[:-1]):
            up = nn.ConvTranspose2d(2 * outputs, outputs, 2, stride=2)
            normal(up, math.sqrt(2 / up.in_channels))  # its windows do not overlap: He's as well
            self.up.append(up)
            self.expanding.append(two_convolutions(2 * outputs, outputs, padded))
        self.head = nn.Conv2d(width, num_classes, 1)
        self.apply(he)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes, H, W)` of images `x`, `(N, 1, H, W)`: one set for each pixel.

        Without padding `(N, num_classes, 388, 388)` of `(N, 1, 572, 572)`.
        """
        if self.padded:
            check_images(x, self.in_channels, multiple=2**self.depth)
        else:
            check_images(x, self.in_channels)
            _check_unpadded(x, self.depth)
        kept = []
        for step in self.contracting[:-1]:  # unpadded; padded (N, 64, 512, 512) and so on
            x = step(x)  # (N, 1, 572, 572) -> (N, 64, 568, 568)
            kept.append(x)
            x = nn.functional.max_pool2d(x, 2)  # (N, 64, 284, 284), in the end (N, 512, 32, 32)
        x = self.contracting[-1](x)  # (N, 1024, 28, 28)
        for up, step in zip(self.up, self.expanding, strict=True):
            x = up(x)  # (N, 512, 56, 56)
            x = torch.cat([_middle(kept.pop(), x), x], dim=1)  # (N, 1024, 56, 56)
            x = step(x)  # (N, 512, 52, 52), in the end (N, 64, 388, 388)
        return self.head(x)  # (N, num_classes, 388, 388)


def unet(**options) -> UNet:
    """31,030,658 parameters, 192.38 billion multiply-adds. `options` are those of `UNet`."""
    return UNet(**options)


def small_unet(**options) -> UNet:
    """116,770 parameters, 25 million multiply-adds.

    For 28x28 to 64x64 images, which it halves twice. `options` are those of `UNet`.
    """
    return UNet(**SMALL | options)


def _middle(maps: Tensor, like: Tensor) -> Tensor:
    """The part of `maps` in the middle that is as high and as wide as `like`."""
    (height, width), (rows, columns) = like.shape[2:], maps.shape[2:]
    top, left = (rows - height) // 2, (columns - width) // 2
    return maps[:, :, top : top + height, left : left + width]


def _check_unpadded(x: Tensor, depth: int) -> None:
    step, lost = 2**depth, 12 * 2**depth - 8
    if any((size + 4) % step or size <= lost for size in x.shape[2:]):
        least = lost + 1 + -(lost + 5) % step
        raise ValueError(
            f"without padding maps of an odd size could not be halved, so height and width are "
            f"{least}, {least + step}, {least + 2 * step} and so on in steps of {step}; these are "
            f"{tuple(x.shape)}"
        )
