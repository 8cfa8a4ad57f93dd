"""The lectures' training loop beside one written by hand that measures the same.

    python benchmarks/training.py [--repeats 7]

Two networks on made-up images, one thread, in turns; the ratio of the medians. Ours also keeps the
best weights; the loop written by hand does nothing but train, and add up loss and accuracy.
"""

from __future__ import annotations

import argparse
import statistics
import time

import torch
from torch import nn

from course_utils import training
from course_utils.models.torch import lenet5, resnet18

CASES = {
    "LeNet-5, 4,096 images of 32x32": (lenet5, (4096, 1, 32, 32), {}),
    "ResNet-18, 256 images of 64x64": (resnet18, (256, 3, 64, 64), {"num_classes": 10}),
}
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--data", help="taken for the sake of `make bench`, and not needed")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| network | ours, s | by hand, s | ratio |\n|---|---|---|---|")
    for name, (make, shape, settings) in CASES.items():
        torch.manual_seed(0)
        data = torch.utils.data.TensorDataset(torch.rand(shape), torch.randint(0, 10, shape[:1]))
        batches = torch.utils.data.DataLoader(data, BATCH, shuffle=True)
        times: dict = {ours: [], by_hand: []}
        for repeat in range(options.repeats + 1):
            for run in times:
                model = make(**settings)
                started = time.perf_counter()
                run(model, batches)
                if repeat:  # the first is a warm-up
                    times[run].append(time.perf_counter() - started)
        a, b = (statistics.median(times[run]) for run in (ours, by_hand))
        print(f"| {name} | {a:.3f} | {b:.3f} | {a / b:.3f} |", flush=True)


if __name__ == "__main__":
    main()
