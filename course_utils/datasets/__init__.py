"""One door to the course's image collections.

>>> digits = load("mnist", split="test", source="sample")
>>> digits
mnist test, sample: 297 images (28, 28), 10 classes
>>> digits.images.dtype, digits.labels.shape
(dtype('uint8'), (297,))

cards       what is known about each collection: size, licence, checksums
cache       where full data sets are kept, and how they get there
idx         the file format of MNIST and Fashion-MNIST
mnist       the collections, a module each
"""

from .cache import DownloadError, download
from .cards import Card, card, names
from .loading import Dataset, load

__all__ = ["Card", "Dataset", "DownloadError", "card", "download", "load", "names"]
