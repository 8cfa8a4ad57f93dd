"""Lecture 18's maps, against truths that need neither its network nor another library."""

import itertools

import lecture_functions
import pytest
import torch
from torch import nn
from torch.nn import functional as F

WANTED = (
    "occlusion gradient saliency integrated_gradients grad_cam cells removed_and_kept "
    "rank_correlation worst"
).split()


@pytest.fixture(scope="module")
def shown():
    """The functions that the lecture's cells define."""
    names = {"torch": torch, "nn": nn, "F": F, "product": itertools.product, "level": 1 / 255}
    return lecture_functions.shown("18", WANTED, names)


@pytest.fixture
def network():
    """Smooth, so that every slope changes along the way."""
    torch.manual_seed(1)
    maps = nn.Sequential(nn.Conv2d(3, 6, 3), nn.Tanh(), nn.Conv2d(6, 5, 3, stride=2), nn.Tanh())
    ending = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(5, 4))
    return nn.Sequential(maps, ending).double()


@pytest.fixture
def x():
    return torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(2)).double()


def test_occlusion_of_a_linear_network_is_what_the_square_contributes(shown):
    linear = nn.Sequential(nn.Flatten(), nn.Linear(2 * 8 * 8, 3)).double()
    image = torch.randn(1, 2, 8, 8).double()
    worth = (linear[1].weight[1].detach().view(2, 8, 8) * image[0]).sum(0)

    found = shown.occlusion(linear, image, 1, side=4, step=2)

    expected = [[worth[r : r + 4, c : c + 4].sum() for c in (0, 2, 4)] for r in (0, 2, 4)]
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64))


def test_occlusion_leaves_its_image_alone_and_knows_height_from_width(shown):
    image = torch.ones(1, 1, 8, 16)

    found = shown.occlusion(nn.Flatten(), image, 0, side=4, step=4)

    assert found.shape == (2, 4) and found[0, 0] == 1 and found.sum() == 1
    assert image.eq(1).all()


def test_the_gradient_is_the_slope_that_small_steps_measure(shown, network, x):
    found = shown.gradient(network, x, 2)

    for place in [(0, 0, 0, 0), (0, 2, 5, 7), (1, 1, 11, 3)]:
        step = torch.zeros_like(x)
        step[place] = 1e-6
        with torch.no_grad():
            rise = (network(x + step) - network(x - step))[place[0], 2] / 2e-6
        torch.testing.assert_close(found[place], rise, rtol=1e-5, atol=1e-8)
    torch.testing.assert_close(shown.saliency(network, x, 2), found.abs().max(1).values)


def test_integrated_gradients_add_up_to_the_difference_of_the_scores(shown, network, x):
    for baseline in (torch.zeros_like(x), torch.full_like(x, 0.3)):
        shares = shown.integrated_gradients(network, x, 3, baseline, steps=400)

        with torch.no_grad():
            rise = (network(x) - network(baseline))[:, 3]
        torch.testing.assert_close(shares.sum((1, 2, 3)), rise, rtol=1e-4, atol=1e-5)


def test_integrated_gradients_of_a_product_are_those_of_the_calculation_by_hand(shown):
    """Along the way to (a, b) the slopes of ab are bt and at: each gets half of ab."""

    def product(x):
        return x.prod(1, keepdim=True)

    shares = shown.integrated_gradients(product, torch.tensor([[3.0, -4.0]]), 0, steps=7)

    torch.testing.assert_close(shares, torch.tensor([[-6.0, -6.0]]))


def test_grad_cam_is_cam_where_the_head_is_a_mean_and_a_dense_layer(shown, network, x):
    maps, ending = network

    found = shown.grad_cam(maps, ending, x, 1)

    features, weights = maps(x), ending[2].weight[1]
    cam = sum(weights[c] * features[:, c] for c in range(5)) / features[0, 0].numel()
    torch.testing.assert_close(found, cam.clamp(min=0).detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(
        cam.sum((1, 2)) + ending[2].bias[1], network(x)[:, 1], rtol=1e-9, atol=1e-12
    )


def test_grad_cam_weighs_channels_by_the_mean_slope_of_any_head(shown, network, x):
    maps = network[0]
    hidden = nn.Sequential(nn.Flatten(), nn.Linear(5 * 16, 6), nn.Tanh(), nn.Linear(6, 3)).double()

    found = shown.grad_cam(maps, hidden, x, 0)

    with torch.no_grad():
        features = maps(x)
        cam = 0
        for c in range(5):
            step = torch.zeros_like(features)
            step[:, c] = 1e-6  # all positions at once: the sum of their slopes
            slope = (hidden(features + step) - hidden(features - step))[:, 0] / 2e-6 / 16
            cam = cam + slope[:, None, None] * features[:, c]
    torch.testing.assert_close(found, cam.clamp(min=0), rtol=1e-5, atol=1e-8)


def test_what_is_removed_and_what_is_kept_make_up_the_image(shown):
    image, relevance = torch.rand(1, 3, 40, 40), torch.arange(100.0).view(10, 10)

    made = shown.removed_and_kept(image, relevance, shares=(10, 60))

    assert made.shape == (4, 3, 40, 40)
    for removed, kept in made.view(2, 2, 3, 40, 40):
        torch.testing.assert_close(removed + kept, image[0])
    assert made[0, :, 36:].eq(0).all() and made[1, :, :36].eq(0).all()  # the last row of cells


def test_rank_correlation_sees_order_alone(shown):
    a = torch.randperm(100).view(10, 10).float()

    assert shown.rank_correlation(a, a.sqrt()) == pytest.approx(1)
    assert shown.rank_correlation(a, -a) == pytest.approx(-1)


def test_no_other_change_of_that_size_makes_the_loss_of_a_linear_network_larger(shown):
    torch.manual_seed(3)
    linear = nn.Sequential(nn.Flatten(), nn.Linear(9, 2))
    image, y = torch.randn(1, 1, 3, 3), torch.tensor([1])

    changed = shown.worst(linear, image, y, 2)

    torch.testing.assert_close((changed - image).abs(), torch.full_like(image, 2 / 255))
    signs = torch.tensor(list(itertools.product((-1.0, 1.0), repeat=9))).view(-1, 1, 3, 3)
    losses = F.cross_entropy(linear(image + signs * 2 / 255), y.repeat(512), reduction="none")
    assert F.cross_entropy(linear(changed), y) >= losses.max() - 1e-6


def test_the_worst_change_in_keras_is_that_in_pytorch(shown):
    keras, tf = pytest.importorskip("keras"), pytest.importorskip("tensorflow")
    in_keras = lecture_functions.shown("18", ["keras_worst"], {"keras": keras, "tf": tf})
    torch.manual_seed(5)
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Tanh(), nn.Linear(5, 3))
    twin = keras.Sequential([keras.Input((3, 4, 1)), keras.layers.Flatten()])
    twin.add(keras.layers.Dense(5, activation="tanh"))
    twin.add(keras.layers.Dense(3))
    twin.set_weights([p.detach().numpy().T for p in network.parameters()])
    images, y = torch.randn(2, 1, 3, 4), torch.tensor([2, 0])

    last = tf.constant(images.permute(0, 2, 3, 1).numpy())
    found = in_keras.keras_worst(twin, last, y.numpy(), 2 / 255).numpy()

    expected = shown.worst(network, images, y, 2)
    found = torch.tensor(found).permute(0, 3, 1, 2)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)


