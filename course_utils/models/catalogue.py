"""What is known of each network: the year, the paper, what ours has been compared with.

Numbers come from the docstrings of the constructors, which tests compare with the networks.
"""

from __future__ import annotations

import ast
import difflib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from . import published

FOLDER = Path(__file__).parent
BOTH = "torchvision and keras.applications"
TORCHVISION = "torchvision"
KERAS = "keras.applications"
COUNTS = "the paper's counts"
SMALL = "for 28x28 to 64x64 images"
SMALL_SIZE = 32  # of the images with which the small variants are counted

# Constructors, or the beginning of their names; year, paper, the side of the images that they were
# made for, and what equals ours.
FACTS = {
    "lenet5": (1998, "LeCun, Bottou, Bengio, Haffner: Gradient-based learning", 32, COUNTS),
    "alexnet": (2012, "Krizhevsky, Sutskever, Hinton: ImageNet classification", 227, COUNTS),
    "nin": (2014, "Lin, Chen, Yan: Network in network", 32, COUNTS),
    "zfnet": (2014, "Zeiler, Fergus: Visualizing and understanding", 224, COUNTS),
    "unet": (2015, "Ronneberger, Fischer, Brox: U-Net", 512, COUNTS),
    "googlenet": (2015, "Szegedy et al.: Going deeper with convolutions", 224, TORCHVISION),
    "vgg11": (2015, "Simonyan, Zisserman: Very deep convolutional networks", 224, TORCHVISION),
    "vgg13": (2015, "Simonyan, Zisserman: Very deep convolutional networks", 224, TORCHVISION),
    "vgg": (2015, "Simonyan, Zisserman: Very deep convolutional networks", 224, BOTH),
    "resnet18": (2016, "He, Zhang, Ren, Sun: Deep residual learning", 224, TORCHVISION),
    "resnet34": (2016, "He, Zhang, Ren, Sun: Deep residual learning", 224, TORCHVISION),
    "resnet": (2016, "He, Zhang, Ren, Sun: Deep residual learning", 224, BOTH),
    "wide_resnet": (2016, "Zagoruyko, Komodakis: Wide residual networks", 224, TORCHVISION),
    "resnext": (2017, "Xie et al.: Aggregated residual transformations", 224, TORCHVISION),
    "densenet": (2017, "Huang, Liu, van der Maaten, Weinberger: DenseNet", 224, BOTH),
    "highway": (2015, "Srivastava, Greff, Schmidhuber: Training very deep networks", 32, COUNTS),
    "inception": (2015, "Szegedy et al.: Going deeper with convolutions", 224, TORCHVISION),
    "inception_v3": (2016, "Szegedy et al.: Rethinking the Inception architecture", 299, BOTH),
    "inception_v4": (2017, "Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4", 299, COUNTS),
    "inception_resnet_v2": (2017, "Szegedy, Ioffe, Vanhoucke, Alemi: Inception-v4", 299, KERAS),
    "resnet50_v2": (2016, "He, Zhang, Ren, Sun: Identity mappings", 224, KERAS),
    "resnet101_v2": (2016, "He, Zhang, Ren, Sun: Identity mappings", 224, KERAS),
    "resnet152_v2": (2016, "He, Zhang, Ren, Sun: Identity mappings", 224, KERAS),
    "resnet200": (2016, "He, Zhang, Ren, Sun: Identity mappings", 224, COUNTS),
    "xception": (2017, "Chollet: Xception", 299, KERAS),
    "se_": (2018, "Hu, Shen, Sun: Squeeze-and-excitation networks", 224, COUNTS),
    "mobilenet_v2": (2018, "Sandler et al.: MobileNetV2", 224, BOTH),
    "squeezenet": (2016, "Iandola et al.: SqueezeNet", 224, TORCHVISION),
    "convnext": (2022, "Liu et al.: A ConvNet for the 2020s", 224, BOTH),
    "vit": (2021, "Dosovitskiy et al.: An image is worth 16x16 words", 224, TORCHVISION),
    "deit": (2021, "Touvron et al.: Data-efficient image transformers", 224, COUNTS),
    "efficientnet": (2019, "Tan, Le: EfficientNet", 224, BOTH),
    "efficientnet_lite": (2020, "Liu: EfficientNet-Lite", 224, COUNTS),
    "efficientnet_v2": (2021, "Tan, Le: EfficientNetV2", 384, BOTH),
    "mobilenet_v3": (2019, "Howard et al.: Searching for MobileNetV3", 224, BOTH),
    "shufflenet": (2018, "Ma, Zhang, Zheng, Sun: ShuffleNet V2", 224, TORCHVISION),
    "regnet": (2020, "Radosavovic et al.: Designing network design spaces", 224, TORCHVISION),
    "swin": (2021, "Liu et al.: Swin transformer", 224, TORCHVISION),
    "oct_": (2019, "Chen et al.: Drop an octave", 224, COUNTS),
}


