"""Optimisers: each changes a network's parameters in place, from its gradients.

    optimiser = Adam(network.layers, rate=1e-3)
    network.backward(loss.backward())
    optimiser.step()

`decay` adds `decay * parameter` to each gradient (L2), as PyTorch's `weight_decay` does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .layer import Layer


class Optimiser:
    """What all optimisers share: `rate` may be changed at any time, by a schedule for one.

    Parameters
    ----------
    layers
        Those whose parameters are changed, such as `network.layers`.
    rate
        The learning rate: how far a step goes.
    decay
        The factor of weight decay, which adds `decay * parameter` to each gradient.

    Raises
    ------
    ValueError
        If `rate` or `decay` is below 0.
    """

    def __init__(self, layers: Sequence[Layer], rate: float, decay: float = 0.0):
        if rate < 0 or decay < 0:
            raise ValueError(f"rate is {rate!r} and decay {decay!r}; neither may be below 0")
        self.layers, self.rate, self.decay = list(layers), rate, decay
        self.memory: dict[tuple[int, str], dict] = {}

    def step(self) -> None:
        """Change every parameter that has a gradient."""
        for number, layer in enumerate(self.layers):
            for name, gradient in layer.gradients.items():
                parameter = layer.parameters[name]
                memory = self.memory.setdefault((number, name), {})
                parameter -= self.change(gradient + self.decay * parameter, memory)

    def change(self, gradient: np.ndarray, memory: dict) -> np.ndarray:
        """What to subtract from a parameter.

        Parameters
        ----------
        gradient
            The parameter's gradient, decay included, in its shape.
        memory
            What this parameter keeps from step to step, empty before the first; changed in place.
        """
        raise NotImplementedError


class SGD(Optimiser):
    """Gradient descent, with momentum and Nesterov's form of it (I. Sutskever et al., 2013).

    Parameters
    ----------
    layers, rate, decay
        As for every `Optimiser`.
    momentum
        The share of the last step's velocity that is kept, from 0 to 1.
    nesterov
        Whether to look ahead: the velocity counts once more in each step.

    Raises
    ------
    ValueError
        If `nesterov` is asked for without momentum.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        rate: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        decay: float = 0.0,
    ) -> None:
        super().__init__(layers, rate, decay)
        if nesterov and not momentum:
            raise ValueError("Nesterov's form needs a momentum above 0")
        self.momentum, self.nesterov = momentum, nesterov

    def change(self, gradient: np.ndarray, memory: dict) -> np.ndarray:
        """What to subtract from a parameter.

        Parameters
        ----------
        gradient
            The parameter's gradient, decay included, in its shape.
        memory
            What this parameter keeps from step to step, "velocity"; changed in place.
        """
        velocity = memory["velocity"] = self.momentum * memory.get("velocity", 0) + gradient
        if self.nesterov:
            velocity = gradient + self.momentum * velocity
        return self.rate * velocity


class RMSprop(Optimiser):
    """Each gradient is divided by its own recent size (G. Hinton, lecture 6e, 2012).

    Parameters
    ----------
    layers, rate, decay
        As for every `Optimiser`.
    alpha
        The share of the mean square that is kept at each step, from 0 to 1.
    epsilon
        Added to the root of the mean square, so that nothing is divided by 0.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        rate: float = 1e-2,
        *,
        alpha: float = 0.99,
        epsilon: float = 1e-8,
        decay: float = 0.0,
    ) -> None:
        super().__init__(layers, rate, decay)
        self.alpha, self.epsilon = alpha, epsilon

    def change(self, gradient: np.ndarray, memory: dict) -> np.ndarray:
        """What to subtract from a parameter.

        Parameters
        ----------
        gradient
            The parameter's gradient, decay included, in its shape.
        memory
            What this parameter keeps from step to step, "square"; changed in place.
        """
        square = self.alpha * memory.get("square", 0) + (1 - self.alpha) * gradient**2
        memory["square"] = square
        return self.rate * gradient / (np.sqrt(square) + self.epsilon)


class Adam(Optimiser):
    """Momentum and RMSprop together, without their bias to 0 (D. Kingma, J. Ba, 2014).

    Parameters
    ----------
    layers, rate, decay
        As for every `Optimiser`.
    betas
        The shares of the mean and of the mean square that are kept at each step, from 0 to 1.
    epsilon
        Added to the root of the mean square, so that nothing is divided by 0.
    decoupled
        Whether the decay is `rate * decay * parameter`, apart from the gradient: AdamW (I.
        Loshchilov, F. Hutter, 2017).
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        rate: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        decay: float = 0.0,
        decoupled: bool = False,
    ) -> None:
        super().__init__(layers, rate, 0.0 if decoupled else decay)
        self.betas, self.epsilon = betas, epsilon
        self.apart = decay if decoupled else 0.0

    def step(self) -> None:
        for layer in self.layers if self.apart else []:
            for name in layer.gradients:
                layer.parameters[name] *= 1 - self.rate * self.apart
        super().step()

    def change(self, gradient: np.ndarray, memory: dict) -> np.ndarray:
        """What to subtract from a parameter.

        Parameters
        ----------
        gradient
            The parameter's gradient, decay included, in its shape.
        memory
            What this parameter keeps from step to step, "t", "mean" and "square"; changed in place.
        """
        first, second = self.betas
        t = memory["t"] = memory.get("t", 0) + 1
        mean = memory["mean"] = first * memory.get("mean", 0) + (1 - first) * gradient
        square = memory["square"] = second * memory.get("square", 0) + (1 - second) * gradient**2
        size = np.sqrt(square / (1 - second**t)) + self.epsilon
        return self.rate * mean / (1 - first**t) / size
