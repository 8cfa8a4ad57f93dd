"""FAMILY in PyTorch.

A. Author: Title of the paper. Conference, year, the section that is followed.
"""

from __future__ import annotations

from torch import Tensor, nn

from .checks import check_images


class FAMILY(nn.Module):
    """For 32x32 images. What is unusual about it, and where it leaves the paper."""

    def __init__(self, num_classes: int = 10, in_channels: int = 3):
        super().__init__()
        self.in_channels = in_channels
        self.conv1 = nn.Conv2d(in_channels, 16, 3, stride=2, padding=1)
        self.fc = nn.Linear(16, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        check_images(x, self.in_channels)
        x = self.conv1(x).relu()  # (N, 3, 32, 32) -> (N, 16, 16, 16)
        return self.fc(x.mean(dim=(2, 3)))  # (N, num_classes)


def NAME(**options) -> FAMILY:
    """618 parameters, 110,752 multiply-adds."""
    return FAMILY(**options)
