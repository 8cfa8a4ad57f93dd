"""Loading data: ours beside what a user would pick otherwise, in one run on one machine.

    python benchmarks/datasets.py [--data FOLDER] [--runs 3] [--only NAME ...] [--json FILE]

prints a table in Markdown. Each measurement is a process of its own, imports not counted; the
contenders take turns. Files lie in the system's cache for everyone. Most of the time goes into Tiny
ImageNet, for which three runs take ten minutes and more; `--only mnist` takes one or two.

FOLDER holds original files as `COURSE_DATA_MIRROR` does: `mnist/train-images-idx3-ubyte.gz` ...,
`cifar10/cifar-10-binary.tar.gz`, `medmnist/pneumoniamnist.npz`, `tiny-imagenet/*.zip`. What is
missing there is made here in the original format and size from the samples, and so are the files
that an archive lacks.

cold    from the original archive to arrays in memory (ours: in the cache)
warm    from what the first time left behind to something with a length
epoch   one epoch of shuffled batches of 128, float32 from 0 to 1
memory  the most memory during the epoch, above what the imports took
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import pickle
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

import measuring
from measuring import Spread

BATCH = 128
TINY_TRAIN = 100_000
COLUMNS = {
    "collection": "",
    "contender": "",
    "cold, s": ".2f",
    "warm, ms": ".1f",
    "epoch, s": ".2f",
    "memory, MB": ".0f",
}


# --- what is measured ------------------------------------------------------------------------
# A contender is a function that gets the folder with the inputs and yields after each stage:
# cold, warm, epoch.


def ours(name: str, view: str):
    def run(folder: Path):
        from course_utils.datasets import Dataset, cache, card, store

        if view == "loader":
            import torch  # noqa: F401
        else:
            import tensorflow  # noqa: F401
        facts = card(name)
        target = folder / f"ours-{name}-{os.getpid()}"
        yield "imports"
        reader = cache._reader(facts)
        store.build(target, lambda allocate: reader.read(folder / name, facts, allocate))
        yield "cold"
        index = store.index(target)
        images, labels = store.arrays(target, "train")
        dataset = Dataset(images, labels, tuple(index["classes"]), facts, "train", "full")
        yield "warm"
        take = dataset.loader if view == "loader" else dataset.tf
        batches = take(BATCH, shuffle=True)
        consume(batches, len(dataset))
        yield "epoch"
        shutil.rmtree(target)

    return run


def torchvision_mnist(folder: Path):
    datasets, transforms = import_torchvision()
    root = folder / f"torchvision-{os.getpid()}"
    raw = root / "MNIST" / "raw"
    yield "imports"
    raw.mkdir(parents=True)
    for path in (folder / "mnist").glob("*.gz"):  # what its download does after fetching
        with gzip.open(path) as packed, open(raw / path.stem, "wb") as plain:
            shutil.copyfileobj(packed, plain)
    for train in (True, False):
        datasets.MNIST(str(root), train)
    yield "cold"
    dataset = datasets.MNIST(str(root), True, transforms.ToTensor())
    yield "warm"
    consume(torch_loader(dataset), len(dataset))
    yield "epoch"
    shutil.rmtree(root)


def torchvision_cifar10(folder: Path):
    datasets, transforms = import_torchvision()
    root = folder / f"torchvision-{os.getpid()}"
    yield "imports"
    with tarfile.open(folder / "cifar10-torchvision" / "cifar-10-python.tar.gz") as archive:
        archive.extractall(root, filter="data")
    for train in (True, False):
        unchecked(datasets.CIFAR10)(str(root), train)
    yield "cold"
    dataset = unchecked(datasets.CIFAR10)(str(root), True, transforms.ToTensor())
    yield "warm"
    consume(torch_loader(dataset), len(dataset))
    yield "epoch"
    shutil.rmtree(root)


def torch_tensors(name: str):
    """What careful users write: everything as float tensors in memory."""

    def run(folder: Path):
        import torch

        from course_utils.datasets import cache, card

        facts = card(name)
        yield "imports"
        splits, _ = cache._reader(facts).read(
            folder / name, facts, lambda split, shape: np.empty(shape, np.uint8)
        )
        images, labels = splits["train"]
        yield "cold"
        if facts.axes == "HW":
            images = images[..., None]
        tensors = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
        dataset = torch.utils.data.TensorDataset(tensors, torch.from_numpy(labels))
        yield "warm"
        consume(torch_loader(dataset), len(dataset))
        yield "epoch"

    return run


def keras_arrays(name: str):
    def run(folder: Path):
        import importlib

        import keras  # noqa: F401
        import tensorflow as tf

        module = importlib.import_module(f"keras.src.datasets.{name}")
        extracted = folder / f"keras-{os.getpid()}"
        yield "imports"
        if name == "cifar10":
            with tarfile.open(folder / "cifar10-keras" / "cifar-10-python.tar.gz") as archive:
                archive.extractall(extracted, filter="data")
            file = extracted
        else:
            file = folder / "keras" / "mnist.npz"
        module.get_file = lambda *_, **__: str(file)  # all but the download and its checksum
        module.load_data()
        yield "cold"
        (images, labels), _ = module.load_data()
        yield "warm"
        if images.ndim == 3:
            images = images[..., None]
        dataset = tf.data.Dataset.from_tensor_slices((images, labels))
        dataset = dataset.shuffle(len(images)).batch(BATCH)
        dataset = dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255, y)).prefetch(2)
        consume(dataset, len(images))
        yield "epoch"
        shutil.rmtree(extracted, ignore_errors=True)

    return run


def image_folder(folder: Path):
    datasets, transforms = import_torchvision()
    root = folder / f"unzipped-{os.getpid()}"
    yield "imports"
    unzip(folder, root)
    train = datasets.ImageFolder(str(root / "train"))
    held = np.empty((len(train), 64, 64, 3), np.uint8)
    for row, (image, _) in enumerate(train):
        held[row] = image
    for split in ("val", "test"):
        for image, _ in datasets.ImageFolder(str(root / split)):
            np.asarray(image)
    yield "cold"
    del held
    dataset = datasets.ImageFolder(str(root / "train"), transforms.ToTensor())
    yield "warm"
    consume(torch_loader(dataset), len(dataset))
    yield "epoch"
    shutil.rmtree(root)


def image_dataset_from_directory(folder: Path):
    import keras
    import tensorflow as tf

    root = folder / f"unzipped-{os.getpid()}"
    yield "imports"
    unzip(folder, root)

    def dataset(split, **options):
        return keras.utils.image_dataset_from_directory(
            str(root / split), image_size=(64, 64), batch_size=BATCH, verbose=False, **options
        )

    held = [images for images, _ in dataset("train").map(lambda x, y: (tf.cast(x, tf.uint8), y))]
    for split in ("val", "test"):
        for _ in dataset(split, labels=None):
            pass
    yield "cold"
    count = sum(len(images) for images in held)
    del held
    train = dataset("train", shuffle=True, seed=0)
    yield "warm"
    consume(train.map(lambda x, y: (x / 255, y)), count)
    yield "epoch"
    shutil.rmtree(root)


def medmnist_package(folder: Path):
    import medmnist

    _, transforms = import_torchvision()
    yield "imports"
    root = str(folder / "pneumoniamnist")
    for split in ("train", "val", "test"):
        medmnist.PneumoniaMNIST(split, root=root)
    yield "cold"
    dataset = medmnist.PneumoniaMNIST("train", root=root, transform=transforms.ToTensor())
    yield "warm"
    consume(torch_loader(dataset), len(dataset))
    yield "epoch"


CONTENDERS = {
    "mnist": {
        "ours, PyTorch": ours("mnist", "loader"),
        "torchvision.datasets": torchvision_mnist,
        "TensorDataset": torch_tensors("mnist"),
        "ours, TensorFlow": ours("mnist", "tf"),
        "keras.datasets": keras_arrays("mnist"),
    },
    "cifar10": {
        "ours, PyTorch": ours("cifar10", "loader"),
        "torchvision.datasets": torchvision_cifar10,
        "TensorDataset": torch_tensors("cifar10"),
        "ours, TensorFlow": ours("cifar10", "tf"),
        "keras.datasets": keras_arrays("cifar10"),
    },
    "pneumoniamnist": {
        "ours, PyTorch": ours("pneumoniamnist", "loader"),
        "medmnist": medmnist_package,
    },
    "tiny_imagenet": {
        "ours, PyTorch": ours("tiny_imagenet", "loader"),
        "torchvision ImageFolder": image_folder,
        "ours, TensorFlow": ours("tiny_imagenet", "tf"),
        "image_dataset_from_directory": image_dataset_from_directory,
    },
}


def consume(batches, expected: int) -> None:
    """Look at every batch, and see that none was lost."""
    seen = sum(len(labels) for _, labels in batches)
    assert seen == expected, (seen, expected)


def torch_loader(dataset):
    import torch

    return torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)


def import_torchvision():
    """torchvision; its operators are declared first where torch is a CPU build."""
    import torch

    try:
        from torchvision import datasets, transforms
    except (RuntimeError, AttributeError):
        for module in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[module]
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define(
            "roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, "
            "int pooled_width, int sampling_ratio, bool aligned) -> Tensor"
        )
        import_torchvision.library = library  # as long as it lives, the operators do
        from torchvision import datasets, transforms
    return datasets, transforms


def unchecked(cls):
    """A torchvision data set that takes files other than the published ones."""
    changes = {"_check_integrity": lambda self: True, "meta": cls.meta | {"md5": None}}
    return type(cls.__name__, (cls,), changes)


def unzip(folder: Path, root: Path) -> None:
    """Unpack, and put the validation images into a folder a class, as both peers need it."""
    with zipfile.ZipFile(next((folder / "tiny_imagenet").glob("*.zip"))) as archive:
        archive.extractall(root)
    inner = root / "tiny-imagenet-200"
    for part in inner.iterdir():
        part.rename(root / part.name)
    for line in (root / "val" / "val_annotations.txt").read_text().splitlines():
        name, wnid = line.split("\t")[:2]
        (root / "val" / wnid).mkdir(exist_ok=True)
        (root / "val" / "images" / name).rename(root / "val" / wnid / name)
    (root / "val" / "images").rmdir()


# --- inputs ----------------------------------------------------------------------------------


# Each puts what the contenders of a collection read into `folder`, out of the folder `data` with
# original files where they are there, and returns what it is.


def prepare_mnist(folder: Path, data: Path) -> str:
    original = len(list((data / "mnist").glob("*.gz"))) == 4
    if original:
        shutil.copytree(data / "mnist", folder / "mnist")
    else:
        make_mnist(folder / "mnist")
    make_keras_mnist(folder)
    return "the original files" if original else "original size, made from the sample"


def prepare_cifar10(folder: Path, data: Path) -> str:
    archive = data / "cifar10" / "cifar-10-binary.tar.gz"
    batch = data / "cifar10" / "data_batch_1.bin"
    (folder / "cifar10").mkdir()
    if archive.is_file():
        shutil.copy(archive, folder / "cifar10")
        origin = "the original archive"
    else:
        make_cifar10(folder / "cifar10", batch if batch.is_file() else None)
        made_from = "one original batch" if batch.is_file() else "the sample"
        origin = f"original size, made from {made_from}"
    make_cifar10_python(folder, "torchvision", str)
    make_cifar10_python(folder, "keras", str.encode)
    return origin


def prepare_pneumoniamnist(folder: Path, data: Path) -> str:
    found = data / "medmnist" / "pneumoniamnist.npz"
    (folder / "pneumoniamnist").mkdir()
    if found.is_file():
        shutil.copy(found, folder / "pneumoniamnist")
        return "images of the original"
    make_pneumoniamnist(folder / "pneumoniamnist" / "pneumoniamnist.npz")
    return "original size, made from the sample"


def prepare_tiny_imagenet(folder: Path, data: Path) -> str:
    archives = sorted((data / "tiny-imagenet").glob("*.zip"))
    (folder / "tiny_imagenet").mkdir()
    target = folder / "tiny_imagenet" / "tiny-imagenet-200.zip"
    source = archives[0] if archives else write_sample(target.with_name("small"))
    count, different = make_tiny(target, source)
    kind = "original images" if archives else "tiles of the sample"
    return f"original layout, {count:,} files of {different:,} {kind}"


PREPARE = {
    "mnist": prepare_mnist,
    "cifar10": prepare_cifar10,
    "pneumoniamnist": prepare_pneumoniamnist,
    "tiny_imagenet": prepare_tiny_imagenet,
}


def noisy(images: np.ndarray, count: int) -> np.ndarray:
    """The images again and again, each time with other noise, so that none compresses away."""
    rows = np.resize(np.arange(len(images)), count)
    result = images[rows]
    noise = np.random.default_rng(0).integers(0, 8, result.shape, np.uint8)
    return np.where(result > 240, result, result + noise * (result > 0))


def make_mnist(folder: Path) -> None:
    from course_utils import datasets
    from course_utils.datasets import idx
    from course_utils.datasets.mnist import FILES

    folder.mkdir()
    sample = datasets.load("mnist", source="sample")
    for split, count in datasets.card("mnist").counts.items():
        for name, array in zip(
            FILES[split],
            (noisy(sample.images, count), np.resize(sample.labels, count).astype(np.uint8)),
            strict=True,
        ):
            idx.write(folder / name, array)


def make_keras_mnist(folder: Path) -> None:
    from course_utils.datasets import card, mnist

    splits, _ = mnist.read(
        folder / "mnist", card("mnist"), lambda _, shape: np.empty(shape, np.uint8)
    )
    target = folder / "keras" / "mnist.npz"
    target.parent.mkdir()
    names = {"x_train": splits["train"][0], "y_train": splits["train"][1].astype(np.uint8)}
    names |= {"x_test": splits["test"][0], "y_test": splits["test"][1].astype(np.uint8)}
    np.savez_compressed(target, **names)


def make_pneumoniamnist(target: Path) -> None:
    from course_utils import datasets

    sample = datasets.load("pneumoniamnist", source="sample")
    arrays = {}
    for split, count in sample.card.counts.items():
        arrays[f"{split}_images"] = noisy(sample.images, count)
        arrays[f"{split}_labels"] = np.resize(sample.labels, count).astype(np.uint8)[:, None]
    np.savez_compressed(target, **arrays)


def make_cifar10(folder: Path, batch: Path | None) -> None:
    from course_utils import datasets
    from course_utils.datasets import cifar10

    if batch:
        content = batch.read_bytes()
    else:
        sample = datasets.load("cifar10", source="sample")
        labels = np.resize(sample.labels, 10_000)
        content = cifar10.encode(noisy(sample.images, 10_000), labels)
    root = folder / cifar10.FOLDER
    root.mkdir()
    (root / cifar10.NAMES).write_text("\n".join(datasets.card("cifar10").classes) + "\n\n")
    for names in cifar10.BATCHES.values():
        for name in names:
            (root / name).write_bytes(content)
    with tarfile.open(folder / "cifar-10-binary.tar.gz", "w:gz") as archive:
        archive.add(root, cifar10.FOLDER)
    shutil.rmtree(root)


def make_cifar10_python(folder: Path, reader: str, key) -> None:
    """The same pixels in the Python version: a pickle of Python 2, read as text or as bytes."""
    from course_utils.datasets import card, cifar10

    splits, classes = cifar10.read(
        folder / "cifar10", card("cifar10"), lambda _, shape: np.empty(shape, np.uint8)
    )
    root = folder / f"cifar10-{reader}" / "cifar-10-batches-py"
    root.mkdir(parents=True)
    parts = zip(*(np.array_split(array, 5) for array in splits["train"]), strict=True)
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch"]
    for name, (images, labels) in zip(names, [*parts, splits["test"]], strict=True):
        rows = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        content = {key("data"): rows, key("labels"): labels.tolist()}
        (root / name).write_bytes(pickle.dumps(content))
    (root / "batches.meta").write_bytes(pickle.dumps({"label_names": list(classes)}))
    with tarfile.open(root.parent / "cifar-10-python.tar.gz", "w:gz") as archive:
        archive.add(root, root.name)
    shutil.rmtree(root)


def write_sample(folder: Path) -> Path:
    from course_utils import datasets
    from course_utils.datasets import tiny_imagenet

    folder.mkdir()
    tiny_imagenet.write_sample(folder, datasets.card("tiny_imagenet"))
    return next(folder.iterdir())


def make_tiny(target: Path, source: Path) -> tuple[int, int]:
    """An archive of the original number of training files, each image as often as it takes.

    Returns how many files it has and how many of them differ.
    """
    with zipfile.ZipFile(source) as small, zipfile.ZipFile(target, "w") as archive:
        contents = {name: small.read(name) for name in small.namelist()}
        for name, content in contents.items():
            archive.writestr(name, content)
        train = [name for name in contents if "/train/" in name and name.endswith(".JPEG")]
        for number in range(TINY_TRAIN - len(train)):
            name = train[number % len(train)]
            stem, _, _ = name.rpartition("_")
            archive.writestr(f"{stem}_{10_000 + number}.JPEG", contents[name])
        files = sum(name.endswith(".JPEG") for name in archive.namelist())
        return files, sum(name.endswith(".JPEG") for name in contents)


# --- measuring -------------------------------------------------------------------------------


def work(folder: Path, collection: str, contender: str) -> dict[str, float]:
    """One contender, in this process: what each stage took, in the columns' units."""
    import psutil

    process = psutil.Process()
    result = {}
    started = time.perf_counter()
    base = 0.0
    for stage in CONTENDERS[collection][contender](folder):
        now = time.perf_counter()
        if stage == "imports":
            base = process.memory_info().rss
        else:
            result[stage] = (now - started) * (1000 if stage == "warm" else 1)
        started = time.perf_counter()
    import resource

    result["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - base) / 1e6
    return result


def apart(folder: Path, collection: str, contender: str) -> dict[str, float]:
    """`work` in a process of its own."""
    command = [sys.executable, __file__, "--work", str(folder), collection, contender]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise SystemExit(f"{contender} on {collection} failed:\n{answer.stderr[-2000:]}")
    return json.loads(answer.stdout.splitlines()[-1])


def compare(results: measuring.Results, folder: Path, collection: str, runs: int) -> None:
    contenders = {name: partial(apart, folder, collection, name) for name in CONTENDERS[collection]}
    for contender, found in measuring.turns(contenders, runs).items():
        cold, warm, epoch, memory = (
            Spread.of(run[stage] for run in found) for stage in ("cold", "warm", "epoch", "memory")
        )
        results.row(collection, contender, cold, warm, epoch, memory)


def main() -> None:
    parser = measuring.parser(__doc__, runs=3, only=CONTENDERS)
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        folder, collection, contender = options.work
        print(json.dumps(work(Path(folder), collection, contender)))
        return
    with measuring.Results("datasets", options.json) as results:
        for collection in options.only:
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                origin = PREPARE[collection](folder, options.data or folder / "no originals")
                results.table(f"{collection}: {origin}", COLUMNS)
                compare(results, folder, collection, options.runs)


if __name__ == "__main__":
    main()
