"""The table of a network: the same numbers in both frameworks, and those of the literature."""

import importlib

import pytest

from course_utils import models
from course_utils.models.summary import EVERYTHING, saved_for_backward, summary

# Of the last feature maps: A. Araujo et al., Distill 2019, table "receptive fields".
FIELDS = {"alexnet": 195, "vgg16": 212, "resnet50": 483, "resnet101": 1027, "resnet152": 1507}
SMALL = [name for name in models.names() if name.startswith("small_")]
SIZES = {"alexnet": 227, **dict.fromkeys(["lenet5", "nin", "highway", *SMALL], 32)}
SIZES |= dict.fromkeys([n for n in models.names() if n.startswith(("inception_", "xcep"))], 299)


def meta(constructor, torch, **options):
    with torch.device("meta"):
        return constructor(**options)


def shape_of(name, model):
    return model.in_channels, SIZES.get(name, 224), SIZES.get(name, 224)


@pytest.mark.parametrize("name", models.names())
def test_parameters_are_all_there(name, torch, ours_torch):
    model = meta(getattr(ours_torch, name), torch)
    table = summary(model, shape_of(name, model))

    assert table.parameters == sum(parameter.numel() for parameter in model.parameters())
    scores, maps = [(1000,), (10,)], [(10, 8, 8), (1000, 13, 13), (2, 32, 32), (2, 224, 224)]
    assert table.rows[-1].output in scores + maps
    assert f"{table.parameters:,}" in str(table).splitlines()[-1]


@pytest.mark.parametrize("name", FIELDS)
def test_receptive_fields_are_those_of_the_literature(name, torch, ours_torch):
    options = {"stride_first": True} if name.startswith("resnet") else {}  # as in the papers
    model = meta(getattr(ours_torch, name), torch, **options)
    rows = summary(model, shape_of(name, model)).rows

    assert max(row.field for row in rows if row.field != EVERYTHING) == FIELDS[name]
    assert rows[-1].field == EVERYTHING


@pytest.mark.proof
@pytest.mark.parametrize(
    "name",
    [
        "lenet5",
        "nin",
        "resnet18",
        "resnet50",
        "googlenet",
        "vgg11",
        "small_oct_resnet",
        "small_se_resnet",
        "small_xception",
        "small_highway",
        "inception_resnet_v2",
    ],
)
def test_both_frameworks_give_the_same_table(name, torch, keras, ours_torch):
    ours_keras = importlib.import_module("course_utils.models.keras")
    one = meta(getattr(ours_torch, name), torch)
    tables = summary(one, shape_of(name, one)), summary(getattr(ours_keras, name)())
    found = [
        {
            row.name: (row.output, row.parameters, row.multiply_adds, row.field)
            for row in table.rows
            if row.parameters
        }
        for table in tables
    ]

    assert found[0] == found[1]
    keras.utils.clear_session()


def test_layers_called_as_functions_grow_the_field_as_modules_do(torch):
    from torch import nn
    from torch.nn import functional as F

    class Functional(nn.Module):
        def __init__(self):
            super().__init__()
            self.kernels = nn.Parameter(torch.zeros(4, 3, 3, 3))
            self.last = nn.Conv2d(4, 2, 3)

        def forward(self, x):
            x = F.conv2d(x, self.kernels, dilation=2)  # sees 5 pixels
            x = F.avg_pool2d(x, 3, padding=1)  # 7, then every third
            return self.last(F.max_pool2d(x, kernel_size=2))  # 10, every sixth; 22

    assert summary(Functional(), (3, 40, 40)).rows[0].field == 22


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match="a dict is neither a PyTorch module nor a Keras model"):
        summary({})


# --- what is counted ---------------------------------------------------------------------------


def layer_of(torch, kind):
    """A layer, the shape of its input, and its multiply-adds by hand."""
    nn = torch.nn
    return {
        "transposed": (nn.ConvTranspose2d(4, 8, 2, stride=2), (4, 5, 5), 4 * 8 * 2 * 2 * 25),
        "transposed in groups": (nn.ConvTranspose2d(4, 8, 3, groups=2), (4, 5, 5), 4 * 4 * 9 * 25),
        "3-D": (nn.Conv3d(1, 8, 3), (1, 28, 28, 28), 8 * 27 * 26**3),
        "1-D": (nn.Conv1d(1, 8, 3), (1, 28), 8 * 3 * 26),
        "grouped": (nn.Conv2d(4, 8, 3, groups=2), (4, 5, 5), 8 * 9 * 2 * 9),
        "dense at each place": (nn.Linear(8, 3), (6, 8), 6 * 8 * 3),
        "recurrent": (nn.GRU(8, 3, batch_first=True), (6, 8), 6 * 3 * 3 * (8 + 3)),
        "normalised": (nn.LayerNorm(8), (6, 8), 0),
    }[kind]


