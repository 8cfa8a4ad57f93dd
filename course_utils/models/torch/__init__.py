"""The famous networks in PyTorch, one file a family; constructors as torchvision's.

model = resnet50(num_classes=10, in_channels=1)
"""

from .alexnet import alexnet, zfnet
from .densenet import densenet121, densenet169, densenet201
from .googlenet import googlenet
from .lenet import lenet5
from .nin import nin
from .resnet import (
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnext50_32x4d,
    resnext101_32x8d,
    wide_resnet50_2,
    wide_resnet101_2,
)
from .vgg import vgg11, vgg13, vgg16, vgg19

__all__ = [
    "alexnet",
    "densenet121",
    "densenet169",
    "densenet201",
    "googlenet",
    "lenet5",
    "nin",
    "resnet101",
    "resnet152",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnext101_32x8d",
    "resnext50_32x4d",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "wide_resnet101_2",
    "wide_resnet50_2",
    "zfnet",
]
