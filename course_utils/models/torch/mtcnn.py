"""MTCNN's three networks in PyTorch: is there a face in this patch, and where exactly?

Each says for a patch how probable a face is and how its box is to be moved. P-Net, for 12x12
pixels, has convolutions alone, and so looks at all patches of an image at once. `models.faces` is
the detector that the three make.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multitask cascaded
convolutional networks. IEEE Signal Processing Letters 23(10), 2016, figure 2.

Parameters are named as in facenet_pytorch, whose weights load as they are.
"""

from __future__ import annotations

from torch import Tensor, nn

from .checks import check_images
from .loading import published


class PNet(nn.Module):
    """Proposes: convolutions only, so that it takes images from 12x12 pixels on."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.pool1 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1 = nn.Conv2d(32, 2, 1)
        self.conv4_2 = nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities `(N, H', W')` of a face, and moves `(N, 4, H', W')`, of all patches.

        The patch at `(i, j)` begins in row `2 i` and column `2 j` of `x`, `(N, 3, H, W)`, and has
        12x12 pixels. Moves are those of left, top, right and bottom, in widths and heights.
        """
        check_images(x, 3, least=12)
        x = self.prelu1(self.conv1(x))  # (N, 3, 12, 12) -> (N, 10, 10, 10)
        x = self.pool1(x)  # (N, 10, 5, 5)
        x = self.prelu2(self.conv2(x))  # (N, 16, 3, 3)
        x = self.prelu3(self.conv3(x))  # (N, 32, 1, 1)
        return self.conv4_1(x).softmax(dim=1)[:, 1], self.conv4_2(x)


class RNet(nn.Module):
    """Refines: rejects most of what P-Net proposed, and moves the boxes of the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1 = nn.Linear(128, 2)
        self.dense5_2 = nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities `(N,)` of a face in patches `x`, `(N, 3, 24, 24)`, and moves `(N, 4)`."""
        x = self.prelu1(self.conv1(x))  # (N, 3, 24, 24) -> (N, 28, 22, 22)
        x = self.pool1(x)  # (N, 28, 11, 11)
        x = self.prelu2(self.conv2(x))  # (N, 48, 9, 9)
        x = self.pool2(x)  # (N, 48, 4, 4)
        x = self.prelu3(self.conv3(x))  # (N, 64, 3, 3)
        x = self.prelu4(self.dense4(_flat(x)))  # (N, 128)
        return self.dense5_1(x).softmax(dim=1)[:, 1], self.dense5_2(x)


class ONet(nn.Module):
    """Gives the output: the last word on each box, and five landmarks of the face."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.pool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.pool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.pool3 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1 = nn.Linear(256, 2)
        self.dense6_2 = nn.Linear(256, 4)
        self.dense6_3 = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Probabilities `(N,)` of a face, moves `(N, 4)`, landmarks `(N, 2, 5)` of `x`.

        `x` are patches `(N, 3, 48, 48)`. Landmarks are eyes, nose and corners of the mouth, left
        before right as they are seen; x and y, in widths and heights of the patch.
        """
        x = self.prelu1(self.conv1(x))  # (N, 3, 48, 48) -> (N, 32, 46, 46)
        x = self.pool1(x)  # (N, 32, 23, 23)
        x = self.prelu2(self.conv2(x))  # (N, 64, 21, 21)
        x = self.pool2(x)  # (N, 64, 10, 10)
        x = self.prelu3(self.conv3(x))  # (N, 64, 8, 8)
        x = self.pool3(x)  # (N, 64, 4, 4)
        x = self.prelu4(self.conv4(x))  # (N, 128, 3, 3)
        x = self.prelu5(self.dense5(_flat(x)))  # (N, 256)
        probabilities = self.dense6_1(x).softmax(dim=1)[:, 1]
        return probabilities, self.dense6_2(x), self.dense6_3(x).unflatten(1, (2, 5))


def _flat(x: Tensor) -> Tensor:
    """Feature maps `(N, C, H, W)` as `(N, W * H * C)`, in the order of the authors' weights."""
    return x.permute(0, 3, 2, 1).flatten(1)


@published
def p_net() -> PNet:
    """P-Net: 6,632 parameters."""
    return PNet()


@published
def r_net() -> RNet:
    """R-Net: 100,178 parameters."""
    return RNet()


@published
def o_net() -> ONet:
    """O-Net: 389,040 parameters."""
    return ONet()
