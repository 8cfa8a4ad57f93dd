"""ImageNet's thousand classes: their names, and what a network says of a photograph.

A. Krizhevsky, I. Sutskever, G. Hinton: ImageNet classification with deep convolutional neural
networks. NIPS 2012, section 2: a square out of the middle, whose shorter side was 256 pixels.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .published import Preprocessing

NAMES = Path(__file__).with_name("imagenet.txt")


@cache
def labels() -> tuple[str, ...]:
    """The names of the 1,000 classes, in the order of their numbers.

    Examples
    --------
    >>> labels()[285]
    'Egyptian cat'
    """
    lines = NAMES.read_text("utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def preprocess(picture: np.ndarray, how: Preprocessing | None = None) -> np.ndarray:
    """The input `(size, size, 3)` of a network, float32, for a photograph.

    Parameters
    ----------
    picture
        uint8, `(H, W, 3)` in red, green and blue, or `(H, W)` in grey.
    how
        What the network was trained on: `model.published.preprocessing` where published weights
        were loaded. Else a square of 224 pixels, standardised as torchvision does.

    Raises
    ------
    ValueError
        If it is no such picture.

    Examples
    --------
    >>> preprocess(np.zeros((300, 400, 3), np.uint8)).shape
    (224, 224, 3)
    """
    from PIL import Image

    how = how or Preprocessing()
    picture = np.asarray(picture)
    grey = picture.ndim == 2
    if picture.dtype != np.uint8 or not (grey or picture.ndim == 3 and picture.shape[2] == 3):
        raise ValueError(
            "a picture is uint8 and (H, W, 3), or (H, W) where it is grey; this one is "
            f"{picture.dtype} and {picture.shape}"
        )
    image = Image.fromarray(np.repeat(picture[:, :, None], 3, 2) if grey else picture)
    scale = how.resize / min(image.size)
    width, height = (max(how.resize, round(side * scale)) for side in image.size)
    method = Image.Resampling.BICUBIC if how.cubic else Image.Resampling.BILINEAR
    image = image.resize((width, height), method)
    left, top = (width - how.size) // 2, (height - how.size) // 2
    square = np.asarray(image.crop((left, top, left + how.size, top + how.size)), np.float32) / 255
    return (square - np.array(how.mean, np.float32)) / np.array(how.std, np.float32)


def top(model: Any, picture: np.ndarray, count: int = 5) -> list[tuple[str, float]]:
    """The likeliest classes of a picture, each with its probability, the likeliest first.

    Parameters
    ----------
    model
        A network with logits for ImageNet's classes, in PyTorch or in Keras.
    picture
        uint8, `(H, W, 3)` in red, green and blue, or `(H, W)` in grey: as `preprocess` takes it.
    count
        How many classes.

    Raises
    ------
    ValueError
        If the network has other classes, or it is no such picture.
    """
    published = getattr(model, "published", None)
    how = published.preprocessing if published else Preprocessing()
    logits = (_of_keras if _is_of_keras(model) else _of_torch)(model, picture, how)
    if logits.shape != (len(labels()),):
        raise ValueError(
            f"ImageNet has {len(labels()):,} classes, and this network gives logits {logits.shape}"
        )
    logits = logits.astype(float)
    probabilities = np.exp(logits - logits.max())
    probabilities /= probabilities.sum()
    best = np.argsort(-probabilities, kind="stable")[:count]
    return [(labels()[index], float(probabilities[index])) for index in best]


def _is_of_keras(model: Any) -> bool:
    """A Keras network can be a module of PyTorch as well, where it computes with that."""
    return "keras" in sys.modules and isinstance(model, sys.modules["keras"].Model)


def _of_keras(model: Any, picture: np.ndarray, how: Preprocessing) -> np.ndarray:
    side = model.input_shape[1]
    if side not in (None, how.size):
        how = replace(how, size=side, resize=round(side * how.resize / how.size))
    outputs = model(preprocess(picture, how)[None], training=False)
    outputs = outputs[0] if isinstance(outputs, list | tuple) else outputs
    return sys.modules["keras"].ops.convert_to_numpy(outputs)[0]


def _of_torch(model: Any, picture: np.ndarray, how: Preprocessing) -> np.ndarray:
    import torch

    first = next(model.parameters())
    image = torch.from_numpy(preprocess(picture, how)).permute(2, 0, 1)[None]
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return model(image.to(first)).float().cpu().numpy()[0]
    finally:
        model.train(training)
