"""What libraries do the first time they are used, done before a fork and so only once.

No thread may be started by it: a process that has one cannot be forked.
"""

from __future__ import annotations

import sys


def prepare() -> None:
    """Use the libraries that this process has loaded, and start all random numbers at 0.

    What an answer draws without a seed is the same every time.
    """
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
        if "torch._dynamo" in sys.modules:  # loaded where something may be trained
            _train(torch)
    seeds = sys.modules.get("course_utils.seeds")
    if seeds is not None:
        seeds.seed_everything(0)


def _train(torch) -> None:
    """A step of a small network, but for backward(), which may start threads."""
    network = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(2, 2)
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    for _ in range(2):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(
            network(torch.zeros(1, 1, 3, 3)), torch.zeros(1, dtype=torch.long)
        ).item()
        for parameter in network.parameters():
            parameter.grad = torch.zeros_like(parameter)
        optimizer.step()
