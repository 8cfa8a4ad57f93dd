"""The famous networks: counts and outputs of torchvision, of keras.applications, of each other."""

import importlib

import numpy as np
import pytest

from course_utils import models

NAMES = models.names()
OF_TORCHVISION = [name for name in NAMES if name not in ("alexnet", "lenet5", "nin", "zfnet")]
SIZES = {"alexnet": 227, "lenet5": 32, "nin": 32}  # 224 for the others
OF_KERAS = {
    "resnet50": ("ResNet50", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "resnet101": ("ResNet101", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "resnet152": ("ResNet152", dict(stride_first=True, bias=True, epsilon=1.001e-5)),
    "vgg16": ("VGG16", {}),
    "vgg19": ("VGG19", {}),
    "densenet121": ("DenseNet121", dict(epsilon=1.001e-5)),
    "densenet169": ("DenseNet169", dict(epsilon=1.001e-5)),
    "densenet201": ("DenseNet201", dict(epsilon=1.001e-5)),
}
LIKE_TORCHVISION = {"googlenet": {"auxiliary": True, "kernel5": 3, "last_pool": 2}}
THEIRS = {"googlenet": {"init_weights": False, "aux_logits": True}}
SHOWN = [
    "googlenet",
    "resnet18",
    "resnet50",
    "resnext50_32x4d",
    "densenet121",
]  # run, not only counted
TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def ours_torch(torch):
    return importlib.import_module("course_utils.models.torch")


@pytest.fixture(scope="module")
def ours_keras(keras):
    return importlib.import_module("course_utils.models.keras")


def random_statistics(model, torch):
    """Batch normalisation as after training: not all means 0 and variances 1."""
    generator = torch.Generator().manual_seed(0)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            torch.nn.init.normal_(module.bias, 0, 0.1, generator=generator)
    return model.eval()


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
        theirs = getattr(torchvision_models, name)(weights=None, **THEIRS.get(name, {}))
    found, expected = (
        {key: tuple(value.shape) for key, value in model.state_dict().items()}
        for model in (ours, theirs)
    )

    assert found == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_the_docstring_says_can_be_counted(name, torch, ours_torch, ours_keras):
    """Parameters, and multiply-adds of convolutions and dense layers for one image."""
    constructor, size = getattr(ours_torch, name), SIZES.get(name, 224)
    total = 0

    def count(module, _, output):
        nonlocal total
        total += output.numel() * module.weight[0].numel()

    with torch.device("meta"):
        model = constructor().eval()
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
                module.register_forward_hook(count)
        model(torch.zeros(1, model.in_channels, size, size))
    parameters = sum(parameter.numel() for parameter in model.parameters())

    words = {9: f"{total / 1e9:.2f} billion", 6: f"{total / 1e6:.0f} million", 3: f"{total:,}"}
    said = words[9 if total >= 1e9 else 6 if total >= 1e6 else 3]
    for twin in (constructor, getattr(ours_keras, name)):
        assert twin.__doc__.startswith(f"{parameters:,} parameters, {said} multiply-adds")


def test_alexnet_in_two_halves_has_the_papers_sixty_million(ours_torch, torch):
    """Abstract of the paper; 60,965,224 with its groups, which Caffe's network has as well."""
    with torch.device("meta"):
        model = ours_torch.alexnet(groups=2)

    assert sum(parameter.numel() for parameter in model.parameters()) == 60_965_224


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SHOWN, "vgg11"])
def test_with_torchvisions_weights_the_outputs_are_theirs(
    name, torch, ours_torch, torchvision_models
):
    """Published weights load as they are: here random ones, as none can be downloaded."""
    torch.manual_seed(0)
    theirs = getattr(torchvision_models, name)(num_classes=7, **THEIRS.get(name, {}))
    theirs = random_statistics(theirs, torch)
    ours = getattr(ours_torch, name)(num_classes=7, **LIKE_TORCHVISION.get(name, {})).eval()
    ours.load_state_dict(theirs.state_dict())
    images = torch.from_numpy(some_images(96))
    with torch.no_grad():
        assert_close(ours(images).numpy(), theirs(images).numpy())


@pytest.mark.parametrize("name", NAMES)
def test_other_classes_and_channels_can_be_asked_for(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(num_classes=5, in_channels=2)
        size = SIZES.get(name, 224)
        assert model(torch.zeros(3, 2, size, size)).shape == (3, 5)


@pytest.mark.parametrize("name", NAMES)
def test_images_of_other_channels_are_refused(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(in_channels=4)
        with pytest.raises(
            ValueError, match=r"takes images \(N, 4, H, W\), and these are \(1, 3, 64"
        ):
            model(torch.zeros(1, 3, 64, 64))


@pytest.mark.parametrize("name", ["vgg16", "densenet121", "lenet5"])
def test_too_small_an_image_is_refused(name, torch, ours_torch):
    with torch.device("meta"):
        model = getattr(ours_torch, name)(in_channels=1)
        with pytest.raises(
            ValueError, match=r"from 32x32 pixels on, and these are \(1, 1, 20, 40\)"
        ):
            model(torch.zeros(1, 1, 20, 40))


# --- Keras -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_KERAS)
def test_parameters_are_as_many_as_in_keras_applications(name, keras, ours_keras):
    theirs, options = OF_KERAS[name]
    expected = getattr(keras.applications, theirs)(weights=None).count_params()

    assert getattr(ours_keras, name)(**options).count_params() == expected
    keras.utils.clear_session()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["resnet50", "vgg16", "densenet121"])
def test_with_weights_of_keras_applications_the_outputs_are_theirs(name, keras, ours_keras):
    theirs, options = OF_KERAS[name]
    keras.utils.set_random_seed(0)
    size = 224 if name == "vgg16" else 96
    theirs = getattr(keras.applications, theirs)(
        weights=None, input_shape=(size, size, 3), classes=7, classifier_activation=None
    )
    for layer in theirs.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            rng = np.random.default_rng(0)
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.weights])
    ours = getattr(ours_keras, name)(num_classes=7, input_shape=(size, size, 3), **options)
    from course_utils.models import weights

    weights.from_keras_applications(theirs, ours)
    images = some_images(size, 1).transpose(0, 2, 3, 1)

    assert_close(np.asarray(ours(images)), np.asarray(theirs(images)))
    keras.utils.clear_session()


@pytest.mark.parametrize("name", ["vgg16", "densenet121", "lenet5"])
def test_too_small_an_input_shape_is_refused(name, ours_keras):
    with pytest.raises(ValueError, match=r"from 32x32 pixels on, and input_shape is \(20, 40"):
        getattr(ours_keras, name)(input_shape=(20, 40, 1))
    with pytest.raises(
        ValueError, match=r"input_shape is \(64, 64\); expected \(height, width, ch"
    ):
        getattr(ours_keras, name)(input_shape=(64, 64))


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
}


@pytest.mark.slow
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
    assert_close(np.asarray(found[0] if isinstance(found, list) else found), expected)
    count = sum(p.numel() for p in one.parameters())
    assert sum(int(np.prod(w.shape)) for w in other.trainable_weights) == count

    back = getattr(ours_torch, name)(num_classes=7, in_channels=channels, **options).eval()
    weights.to_torch(other, back)
    with torch.no_grad():
        np.testing.assert_array_equal(back(torch.from_numpy(images)).numpy(), expected)
    keras.utils.clear_session()


@pytest.mark.slow
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