@dataclass(frozen=True)
class Network:
    """A row of the table; `parameters` and `multiply_adds` in words, for one image.

    `size` is the side of the images that it was made for, with which its multiply-adds are counted;
    `weights` says whose published ones it can take, their size and accuracy, "" if nobody's.
    """

    name: str
    year: int
    paper: str
    parameters: str
    multiply_adds: str
    size: int
    parity: str
    frameworks: str = "PyTorch, Keras"
    weights: str = ""


def _weights(name: str) -> str:
    """Whose published weights a network can take, in words."""
    return "; ".join(str(weights) for weights in published.table() if weights.network == name)


NEOCOGNITRON = Network(
    "neocognitron",
    1980,
    "Fukushima: Neocognitron",
    "29,472",
    "1 million",
    16,
    "the paper's equations",
    "NumPy",
)
MTCNN = [  # for patches of 12, 24 and 48 pixels
    Network(
        name,
        2016,
        "Zhang et al.: Joint face detection and alignment",
        parameters,
        multiply_adds,
        size,
        "facenet_pytorch",
        "PyTorch",
        _weights(name),
    )
    for name, parameters, multiply_adds, size in (
        ("p_net", "6,632", "44,760", 12),
        ("r_net", "100,178", "2 million", 24),
        ("o_net", "389,040", "13 million", 48),
    )
]


def networks() -> list[Network]:
    """Every network, oldest first; no framework is imported."""
    found = []
    for path in sorted((FOLDER / "torch").glob("*.py")):
        for statement in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(statement, ast.FunctionDef):
                continue
            text = ast.get_docstring(statement) or ""
            numbers = re.match(r"([\d,]+) parameters, (.+?) multiply-adds", text)
            if numbers:
                name = statement.name
                facts = _facts(name, *numbers.groups())
                found.append(replace(Network(name, *facts), weights=_weights(name)))
    return sorted(found, key=_age)


def unknown(name: str) -> str:
    """What to say to whoever asks for a network called `name` that is not there."""
    near = difflib.get_close_matches(name, [network.name for network in networks()])
    hint = f"did you mean {', '.join(near)}?" if near else "`course models` lists those there are"
    return f"there is no network {name!r}; {hint}"


def page() -> str:
    """The table, in Markdown."""
    head = (
        "| network | year | paper | parameters | multiply-adds | images | in | equal to | weights |"
    )
    rows = [
        f"| `{n.name}` | {n.year} | {n.paper} | {n.parameters} | {n.multiply_adds} "
        f"| {n.size}x{n.size} | {n.frameworks} | {n.parity} | {n.weights} |"
        for n in sorted([NEOCOGNITRON, *MTCNN, *networks()], key=_age)
    ]
    weights = [
        f"| `{w.network}` | `{w.name}` | {w.publisher.name} | {w.address} "
        f"| {w.file.checksum[0]} {w.file.checksum[1][:10]} | {w.size / 1e6:.1f} "
        f"| {w.accuracy or ''} |"
        for w in published.table()
    ]
    publishers = {w.publisher.name: w.publisher for w in published.table()}
    return "\n".join(
        [
            "# Networks",
            "",
            "`course_utils.models.torch.NAME(num_classes=1000, in_channels=3)` and",
            "`course_utils.models.keras.NAME(num_classes=1000, input_shape=(224, 224, 3))`: names",
            "and numbers are the same, and so are outputs under copied weights. `course models`",
            "prints this table, `course models --page` writes it. Multiply-adds are those of one",
            "image of the size that the network was made for. The Neocognitron is",
            "`course_utils.models.neocognitron.Neocognitron`, MTCNN's three networks are in",
            "`course_utils.models.torch.mtcnn` and the detector in `course_utils.models.faces`.",
            "",
            head,
            "|---" * 9 + "|",
            *rows,
            "",
            "## Published weights",
            "",
            "`NAME(weights='imagenet')` loads them in both frameworks: from an installed package",
            "(`course data packages`), or downloaded once, checked, and kept beside the data sets.",
            "`course_utils.models.imagenet` has the names of the classes, the preprocessing and",
            "`top(model, picture)`. Accuracies are top-1 in percent, as published.",
            "",
            *(f"- {p.name}: {p.licence}. Cite: {p.citation}." for p in publishers.values()),
            "",
            "| network | weights | publisher | from | checksum | MB | top-1 |",
            "|---" * 7 + "|",
            *weights,
            "",
        ]
    )


def _facts(name: str, parameters: str, multiply_adds: str) -> tuple:
    family = name.removeprefix("small_")
    sign = max((sign for sign in FACTS if family.startswith(sign)), key=len)
    year, paper, size, parity = FACTS[sign]
    if family != name:
        size, parity = SMALL_SIZE, SMALL
    return year, paper, parameters, multiply_adds, size, parity


def _age(network: Network) -> tuple[int, int, str]:
    """Oldest first, of one year the smallest first."""
    return network.year, int(network.parameters.replace(",", "")), network.name