KINDS = ["transposed", "transposed in groups", "3-D", "1-D", "grouped", "dense at each place"]


@pytest.mark.parametrize("kind", [*KINDS, "recurrent", "normalised"])
def test_layers_of_every_kind_are_counted(torch, kind):
    layer, shape, work = layer_of(torch, kind)
    table = summary(torch.nn.Sequential(layer), shape)

    assert table.multiply_adds == work and table.uncounted == ()
    assert table.parameters == sum(each.numel() for each in layer.parameters())


@pytest.mark.parametrize("way", ["with weights", "without", "functional"])
def test_attention_is_four_dense_layers_and_two_products(torch, way):
    """T places of C numbers: 4 T C^2 + 2 T^2 C; of the function alone the second part."""
    places, channels = 6, 8

    class Attend(torch.nn.Module):
        def __init__(self):
            super().__init__()
            if way != "functional":
                self.attention = torch.nn.MultiheadAttention(channels, 2, batch_first=True)

        def forward(self, x):
            if way == "functional":
                return torch.nn.functional.scaled_dot_product_attention(x, x, x)
            return self.attention(x, x, x, need_weights=way == "with weights")[0]

    model = Attend()
    table = summary(model, (places, channels))
    dense = 0 if way == "functional" else 4 * places * channels**2

    assert table.multiply_adds == dense + 2 * places**2 * channels and table.uncounted == ()
    assert table.parameters == sum(each.numel() for each in model.parameters())
    assert table.rows[-1].field == EVERYTHING


def test_a_product_of_matrices_without_a_layer_is_counted(torch):
    class Gram(torch.nn.Module):
        def forward(self, x):
            return torch.einsum("nij,nkj->nik", x, x)

    (row,) = summary(Gram(), (5, 7)).rows
    assert (row.kind, row.multiply_adds, row.parameters) == ("Gram", 5 * 7 * 5, 0)


def test_a_transformers_layer_is_counted_as_its_parts(torch):
    layer = torch.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    table = summary(layer, (6, 8))

    assert table.multiply_adds == 4 * 6 * 64 + 2 * 36 * 8 + 2 * 6 * 8 * 16
    assert table.parameters == sum(each.numel() for each in layer.parameters())


def test_what_cannot_be_counted_is_named_and_never_zero(torch):
    class Both(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.pair = torch.nn.Linear(4, 4), torch.nn.Bilinear(4, 4, 2)

        def forward(self, x):
            return self.pair(self.first(x), x)

    table = summary(Both(), (4,))

    assert table.uncounted == ("pair (_trilinear)",) and table.multiply_adds == 16
    lines = str(table).splitlines()
    assert lines[2].split()[-2:] == ["?", "all"]
    assert lines[3].split() == ["all", str(20 + 34), "16", "+", "?"]
    assert lines[4] == "? is not counted: pair (_trilinear)"


@pytest.mark.parametrize("name", models.names())
def test_of_our_networks_everything_is_counted(name, torch, ours_torch):
    model = meta(getattr(ours_torch, name), torch)

    assert summary(model, shape_of(name, model)).uncounted == ()


def test_tied_weights_and_layers_used_again_count_once(torch):
    nn = torch.nn
    tied = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    tied[1].weight = tied[0].weight
    shared = nn.Linear(4, 4)

    assert summary(tied, (4,)).parameters == 16 and summary(tied, (4,)).multiply_adds == 32
    again = summary(nn.Sequential(shared, nn.ReLU(), shared), (4,))
    assert [row.parameters for row in again.rows] == [20, 0] and again.multiply_adds == 32


@pytest.mark.parametrize("kind", ["half", "double", "bfloat16"])
def test_networks_of_any_precision_are_counted(torch, kind):
    model = getattr(torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3)), kind)()

    table = summary(model, (3, 8, 8))
    assert (table.parameters, table.multiply_adds) == (112, 4 * 27 * 36)


def test_dilated_pools_and_transposed_convolutions_see_what_they_see(torch):
    """A pool of 3 with gaps of 2 reaches 5; each of its outputs, doubled, comes from two."""
    nn = torch.nn
    rows = summary(
        nn.Sequential(nn.MaxPool2d(3, stride=1, dilation=2), nn.ConvTranspose2d(1, 1, 4, stride=2)),
        (1, 9, 9),
    ).rows

    assert [row.field for row in rows] == [5, 6]


