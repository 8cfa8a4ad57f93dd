"""One door to the course's image collections.

>>> digits = load("mnist", split="test", source="sample")
>>> digits.images.dtype, digits.images.shape[1:], len(digits.class_names)
(dtype('uint8'), (28, 28), 10)

loading        load: the door
dataset        what it gives: arrays, batches, views; contact_sheet: a picture
real_pictures  a few real images of large collections, to look at
catalogue      which collections there are; facts: what a card says
cache          where they are kept; store: once they are decoded
mnist, cifar10, tiny_imagenet, medmnist
               a module for each format of files; idx, jpeg and archives help them
for_judging    makes samples for notebooks that are graded
samples        what there is of a collection without a network: few real images, or a stand-in
real           small real collections of other kinds: texts, voices, masks, boxes
"""

from ..fetching import DownloadError
from .cache import clear, download, verify
from .catalogue import card, names
from .dataset import Dataset
from .facts import Card, UnknownDataset
from .for_judging import for_judges
from .loading import load
from .medmnist import evaluate
from .real import Collection, RealCard, real, real_card, real_names
from .real_pictures import pictures

__all__ = [
    "Card",
    "Collection",
    "Dataset",
    "DownloadError",
    "RealCard",
    "UnknownDataset",
    "card",
    "clear",
    "download",
    "evaluate",
    "for_judges",
    "load",
    "names",
    "pictures",
    "real",
    "real_card",
    "real_names",
    "verify",
]