# Against the libraries that others use for these maps. The course needs neither, so neither is
# among its requirements: captum would bring torch to those who only grade, grad-cam OpenCV and
# torchvision. Where they are installed (`pip install captum grad-cam`), these tests run.
@pytest.fixture
def captum():
    return pytest.importorskip("captum", reason="comparing with captum: pip install captum")


def test_occlusion_is_captums(captum, shown, network, x):
    from captum.attr import Occlusion

    found = shown.occlusion(network, x[:1], 2, side=4, step=4)

    theirs = Occlusion(network).attribute(x[:1], (3, 4, 4), strides=(3, 4, 4), target=2)
    fine = F.interpolate(found[None, None], (12, 12))[0].float()  # theirs has single precision
    torch.testing.assert_close(fine, theirs[0, :1])


def test_gradient_and_saliency_are_captums(captum, shown, network, x):
    from captum.attr import Saliency

    x.requires_grad_()
    theirs = Saliency(network)
    torch.testing.assert_close(
        shown.gradient(network, x, 2), theirs.attribute(x, target=2, abs=False)
    )
    torch.testing.assert_close(shown.saliency(network, x, 2), theirs.attribute(x, target=2).amax(1))


@pytest.mark.parametrize("steps", [3, 32])
def test_integrated_gradients_are_captums_by_the_midpoint_rule(captum, shown, network, x, steps):
    from captum.attr import IntegratedGradients

    baseline = torch.full_like(x, 0.3)
    found = shown.integrated_gradients(network, x, 3, baseline, steps=steps)

    theirs = IntegratedGradients(network).attribute(
        x, baseline, target=3, n_steps=steps, method="riemann_middle"
    )
    torch.testing.assert_close(found, theirs.detach(), rtol=1e-5, atol=1e-7)  # its steps are single


def test_grad_cam_is_captums(captum, shown, network, x):
    from captum.attr import LayerGradCam

    found = shown.grad_cam(network[0], network[1], x, 1)

    theirs = LayerGradCam(network, network[0]).attribute(x, target=1, relu_attributions=True)
    torch.testing.assert_close(found, theirs[:, 0].detach(), rtol=1e-9, atol=1e-12)


def test_the_worst_change_is_captums_fast_gradient_sign(captum, shown, network, x):
    from captum.robust import FGSM

    y = torch.tensor([0, 3])
    found = shown.worst(network, x, y, 2)

    theirs = FGSM(network, nn.CrossEntropyLoss(reduction="none"))
    theirs.zero_thresh = 0  # it leaves alone what has a slope below 10^-6
    x.requires_grad_()
    torch.testing.assert_close(found, theirs.perturb(x, 2 / 255, y).detach())


def test_grad_cam_is_that_of_the_package_grad_cam(shown, network, x):
    """It stretches a map to the image's size and to values from 0 to 1."""
    library = pytest.importorskip(
        "pytorch_grad_cam", reason="comparing with grad-cam: pip install grad-cam"
    )
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    torch.manual_seed(4)
    maps = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.Tanh()).double()
    ending = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, 4)).double()
    found = shown.grad_cam(maps, ending, x, 1)

    with library.GradCAM(nn.Sequential(maps, ending), [maps]) as theirs:
        expected = theirs(x, [ClassifierOutputTarget(1)] * len(x))

    low, high = (end.view(-1, 1, 1) for end in (found.amin((1, 2)), found.amax((1, 2))))
    scaled = (found - low) / (high - low)
    torch.testing.assert_close(scaled.numpy(), expected, rtol=1e-4, atol=1e-4, check_dtype=False)
