"""A `Dataset` as PyTorch wants it. Imports PyTorch."""

from __future__ import annotations

import torch
from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler


class TorchView(torch.utils.data.Dataset):
    """Images as float32 tensors `(C, H, W)` with their int64 labels, made when they are asked for.

    Indexed with a list of rows it gives a whole batch, which is much quicker.

    Parameters
    ----------
    dataset
        The `Dataset` that is viewed.
    transform
        Called with each image tensor `(C, H, W)`; what it returns takes the image's place.
    normalise
        Whether to subtract the mean of the training pixels and divide by their standard
        deviation; else the values go from 0 to 1.
    """

    def __init__(self, dataset, transform=None, normalise: bool = False):
        self.dataset, self.transform, self.normalise = dataset, transform, normalise

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, rows):
        if isinstance(rows, list):
            return _alone_or_both(self._batch(rows))
        if not -len(self) <= rows < len(self):
            raise IndexError(f"row {rows} of {len(self)}")
        return _alone_or_both(tuple(part[0] for part in self._batch([int(rows)])))

    def __getitems__(self, rows: list[int]) -> list:
        """What DataLoader asks for: made as one batch, then given one by one for its collation."""
        return [_alone_or_both(item) for item in zip(*self._batch(rows), strict=True)]

    @property
    def tensors(self) -> tuple:
        """All images `(N, C, H, W)`, and labels, at once: for sets that fit into memory."""
        return self._batch(slice(None))

    def _batch(self, rows) -> tuple:
        """Images and, where there are any, labels."""
        images, labels = self.dataset.batch(rows, normalise=self.normalise)
        images = torch.from_numpy(images)
        if self.transform is not None:
            images = torch.stack([self.transform(image) for image in images])
        return (images,) if labels is None else (images, torch.from_numpy(labels))


def _alone_or_both(parts: tuple):
    """Without labels the image stands alone, as a network takes it."""
    return parts if len(parts) > 1 else parts[0]


def batch_loader(dataset, size: int, shuffle: bool, normalise: bool, options: dict) -> DataLoader:
    """A DataLoader whose sampler gives lists of rows: no collation, one copy per batch.

    Parameters
    ----------
    dataset
        The `Dataset` whose `TorchView` is loaded.
    size
        Images in a batch.
    shuffle
        Whether every epoch has an order of its own, drawn from `options["generator"]` if given.
    normalise
        As in `TorchView`.
    options
        For the DataLoader; "transform" goes to the view, "drop_last" to the sampler. What is
        used here is taken out.
    """
    view = TorchView(dataset, options.pop("transform", None), normalise)
    order = (
        RandomSampler(view, generator=options.get("generator"))
        if shuffle
        else SequentialSampler(view)
    )
    sampler = BatchSampler(order, size, options.pop("drop_last", False))
    return DataLoader(view, sampler=sampler, batch_size=None, **options)
