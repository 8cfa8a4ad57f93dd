"""The famous networks: counts and outputs of torchvision, of keras.applications, of each other."""

import copy

import numpy as np
import pytest

from course_utils import models

NAMES = models.names()
SMALL = [name for name in NAMES if name.startswith("small_")]
SMALL_CLASSIFIERS = [name for name in SMALL if name != "small_unet"]
OF_TORCHVISION = [network.name for network in models.networks() if "torchvision" in network.parity]
SINCE_2017 = [  # torchvision publishes their work counted in this way
    network
    for network in models.networks()
    if network.name in OF_TORCHVISION
    and network.name.startswith(
        ("squeeze", "mobile", "shuffle", "eff", "reg", "conv", "vit", "swin")
    )
]
SIZES = {network.name: network.size for network in models.networks()}
V2 = dict(stride_last=True, bias=True, epsilon=1.001e-5)
OF_KERAS = {
    "resnet50": ("ResNet50", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "resnet101": ("ResNet101", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "resnet152": ("ResNet152", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "vgg16": ("VGG16", {}),
    "vgg19": ("VGG19", {}),
    "densenet121": ("DenseNet121", dict(epsilon=1.001e-5)),
    "densenet169": ("DenseNet169", dict(epsilon=1.001e-5)),
    "densenet201": ("DenseNet201", dict(epsilon=1.001e-5)),
    "inception_v3": ("InceptionV3", dict(count_padding=False, scale=False)),
    "inception_resnet_v2": ("InceptionResNetV2", dict(scale=False)),
    "xception": ("Xception", {}),
    "resnet50_v2": ("ResNet50V2", V2),
    "resnet101_v2": ("ResNet101V2", V2),
    "resnet152_v2": ("ResNet152V2", V2),
    "mobilenet_v2": ("MobileNetV2", dict(epsilon=1e-3)),
    "convnext_tiny": ("ConvNeXtTiny", {}),
    "efficientnet_b0": ("EfficientNetB0", dict(epsilon=1e-3)),
    "efficientnet_v2_s": ("EfficientNetV2S", {}),
    "mobilenet_v3_large": ("MobileNetV3Large", {}),
}
LIKE_TORCHVISION = {
    "googlenet": {"auxiliary": True, "kernel5": 3, "last_pool": 2},
    "inception_v3": {"auxiliary": True},
}
THEIRS = dict.fromkeys(["googlenet", "inception_v3"], {"init_weights": False, "aux_logits": True})
SHOWN = [
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "densenet121",
    "mobilenet_v2",
    "squeezenet1_0",
    "squeezenet1_1",
    "convnext_tiny",
    "vit_b_16",
    "efficientnet_b0",
    "efficientnet_v2_s",
    "mobilenet_v3_large",
    "shufflenet_v2_x1_0",
    "regnet_y_400mf",
    "swin_t",
]  # run, not only counted
AT_FULL_SIZE = ("inception_v3", "vit_b_16", "swin_t")
APPLIED = {  # run with weights of keras.applications, on images of this size
    "resnet50": 96,
    "resnet50_v2": 96,
    "vgg16": 224,
    "densenet121": 96,
    "inception_v3": 107,
    "inception_resnet_v2": 107,
    "xception": 110,
    "mobilenet_v2": 97,
    "convnext_tiny": 64,
    "efficientnet_b0": 97,
    "efficientnet_v2_s": 97,
    "mobilenet_v3_large": 97,
}
WITHOUT_PREPROCESSING = dict.fromkeys(
    ["convnext_tiny", "efficientnet_v2_s", "mobilenet_v3_large"], {"include_preprocessing": False}
)
TOLERANCE = 1e-4


def random_statistics(model, torch):
    """Batch normalisation as after training; other weights that begin all alike are shaken."""
    generator = torch.Generator().manual_seed(0)
    for parameter in model.parameters():
        if parameter.numel() > 1 and parameter.min() == parameter.max():
            noise = torch.empty_like(parameter).uniform_(-0.3, 0.3, generator=generator)
            parameter.data += noise
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            if module.weight is not None:
                torch.nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            torch.nn.init.normal_(module.bias, 0, 0.1, generator=generator)
    return model.eval()


def emptied(model, torch):
    """The same network knowing nothing. A copy: to draw new weights takes seconds."""
    twin = copy.deepcopy(model)
    with torch.no_grad():
        for module in twin.modules():
            for parameter in module.parameters(recurse=False):
                parameter.zero_()
            if isinstance(module, torch.nn.BatchNorm2d):
                module.reset_running_stats()
    return twin


def assert_close(ours, theirs):
    """Within 1e-4 of the largest output."""
    scale = max(1.0, np.abs(theirs).max())
    np.testing.assert_allclose(ours / scale, theirs / scale, rtol=0, atol=TOLERANCE)


def some_images(size=64, count=2, channels=3):
    return np.random.default_rng(0).normal(size=(count, channels, size, size)).astype(np.float32)


# --- PyTorch ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_TORCHVISION)
def test_parameters_have_torchvisions_names_and_shapes(name, torch, ours_torch, torchvision_models):
    """On the meta device: nothing is computed, and nothing fills the memory."""
    with torch.device("meta"):
        ours = getattr(ours_torch, name)(**LIKE_TORCHVISION.get(name, {}))
    with torch.device("cpu" if name.startswith("regnet") else "meta"):  # it computes its widths
        theirs = getattr(torchvision_models, name)(weights=None, **THEIRS.get(name, {}))
    found, expected = (
        {key: tuple(value.shape) for key, value in model.state_dict().items()}
        for model in (ours, theirs)
    )

    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_the_docstring_says_can_be_counted(name, torch, ours_torch, ours_keras):
    """Parameters, and the multiply-adds that PyTorch's own counter sees for one image."""
    from torch.utils.flop_counter import FlopCounterMode

    constructor, size = getattr(ours_torch, name), SIZES[name]
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        model = constructor().eval()
        model(torch.zeros(1, model.in_channels, size, size))
    total = counter.get_total_flops() // 2
    parameters = sum(parameter.numel() for parameter in model.parameters())

    words = {9: f"{total / 1e9:.2f} billion", 6: f"{total / 1e6:.0f} million", 3: f"{total:,}"}
    said = words[9 if total >= 1e9 else 6 if total >= 1e6 else 3]
    for twin in (constructor, getattr(ours_keras, name)):
        assert twin.__doc__.startswith(f"{parameters:,} parameters, {said} multiply-adds")


@pytest.mark.parametrize("network", SINCE_2017, ids=lambda network: network.name)
def test_multiply_adds_are_those_that_torchvision_publishes(network, torchvision_models):
    """In its tables of weights; attention is among them."""
    number, _, unit = network.multiply_adds.partition(" ")
    published = torchvision_models.get_model_weights(network.name).IMAGENET1K_V1.meta["_ops"]

    assert float(number) * {"million": 1e-3, "billion": 1}[unit] == pytest.approx(published, 4e-3)


def test_stochastic_depth_leaves_out_whole_images_and_changes_no_mean(torch, keras):
    """Huang et al. 2016, equation 2; torchvision's divides in the same way."""
    from course_utils.models.keras.blocks import stochastic_depth
    from course_utils.models.torch.blocks import StochasticDepth

    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    ones, inputs = np.ones((4000, 2, 2, 3), np.float32), keras.Input((2, 2, 3))
    one = StochasticDepth(0.2)
    other = keras.Model(inputs, stochastic_depth(inputs, 0.2))
    outputs = one(torch.from_numpy(ones)).numpy(), np.asarray(other(ones, training=True))
    for values in outputs:
        assert (values == values[:, :1, :1, :1]).all()
        assert set(values.ravel().round(4)) == {0, 1.25}
        assert values.mean() == pytest.approx(1, abs=0.03)
    np.testing.assert_array_equal(one.eval()(torch.from_numpy(ones)), ones)
    np.testing.assert_array_equal(other(ones, training=False), ones)


def test_alexnet_in_two_halves_has_the_papers_sixty_million(ours_torch, torch):
    """Abstract of the paper; 60,965,224 with its groups, which Caffe's network has as well."""
    with torch.device("meta"):
        model = ours_torch.alexnet(groups=2)

    assert sum(parameter.numel() for parameter in model.parameters()) == 60_965_224


@pytest.mark.proof
@pytest.mark.parametrize("name", [*SHOWN, "vgg11"])
def test_with_torchvisions_weights_the_outputs_are_theirs(
    name, torch, ours_torch, torchvision_models
):
    """Published weights load as they are: here random ones, as none can be downloaded."""
    torch.manual_seed(0)
    theirs = getattr(torchvision_models, name)(num_classes=7, **THEIRS.get(name, {}))
    theirs = random_statistics(theirs, torch)
    with torch.device("meta"):  # no weights are drawn that nobody sees
        ours = getattr(ours_torch, name)(num_classes=7, **LIKE_TORCHVISION.get(name, {})).eval()
    ours.load_state_dict(theirs.state_dict(), assign=True)
    images = torch.from_numpy(some_images(SIZES[name] if name in AT_FULL_SIZE else 96, 1))
    with torch.no_grad():
        assert_close(ours(images).numpy(), theirs(images).numpy())


@pytest.mark.proof
def test_deit_is_torchvisions_transformer_with_the_papers_numbers(
    torch, ours_torch, torchvision_models
):
    """Touvron et al. 2021, table 1: 12 layers, 3 heads, 192 numbers a token, 5 million in all."""
    torch.manual_seed(0)
    theirs = torchvision_models.VisionTransformer(224, 16, 12, 3, 192, 4 * 192, num_classes=7)
    theirs = random_statistics(theirs, torch)
    ours = ours_torch.deit_ti_16(num_classes=7).eval()
    ours.load_state_dict(theirs.state_dict())
    images = torch.from_numpy(some_images(224, 1))
    with torch.no_grad():
        assert_close(ours(images).numpy(), theirs(images).numpy())


@pytest.mark.proof
@pytest.mark.parametrize(
    "name", [network.name for network in SINCE_2017 if not network.name.startswith("vit")]
)
def test_weights_start_as_in_torchvision(name, torch, ours_torch, torchvision_models):
    """Of each array of more than a thousand numbers the spread. (Ours of ViT is DeiT's.)"""
    torch.manual_seed(0)
    ours = getattr(ours_torch, name)(num_classes=10)
    theirs = dict(getattr(torchvision_models, name)(num_classes=10).named_parameters())
    for key, parameter in ours.named_parameters():
        if parameter.numel() > 1000:
            assert parameter.std().item() == pytest.approx(theirs[key].std().item(), 0.15), key
        assert parameter.mean().item() == pytest.approx(theirs[key].mean().item(), 0.2, 0.2), key


@pytest.mark.parametrize("name", NAMES)
def test_other_classes_and_channels_can_be_asked_for(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(num_classes=5, in_channels=2)
        size = SIZES[name]
        assert model(torch.zeros(3, 2, size, size)).shape[:2] == (3, 5)


@pytest.mark.parametrize("name", NAMES)
def test_images_of_other_channels_are_refused(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(in_channels=4)
        with pytest.raises(
            ValueError, match=r"takes images \(N, 4, H, W\), and these are \(1, 3, 64"
        ):
            model(torch.zeros(1, 3, 64, 64))


def test_octaves_need_sizes_that_halve(torch, ours_torch):
    with (
        torch.device("meta"),
        pytest.raises(ValueError, match=r"multiples of 32; these are \(1, 3"),
    ):
        ours_torch.oct_resnet50()(torch.zeros(1, 3, 100, 100))


@pytest.mark.parametrize("name", ["vgg16", "densenet121", "lenet5"])
def test_too_small_an_image_is_refused(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(in_channels=1)
        with pytest.raises(
            ValueError, match=r"from 32x32 pixels on, and these are \(1, 1, 20, 40\)"
        ):
            model(torch.zeros(1, 1, 20, 40))


def test_patches_must_fit_and_have_a_place(torch, ours_torch):
    message = "4x4 patches, so height and width are multiples of 4 up to 64; these are"
    with torch.device("meta"):
        model = ours_torch.small_vit()
        for size in (30, 68):
            with pytest.raises(ValueError, match=message):
                model(torch.zeros(1, 3, size, 32))


# --- Keras -----------------------------------------------------------------------------------


@pytest.mark.proof
@pytest.mark.parametrize("name", [name for name in OF_KERAS if name not in APPLIED])
def test_parameters_are_as_many_as_in_keras_applications(name, keras, ours_keras):
    """The others are counted where they are run, below."""
    theirs, options = OF_KERAS[name]
    expected = getattr(keras.applications, theirs)(weights=None).count_params()

    assert getattr(ours_keras, name)(**options).count_params() == expected
    keras.utils.clear_session()


@pytest.mark.proof
@pytest.mark.parametrize("name", APPLIED)
def test_with_weights_of_keras_applications_the_outputs_are_theirs(name, keras, ours_keras):
    theirs, options = OF_KERAS[name]
    keras.utils.set_random_seed(0)
    size = APPLIED[name]
    theirs = getattr(keras.applications, theirs)(
        weights=None,
        input_shape=(size, size, 3),
        classes=7,
        classifier_activation=None,
        **WITHOUT_PREPROCESSING.get(name, {}),
    )
    for layer in theirs.layers:
        if type(layer).__name__ in ("BatchNormalization", "LayerNormalization", "LayerScale"):
            rng = np.random.default_rng(0)
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.weights])
    ours = getattr(ours_keras, name)(num_classes=7, input_shape=(size, size, 3), **options)
    from course_utils.models import weights

    scaled = name == "efficientnet_b0"  # which divides by 255, and has 7 numbers to standardise
    assert ours.count_params() == theirs.count_params() - 7 * scaled
    weights.from_keras_applications(theirs, ours)
    images = some_images(size, 1).transpose(0, 2, 3, 1)

    assert_close(np.asarray(ours(images)), np.asarray(theirs(images * (255 if scaled else 1))))
    keras.utils.clear_session()


@pytest.mark.parametrize("name", ["vgg16", "densenet121", "lenet5"])
def test_too_small_an_input_shape_is_refused(name, ours_keras):
    with pytest.raises(ValueError, match=r"from 32x32 pixels on, and input_shape is \(20, 40"):
        getattr(ours_keras, name)(input_shape=(20, 40, 1))
    with pytest.raises(
        ValueError, match=r"input_shape is \(64, 64\); expected \(height, width, ch"
    ):
        getattr(ours_keras, name)(input_shape=(64, 64))


def test_windows_must_tile_the_image(torch, ours_torch, ours_keras):
    message = "windows tile the image, so height and width are multiples of 224; "
    with torch.device("meta"), pytest.raises(ValueError, match=message + "these are"):
        ours_torch.swin_t()(torch.zeros(1, 3, 224, 256))
    with pytest.raises(ValueError, match=message + "input_shape is"):
        ours_keras.swin_t(input_shape=(256, 224, 3))


def test_patches_must_fit_the_input_shape(ours_keras):
    with pytest.raises(ValueError, match=r"multiples of 16 up to 224; input_shape is \(240, 224"):
        ours_keras.vit_b_16(input_shape=(240, 224, 3))


# --- the twins -------------------------------------------------------------------------------

TWINS = {
    "lenet5": (32, 1, {}),
    "lenet5, classic": (32, 1, {"classic": True}),
    "resnet18": (64, 3, {}),
    "resnet50": (64, 3, {"stride_first": True, "bias": True, "epsilon": 1.001e-5}),
    "resnext50_32x4d": (64, 3, {}),
    "wide_resnet50_2": (64, 3, {}),
    "densenet121": (64, 3, {}),
    "alexnet": (227, 3, {"groups": 2}),
    "zfnet": (224, 3, {}),
    "nin": (32, 3, {}),
    "googlenet": (64, 3, {}),
    "googlenet, with heads": (96, 3, {"auxiliary": True, "kernel5": 3, "last_pool": 2}),
    "vgg11": (64, 3, {"dense": 64}),
    "vgg16": (224, 3, {"dense": 32}),
    "inception_v3": (107, 3, {}),
    "inception_v3, as in Keras": (107, 3, {"count_padding": False, "scale": False}),
    "inception_v3, with a head": (299, 3, {"auxiliary": True}),
    "inception_v4": (107, 3, {}),
    "inception_resnet_v2": (107, 3, {"scale": False}),
    "xception": (110, 3, {"blocks": 2}),
    "highway": (32, 3, {}),
    "resnet50_v2": (64, 3, {}),
    "resnet50_v2, as in Keras": (75, 3, V2),
    "resnet200": (64, 3, {}),
    "mobilenet_v2": (64, 3, {}),
    "shufflenet_v2_x1_0": (64, 3, {}),
    "regnet_y_400mf": (64, 3, {}),
    "swin_t": (224, 3, {}),
    "mobilenet_v3_large": (64, 3, {}),
    "efficientnet_b0": (64, 3, {}),
    "efficientnet_lite0": (61, 3, {}),
    "efficientnet_v2_s": (64, 3, {}),
    "vit_b_16": (32, 3, {}),
    "deit_ti_16": (224, 3, {}),
    "convnext_tiny": (64, 3, {}),
    "squeezenet1_0": (64, 3, {}),
    "squeezenet1_1": (60, 3, {}),
    "se_resnet50": (64, 3, {}),
    "se_inception": (64, 3, {}),
    "oct_resnet50": (64, 3, {}),
    "oct_resnet50, a quarter low": (64, 3, {"alpha": 0.25}),
    "unet": (32, 3, {"width": 16}),
    "unet, as in the paper": (188, 1, {"width": 8, "padded": False}),
    "small_resnet, without shortcuts": (32, 3, {"shortcuts": False, "blocks": 2}),
    **{name: (28, 1, {}) for name in SMALL},
}
ALIKE = [
    "shufflenet_v2_x1_0",
    "regnet_y_400mf",
    "swin_t",
    "efficientnet_b0",
    "efficientnet_lite0",
    "efficientnet_v2_s",
    "mobilenet_v3_large",
    "small_efficientnet",
    "mobilenet_v2",
    "squeezenet1_1",
    "small_mobilenet_v2",
    "small_convnext",
    "small_vit",
    "unet",
    "small_unet",
]
# A network for small images needs no row of its own.
TWINS |= {name: (32, 3, {}) for name in NAMES if SIZES[name] <= 32 and name not in TWINS}


@pytest.mark.proof
@pytest.mark.parametrize("name", TWINS)
def test_pytorch_and_keras_agree_and_weights_survive_the_round_trip(
    name, torch, keras, ours_torch, ours_keras
):
    from course_utils.models import weights

    size, channels, options = TWINS[name]
    name = name.partition(",")[0]
    torch.manual_seed(0)
    one = getattr(ours_torch, name)(num_classes=7, in_channels=channels, **options)
    random_statistics(one, torch)
    other = getattr(ours_keras, name)(num_classes=7, input_shape=(size, size, channels), **options)
    weights.to_keras(one, other)
    images = some_images(size, 1 if size > 100 else 2, channels)
    with torch.no_grad():
        expected = one(torch.from_numpy(images)).numpy()

    found = other(images.transpose(0, 2, 3, 1))
    found = np.asarray(found[0] if isinstance(found, list) else found)
    assert_close(np.moveaxis(found, -1, 1), expected)  # an axis of two is left as it is
    count = sum(p.numel() for p in one.parameters())
    assert sum(int(np.prod(w.shape)) for w in other.trainable_weights) == count

    back = emptied(one, torch)
    weights.to_torch(other, back)
    with torch.no_grad():
        np.testing.assert_array_equal(back(torch.from_numpy(images)).numpy(), expected)
    keras.utils.clear_session()


@pytest.mark.parametrize("size, kernel, stride", [(8, 3, 2), (9, 3, 2), (8, 5, 2), (7, 5, 1)])
def test_same_padding_is_tensorflows(size, kernel, stride, torch, keras):
    from course_utils.models.torch.blocks import SameConv2d

    torch.manual_seed(0)
    ours = SameConv2d(2, 3, kernel, stride, bias=False)
    kernels = ours.weight.detach().numpy().transpose(2, 3, 1, 0)
    images = some_images(size, 1, 2)
    expected = keras.ops.conv(images.transpose(0, 2, 3, 1), kernels, stride, "same")

    assert_close(
        ours(torch.from_numpy(images)).detach().numpy().transpose(0, 2, 3, 1), np.asarray(expected)
    )


@pytest.mark.proof
@pytest.mark.parametrize("name", ALIKE)
def test_twins_start_alike(name, torch, keras, ours_torch, ours_keras):
    """Of each array of more than a thousand numbers the spread."""
    from course_utils.models import weights

    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    size, channels, _ = TWINS[name]
    shape = (size, size, channels)
    one = getattr(ours_torch, name)(in_channels=channels)
    other = getattr(ours_keras, name)(input_shape=shape)
    begun = {layer.name: layer.get_weights() for layer in other.layers}
    weights.to_keras(one, other)
    for layer in other.layers:
        for ours, theirs in zip(begun[layer.name], layer.get_weights(), strict=True):
            if ours.size > 1000:
                assert ours.std() == pytest.approx(theirs.std(), 0.15), layer.name
            assert ours.mean() == pytest.approx(theirs.mean(), 0.2, 0.2), layer.name
    keras.utils.clear_session()


@pytest.mark.proof
def test_networks_that_are_no_twins_are_told_apart(torch, keras, ours_torch, ours_keras):
    from course_utils.models import weights

    with pytest.raises(ValueError, match="the PyTorch network has no layer 'features.0'"):
        weights.to_keras(ours_torch.resnet18(), ours_keras.vgg11(dense=8))
    with pytest.raises(
        ValueError, match=r"fc has weights \[\(512, 7\), \(7,\)\], and \[\(512, 5\)"
    ):
        weights.to_keras(ours_torch.resnet18(num_classes=5), ours_keras.resnet18(num_classes=7))


def test_the_classic_lenet_has_the_papers_counts(ours_torch):
    """Table I and section II.B: 1,516 in C3, 12 and 32 in the subsampling layers."""
    model = ours_torch.lenet5(classic=True)
    count = {
        name: sum(p.numel() for p in part.parameters()) for name, part in model.named_children()
    }

    assert count["c1"] == 156 and count["s2"] == 12 and count["s4"] == 32
    assert count["c3"] - int((model.c3.mask == 0).sum()) * 25 == 1516
    assert count["c5"] == 48120 and count["f6"] == 10164


def test_resnet_200_has_the_papers_blocks_and_its_64_7_million(ours_torch, torch):
    """He et al. 2016, appendix: 3, 24, 36 and 3 blocks; 64.7 M in the authors' table of models."""
    with torch.device("meta"):
        model = ours_torch.resnet200()

    assert [len(getattr(model, f"layer{k}")) for k in (1, 2, 3, 4)] == [3, 24, 36, 3]
    assert round(sum(p.numel() for p in model.parameters()) / 1e5) == 647


@pytest.mark.parametrize(
    "name, plain", [("se_resnet50", "resnet50"), ("se_inception", "googlenet")]
)
def test_excitation_costs_what_equation_five_says(name, plain, ours_torch, torch):
    """Hu et al. 2018: 2 C^2 / r weights a block, here with biases."""
    from course_utils.models.torch.blocks import Excitation

    with torch.device("meta"):
        models = getattr(ours_torch, name)(), getattr(ours_torch, plain)()
    counts = [sum(p.numel() for p in model.parameters()) for model in models]
    widths = [m.fc2.out_features for m in models[0].modules() if isinstance(m, Excitation)]

    assert counts[0] - counts[1] == sum(2 * c * (c // 16) + c + c // 16 for c in widths)
    if name == "se_resnet50":  # section 4: about 2.5 million more
        assert sorted(set(widths)) == [256, 512, 1024, 2048] and len(widths) == 16
        assert round((counts[0] - counts[1]) / 1e5) == 25


def test_octaves_cost_no_parameters_and_less_work(ours_torch, torch):
    """Chen et al. 2019, table 3: ResNet-50 4.1, with half of the channels low 2.4 billion."""
    from course_utils.models.summary import summary

    with torch.device("meta"):
        plain, octave = ours_torch.resnet50(), ours_torch.oct_resnet50(alpha=0.5)
        none = ours_torch.oct_resnet50(alpha=0.0)
    tables = [summary(model, (3, 224, 224)) for model in (plain, octave, none)]

    assert len({table.parameters for table in tables}) == 1
    assert [round(table.multiply_adds / 1e8) for table in tables] == [41, 24, 41]


def test_a_highway_begins_by_letting_nearly_everything_pass(ours_torch, torch):
    """And counts as the paper's table 2 says: 19 layers, about 2.3 million."""
    torch.manual_seed(0)
    model = ours_torch.highway()
    layer, x = model.features[0][2], torch.randn(2, 48, 8, 8)
    convolutions = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]
    gates = sum(1 for name, _ in model.named_modules() if name.endswith("gate"))

    assert len(convolutions) - gates == 19
    assert abs(sum(p.numel() for p in model.parameters()) - 2.3e6) < 1e5
    # He's weights give sums of variance 2, so what a gate lets in, `relu(sum) - x`, has 2 as well.
    gate = torch.sigmoid(2**0.5 * torch.randn(10_000) - 2)
    assert (layer(x) - x).norm() < (2 * gate.square().mean()).sqrt() * x.norm()


def test_inception_v4_has_the_feature_maps_of_figure_9(ours_torch, torch):
    """And the 42.7 million parameters and 12.3 billion multiply-adds of timm's card."""
    from course_utils.models.summary import summary

    with torch.device("meta"):
        model, x = ours_torch.inception_v4().eval(), torch.zeros(1, 3, 299, 299)
        shapes = [tuple((x := getattr(model, part)(x)).shape[1:]) for part in PARTS_OF_V4]
    table = summary(model, (3, 299, 299))

    assert shapes[0] == shapes[1] == (384, 35, 35)
    assert shapes[2] == shapes[3] == (1024, 17, 17)
    assert shapes[4] == shapes[5] == (1536, 8, 8)
    assert round(table.parameters / 1e5) == 427 and round(table.multiply_adds / 1e8) in (122, 123)


PARTS_OF_V4 = ("stem", "a", "reduction_a", "b", "reduction_b", "c")


def test_the_paper_s_resnet_20_is_a_small_resnet(ours_torch, torch):
    """He et al. 2016, table 6: 0.27 million; projections add 2,752 to them."""
    count = sum(p.numel() for p in ours_torch.small_resnet(blocks=3).parameters())

    assert count == 269_722 + 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64


@pytest.mark.proof
@pytest.mark.parametrize("name", SMALL_CLASSIFIERS)
def test_small_variants_learn_the_digits_in_seconds(name, torch, ours_torch):
    from course_utils import datasets, training

    torch.manual_seed(0)
    digits, test = (datasets.load("mnist", split, source="sample") for split in ("train", "test"))
    model = getattr(ours_torch, name)(in_channels=1)
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    epochs, accuracy = 8 if name == "small_highway" else 5, 0.0  # it has no batch normalisation
    while accuracy <= 0.75 and epochs:
        loader = digits.loader(32, shuffle=True)
        training.fit(model, loader, epochs=1, optimiser=optimiser, progress=False)
        accuracy, epochs = training.evaluate(model, test.loader(100))["accuracy"], epochs - 1

    assert accuracy > 0.75


@pytest.mark.proof
@pytest.mark.parametrize("name", SMALL_CLASSIFIERS)
def test_small_variants_learn_in_keras_as_well(name, keras, ours_keras):
    """Forward and backward on a CPU, depthwise convolutions and octaves included."""
    keras.utils.set_random_seed(0)
    model = getattr(ours_keras, name)(num_classes=2, input_shape=(28, 28, 1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, jit_compile=False)
    images = np.random.default_rng(0).uniform(size=(64, 28, 28, 1)).astype(np.float32)
    labels = np.arange(64) % 2
    images[labels == 1, 4:12, 4:12] += 1
    history = model.fit(images, labels, 16, epochs=4, verbose=0).history["loss"]

    assert history[-1] < 0.95 * history[0]
    keras.utils.clear_session()


@pytest.mark.proof
def test_convolutions_in_groups_can_be_trained_in_keras_without_a_gpu(keras, ours_keras):
    model = ours_keras.resnext50_32x4d(num_classes=2, input_shape=(32, 32, 3))
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    history = model.fit(np.ones((2, 32, 32, 3), np.float32), np.array([0, 1]), verbose=0).history

    assert np.isfinite(history["loss"][0])
    keras.utils.clear_session()


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_an_unknown_name_is_answered_by_the_nearest(framework, ours_torch, ours_keras):
    module = {"torch": ours_torch, "keras": ours_keras}[framework]
    with pytest.raises(AttributeError, match=r"no network 'resnet51'; did you mean resnet50"):
        module.resnet51()
    with pytest.raises(AttributeError, match=r"no network 'transformer'; `course models` lists"):
        module.transformer()
    assert not hasattr(module, "__wrapped__")


def test_importing_the_list_of_names_imports_no_framework():
    import subprocess
    import sys

    code = (
        "import sys; from course_utils import models; assert 'resnet50' in models.names();"
        "print({'torch', 'keras', 'tensorflow'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

    assert printed == "set()\n"


def test_both_frameworks_have_the_same_names(ours_torch, ours_keras):
    assert sorted(ours_torch.__all__) == sorted(ours_keras.__all__) == NAMES


def test_googlenets_heads_count_for_three_tenths_each(ours_torch, torch):
    from course_utils.models.torch.googlenet import loss

    torch.manual_seed(0)
    model = ours_torch.googlenet(num_classes=5, auxiliary=True).train()
    labels = torch.tensor([1, 4])
    outputs = model(torch.randn(2, 3, 64, 64))
    single = [torch.nn.functional.cross_entropy(logits, labels) for logits in outputs]

    assert len(outputs) == 3
    assert torch.allclose(loss(outputs, labels), single[0] + 0.3 * single[1] + 0.3 * single[2])
    assert model.eval()(torch.randn(2, 3, 64, 64)).shape == (2, 5)
    assert loss(outputs[0], labels) == single[0]
