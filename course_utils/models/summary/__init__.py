"""A network as a table: every layer's output, its parameters, its work, and what it can see.

Receptive fields as in A. Araujo, W. Norris, J. Sim: Computing receptive fields of convolutional
neural networks. Distill, 2019: along a path, `field += (kernel - 1) * dilation * jump` and
`jump *= stride`; where paths meet, the largest counts. Borders are not subtracted.
"""

from __future__ import annotations

from typing import Any

from .table import EVERYTHING, Row, Saved, Summary

__all__ = ["EVERYTHING", "Row", "Saved", "Summary", "saved_for_backward", "summary"]


def summary(model: Any, input_shape: tuple[int, ...] | None = None) -> Summary:
    """The table of a network, ours or any other that is built alike.

    Parameters
    ----------
    model
        A PyTorch module, or a functional Keras model.
    input_shape
        For PyTorch `(C, H, W)` of one image, or another shape that the network takes;
        (model.in_channels, 224, 224) unless it is given. A Keras model knows its own.

    Raises
    ------
    ValueError
        If the model is of neither kind.
    """
    modules = {each.__module__.partition(".")[0] for each in type(model).__mro__}
    # First, for where Keras computes with PyTorch its models are modules as well.
    if "keras" in modules and getattr(model, "_is_graph_network", hasattr(model, "operations")):
        from .keras import rows as keras_rows

        return Summary(tuple(keras_rows(model)))
    if "torch" in modules:
        from .torch import rows

        shape = input_shape or (getattr(model, "in_channels", 3), 224, 224)
        return Summary(tuple(rows(model, shape)))
    raise ValueError(f"a {type(model).__name__} is neither a PyTorch module nor a Keras model")


def saved_for_backward(
    model: Any, input_shape: tuple[int, ...] | None = None, batch: int = 2
) -> Saved:
    """What a PyTorch network in training keeps from the forward pass, for one image.

    Counted is what autograd really stores, also of functions that are no modules, such as
    `torch.cat`; what several layers share counts once. Nothing is computed.

    Parameters
    ----------
    model
        A PyTorch module.
    input_shape
        `(C, H, W)` of one image; (model.in_channels, 224, 224) unless it is given.
    batch
        Images at a time, of which the mean is returned; batch normalisation may need two.

    Examples
    --------
    >>> from torch import nn
    >>> saved_for_backward(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU()), (1, 5, 5)).numbers
    61
    """
    from .saved import saved

    return saved(model, input_shape or (getattr(model, "in_channels", 3), 224, 224), batch)
