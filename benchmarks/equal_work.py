"""Small networks of six kinds at equal work: which learns most from the same multiply-adds?

    python benchmarks/equal_work.py [--data FOLDER] [--images N] [--epochs N] [--runs N]
                                    [--only NAME ...] [--picture FILE] [--json FILE]

prints a table in Markdown, and draws a dot for each training. A plain network, a residual one and
four kinds that came after are made as wide as it takes for 10 million multiply-adds for an image of
32x32, counted by our `summary`; then each sees the same images as often, in the same batches, by
the same recipe: AdamW with a cosine, images mirrored at random. Only the learning rate is its own,
chosen by `--rates`, which holds out a fifth of the training images.

FOLDER holds original files as `COURSE_DATA_MIRROR` does: `cifar10/` with the archive, or with
batches of the binary version, as many as there are. Without it the sample's stand-ins are learned.

On a processor the defaults are 1,000 images, 10 epochs and 3 trainings of each network, which take
five minutes of two cores, on a slow machine nearly ten; on a GPU they are all images, 30 epochs and
5 trainings.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

import measuring
from course_utils import datasets, figures, training
from course_utils.models import torch as networks
from course_utils.models.summary import summary
from course_utils.models.torch.efficientnet import MBConv
from course_utils.runtime import torch_device
from measuring import Results, Spread

WORK, APART = 10e6, 0.05  # multiply-adds of each network, and by how much it may differ
BATCH = 100
RATES = (1e-3, 3e-3, 1e-2)
COLUMNS = {
    "network": "",
    "kind": "",
    "million multiply-adds": ".1f",
    "parameters": ",",
    "accuracy, %": ".1f",
}


@dataclass(frozen=True)
class Contender:
    """A small network, what makes it as large as the others, and its learning rate."""

    name: str
    kind: str
    rate: float
    options: dict = field(default_factory=dict)

    def make(self) -> nn.Module:
        return getattr(networks, self.name)(**self.options)


CONTENDERS = [
    Contender("small_vgg", "plain", 3e-3),
    Contender("small_resnet", "residual", 3e-3, {"planes": (14, 28, 56)}),
    Contender(
        "small_mobilenet_v2",
        "inverted residuals",
        1e-2,
        {"rows": ((1, 16, 1, 1), (4, 32, 2, 2), (4, 64, 2, 2)), "last": 256},
    ),
    Contender(
        "small_efficientnet",
        "and excitation",
        3e-3,
        {
            "rows": ((MBConv, 1, 3, 1, 16, 1), (MBConv, 4, 3, 2, 32, 2), (MBConv, 4, 5, 2, 64, 2)),
            "last": 256,
        },
    ),
    Contender("small_convnext", "7x7 windows", 3e-3),
    Contender("small_vit", "attention", 3e-3, {"width": 52}),
]


@dataclass(frozen=True)
class Pictures:
    """Normalised images `(N, 3, 32, 32)` and labels `(N,)`, where the network will be."""

    images: Tensor
    labels: Tensor
    source: str

    def __getitem__(self, rows: slice) -> Pictures:
        return Pictures(self.images[rows], self.labels[rows], self.source)

    def batches(self, shuffle: bool):
        return training.batches(self.images, self.labels, BATCH, shuffle=shuffle)


def mirrored(images: Tensor) -> Tensor:
    """Each image of a batch left to right or as it is, by chance."""
    turned = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(turned, images.flip(3), images)


def pictures(data: Path | None, count: int | None, device: str) -> dict[str, Pictures]:
    """Training and test images out of the folder `data` or the sample."""
    found = {}
    source = data / "cifar10" if data and (data / "cifar10").is_dir() else "sample"
    for split in ("train", "test"):
        collection = datasets.load("cifar10", split, source=source)
        pixels = torch.tensor(collection.images).permute(0, 3, 1, 2).float() / 255
        mean, deviation = (torch.tensor(v).view(3, 1, 1) for v in (collection.mean, collection.std))
        images = ((pixels - mean) / deviation).to(device)  # channels stay last in memory
        labels = torch.tensor(collection.labels).to(device)
        pictures = Pictures(images, labels, collection.source)
        found[split] = pictures[: count if split == "train" else None]
    return found


def trained(contender: Contender, learn: Pictures, epochs: int, seed: int, rate: float):
    """A network after training, and the seconds of an epoch: of all cores, or with a GPU."""
    torch.manual_seed(seed)
    model = contender.make().to(memory_format=torch.channels_last)  # what is quickest
    optimiser = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    started = time.process_time()
    history = training.fit(
        model,
        learn.batches(shuffle=True),
        epochs=epochs,
        optimiser=optimiser,
        schedule=schedule,
        augment=mirrored,
        seed=seed,
        device=learn.images.device.type,
        progress=False,
    )
    if learn.images.device.type == "cpu":  # what else runs there does not count
        return model, (time.process_time() - started) / epochs
    return model, statistics.median(history.seconds)


def accuracy(model: nn.Module, test: Pictures) -> float:
    """In percent."""
    device = test.images.device.type
    return 100 * training.evaluate(model, test.batches(shuffle=False), device=device)["accuracy"]


def equal(contender: Contender) -> tuple[int, int]:
    """Multiply-adds and parameters, refused where the work is not that of the others."""
    table = summary(contender.make(), (3, 32, 32))
    if abs(table.multiply_adds / WORK - 1) > APART:
        raise SystemExit(
            f"{contender.name} has {table.multiply_adds:,} multiply-adds, not {WORK:,.0f}"
        )
    return table.multiply_adds, table.parameters


def rates(results: Results, contenders: list[Contender], learn: Pictures, epochs: int) -> None:
    """What each learning rate gives on a fifth of the images that is held out."""
    kept = len(learn.labels) * 4 // 5
    columns = {"network": ""} | {f"{rate:g}": ".1f" for rate in RATES}
    results.table("Accuracy in % on held-out images, by learning rate", columns)
    for contender in contenders:
        found = [
            accuracy(trained(contender, learn[:kept], epochs, 0, rate)[0], learn[kept:])
            for rate in RATES
        ]
        results.row(contender.name, *found)


def compare(
    results: Results,
    contenders: list[Contender],
    split: dict[str, Pictures],
    epochs: int,
    runs: int,
) -> dict[str, list[float]]:
    """A row for each network, trained from so many seeds; returns their accuracies in percent."""
    costs = {contender.name: equal(contender) for contender in contenders}
    learn, test = split["train"], split["test"]
    by_cores = learn.images.device.type == "cpu"
    draws: dict[str, list[float]] = {}
    results.table(
        f"{len(learn.labels):,} images of CIFAR-10 ({learn.source}), {epochs} epochs, {runs} "
        f"trainings each, tested on {len(test.labels):,}",
        COLUMNS | {"core seconds per epoch" if by_cores else "s per epoch": ".1f"},
    )
    for contender in contenders:
        found = [trained(contender, learn, epochs, seed, contender.rate) for seed in range(runs)]
        draws[contender.name] = [accuracy(model, test) for model, _ in found]
        work, parameters = costs[contender.name]
        right, seconds = Spread.of(draws[contender.name]), Spread.of(spent for _, spent in found)
        results.row(contender.name, contender.kind, work / 1e6, parameters, right, seconds)
    return draws


def main() -> None:
    parser = measuring.parser(__doc__, runs=None, only=[one.name for one in CONTENDERS])
    parser.add_argument("--images", type=int, help="to learn from (1,000; all on a GPU)")
    parser.add_argument("--epochs", type=int, help="(10; 30 on a GPU)")
    parser.add_argument("--rates", action="store_true", help="only compare learning rates")
    parser.add_argument("--picture", help="a file to draw the accuracies in")
    options = parser.parse_args()
    device = torch_device()
    epochs = options.epochs or (10 if device == "cpu" else 30)
    runs = options.runs or (3 if device == "cpu" else 5)
    count = options.images or (1000 if device == "cpu" else None)
    split = pictures(options.data, count, device)
    contenders = [contender for contender in CONTENDERS if contender.name in options.only]
    with Results("equal_work", options.json) as results:
        if options.rates:
            return rates(results, contenders, split["train"], epochs)
        draws = compare(results, contenders, split, epochs, runs)
    if options.picture:
        title = (
            f"Accuracy at 10 million multiply-adds, {len(split['train'].labels):,} images, "
            f"{epochs} epochs"
        )
        figure = figures.dots(draws, xlabel="test accuracy in %", title=title)
        figure.savefig(options.picture, dpi=150)


if __name__ == "__main__":
    main()
