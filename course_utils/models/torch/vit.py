"""Vision transformers in PyTorch: an image is a sequence of patches, and each looks at all others.

A. Dosovitskiy et al.: An image is worth 16x16 words: transformers for image recognition at scale.
ICLR 2021, figure 1, equations 1 to 4, table 1.
H. Touvron, M. Cord, M. Douze, F. Massa, A. Sablayrolles, H. Jégou: Training data-efficient image
transformers and distillation through attention. ICML 2021, table 1; here without distillation.

Parameters are named as in torchvision, so that its published weights load as they are.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn

from .checks import check_images
from .loading import published
from .starting import normal

EPSILON = 1e-6  # of layer normalisation
BASE: dict[str, Any] = dict(patch=16, depth=12, heads=12, width=768)
TINY: dict[str, Any] = dict(patch=16, depth=12, heads=3, width=192)
SMALL: dict[str, Any] = dict(
    num_classes=10, patch=4, depth=4, heads=4, width=64, image_size=64, start=0.1
)


class SelfAttention(nn.Module):
    """Each token collects from all tokens, most from those whose keys fit its query.

    Parameters
    ----------
    width
        Numbers in a token, a multiple of `heads`.
    heads
        How often this is done side by side, each time in another `width / heads` numbers.
    """

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Tokens `(N, T, width)` of tokens `x`, `(N, T, width)`."""
        N, T, width = x.shape
        x = nn.functional.linear(x, self.in_proj_weight, self.in_proj_bias)  # (N, T, 3 * width)
        x = x.reshape(N, T, 3, self.heads, width // self.heads)
        query, key, value = x.permute(2, 0, 3, 1, 4)  # (N, heads, T, width / heads) each
        scores = query @ key.transpose(2, 3) / math.sqrt(width // self.heads)  # (N, heads, T, T)
        x = scores.softmax(dim=-1) @ value  # (N, heads, T, width / heads)
        return self.out_proj(x.transpose(1, 2).reshape(N, T, width))


class EncoderBlock(nn.Module):
    """Attention among the tokens, then two dense layers on each; both add to their input.

    Parameters
    ----------
    width
        Numbers in a token.
    heads
        Of the attention.
    dropout
        The share of the dense layers' outputs that is left out in training.
    """

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=EPSILON)
        self.self_attention = SelfAttention(width, heads)
        self.ln_2 = nn.LayerNorm(width, eps=EPSILON)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width),  # (N, T, 4 * width)
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(4 * width, width),  # (N, T, width)
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Tokens `(N, T, width)` of tokens `x`, `(N, T, width)`: equations 2 and 3."""
        x = x + self.self_attention(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Encoder(nn.Module):
    """Adds where each token is, then lets the blocks work on them.

    Parameters
    ----------
    side
        Patches along height and width of the largest image.
    depth
        Blocks.
    width
        Numbers in a token.
    heads, dropout
        Of each block.
    """

    def __init__(self, side: int, depth: int, width: int, heads: int, dropout: float):
        super().__init__()
        self.side = side
        self.pos_embedding = nn.Parameter(torch.zeros(1, 1 + side * side, width))
        blocks = {f"encoder_layer_{i}": EncoderBlock(width, heads, dropout) for i in range(depth)}
        self.layers = nn.Sequential(OrderedDict(blocks))
        self.ln = nn.LayerNorm(width, eps=EPSILON)

    def positions(self, height: int, width: int) -> Tensor:
        """What stands for the places of the class token and of `height` x `width` patches."""
        token, grid = self.pos_embedding[:, :1], self.pos_embedding[:, 1:]
        grid = grid.unflatten(1, (self.side, self.side))[:, :height, :width]
        return torch.cat([token, grid.flatten(1, 2)], dim=1)

    def forward(self, x: Tensor, height: int, width: int) -> Tensor:
        """Tokens of the same shape as `x`, `(N, 1 + height * width, ...)`."""
        return self.ln(self.layers(x + self.positions(height, width)))


class VisionTransformer(nn.Module):
    """Patches as tokens and one more for the class, blocks of attention, one dense layer.

    Parameters
    ----------
    patch
        Height and width of a patch in pixels.
    depth
        Blocks.
    heads
        Of the attention in each block.
    width
        Numbers in a token.
    num_classes
        Logits for each image.
    in_channels
        Channels of an image.
    image_size
        Height and width of the largest image; smaller ones use a part of the learned positions.
    dropout
        The share of the dense layers' outputs that is left out in training.
    start
        Standard deviation of the weights at first: DeiT's, where ViT's authors have several rules.
    """

    def __init__(
        self,
        patch: int,
        depth: int,
        heads: int,
        width: int,
        num_classes: int = 1000,
        in_channels: int = 3,
        image_size: int = 224,
        dropout: float = 0.0,
        start: float = 0.02,
    ):
        super().__init__()
        self.in_channels, self.patch, self.image_size = in_channels, patch, image_size
        self.conv_proj = nn.Conv2d(in_channels, width, patch, stride=patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.encoder = Encoder(image_size // patch, depth, width, heads, dropout)
        self.heads = nn.Sequential(OrderedDict(head=nn.Linear(width, num_classes)))
        self.apply(lambda layer: normal(layer, start))
        for name, parameter in self.named_parameters():
            if name.endswith(("class_token", "pos_embedding", "in_proj_weight")):
                nn.init.normal_(parameter, std=start)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `(N, num_classes)` of images `x`, `(N, 3, 224, 224)` for instance."""
        check_images(x, self.in_channels, least=self.patch)
        if any(size % self.patch or size > self.image_size for size in x.shape[2:]):
            raise ValueError(
                f"this network cuts images into {self.patch}x{self.patch} patches, so height and "
                f"width are multiples of {self.patch} up to {self.image_size}; these are "
                f"{tuple(x.shape)}"
            )
        x = self.conv_proj(x)  # (N, 3, 224, 224) -> (N, 768, 14, 14)
        rows, columns = x.shape[2:]
        x = x.flatten(2).transpose(1, 2)  # (N, 196, 768): a row of numbers for each patch
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1)  # (N, 197, 768)
        x = self.encoder(x, rows, columns)  # (N, 197, 768)
        return self.heads(x[:, 0])  # (N, num_classes): what the class token has collected


@published
def vit_b_16(**options) -> VisionTransformer:
    """86,567,656 parameters, 17.56 billion multiply-adds.

    `options` are those of `VisionTransformer`.
    """
    return VisionTransformer(**BASE | options)


def deit_ti_16(**options) -> VisionTransformer:
    """5,717,416 parameters, 1.25 billion multiply-adds.

    `options` are those of `VisionTransformer`.
    """
    return VisionTransformer(**TINY | options)


def small_vit(**options) -> VisionTransformer:
    """220,362 parameters, 15 million multiply-adds.

    For images of 4x4 to 64x64 pixels. `options` are those of `VisionTransformer`.
    """
    return VisionTransformer(**SMALL | options)
