"""Independent truths: torchvision and keras.applications."""

import importlib
import sys

import pytest


@pytest.fixture(scope="session")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # beside other workers two threads take six times as long
    return torch


@pytest.fixture(scope="session")
def keras():
    pytest.importorskip("tensorflow")
    return pytest.importorskip("keras")


@pytest.fixture(scope="session")
def ours_torch(torch):
    return importlib.import_module("course_utils.models.torch")


@pytest.fixture(scope="session")
def ours_keras(keras):
    return importlib.import_module("course_utils.models.keras")


@pytest.fixture(scope="session")
def torchvision_models(torch):
    """torchvision.models; its operators are declared first where torch is a CPU build."""
    try:
        return importlib.import_module("torchvision.models")
    except ModuleNotFoundError:
        pytest.skip("torchvision is not installed")
    except (RuntimeError, AttributeError):
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.define(
        "roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, "
        "int pooled_width, int sampling_ratio, bool aligned) -> Tensor"
    )
    models = importlib.import_module("torchvision.models")
    models.declared = library  # as long as it lives, the operators do
    return models
