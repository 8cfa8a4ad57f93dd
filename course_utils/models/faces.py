"""Where faces are in a photograph: MTCNN's cascade, each stage asking less often and knowing more.

P-Net looks at every patch of the image in many sizes, R-Net at what it proposes, O-Net at what is
left. After each stage boxes move to where the network says, and of boxes that overlap the most
probable one stays.

K. Zhang, Z. Zhang, Z. Li, Y. Qiao: Joint face detection and alignment using multitask cascaded
convolutional networks. IEEE Signal Processing Letters 23(10), 2016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from .torch.mtcnn import o_net, p_net, r_net

PATCH, STRIDE = 12, 2  # of P-Net, in pixels
FACTOR = 0.709  # from one image of the pyramid to the next: half as many pixels
SURE = (0.6, 0.7, 0.7)  # probability that a box needs to get past each stage
OVERLAP = 0.7  # above which two boxes are the same face


@dataclass(frozen=True)
class Face:
    """A face that was found.

    Attributes
    ----------
    box : left, top, right and bottom in pixels, `(4,)`
    probability : of a face being there, from 0 to 1
    landmarks : x and y of eyes, nose and corners of the mouth, in pixels, `(5, 2)`
    """

    box: np.ndarray
    probability: float
    landmarks: np.ndarray


class Detector:
    """The three networks, with the weights of facenet_pytorch.

    Parameters
    ----------
    smallest
        The side of the smallest face that is looked for, in pixels; the work grows with its
        inverse square.

    Raises
    ------
    NotInstalled
        If facenet_pytorch is not installed.
    ValueError
        If `smallest` is below 12.
    """

    def __init__(self, smallest: int = 20) -> None:
        if smallest < PATCH:
            raise ValueError(f"smallest is {smallest}: P-Net sees faces from {PATCH} pixels on")
        self.smallest = smallest
        self.propose = p_net(weights="wider_face").eval()
        self.refine = r_net(weights="wider_face").eval()
        self.output = o_net(weights="wider_face").eval()

    @torch.no_grad()
    def __call__(self, picture: np.ndarray) -> list[Face]:
        """The faces in a `picture`, the most probable first.

        Parameters
        ----------
        picture
            uint8, `(H, W, 3)` in red, green and blue.

        Raises
        ------
        ValueError
            If it is no such picture.
        """
        picture = np.asarray(picture)
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(
                f"a picture is uint8 and (H, W, 3); this one is {picture.dtype} and {picture.shape}"
            )
        image = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float()
        boxes = self._proposed(image)
        boxes = self._refined(image, boxes)
        boxes, probabilities, points = self._last(image, boxes)
        return [
            Face(box, float(probability), landmarks)
            for box, probability, landmarks in zip(
                boxes.numpy(), probabilities.numpy(), points.numpy(), strict=True
            )
        ]

    def _proposed(self, image: Tensor) -> Tensor:
        """P-Net's boxes `(K, 4)`, from a pyramid of smaller and smaller images."""
        boxes, probabilities, moves = [], [], []
        for scale in self.scales(*image.shape[2:]):
            height, width = (int(side * scale + 1) for side in image.shape[2:])
            smaller = interpolate(image, (height, width), mode="area")
            found, moved = self.propose(_standardised(smaller))
            y, x = torch.nonzero(found[0] >= SURE[0], as_tuple=True)
            corner = torch.stack([x, y, x, y], 1).float() * STRIDE
            size = torch.tensor([1.0, 1.0, PATCH, PATCH])
            box, probability = ((corner + size) / scale).floor(), found[0, y, x]
            kept = suppress(box, probability, 0.5)
            boxes.append(box[kept])
            probabilities.append(probability[kept])
            moves.append(moved[0, :, y, x].T[kept])
        box = torch.cat([torch.zeros(0, 4), *boxes])
        move = torch.cat([torch.zeros(0, 4), *moves])
        kept = suppress(box, torch.cat([torch.zeros(0), *probabilities]), OVERLAP)
        return _square(_moved(box[kept], move[kept], 0))

    def _refined(self, image: Tensor, boxes: Tensor) -> Tensor:
        """R-Net's boxes `(K, 4)`, of those that P-Net proposed."""
        boxes, patches = _cut(image, boxes, 24)
        probabilities, moves = self.refine(patches)
        sure = probabilities > SURE[1]
        boxes, probabilities, moves = boxes[sure], probabilities[sure], moves[sure]
        kept = suppress(boxes, probabilities, OVERLAP)
        return _square(_moved(boxes[kept], moves[kept], 1))

    def _last(self, image: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """O-Net's boxes `(K, 4)`, their probabilities `(K,)` and landmarks `(K, 5, 2)`."""
        boxes, patches = _cut(image, boxes, 48)
        probabilities, moves, points = self.output(patches)
        sure = probabilities > SURE[2]
        boxes, probabilities, moves = boxes[sure], probabilities[sure], moves[sure]
        sides = boxes[:, 2:] - boxes[:, :2] + 1
        points = (points[sure] * sides[:, :, None] + boxes[:, :2, None] - 1).transpose(1, 2)
        boxes = _moved(boxes, moves, 1)
        kept = suppress(boxes, probabilities, OVERLAP, of_the_smaller=True)
        return boxes[kept], probabilities[kept], points[kept]

    def scales(self, height: int, width: int) -> list[float]:
        """How much each image of the pyramid is smaller than one of `height` and `width`."""
        scale, scales = PATCH / self.smallest, []
        while min(height, width) * scale >= PATCH:
            scales.append(scale)
            scale *= FACTOR
        return scales


def faces(picture: np.ndarray, smallest: int = 20) -> list[Face]:
    """The faces in a picture, the most probable first.

    Parameters
    ----------
    picture
        uint8, `(H, W, 3)` in red, green and blue.
    smallest
        The side of the smallest face that is looked for, in pixels, from 12 on.

    Raises
    ------
    NotInstalled
        If facenet_pytorch is not installed.
    ValueError
        If it is no such picture, or `smallest` is below 12.
    """
    return Detector(smallest)(picture)


def suppress(
    boxes: Tensor, probabilities: Tensor, overlap: float, of_the_smaller: bool = False
) -> Tensor:
    """Which of some boxes stay, the most probable first: non-maximum suppression.

    Parameters
    ----------
    boxes
        Left, top, right and bottom, `(K, 4)`.
    probabilities
        Of a face in each, `(K,)`.
    overlap
        A box goes if it shares more than this with a more probable one that stays: 0 to 1.
    of_the_smaller
        Whether the shared area counts in parts of the smaller box, so that a box inside another
        goes, and sides include both their pixels; else in parts of what both cover together.
    """
    sides = boxes[:, 2:] - boxes[:, :2] + of_the_smaller
    areas, waiting, kept = sides.prod(1), probabilities.argsort(descending=True), []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        first = torch.maximum(boxes[best, :2], boxes[waiting, :2])
        last = torch.minimum(boxes[best, 2:], boxes[waiting, 2:])
        shared = (last - first + of_the_smaller).clamp(min=0).prod(1)
        covered = areas[best] + areas[waiting] - shared
        whole = torch.minimum(areas[best], areas[waiting]) if of_the_smaller else covered
        waiting = waiting[shared / whole <= overlap]
    return torch.stack(kept) if kept else waiting


def _moved(boxes: Tensor, moves: Tensor, more: int) -> Tensor:
    """Boxes moved by parts of their sides, which are `more` pixels longer than the difference."""
    sides = boxes[:, 2:] - boxes[:, :2] + more
    return boxes + moves * sides.repeat(1, 2)


def _square(boxes: Tensor) -> Tensor:
    """Squares around the same middles, with the longer sides."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longer = sides.amax(1, keepdim=True)
    corner = boxes[:, :2] + sides / 2 - longer / 2
    return torch.cat([corner, corner + longer], 1)


def _cut(image: Tensor, boxes: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Boxes that lie in the image, at least partly, and their patches `(K, 3, size, size)`."""
    high, wide = image.shape[2:]
    kept, patches = [], []
    for index, (left, top, right, bottom) in enumerate(boxes.trunc().int().tolist()):
        rows, columns = slice(max(top, 1) - 1, bottom), slice(max(left, 1) - 1, right)
        if min(bottom, high) >= max(top, 1) and min(right, wide) >= max(left, 1):
            kept.append(index)
            patches.append(interpolate(image[:, :, rows, columns], (size, size), mode="area"))
    return boxes[kept], _standardised(torch.cat([torch.zeros(0, 3, size, size), *patches]))


def _standardised(x: Tensor) -> Tensor:
    """Pixels from -1 to 1."""
    return (x - 127.5) / 128
