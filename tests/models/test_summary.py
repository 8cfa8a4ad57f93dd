"""The table of a network: the same numbers in both frameworks, and those of the literature."""

import importlib

import pytest

from course_utils import models
from course_utils.models.summary import EVERYTHING, summary

# Of the last feature maps: A. Araujo et al., Distill 2019, table "receptive fields".
FIELDS = {"alexnet": 195, "vgg16": 212, "resnet50": 483, "resnet101": 1027, "resnet152": 1507}
SMALL = [name for name in models.names() if name.startswith("small_")]
SIZES = {"alexnet": 227, **dict.fromkeys(["lenet5", "nin", "highway", *SMALL], 32)}
SIZES |= dict.fromkeys([n for n in models.names() if n.startswith(("inception_", "xcep"))], 299)


@pytest.fixture(scope="module")
def ours_torch(torch):
    return importlib.import_module("course_utils.models.torch")


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
    assert table.rows[-1].output in ((1000,), (10, 8, 8), (1000, 13, 13), (10,))
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
