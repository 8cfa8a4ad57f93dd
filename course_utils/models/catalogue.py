"""What is known of each network: the year, the paper, what ours has been compared with.

Numbers come from the docstrings of the constructors, which tests compare with the networks.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
BOTH = "torchvision and keras.applications"
TORCHVISION = "torchvision"
COUNTS = "the paper's counts"

# Constructors, or the beginning of their names; year, paper, and what equals ours.
FACTS = {
    "lenet5": (1998, "LeCun, Bottou, Bengio, Haffner: Gradient-based learning", COUNTS),
    "alexnet": (2012, "Krizhevsky, Sutskever, Hinton: ImageNet classification", COUNTS),
    "nin": (2014, "Lin, Chen, Yan: Network in network", COUNTS),
    "zfnet": (2014, "Zeiler, Fergus: Visualizing and understanding", COUNTS),
    "googlenet": (2015, "Szegedy et al.: Going deeper with convolutions", TORCHVISION),
    "vgg11": (2015, "Simonyan, Zisserman: Very deep convolutional networks", TORCHVISION),
    "vgg13": (2015, "Simonyan, Zisserman: Very deep convolutional networks", TORCHVISION),
    "vgg": (2015, "Simonyan, Zisserman: Very deep convolutional networks", BOTH),
    "resnet18": (2016, "He, Zhang, Ren, Sun: Deep residual learning", TORCHVISION),
    "resnet34": (2016, "He, Zhang, Ren, Sun: Deep residual learning", TORCHVISION),
    "resnet": (2016, "He, Zhang, Ren, Sun: Deep residual learning", BOTH),
    "wide_resnet": (2016, "Zagoruyko, Komodakis: Wide residual networks", TORCHVISION),
    "resnext": (2017, "Xie et al.: Aggregated residual transformations", TORCHVISION),
    "densenet": (2017, "Huang, Liu, van der Maaten, Weinberger: DenseNet", BOTH),
}


@dataclass(frozen=True)
class Network:
    """A row of the table; `parameters` and `multiply_adds` in words, for one image."""

    name: str
    year: int
    paper: str
    parameters: str
    multiply_adds: str
    parity: str


def networks() -> list[Network]:
    """Every network, oldest first; no framework is imported."""
    found = []
    for path in sorted((FOLDER / "torch").glob("*.py")):
        for statement in ast.parse(path.read_text("utf-8")).body:
            text = isinstance(statement, ast.FunctionDef) and ast.get_docstring(statement)
            numbers = re.match(r"([\d,]+) parameters, (.+?) multiply-adds", text or "")
            if numbers:
                found.append(Network(statement.name, *_facts(statement.name, *numbers.groups())))
    return sorted(found, key=lambda network: (network.year, _size(network), network.name))


def page() -> str:
    """The table, in Markdown."""
    head = "| network | year | paper | parameters | multiply-adds | equal to |"
    rows = [
        f"| `{n.name}` | {n.year} | {n.paper} | {n.parameters} | {n.multiply_adds} | {n.parity} |"
        for n in networks()
    ]
    return "\n".join(
        [
            "# Networks",
            "",
            "`course_utils.models.torch.NAME(num_classes=1000, in_channels=3)` and",
            "`course_utils.models.keras.NAME(num_classes=1000, input_shape=(224, 224, 3))`: names",
            "and numbers are the same, and so are outputs under copied weights. `course models`",
            "prints this table, `course models --page` writes it.",
            "",
            head,
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _facts(name: str, parameters: str, multiply_adds: str) -> tuple:
    sign = max((sign for sign in FACTS if name.startswith(sign)), key=len)
    year, paper, parity = FACTS[sign]
    return year, paper, parameters, multiply_adds, parity


def _size(network: Network) -> int:
    return int(network.parameters.replace(",", ""))
