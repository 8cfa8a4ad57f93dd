"""What every network says of images that it cannot take."""

from __future__ import annotations

from torch import Tensor


def check_images(x: Tensor, channels: int, least: int = 1, multiple: int = 1) -> None:
    """Refuse what is not `(N, channels, H, W)` with a height and width that the network can take.

    Parameters
    ----------
    x
        Images.
    channels
        Those of the images that the network was built for.
    least
        The smallest height and width.
    multiple
        What height and width must be divisible by.

    Raises
    ------
    ValueError
        With the shape of `x` and the rule that it breaks.
    """
    shape = tuple(x.shape)
    if x.ndim != 4 or shape[1] != channels:
        raise ValueError(f"this network takes images (N, {channels}, H, W), and these are {shape}")
    if min(shape[2:]) < least:
        raise ValueError(
            f"this network takes images from {least}x{least} pixels on, and these are {shape}"
        )
    if any(size % multiple for size in shape[2:]):
        raise ValueError(
            f"this network halves images until {multiple} pixels are one, so height and width are "
            f"multiples of {multiple}; these are {shape}"
        )
