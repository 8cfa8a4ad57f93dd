"""Fixtures of the data sets' tests: an MNIST of a few digits."""

from dataclasses import replace

import pytest

from course_utils import datasets
from course_utils.datasets import cache, idx, mnist
from course_utils.datasets.samples.digits import digits
from faulty_server import as_file


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """MNIST's four files as a mirror serves them, here with few other digits."""
    folder = tmp_path_factory.mktemp("published")
    for split, arrays in digits().items():
        for name, array in zip(mnist.FILES[split], arrays, strict=True):
            idx.write(folder / name, array)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def small_mnist(serve, published, own_cache, monkeypatch):
    """Let MNIST be those small files, at these places: `small_mnist("404", "ok")`."""
    server = serve(dict(published))

    def use(*faults):
        files = tuple(
            as_file(name, content, [server.place(fault, name) for fault in faults])
            for name, content in published.items()
        )
        card = replace(datasets.card("mnist"), files=files, counts={"train": 1500, "test": 297})
        monkeypatch.setattr(cache, "card", lambda name, size=None: card)
        monkeypatch.setattr("course_utils.datasets.loading.card", cache.card)
        return card

    use.server = server
    return use
