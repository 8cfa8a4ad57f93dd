"""Inception-v3 in PyTorch: large windows taken apart into small and thin ones.

C. Szegedy, V. Vanhoucke, S. Ioffe, J. Shlens, Z. Wojna: Rethinking the Inception architecture for
computer vision. CVPR 2016, table 1 and figures 5 to 7.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .blocks import Conv
from .checks import check_images
from .loading import published


class Mixed(nn.Module):
    """Branches, of which the last begins with average pooling.

    Parameters
    ----------
    count_padding
        Whether average pooling counts the zeros around an image.
    """

    branch_pool: Conv

    def __init__(self, count_padding: bool):
        super().__init__()
        self.average = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=count_padding)

    def branches(self, x: Tensor) -> list[Tensor]:
        """Feature maps of all branches but the last, for `x`, `(N, C, H, W)`."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps of all branches, concatenated: `(N, C', H, W)` of `x`, `(N, C, H, W)`."""
        return torch.cat([*self.branches(x), self.branch_pool(self.average(x))], dim=1)


class InceptionA(Mixed):
    """Figure 5: two 3x3 in place of a 5x5 window, beside a 5x5.

    `(N, inputs, H, W)` to `(N, 224 + pooled, H, W)`.

    Parameters
    ----------
    inputs
        Input channels.
    pooled
        Channels of the branch that pools.
    count_padding
        Whether average pooling counts the zeros around an image.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, pooled: int, count_padding: bool, options: dict):
        super().__init__(count_padding)
        self.branch1x1 = Conv(inputs, 64, 1, **options)
        self.branch5x5_1 = Conv(inputs, 48, 1, **options)
        self.branch5x5_2 = Conv(48, 64, 5, padding=2, **options)
        self.branch3x3dbl_1 = Conv(inputs, 64, 1, **options)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1, **options)
        self.branch3x3dbl_3 = Conv(96, 96, 3, padding=1, **options)
        self.branch_pool = Conv(inputs, pooled, 1, **options)

    def branches(self, x: Tensor) -> list[Tensor]:
        """Maps of the 1x1, 5x5 and double 3x3 branches, for `x`, `(N, inputs, H, W)`."""
        five = self.branch5x5_2(self.branch5x5_1(x))
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return [self.branch1x1(x), five, double]


class InceptionC(Mixed):
    """Figure 6: a 7x7 window as 1x7 after 7x1.

    `(N, inputs, H, W)` to `(N, 768, H, W)`.

    Parameters
    ----------
    inputs
        Input channels.
    inner
        Channels between the convolutions of a branch.
    count_padding
        Whether average pooling counts the zeros around an image.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, inner: int, count_padding: bool, options: dict):
        super().__init__(count_padding)
        wide = dict(kernel=(1, 7), padding=(0, 3), **options)
        high = dict(kernel=(7, 1), padding=(3, 0), **options)
        self.branch1x1 = Conv(inputs, 192, 1, **options)
        self.branch7x7_1 = Conv(inputs, inner, 1, **options)
        self.branch7x7_2 = Conv(inner, inner, **wide)
        self.branch7x7_3 = Conv(inner, 192, **high)
        self.branch7x7dbl_1 = Conv(inputs, inner, 1, **options)
        self.branch7x7dbl_2 = Conv(inner, inner, **high)
        self.branch7x7dbl_3 = Conv(inner, inner, **wide)
        self.branch7x7dbl_4 = Conv(inner, inner, **high)
        self.branch7x7dbl_5 = Conv(inner, 192, **wide)
        self.branch_pool = Conv(inputs, 192, 1, **options)

    def branches(self, x: Tensor) -> list[Tensor]:
        """Maps of the 1x1, 7x7 and double 7x7 branches, for `x`, `(N, inputs, H, W)`."""
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return [self.branch1x1(x), seven, double]


