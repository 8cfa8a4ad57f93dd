"""Our Keras networks where Keras computes with PyTorch or JAX: built, and equal to their twins."""

import importlib.util
import json
import os
import subprocess
import sys

import pytest

from course_utils import models
from course_utils.models.naming import keras_name, torch_path

CODE = """
import importlib, json, sys
import keras, numpy, torch
from course_utils.models import keras as in_keras, summary, torch as in_torch, weights

torch.set_num_threads(1)
answers = {"backend": keras.config.backend()}
for key, (size, channels, options) in json.loads(sys.argv[1]).items():
    name = key.partition(",")[0]
    torch.manual_seed(0)
    one = getattr(in_torch, name)(num_classes=7, in_channels=channels, **options).eval()
    shape = size, size, channels
    other = getattr(in_keras, name)(num_classes=7, input_shape=shape, **options)
    weights.to_keras(one, other)
    images = torch.randn(2, channels, size, size)
    with torch.no_grad():
        expected = one(images).numpy()
    found = other(images.permute(0, 2, 3, 1).numpy(), training=False)
    found = keras.ops.convert_to_numpy(found[0] if isinstance(found, list) else found)
    found = numpy.moveaxis(found, -1, 1)  # logits of pixels as PyTorch has them; others stay
    before = expected.copy()
    weights.to_torch(other, one)
    with torch.no_grad():
        again = one(images).numpy()
    tables = [summary.summary(one, (channels, size, size)), summary.summary(other)]
    answers[key] = [
        float(abs(found - expected).max() / max(1, abs(expected).max())),
        float(abs(again - before).max()),
        [table.multiply_adds for table in tables],
    ]
    keras.utils.clear_session()
print(json.dumps(answers))
"""
QUICK = {
    "lenet5": (32, 1, {}),
    "lenet5, classic": (32, 1, {"classic": True}),
    **{name: (32, 3, {}) for name in models.names() if name.startswith("small_")},
}
LARGE = {
    "nin": (32, 3, {}),
    "alexnet": (227, 3, {"groups": 2}),
    "zfnet": (224, 3, {}),
    "vgg11": (64, 3, {"dense": 64}),
    "resnet50": (64, 3, {}),
    "resnext50_32x4d": (64, 3, {}),
    "resnet50_v2": (64, 3, {}),
    "densenet121": (64, 3, {}),
    "googlenet": (64, 3, {}),
    "googlenet, with heads": (96, 3, {"auxiliary": True}),
    "inception_v3": (107, 3, {}),
    "inception_v3, with a head": (299, 3, {"auxiliary": True}),
    "inception_resnet_v2": (107, 3, {}),
    "xception": (110, 3, {"blocks": 2}),
    "se_resnet50": (64, 3, {}),
    "oct_resnet50": (64, 3, {}),
    "squeezenet1_1": (60, 3, {}),
    "mobilenet_v2": (64, 3, {}),
    "mobilenet_v3_large": (64, 3, {}),
    "shufflenet_v2_x1_0": (64, 3, {}),
    "efficientnet_v2_s": (64, 3, {}),
    "regnet_y_400mf": (64, 3, {}),
    "convnext_tiny": (64, 3, {}),
    "deit_ti_16": (64, 3, {}),
    "swin_t": (224, 3, {}),
    "unet": (64, 3, {"width": 16}),
    "unet, as in the paper": (188, 1, {"width": 8, "padded": False}),
}


def run(backend, networks):
    """What a fresh Python finds on that backend: by network the differences and the work."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(networks)],
        capture_output=True,
        text=True,
        env=os.environ | {"KERAS_BACKEND": backend, "CUDA_VISIBLE_DEVICES": ""},
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout.splitlines()[-1])
    assert answers.pop("backend") == backend and set(answers) == set(networks)
    return answers


def assert_twins(answers):
    for name, (apart, after_the_way_back, (work, work_in_keras)) in answers.items():
        assert apart < 1e-4, name
        assert after_the_way_back == 0, name
        # PyTorch's heads run in training only; its attention is a layer, in Keras several.
        if not any(word in name for word in ("head", "vit", "deit", "swin")):
            assert work == work_in_keras > 0, name


@pytest.mark.parametrize(
    "path, name",
    [
        ("layer1.0.conv1", "layer1-0-conv1"),
        ("encoder.layers.encoder_layer_0.ln_1", "encoder-layers-encoder_layer_0-ln_1"),
        ("trunk_output.block1.block1-0.f.a.0", "trunk_output-block1-block1--0-f-a-0"),
        ("class_token", "class_token"),
    ],
)
def test_a_layers_name_has_no_dots_and_leads_back_to_its_twin(path, name):
    assert keras_name(path) == name and torch_path(name) == path


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_small_networks_equal_their_twins_on_another_backend(backend):
    assert_twins(run(backend, QUICK))


@pytest.mark.proof
@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_a_network_of_each_family_equals_its_twin_on_another_backend(backend):
    assert_twins(run(backend, LARGE))
