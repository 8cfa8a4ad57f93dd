"""Swin transformer in PyTorch: attention within windows, which are shifted from block to block.

So the work grows with the number of patches, not with its square, and four neighbouring patches are
merged from stage to stage, as convolutional networks halve their maps.

Z. Liu, Y. Lin, Y. Cao, H. Hu, Y. Wei, Z. Zhang, S. Lin, B. Guo: Swin transformer: hierarchical
vision transformer using shifted windows. ICCV 2021, figures 2 to 4, equations 3 and 4.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from .blocks import Permute, StochasticDepth
from .checks import check_images
from .loading import published
from .starting import normal

PATCH = 4  # height and width of a patch in pixels
WINDOW = 7  # height and width of a window in patches
TINY: dict[str, Any] = dict(depths=(2, 2, 6, 2), width=96, heads=(3, 6, 12, 24))


def windows(x: Tensor) -> Tensor:
    """The patches `x`, `(N, H, W, C)`, window by window: `(N * windows, WINDOW ** 2, C)`."""
    N, H, W, C = x.shape
    x = x.reshape(N, H // WINDOW, WINDOW, W // WINDOW, WINDOW, C)
    return x.transpose(2, 3).reshape(-1, WINDOW**2, C)


def together(x: Tensor, height: int, width: int) -> Tensor:
    """The patches `(N, height, width, C)` of windows `x`, as `windows` returned them."""
    x = x.reshape(-1, height // WINDOW, width // WINDOW, WINDOW, WINDOW, x.shape[-1])
    return x.transpose(2, 3).reshape(-1, height, width, x.shape[-1])


def distances() -> Tensor:
    """For each pair of patches in a window the number of its displacement, `(WINDOW ** 4,)`."""
    place = torch.arange(WINDOW**2)
    row, column = place // WINDOW, place % WINDOW
    down = row[:, None] - row + WINDOW - 1  # from 0 to 2 * WINDOW - 2
    right = column[:, None] - column + WINDOW - 1
    return (down * (2 * WINDOW - 1) + right).flatten()


def strangers(height: int, width: int, shift: int) -> Tensor:
    """What keeps patches apart that a shift has brought into one window: -100, otherwise 0.

    Parameters
    ----------
    height, width
        Of the image in patches.
    shift
        Patches by which it was shifted up and left; those that leave come in on the other side.

    Returns
    -------
    Tensor
        `(windows, 1, WINDOW ** 2, WINDOW ** 2)`, to be added to the scores.
    """
    below = torch.arange(height) >= height - shift
    beside = torch.arange(width) >= width - shift
    region = 2 * below[:, None] + beside[None, :].int()  # (H, W)
    region = windows(region[None, :, :, None])  # (windows, WINDOW ** 2, 1)
    return -100.0 * (region != region.transpose(1, 2))[:, None]


class WindowAttention(nn.Module):
    """Within each window each patch collects from all patches; how far they are has a say.

    Parameters
    ----------
    width
        Numbers in a patch, a multiple of `heads`.
    heads
        How often this is done side by side, each time in another `width / heads` numbers.
    shift
        Patches by which the windows are shifted down and right.
    """

    relative_position_index: Tensor

    def __init__(self, width: int, heads: int, shift: int):
        super().__init__()
        self.heads, self.shift = heads, shift
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * WINDOW - 1) ** 2, heads))
        self.register_buffer("relative_position_index", distances())
        nn.init.normal_(self.relative_position_bias_table, std=0.02)

    def bias(self) -> Tensor:
        """What is added to the scores of each pair of patches, `(heads, WINDOW**2, WINDOW**2)`."""
        pairs = self.relative_position_bias_table[self.relative_position_index]
        return pairs.reshape(WINDOW**2, WINDOW**2, self.heads).permute(2, 0, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Patches `(N, H, W, C)` of patches `x`, `(N, H, W, C)`."""
        N, H, W, C = x.shape
        shift = self.shift if max(H, W) > WINDOW else 0  # a single window stays where it is
        x = windows(x.roll((-shift, -shift), dims=(1, 2)))  # (N * windows, WINDOW ** 2, C)
        x = self.qkv(x).unflatten(2, (3, self.heads, C // self.heads))
        query, key, value = x.permute(2, 0, 3, 1, 4)  # (N * windows, heads, WINDOW ** 2, C / heads)
        scores = query @ key.transpose(2, 3) / math.sqrt(C // self.heads) + self.bias()
        if shift:
            apart = strangers(H, W, shift).to(x.device)
            scores = (scores.unflatten(0, (N, -1)) + apart).flatten(0, 1)
        x = scores.softmax(dim=-1) @ value
        x = self.proj(x.transpose(1, 2).flatten(2))  # (N * windows, WINDOW ** 2, C)
        return together(x, H, W).roll((shift, shift), dims=(1, 2))


class Block(nn.Module):
    """Attention within windows, then two dense layers on each patch; both add to their input.

    Parameters
    ----------
    width
        Numbers in a patch.
    heads, shift
        Of the attention.
    rate
        The probability that what is added for an image is left out in training.
    """

    def __init__(self, width: int, heads: int, shift: int, rate: float):
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attn = WindowAttention(width, heads, shift)
        self.stochastic_depth = StochasticDepth(rate)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width),  # (N, H, W, 4 * C)
            nn.GELU(),
            nn.Identity(),  # so that the next layer is the twin of torchvision's, after a dropout
            nn.Linear(4 * width, width),  # (N, H, W, C)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Patches `(N, H, W, C)` of patches `x`, `(N, H, W, C)`: equation 3."""
        x = x + self.stochastic_depth(self.attn(self.norm1(x)))
        return x + self.stochastic_depth(self.mlp(self.norm2(x)))


class PatchMerging(nn.Module):
    """Four neighbouring patches become one with twice as many numbers.

    Parameters
    ----------
    width
        Numbers in a patch.
    """

    def __init__(self, width: int):
        super().__init__()
        self.norm = nn.LayerNorm(4 * width)
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Patches `(N, H / 2, W / 2, 2 * C)` of patches `x`, `(N, H, W, C)`."""
        parts = [x[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.reduction(self.norm(torch.cat(parts, dim=-1)))


class SwinTransformer(nn.Module):
    """Patches, stages of blocks with merging between them, normalisation, mean, one dense layer.

    Parameters
    ----------
    depths
        Blocks in each stage.
    width
        Numbers in a patch in the first stage, twice as many in each later one.
    heads
        Of the attention in each stage.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    rate
        The probability that the last block is left out in training; before it less.
    """

    def __init__(
        self,
        depths: tuple[int, ...],
        width: int,
        heads: tuple[int, ...],
        num_classes: int = 1000,
        in_channels: int = 3,
        rate: float = 0.2,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.multiple = PATCH * WINDOW * 2 ** (len(depths) - 1)
        patches = nn.Conv2d(in_channels, width, PATCH, stride=PATCH)
        self.features = nn.Sequential(
            nn.Sequential(patches, Permute(0, 2, 3, 1), nn.LayerNorm(width))
        )
        rates = torch.linspace(0, rate, sum(depths), device="cpu").tolist()
        for number, (depth, count) in enumerate(zip(depths, heads, strict=True)):
            if number > 0:
                self.features.append(PatchMerging(width))
                width *= 2
            shifts = [0 if index % 2 == 0 else WINDOW // 2 for index in range(depth)]
            blocks = [Block(width, count, shift, rates.pop(0)) for shift in shifts]
            self.features.append(nn.Sequential(*blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, num_classes)
        self.apply(normal)
        patches.reset_parameters()  # as PyTorch draws them: so does the authors' code

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels)
        if any(size % self.multiple for size in x.shape[2:]):
            raise ValueError(
                f"in each stage of this network windows tile the image, so height and width are "
                f"multiples of {self.multiple}; these are {tuple(x.shape)}"
            )
        for part in self.features:
            x = part(x)
            # patches: (N, 3, 224, 224) -> (N, 56, 56, 96)
            # stages, each after merging: (N, 56, 56, 96), (N, 28, 28, 192), (N, 14, 14, 384),
            # (N, 7, 7, 768)
        x = self.norm(x).mean(dim=(1, 2))  # (N, 768)
        return self.head(x)  # (N, num_classes)


@published
def swin_t(**options) -> SwinTransformer:
    """28,288,354 parameters, 4.49 billion multiply-adds.

    `options` are those of `SwinTransformer`.
    """
    return SwinTransformer(**TINY | options)
