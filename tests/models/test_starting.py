"""How networks begin that must not lean on batch normalisation: images are told apart, and learned.

GoogLeNet's paper is older than batch normalisation; lecture 09 takes it out of ours.
"""

import numpy as np
import pytest

from course_utils import datasets, training
from course_utils.models.naming import keras_name

PLAIN = {  # by the side of their images
    "lenet5": 32,
    "alexnet": 227,
    "zfnet": 224,
    "nin": 32,
    "highway": 32,
    "small_highway": 32,
    "vgg16": 224,
    "googlenet": 64,
}
TOLD_APART = 1e-3  # least standard deviation of a logit over images; VGG-16 once had 1e-7


def convolutions_and_dense(model, torch):
    kinds = torch.nn.Conv2d | torch.nn.Linear
    return {name: layer for name, layer in model.named_modules() if isinstance(layer, kinds)}


def noise(torch, channels, size):
    return torch.randn(4, channels, size, size, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", PLAIN)
def test_a_fresh_network_tells_images_apart(name, torch, ours_torch):
    torch.manual_seed(0)
    model = getattr(ours_torch, name)().eval()
    with torch.no_grad():
        logits = model(noise(torch, model.in_channels, PLAIN[name]))

    assert logits.std(dim=0).mean() > TOLD_APART


@pytest.mark.parametrize("name", ["nin", "vgg11", "alexnet", "googlenet"])
def test_weights_have_hes_variance_and_biases_are_zero(name, torch, ours_torch):
    """2 / fan in (He et al. 2015, equation 10), counted from the shapes."""
    torch.manual_seed(0)
    for place, layer in convolutions_and_dense(getattr(ours_torch, name)(), torch).items():
        few = 6 / np.sqrt(layer.weight.numel())  # standard errors, generously
        expected = np.sqrt(2 / layer.weight[0].numel())
        assert layer.weight.std().item() == pytest.approx(expected, rel=few), place
        assert layer.bias is None or layer.bias.count_nonzero() == 0, place


@pytest.mark.parametrize("name", [*PLAIN, "vgg11", "se_inception", "googlenet, with heads"])
def test_twins_start_from_the_same_distribution(name, torch, keras, ours_torch, ours_keras):
    """Mean and spread of every layer's weights; each draws its own."""
    torch.manual_seed(0)
    keras.utils.set_random_seed(0)
    name, _, heads = name.partition(", ")
    options = {"dense": 256, "num_classes": 10} if name.startswith("vgg") else {}
    options |= {"auxiliary": True} if heads else {}
    ours = convolutions_and_dense(getattr(ours_torch, name)(**options), torch)
    twin = getattr(ours_keras, name)(**options)

    for place, layer in ours.items():
        kernel, *bias = twin.get_layer(keras_name(place)).get_weights()
        few = 6 / np.sqrt(kernel.size)  # standard errors, generously
        spread = layer.weight.std().item()
        assert kernel.std() == pytest.approx(spread, rel=few), place
        assert abs(kernel.mean()) < few * spread, place
        assert bool(bias) == (layer.bias is not None), place
        for values in bias:
            np.testing.assert_array_equal(values, layer.bias.detach().numpy(), place)
    keras.utils.clear_session()


def test_googlenet_tells_images_apart_where_nothing_is_normalised(torch, ours_torch):
    """As in 2014: with PyTorch's own weights a logit differed by 1.5e-7 over images."""
    torch.manual_seed(0)
    model = ours_torch.googlenet().eval()
    for module in model.modules():
        if hasattr(module, "bn"):
            module.bn = torch.nn.Identity()
    with torch.no_grad():
        assert model(noise(torch, 3, 64)).std(dim=0).mean() > 0.1


def test_layers_of_one_shape_do_not_start_alike(keras, ours_keras):
    """An initialiser that two layers shared would give both the same numbers."""
    model = ours_keras.vgg11(dense=512, num_classes=512)
    for names in (("features.16", "features.18"), ("classifier.3", "classifier.6")):
        one, other = (model.get_layer(keras_name(name)).get_weights()[0] for name in names)
        assert one.shape == other.shape and np.abs(one - other).max() > 0.01
    keras.utils.clear_session()


def test_the_classic_lenet_starts_for_its_tanh_and_the_modern_one_for_relu(torch, ours_torch):
    torch.manual_seed(0)
    classic, modern = (ours_torch.lenet5(classic=kind).c5.weight for kind in (True, False))
    inputs, outputs = 16 * 25, 120 * 25

    assert classic.abs().max() <= np.sqrt(6 / (inputs + outputs))
    assert modern.std().item() == pytest.approx(np.sqrt(2 / inputs), rel=0.05)


def test_a_highway_keeps_the_start_of_its_gates(torch, ours_torch):
    gates = [m.gate for m in ours_torch.highway(carry=-3.0).modules() if hasattr(m, "gate")]

    assert len(gates) == 15 and all((gate.bias == -3).all() for gate in gates)


@pytest.mark.parametrize("name, size", [("alexnet", 227), ("zfnet", 224)])
def test_dropout_acts_on_the_outputs_of_the_first_two_dense_layers(name, size, torch, ours_torch):
    """Krizhevsky et al. 2012, section 4.2; of what the convolutions found nothing is left out."""
    torch.manual_seed(0)
    model = getattr(ours_torch, name)(num_classes=5).train()
    seen = {}
    for layer in ("fc6", "fc7", "fc8"):
        getattr(model, layer).register_forward_pre_hook(
            lambda module, inputs, layer=layer: seen.update({layer: inputs[0]})
        )
    image = noise(torch, 3, size)[:1]
    model(image)
    first = dict(seen)
    model(image)

    torch.testing.assert_close(first["fc6"], seen["fc6"])
    for layer in ("fc7", "fc8"):
        positive = (model.eval() and first[layer] > 0).float().mean()
        assert 0.1 < positive < 0.4  # half of the half that a ReLU lets pass
        assert not torch.equal(first[layer], seen[layer])


@pytest.mark.proof
def test_vgg_11_learns_sixteen_digits_by_heart(torch, ours_torch):
    """Its dense layers are narrower here; with PyTorch's own weights the loss stays at 2.2."""
    images, labels = datasets.load("mnist", source="sample").batch(slice(0, 16))
    images = torch.nn.functional.interpolate(torch.from_numpy(images), 32)
    batch = [(images, torch.from_numpy(labels))]
    torch.manual_seed(0)
    model = ours_torch.vgg11(num_classes=10, in_channels=1, dense=64, dropout=0.0)
    optimiser = torch.optim.Adam(model.parameters(), 1e-4)
    training.fit(model, batch, epochs=40, optimiser=optimiser, seed=0)

    result = training.evaluate(model, batch)
    assert result["loss"] < 0.05 and result["accuracy"] == 1
