"""Small networks of six kinds at equal work: which learns most from the same multiply-adds?

    python benchmarks/equal_work.py [--data FOLDER] [--images N] [--epochs N] [--seeds N]
                                    [--only NAME ...] [--picture FILE]

prints a table in Markdown, and draws a dot for each training. A plain network, a residual one and
four kinds that came after are made as wide as it takes for 10 million multiply-adds for an image of
32x32, counted by our `summary`; then each sees the same images as often, in the same batches, by
the same recipe: AdamW with a cosine, images mirrored at random. Only the learning rate is its own,
chosen by `--rates`, which holds out a fifth of the training images.

FOLDER holds original files as `COURSE_DATA_MIRROR` does: `cifar10/` with the archive, or with
batches of the binary version, as many as there are. Without it the sample's stand-ins are learned.

On a GPU all images are taken by default, on a processor as many as five minutes of two cores allow.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from course_utils import datasets, figures, training
from course_utils.models import torch as networks
from course_utils.models.summary import summary
from course_utils.models.torch.efficientnet import MBConv
from course_utils.runtime import torch_device

WORK, APART = 10e6, 0.05  # multiply-adds of each network, and by how much it may differ
BATCH = 100
RATES = (1e-3, 3e-3, 1e-2)


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

    def __getitem__(self, rows: slice) -> Pictures:
        return Pictures(self.images[rows], self.labels[rows])

    def batches(self, shuffle: bool):
        return training.batches(self.images, self.labels, BATCH, shuffle=shuffle)


def mirrored(images: Tensor) -> Tensor:
    """Each image of a batch left to right or as it is, by chance."""
    turned = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(turned, images.flip(3), images)


def pictures(data: str | None, count: int | None, device: str) -> tuple[dict[str, Pictures], str]:
    """Training and test images out of the folder `data` or the sample, and what they are."""
    found, source = {}, Path(data) / "cifar10" if data else "sample"
    for split in ("train", "test"):
        collection = datasets.load("cifar10", split, source=source)
        pixels = torch.tensor(collection.images).permute(0, 3, 1, 2).float() / 255
        mean, deviation = (torch.tensor(v).view(3, 1, 1) for v in (collection.mean, collection.std))
        images = ((pixels - mean) / deviation).to(device)  # channels stay last in memory
        labels = torch.tensor(collection.labels).to(device)
        found[split] = Pictures(images, labels)[: count if split == "train" else None]
    return found, collection.source


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


def rates(contenders: list[Contender], learn: Pictures, epochs: int) -> None:
    """Print what each learning rate gives on a fifth of the images that is held out."""
    kept = len(learn.labels) * 4 // 5
    print("| network |" + "".join(f" {rate:g} |" for rate in RATES))
    print("|---" * (1 + len(RATES)) + "|")
    for contender in contenders:
        found = [
            accuracy(trained(contender, learn[:kept], epochs, 0, rate)[0], learn[kept:])
            for rate in RATES
        ]
        print(f"| {contender.name} |" + "".join(f" {v:.1f} |" for v in found), flush=True)


def machine(device: str) -> str:
    """What computed: the name of the GPU, or of the processor with its threads."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {torch.get_num_threads()} threads"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="a folder with original files, in cifar10/")
    parser.add_argument("--images", type=int, help="to learn from (2,000; all on a GPU)")
    parser.add_argument("--epochs", type=int, help="(10; 30 on a GPU)")
    parser.add_argument("--seeds", type=int, help="trainings of each network (3; 5 on a GPU)")
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--rates", action="store_true", help="only compare learning rates")
    parser.add_argument("--picture", help="a file to draw the accuracies in")
    options = parser.parse_args()
    device = torch_device()
    epochs = options.epochs or (10 if device == "cpu" else 30)
    seeds = options.seeds or (3 if device == "cpu" else 5)
    count = options.images or (2000 if device == "cpu" else None)
    split, source = pictures(options.data, count, device)
    learn, test = split["train"], split["test"]
    contenders = [contender for contender in CONTENDERS if contender.name in options.only]
    if options.rates:
        return rates(contenders, learn, epochs)

    costs = {contender.name: equal(contender) for contender in contenders}
    started, draws = time.perf_counter(), {}
    columns = ("network", "kind", "million multiply-adds", "parameters", "accuracy, %")
    columns += ("each", "core seconds per epoch" if device == "cpu" else "s per epoch")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for contender in contenders:
        found, seconds = [], []
        for seed in range(seeds):
            model, spent = trained(contender, learn, epochs, seed, contender.rate)
            found.append(accuracy(model, test))
            seconds.append(spent)
        draws[contender.name] = found
        work, parameters = costs[contender.name]
        each = ", ".join(f"{value:.1f}" for value in found)
        spread = f" ± {statistics.stdev(found):.1f}" if seeds > 1 else ""
        print(
            f"| {contender.name} | {contender.kind} | {work / 1e6:.1f} | {parameters:,} "
            f"| {statistics.mean(found):.1f}{spread} | {each} "
            f"| {statistics.median(seconds):.1f} |",
            flush=True,
        )
    minutes = (time.perf_counter() - started) / 60
    print(
        f"\n{len(learn.labels):,} images of CIFAR-10 ({source}), {epochs} epochs, {seeds} trainings"
        f" each, tested on {len(test.labels):,}; {machine(device)}; {minutes:.0f} minutes."
    )
    if options.picture:
        title = (
            f"Accuracy at 10 million multiply-adds, {len(learn.labels):,} images, {epochs} epochs"
        )
        figure = figures.dots(draws, xlabel="test accuracy in %", title=title)
        figure.savefig(options.picture, dpi=150)


if __name__ == "__main__":
    main()
