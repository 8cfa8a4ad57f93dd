"""The lectures' training loop beside one written by hand that measures the same.

    python benchmarks/training.py [--runs 5] [--only NAME ...] [--images N] [--json FILE]

Two networks on made-up images, one thread, in turns; a ratio is that of two neighbouring turns.
Ours also keeps the best weights; the loop written by hand does nothing but train, and add up loss
and accuracy. It takes two minutes, on a slow machine five.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import nn

import measuring
from course_utils import training
from course_utils.models.torch import lenet5, resnet18
from measuring import Spread, seconds

CASES = {
    "LeNet-5": (lenet5, (4096, 1, 32, 32), {}),
    "ResNet-18": (resnet18, (256, 3, 64, 64), {"num_classes": 10}),
}
COLUMNS = {"network": "", "ours, s": ".3f", "by hand, s": ".3f", "ratio": ".3f"}
EPOCHS, BATCH = 3, 32


def by_hand(model, batches):
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    model.train()
    for _ in range(EPOCHS):
        total, right = 0.0, 0
        for images, labels in batches:
            logits = model(images)
            loss = nn.functional.cross_entropy(logits, labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(labels)
            right += (logits.argmax(1) == labels).sum().item()


def ours(model, batches):
    training.fit(model, batches, epochs=EPOCHS, device="cpu", progress=False)


def row(name: str, runs: int, images: int | None) -> tuple:
    """The cells of a network that learns from so many images, or as many as its case has."""
    make, (count, *shape), settings = CASES[name]
    count = images or count
    torch.manual_seed(0)
    data = torch.utils.data.TensorDataset(torch.rand(count, *shape), torch.randint(0, 10, [count]))
    batches = torch.utils.data.DataLoader(data, BATCH, shuffle=True)

    def taken(train) -> float:
        return seconds(train, make(**settings), batches)

    contenders = {"ours": partial(taken, ours), "by hand": partial(taken, by_hand)}
    a, b = measuring.turns(contenders, runs, warm_ups=1).values()
    ratio = Spread.of(one / other for one, other in zip(a, b, strict=True))
    size = "x".join(map(str, shape[1:]))
    return f"{name}, {count:,} images of {size}", Spread.of(a), Spread.of(b), ratio


def main() -> None:
    parser = measuring.parser(__doc__, runs=5, only=CASES)
    parser.add_argument("--images", type=int, help="that each learns from (4,096 and 256)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    with measuring.Results("training", options.json) as results:
        results.table(f"{EPOCHS} epochs", COLUMNS)
        for name in options.only:
            results.row(*row(name, options.runs, options.images))


if __name__ == "__main__":
    main()