def keras_layers(layers):
    return {
        "transposed": (layers.Conv2DTranspose(8, 2, strides=2), (5, 5, 4), 4 * 8 * 4 * 25),
        "3-D": (layers.Conv3D(8, 3), (9, 9, 9, 1), 8 * 27 * 7**3),
        "1-D": (layers.Conv1D(8, 3), (28, 1), 8 * 3 * 26),
        "grouped": (layers.Conv2D(8, 3, groups=2), (5, 5, 4), 8 * 9 * 2 * 9),
        "separable": (layers.SeparableConv2D(6, 3), (8, 8, 4), 36 * (9 * 4 + 4 * 6)),
        "dense at each place": (layers.Dense(3), (6, 8), 6 * 8 * 3),
        "normalised": (layers.LayerNormalization(), (6, 8), 0),
    }


KERAS_KINDS = ["transposed", "3-D", "1-D", "grouped", "separable", "dense at each place"]


@pytest.mark.parametrize("kind", [*KERAS_KINDS, "normalised"])
def test_layers_of_every_kind_are_counted_in_keras(keras, kind):
    layer, shape, work = keras_layers(keras.layers)[kind]
    image = keras.Input(shape)
    table = summary(keras.Model(image, layer(image)))

    assert table.multiply_adds == work and table.uncounted == ()
    assert table.parameters == layer.count_params()


def test_attention_in_keras_counts_as_in_pytorch(keras):
    image = keras.Input((6, 8))
    table = summary(keras.Model(image, keras.layers.MultiHeadAttention(2, 4)(image, image)))

    assert table.multiply_adds == 4 * 6 * 64 + 2 * 36 * 8 and table.parameters == 288


def test_in_keras_too_what_cannot_be_counted_is_named_and_tied_weights_count_once(keras):
    image = keras.Input((6, 8))
    dense = keras.layers.Dense(8)
    last = keras.layers.LSTM(3, name="memory")(dense(dense(image)))
    table = summary(keras.Model(image, last))

    assert table.uncounted == ("memory (LSTM)",)
    assert [row.parameters for row in table.rows] == [72, 0, 4 * 3 * (8 + 3 + 1)]


def test_a_keras_model_in_a_model_is_counted_layer_by_layer(keras):
    layers = keras.layers
    inner = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(3, 3), layers.MaxPooling2D()])
    image = keras.Input((8, 8, 1))
    rows = summary(keras.Model(image, layers.Conv2D(2, 3)(inner(image)))).rows

    assert [row.multiply_adds for row in rows] == [36 * 27, 0, 54]
    assert [row.field for row in rows] == [3, 4, 8]


# --- what autograd keeps -----------------------------------------------------------------------


def test_autograd_keeps_inputs_and_outputs_by_hand(torch):
    """The convolution its input, the ReLU its output, which the dense layer sees too: once."""
    nn = torch.nn
    model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(256, 5))
    kept = saved_for_backward(model, (1, 8, 8))

    assert (kept.numbers, kept.bytes) == (64 + 256, 4 * (64 + 256))
    assert saved_for_backward(model.half(), (1, 8, 8)).bytes == 2 * (64 + 256)


def test_autograd_keeps_what_is_concatenated_though_no_module_does_it(torch):
    """The convolution after `torch.cat` keeps 6 maps; of `cat` itself nothing is kept."""

    class Joined(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv2d(6, 1, 1)

        def forward(self, x):
            return self.conv(torch.cat([x, 2 * x], dim=1))

    assert saved_for_backward(Joined(), (3, 8, 8)).numbers == 6 * 64


def test_autograd_keeps_the_same_as_when_numbers_are_computed(torch, ours_torch):
    """The meta device against the processor, hook against hook."""
    torch.manual_seed(0)
    model = ours_torch.small_densenet()
    kept, known = {}, {each.data_ptr() for each in [*model.parameters(), *model.buffers()]}

    def keep(tensor):
        if tensor.data_ptr() not in known:
            storage = tensor.untyped_storage()
            kept[storage.data_ptr()] = storage, tensor.element_size()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        output = model.train()(torch.randn(2, 3, 32, 32))
    assert output.requires_grad
    size = sum(storage.nbytes() for storage, _ in kept.values()) // 2

    assert saved_for_backward(model, (3, 32, 32)).bytes == pytest.approx(size, rel=0.01)


def test_a_densenet_keeps_more_than_a_resnet_with_three_times_its_parameters(torch, ours_torch):
    """Millions of numbers for an image, as measured on a processor by others."""
    millions = {
        name: saved_for_backward(meta(getattr(ours_torch, name), torch)).numbers / 1e6
        for name in ("resnet18", "resnet50", "densenet121")
    }

    assert millions == pytest.approx({"resnet18": 5.6, "resnet50": 21.5, "densenet121": 32.7}, 0.05)