class InceptionE(Mixed):
    """Figure 7: 1x3 and 3x1 side by side.

    `(N, inputs, H, W)` to `(N, 2048, H, W)`.

    Parameters
    ----------
    inputs
        Input channels.
    count_padding
        Whether average pooling counts the zeros around an image.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, count_padding: bool, options: dict):
        super().__init__(count_padding)
        wide = dict(kernel=(1, 3), padding=(0, 1), **options)
        high = dict(kernel=(3, 1), padding=(1, 0), **options)
        self.branch1x1 = Conv(inputs, 320, 1, **options)
        self.branch3x3_1 = Conv(inputs, 384, 1, **options)
        self.branch3x3_2a = Conv(384, 384, **wide)
        self.branch3x3_2b = Conv(384, 384, **high)
        self.branch3x3dbl_1 = Conv(inputs, 448, 1, **options)
        self.branch3x3dbl_2 = Conv(448, 384, 3, padding=1, **options)
        self.branch3x3dbl_3a = Conv(384, 384, **wide)
        self.branch3x3dbl_3b = Conv(384, 384, **high)
        self.branch_pool = Conv(inputs, 192, 1, **options)

    def branches(self, x: Tensor) -> list[Tensor]:
        """Maps of the 1x1, 3x3 and double 3x3 branches, for `x`, `(N, inputs, H, W)`."""
        three = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        sides = [self.branch3x3_2a(three), self.branch3x3_2b(three)]
        sides += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        return [self.branch1x1(x), *sides]


class InceptionB(nn.Module):
    """Half the size and more channels at once, so that no step is a bottleneck: figure 10.

    Parameters
    ----------
    inputs
        Input channels.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, options: dict):
        super().__init__()
        self.branch3x3 = Conv(inputs, 384, 3, stride=2, **options)
        self.branch3x3dbl_1 = Conv(inputs, 64, 1, **options)
        self.branch3x3dbl_2 = Conv(64, 96, 3, padding=1, **options)
        self.branch3x3dbl_3 = Conv(96, 96, 3, stride=2, **options)

    def forward(self, x: Tensor) -> Tensor:
        """Maps `(N, inputs + 480, H / 2, W / 2)`, rounded down, of `x`, `(N, inputs, H, W)`."""
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        pooled = nn.functional.max_pool2d(x, 3, stride=2)
        return torch.cat([self.branch3x3(x), double, pooled], dim=1)


class InceptionD(nn.Module):
    """Half the size once more, with a 7x7 window before the stride.

    Parameters
    ----------
    inputs
        Input channels.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, options: dict):
        super().__init__()
        self.branch3x3_1 = Conv(inputs, 192, 1, **options)
        self.branch3x3_2 = Conv(192, 320, 3, stride=2, **options)
        self.branch7x7x3_1 = Conv(inputs, 192, 1, **options)
        self.branch7x7x3_2 = Conv(192, 192, (1, 7), padding=(0, 3), **options)
        self.branch7x7x3_3 = Conv(192, 192, (7, 1), padding=(3, 0), **options)
        self.branch7x7x3_4 = Conv(192, 192, 3, stride=2, **options)

    def forward(self, x: Tensor) -> Tensor:
        """Maps `(N, inputs + 512, H / 2, W / 2)`, rounded down, of `x`, `(N, inputs, H, W)`."""
        three = self.branch3x3_2(self.branch3x3_1(x))
        seven = self.branch7x7x3_2(self.branch7x7x3_1(x))
        seven = self.branch7x7x3_4(self.branch7x7x3_3(seven))
        return torch.cat([three, seven, nn.functional.max_pool2d(x, 3, stride=2)], dim=1)


class Auxiliary(nn.Module):
    """The head in the middle, which regularises more than it helps the gradient: section 4.

    Parameters
    ----------
    inputs
        Input channels.
    num_classes
        Logits for each image.
    options
        Further arguments of every `Conv`.
    """

    def __init__(self, inputs: int, num_classes: int, options: dict):
        super().__init__()
        self.conv0 = Conv(inputs, 128, 1, **options)
        self.conv1 = Conv(128, 768, 5, **options)
        self.fc = nn.Linear(768, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of feature maps `x`, `(N, 768, 17, 17)`."""
        x = nn.functional.avg_pool2d(x, 5, stride=3)  # (N, 768, 17, 17) -> (N, 768, 5, 5)
        x = self.conv1(self.conv0(x))  # (N, 768, 1, 1)
        return self.fc(x.mean(dim=(2, 3)))


