"""A `Dataset` as TensorFlow wants it. Imports TensorFlow."""

from __future__ import annotations

import tensorflow as tf

INNER = 256  # images fetched at a time where single ones are asked for


def tf_view(
    dataset, size: int | None, shuffle: bool, seed: int, normalise: bool
) -> tf.data.Dataset:
    """Images `(H, W, C)` with labels, or batches of them, made as they are asked for.

    Parameters
    ----------
    dataset
        The `Dataset` that is viewed.
    size
        Images in a batch; None gives single images.
    shuffle
        Whether every epoch has an order of its own.
    seed
        Of the first epoch's order; each later one's is greater by 1.
    normalise
        Whether to subtract the mean of the training pixels and divide by their standard
        deviation; else the values go from 0 to 1.
    """
    epoch = iter(range(2**31))  # each iteration begins a new epoch, and so a new order
    scale, shift = dataset._scale_and_shift(normalise)

    def batches():
        for rows in dataset._chunks(size or INNER, shuffle, seed + next(epoch), drop_last=False):
            pixels, labels = dataset._pick(rows)
            yield pixels if labels is None else (pixels, labels)

    def as_numbers(pixels, *labels):  # here and not above: bytes come over faster than numbers
        images = tf.cast(pixels, tf.float32) * scale - shift
        return (images, *labels) if labels else images

    pixels, labels = dataset._pick(slice(0, 1))
    signature = tf.TensorSpec((None, *pixels.shape[1:]), tf.uint8)
    if labels is not None:
        signature = signature, tf.TensorSpec((None, *labels.shape[1:]), tf.int64)
    result = tf.data.Dataset.from_generator(batches, output_signature=signature)
    result = result.map(as_numbers, num_parallel_calls=tf.data.AUTOTUNE)
    result = result.prefetch(2) if size else result.unbatch()
    length = -(-len(dataset) // size) if size else len(dataset)
    return result.apply(tf.data.experimental.assert_cardinality(length))
