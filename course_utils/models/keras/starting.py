"""Starting weights of networks without batch normalisation: those of `models.torch.starting`.

Glorot's are what Keras does unless told otherwise, with biases of 0.
"""

from __future__ import annotations

from keras import initializers


def he() -> initializers.Initializer:
    """He's weights for a ReLU: normal, with variance `2 / fan in`.

    Each call makes a new initialiser: one that two layers shared would give both the same numbers.
    K. He, X. Zhang, S. Ren, J. Sun: Delving deep into rectifiers. ICCV 2015, equation 10.
    """
    return initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal")
