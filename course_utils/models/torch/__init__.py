"""The famous networks in PyTorch, one file a family; constructors as torchvision's.

model = resnet50(num_classes=10, in_channels=1)
"""

from ..catalogue import unknown
from .alexnet import alexnet, zfnet
from .convnext import convnext_tiny, small_convnext
from .densenet import densenet121, densenet169, densenet201, small_densenet
from .efficientnet import (
    efficientnet_b0,
    efficientnet_lite0,
    efficientnet_v2_s,
    small_efficientnet,
)
from .googlenet import googlenet, small_inception
from .highway import highway, small_highway
from .inception_v3 import inception_v3
from .inception_v4 import inception_resnet_v2, inception_v4
from .lenet import lenet5
from .mobilenet_v2 import mobilenet_v2, small_mobilenet_v2
from .mobilenet_v3 import mobilenet_v3_large
from .nin import nin
from .octave import oct_resnet50, small_oct_resnet
from .regnet import regnet_y_400mf
from .resnet import (
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnext50_32x4d,
    resnext101_32x8d,
    small_resnet,
    wide_resnet50_2,
    wide_resnet101_2,
)
from .resnet_v2 import resnet50_v2, resnet101_v2, resnet152_v2, resnet200
from .senet import se_inception, se_resnet50, se_resnet101, se_resnet152, small_se_resnet
from .shufflenet_v2 import shufflenet_v2_x1_0
from .squeezenet import squeezenet1_0, squeezenet1_1
from .swin import swin_t
from .unet import small_unet, unet
from .vgg import small_vgg, vgg11, vgg13, vgg16, vgg19
from .vit import deit_ti_16, small_vit, vit_b_16
from .xception import small_xception, xception

__all__ = [
    "alexnet",
    "convnext_tiny",
    "deit_ti_16",
    "densenet121",
    "densenet169",
    "densenet201",
    "efficientnet_b0",
    "efficientnet_lite0",
    "efficientnet_v2_s",
    "googlenet",
    "highway",
    "inception_resnet_v2",
    "inception_v3",
    "inception_v4",
    "lenet5",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "nin",
    "oct_resnet50",
    "regnet_y_400mf",
    "resnet101",
    "resnet101_v2",
    "resnet152",
    "resnet152_v2",
    "resnet18",
    "resnet200",
    "resnet34",
    "resnet50",
    "resnet50_v2",
    "resnext101_32x8d",
    "resnext50_32x4d",
    "se_inception",
    "se_resnet101",
    "se_resnet152",
    "se_resnet50",
    "shufflenet_v2_x1_0",
    "small_convnext",
    "small_densenet",
    "small_efficientnet",
    "small_highway",
    "small_inception",
    "small_mobilenet_v2",
    "small_oct_resnet",
    "small_resnet",
    "small_se_resnet",
    "small_unet",
    "small_vgg",
    "small_vit",
    "small_xception",
    "squeezenet1_0",
    "squeezenet1_1",
    "swin_t",
    "unet",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "vit_b_16",
    "wide_resnet101_2",
    "wide_resnet50_2",
    "xception",
    "zfnet",
]


def __getattr__(name: str):
    raise AttributeError(unknown(name))
