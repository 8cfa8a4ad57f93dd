"""U-Net: the paper's numbers, published counts, what padding changes, and that it segments."""

import numpy as np
import pytest

from course_utils import training

# Figure 1, convolution by convolution: input and output channels.
THREE_BY_THREE = [(1, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 512)]
THREE_BY_THREE += [(512, 512), (512, 1024), (1024, 1024), (1024, 512), (512, 512), (512, 256)]
THREE_BY_THREE += [(256, 256), (256, 128), (128, 128), (128, 64), (64, 64)]
TWO_BY_TWO = [(1024, 512), (512, 256), (256, 128), (128, 64)]
ONE_BY_ONE = [(64, 2)]


def parameters(model):
    return sum(parameter.numel() for parameter in model.parameters())


def test_it_has_the_weights_of_figure_1(torch, ours_torch):
    """With a bias for each output channel; 23 convolutions, as the paper says."""
    with torch.device("meta"):
        model = ours_torch.unet()
    layers = [(9, THREE_BY_THREE), (4, TWO_BY_TWO), (1, ONE_BY_ONE)]
    expected = sum(k * a * b + b for k, pairs in layers for a, b in pairs)

    assert len(THREE_BY_THREE + TWO_BY_TWO + ONE_BY_ONE) == 23
    assert parameters(model) == expected == 31_030_658


def test_it_has_as_many_weights_as_published_ones(torch, ours_torch):
    """Two of half the width for one class, each with many copies.

    The Keras network of Kaggle's ultrasound images prints 7,759,521; the one for brain scans in
    torch.hub (mateuszbuda/brain-segmentation-pytorch) has 7,763,041, three channels and batch
    normalisation, which adds two numbers for each map of its 18 convolutions and takes the bias.
    """
    with torch.device("meta"):
        one, three = (
            ours_torch.unet(num_classes=1, in_channels=n, width=32, dropout=0.0) for n in (1, 3)
        )
    normalised = sum(outputs // 2 for _, outputs in THREE_BY_THREE)

    assert parameters(one) == 7_759_521
    assert parameters(three) + normalised == 7_763_041


def test_without_padding_sizes_are_the_papers(torch, ours_torch):
    """572x572 to 388x388, and every map in between as in figure 1."""
    seen = []
    with torch.device("meta"):
        model = ours_torch.unet(padded=False)
        for layer in model.modules():
            if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
                layer.register_forward_hook(lambda _, inputs, y: seen.append(y.shape[-1]))
        assert model(torch.zeros(1, 1, 572, 572)).shape == (1, 2, 388, 388)

    down = [570, 568, 282, 280, 138, 136, 66, 64, 30, 28]
    assert seen == [*down, 56, 54, 52, 104, 102, 100, 200, 198, 196, 392, 390, 388, 388]


def test_padding_changes_only_what_it_reaches(torch, ours_torch):
    """Halved once, both see the same windows: the paper's output is the other one's middle."""
    torch.manual_seed(0)
    options = {"width": 4, "depth": 1, "in_channels": 3}
    padded = ours_torch.unet(**options).eval()
    without = ours_torch.unet(padded=False, **options).eval()
    without.load_state_dict(padded.state_dict())
    images = torch.randn(2, 3, 32, 36)
    with torch.no_grad():
        whole, middle = padded(images), without(images)

    assert middle.shape == (2, 2, 16, 20)
    torch.testing.assert_close(whole[:, :, 8:-8, 8:-8], middle)
    assert not torch.allclose(whole[:, :, 7:-9, 8:-8], middle)


def test_a_skip_connection_carries_what_the_lower_levels_lose(torch, ours_torch):
    """With the ways up cut off, a pixel still depends on its neighbours, by the bridge."""
    torch.manual_seed(0)
    model = ours_torch.small_unet().eval()
    for up in model.up:
        torch.nn.init.zeros_(up.weight)
    image = torch.randn(1, 1, 32, 32, requires_grad=True)
    model(image)[0, :, 16, 16].sum().backward()
    rows = image.grad[0, 0].abs().sum(dim=1).nonzero().ravel()

    assert rows.min() == 16 - 4 and rows.max() == 16 + 4


def test_signals_keep_their_size_from_the_start(torch, ours_torch):
    """He's weights: section 3, deviation sqrt(2 / N), N being the numbers that a sum is of."""
    torch.manual_seed(0)
    model = ours_torch.unet(width=32)
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
            ones = torch.ones(1, layer.in_channels, 8, 8)
            weights = torch.ones_like(layer.weight)
            up = isinstance(layer, torch.nn.ConvTranspose2d)
            convolve = torch.nn.functional.conv_transpose2d if up else torch.nn.functional.conv2d
            summed = convolve(ones, weights, stride=layer.stride)[0, 0, 2, 2].item()
            few = 6 / np.sqrt(layer.weight.numel())  # standard errors, generously
            assert layer.weight.std().item() == pytest.approx((2 / summed) ** 0.5, rel=few)
            assert layer.bias.count_nonzero() == 0


def test_dropout_acts_on_the_two_lowest_levels(torch, ours_torch):
    """As in the network that the authors published for Caffe."""
    model = ours_torch.unet(width=2)
    assert [step[-1].p for step in model.contracting] == [0, 0, 0, 0.5, 0.5]
    assert [step[-1].p for step in model.expanding] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "padded, size, message",
    [
        (True, 40, "height and width are multiples of 16"),
        (False, 572 - 1, "height and width are 188, 204, 220 and so on in steps of 16"),
        (False, 188 - 16, "height and width are 188, 204, 220 and so on in steps of 16"),
    ],
)
def test_sizes_that_cannot_be_halved_are_refused(
    padded, size, message, torch, ours_torch, ours_keras
):
    with torch.device("meta"), pytest.raises(ValueError, match=message + rf".*\(1, 1, {size}, "):
        ours_torch.unet(width=2, padded=padded)(torch.zeros(1, 1, size, 572))
    with pytest.raises(ValueError, match=message + rf".*input_shape is \({size}, "):
        ours_keras.unet(width=2, padded=padded, input_shape=(size, 572, 1))


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_what_the_message_names_is_the_least_size_that_fits(depth, torch, ours_torch):
    with torch.device("meta"):
        model = ours_torch.unet(width=1, depth=depth, padded=False)
        lost, fitting = 12 * 2**depth - 8, []
        for size in range(1, lost + 3 * 2**depth):
            try:
                fitting.append((size, model(torch.zeros(1, 1, size, size)).shape[-1]))
            except ValueError as error:
                message = str(error)

    assert all(output == size - lost for size, output in fitting)
    assert ", ".join(str(size) for size, _ in fitting[:2]) in message
    assert lost < fitting[0][0] <= lost + 2**depth