class InceptionV3(nn.Module):
    """Eleven Inception blocks at three sizes, for images of 299x299.

    Parameters
    ----------
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    auxiliary
        Whether training gives a second output from the middle, which `googlenet.loss` weighs.
    count_padding
        Whether average pooling counts the zeros around an image, as in torchvision; not in Keras.
    scale
        Whether batch normalisation has a gamma, as in torchvision; not in Keras.
    """

    Mixed_6b: InceptionC
    Mixed_6c: InceptionC
    Mixed_6d: InceptionC
    Mixed_6e: InceptionC

    def __init__(
        self,
        num_classes: int = 1000,
        in_channels: int = 3,
        auxiliary: bool = False,
        count_padding: bool = True,
        scale: bool = True,
    ):
        super().__init__()
        self.in_channels, self.auxiliary = in_channels, auxiliary
        options = dict(scale=scale)
        self.Conv2d_1a_3x3 = Conv(in_channels, 32, 3, stride=2, **options)
        self.Conv2d_2a_3x3 = Conv(32, 32, 3, **options)
        self.Conv2d_2b_3x3 = Conv(32, 64, 3, padding=1, **options)
        self.Conv2d_3b_1x1 = Conv(64, 80, 1, **options)
        self.Conv2d_4a_3x3 = Conv(80, 192, 3, **options)
        self.maxpool = nn.MaxPool2d(3, stride=2)
        self.Mixed_5b = InceptionA(192, 32, count_padding, options)
        self.Mixed_5c = InceptionA(256, 64, count_padding, options)
        self.Mixed_5d = InceptionA(288, 64, count_padding, options)
        self.Mixed_6a = InceptionB(288, options)
        for letter, inner in zip("bcde", (128, 160, 160, 192), strict=True):
            self.add_module(f"Mixed_6{letter}", InceptionC(768, inner, count_padding, options))
        if auxiliary:
            self.AuxLogits = Auxiliary(768, num_classes, options)
        self.Mixed_7a = InceptionD(768, options)
        self.Mixed_7b = InceptionE(1280, count_padding, options)
        self.Mixed_7c = InceptionE(2048, count_padding, options)
        self.dropout = nn.Dropout(0.5)
        self.fc = nn.Linear(2048, num_classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 299, 299)` for instance.

        In training with `auxiliary` two of them: of the network and of its head in the middle.
        """
        check_images(x, self.in_channels, least=75)
        x = self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x))  # (N, 3, 299, 299) -> (N, 32, 147, 147)
        x = self.maxpool(self.Conv2d_2b_3x3(x))  # (N, 64, 73, 73)
        x = self.maxpool(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)))  # (N, 192, 35, 35)
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(x)))  # (N, 288, 35, 35)
        x = self.Mixed_6b(self.Mixed_6a(x))  # (N, 768, 17, 17)
        middle = x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(x)))  # (N, 768, 17, 17)
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))  # (N, 2048, 8, 8)
        logits = self.fc(self.dropout(x.mean(dim=(2, 3))))  # (N, num_classes)
        if self.auxiliary and self.training:
            return logits, self.AuxLogits(middle)
        return logits


@published
def inception_v3(**options) -> InceptionV3:
    """23,834,568 parameters, 5.71 billion multiply-adds; `auxiliary=True` adds 3,326,696.

    `options` are those of `InceptionV3`.
    """
    return InceptionV3(**options)
