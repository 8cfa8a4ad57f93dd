"""`Dataset`: a split of a collection as arrays, as batches, and as each framework wants it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .facts import Card

LAYOUTS = ("channels_first", "channels_last")
NOTES = {"sample": " (a sample)", "stand-in": " (stand-ins)", "unofficial": " (unofficial files)"}
KINDS = {  # what a set can be, and how the title of a picture says it
    "full": "full set",
    "sample": "a small sample",
    "stand-in": "a stand-in, not the collection itself",
    "pictures": "a few real pictures",
    "unofficial": "unofficial files",
}


class Dataset:
    """A split of a collection, or a part of one: the arrays are shared, and `rows` says which part.

    Attributes
    ----------
    images : uint8, `(N, H, W)`, `(N, H, W, C)` or, for volumes, `(N, D, H, W)`; read from disk
        where they are used, and free to be changed in memory
    labels : int64, `(N,)`, or `(N, classes)` of 0 and 1; None where they were never published
    class_names : what the labels 0, 1, ... mean
    card : the collection's facts
    split : "train", "val", "test"
    source : where the images are from, a key of `KINDS`: "full", "sample", "stand-in" ...
    mean, std : of the training pixels by channel, from 0 to 1, computed from this very source
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray | None,
        class_names: tuple[str, ...],
        card: Card,
        split: str,
        source: str,
        mean: tuple[float, ...] = (),
        std: tuple[float, ...] = (),
        rows: np.ndarray | None = None,
    ):
        self._all_images, self._all_labels, self._rows = images, labels, rows
        self.class_names, self.card, self.split, self.source = class_names, card, split, source
        self.mean, self.std = mean, std

    def __len__(self) -> int:
        return len(self._all_images if self._rows is None else self._rows)

    def __repr__(self) -> str:
        shape = self._all_images.shape[1:]
        return (
            f"{self.card.key} {self.split}, {self.source}: {len(self)} images {shape}, "
            f"{len(self.class_names)} classes"
        )

    @property
    def images(self) -> np.ndarray:
        """All images; of a subset, a copy."""
        if self._rows is not None:
            self._all_images, self._rows, rows = self._all_images[self._rows], None, self._rows
            self._all_labels = None if self._all_labels is None else self._all_labels[rows]
        return self._all_images

    @property
    def labels(self) -> np.ndarray | None:
        """All labels."""
        if self._rows is None or self._all_labels is None:
            return self._all_labels
        return self._all_labels[self._rows]

    @property
    def note(self) -> str:
        """What to add to the title of a figure of these images: " (stand-ins)", or "" if full."""
        return NOTES.get(self.source, "")

    # --- parts ---------------------------------------------------------------------------

    def subset(self, rows) -> Dataset:
        """The images of these `rows`, an index array or a slice; nothing is copied yet."""
        own = np.arange(len(self)) if self._rows is None else self._rows
        return self._with(own[rows])

    def divide(self, share: float = 0.8, seed: int = 0) -> tuple[Dataset, Dataset]:
        """Two disjoint random parts, for validation where a collection has no such split.

        Parameters
        ----------
        share
            Of the images of each class, what the first part gets, as nearly as whole images
            allow; between 0 and 1.
        seed
            Decides alone which images those are.

        Raises
        ------
        ValueError
            If `share` is not between 0 and 1.
        """
        if not 0 < share < 1:
            raise ValueError(f"share is {share!r}; expected a number between 0 and 1")
        order = np.random.default_rng(seed).permutation(len(self))
        labels = self.labels
        if labels is not None and labels.ndim == 1:
            order = order[np.argsort(labels[order], kind="stable")]  # class by class
        place = np.empty(len(self), np.int64)
        place[order] = np.arange(len(self))
        first = np.floor((place + 1) * share) > np.floor(place * share)
        return self.subset(np.flatnonzero(first)), self.subset(np.flatnonzero(~first))

    def _with(self, rows: np.ndarray) -> Dataset:
        return Dataset(
            self._all_images,
            self._all_labels,
            self.class_names,
            self.card,
            self.split,
            self.source,
            self.mean,
            self.std,
            rows,
        )

    # --- batches -------------------------------------------------------------------------

    def batch(
        self, rows, *, layout: str = "channels_first", normalise: bool = False
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Images of these rows as networks want them, and their labels.

        Parameters
        ----------
        rows
            An index array or a slice.
        layout
            "channels_first": float32 `(N, C, H, W)`, or `(N, C, D, H, W)` for volumes.
            "channels_last": `(N, H, W, C)`, or `(N, D, H, W, C)`.
        normalise
            Subtract `mean` and divide by `std`; else the values go from 0 to 1.
        """
        if layout not in LAYOUTS:
            raise ValueError(f"unknown layout {layout!r}: use one of {', '.join(LAYOUTS)}")
        pixels, labels = self._pick(rows)
        scale, shift = self._scale_and_shift(normalise)
        if layout == "channels_first":
            pixels = np.moveaxis(pixels, -1, 1)
            if normalise:
                ones = (1,) * (pixels.ndim - 2)
                scale, shift = scale.reshape(-1, *ones), shift.reshape(-1, *ones)
        values = np.empty(pixels.shape, np.float32)
        np.multiply(pixels, scale, out=values)
        if normalise:
            values -= shift
        return values, labels

    def _pick(self, rows) -> tuple[np.ndarray, np.ndarray | None]:
        """Pixels of these rows as they are stored, with an axis for the channels, and labels."""
        if self._rows is not None:
            rows = self._rows[rows]
        pixels = self._all_images[rows]
        if not self.card.axes.endswith("C"):
            pixels = pixels[..., None]
        return pixels, None if self._all_labels is None else self._all_labels[rows]

    def _scale_and_shift(self, normalise: bool) -> tuple[np.ndarray, np.ndarray]:
        """A network sees pixels * scale - shift: a number, or one for each channel."""
        scale, shift = np.array(1 / 255, np.float32), np.array(0, np.float32)
        if normalise:
            std = np.asarray(self.std, np.float32)
            scale, shift = scale / std, np.asarray(self.mean, np.float32) / std
        return scale, shift

    def batches(
        self,
        size: int = 64,
        *,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        layout: str = "channels_first",
        normalise: bool = False,
    ) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """One epoch of batches, each as `batch` gives it.

        Parameters
        ----------
        size
            Images in a batch; the last one may have fewer.
        shuffle
            Whether the images come in a random order, which `seed` alone decides.
        drop_last
            Whether a last batch that is not full is left out.
        layout, normalise
            As in `batch`.
        """
        for rows in self._chunks(size, shuffle, seed, drop_last):
            yield self.batch(rows, layout=layout, normalise=normalise)

    def _chunks(self, size: int, shuffle: bool, seed: int, drop_last: bool) -> Iterator[np.ndarray]:
        if not isinstance(size, (int, np.integer)) or size < 1:
            raise ValueError(f"the batch size is {size!r}; expected a whole number from 1 on")
        order = np.arange(len(self))
        if shuffle:
            np.random.default_rng(seed).shuffle(order)
        stop = len(self) // size * size if drop_last else len(self)
        for start in range(0, stop, size):
            yield order[start : start + size]

    # --- views ---------------------------------------------------------------------------

    def torch(self, transform=None, *, normalise: bool = False):
        """A `torch.utils.data.Dataset`: float32 `(C, H, W)` in [0, 1] and an int64 label.

        It copies nothing until it is asked.

        Parameters
        ----------
        transform
            Called with each image tensor; what it returns takes the image's place.
        normalise
            As in `batch`.
        """
        from .torch_view import TorchView

        return TorchView(self, transform, normalise)

    def loader(self, size: int = 64, *, shuffle: bool = False, normalise: bool = False, **options):
        """A `torch.utils.data.DataLoader` that takes a whole batch at a time, which is quick.

        Parameters
        ----------
        size
            Images in a batch.
        shuffle
            Whether every epoch has an order of its own.
        normalise
            As in `batch`.
        **options
            For the DataLoader: `num_workers`, `pin_memory`, `drop_last`, `generator` ...; and a
            `transform`, as in `torch`.
        """
        from .torch_view import batch_loader

        return batch_loader(self, size, shuffle, normalise, options)

    def tf(self, size: int | None = None, *, shuffle: bool = False, seed: int = 0, normalise=False):
        """A `tf.data.Dataset`: float32 `(H, W, C)` in [0, 1] and an int64 label.

        Parameters
        ----------
        size
            Images in a batch, which is quicker than single ones; None gives single images.
        shuffle
            Whether every epoch has an order of its own; `seed` decides them all.
        normalise
            As in `batch`.
        """
        from .tf_view import tf_view

        return tf_view(self, size, shuffle, seed, normalise)

    def picture(self, columns: int = 10, rows: int | None = None):
        """A figure with the first images of each class; its title says what they are: `KINDS`.

        Parameters
        ----------
        columns
            Images in a row.
        rows
            How many classes are shown, a row each; None: at most 20.
        """
        from .contact_sheet import contact_sheet

        return contact_sheet(self, columns, rows)