def discs(count, seed):
    """Noisy images `(count, 1, 32, 32)` of a disc, and the pixels `(count, 32, 32)` it covers."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:32, :32]
    centre, radius = rng.uniform(8, 24, (2, count, 1, 1)), rng.uniform(4, 8, (count, 1, 1))
    covered = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 < radius**2
    images = covered[:, None] + rng.normal(size=(count, 1, 32, 32))
    return images.astype(np.float32), covered.astype(np.int64)


def overlap(found, covered):
    """Intersection over union."""
    return (found & covered).sum() / (found | covered).sum()


def test_a_small_one_learns_to_segment_in_seconds(torch, ours_torch):
    """Discs in noise as strong as they are, which no threshold of single pixels finds."""
    torch.manual_seed(0)
    (images, covered), (unseen, truth) = discs(96, 0), discs(48, 1)
    model = ours_torch.small_unet(width=8)
    learn = training.batches(torch.from_numpy(images), torch.from_numpy(covered), 16)
    training.fit(model, learn, epochs=20, optimiser=torch.optim.Adam(model.parameters(), 5e-3))
    with torch.no_grad():
        found = model(torch.from_numpy(unseen)).argmax(1).numpy().astype(bool)
    pixels = max(overlap(unseen[:, 0] > level, truth == 1) for level in np.linspace(0, 2, 21))

    assert pixels < 0.4 < 0.65 < overlap(found, truth == 1)


@pytest.mark.proof
def test_a_small_one_learns_to_segment_in_keras_as_well(keras, ours_keras):
    keras.utils.set_random_seed(0)
    (images, covered), (unseen, truth) = discs(96, 0), discs(48, 1)
    model = ours_keras.small_unet(width=8)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3), loss, jit_compile=False)
    model.fit(images.transpose(0, 2, 3, 1), covered, 16, epochs=20, verbose=0)
    found = np.asarray(model(unseen.transpose(0, 2, 3, 1))).argmax(-1).astype(bool)

    assert overlap(found, truth == 1) > 0.65
    keras.utils.clear_session()
