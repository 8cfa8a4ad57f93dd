"""Fixtures of the data sets' tests: a server, an empty cache, an MNIST of a few digits."""

import threading
from dataclasses import replace

import pytest
from faulty_server import Server, as_file

from course_utils import datasets
from course_utils.datasets import cache, fetching, idx, mnist
from course_utils.datasets.samples.digits import digits


@pytest.fixture
def serve():
    """Serve these contents; returns the server."""
    servers = []

    def serve(contents):
        server = Server(contents)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Seconds in place of minutes before a place is given up."""
    monkeypatch.setattr(fetching, "CONNECT_TIMEOUT", 2)
    monkeypatch.setattr(fetching, "READ_TIMEOUT", 1.5)
    monkeypatch.setattr(fetching, "WINDOW", 0.3)


@pytest.fixture(scope="session")
def published(tmp_path_factory):
    """MNIST's four files as a mirror serves them, here with few other digits."""
    folder = tmp_path_factory.mktemp("published")
    for split, arrays in digits().items():
        for name, array in zip(mnist.FILES[split], arrays, strict=True):
            idx.write(folder / name, array)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    """An empty cache, and nothing in the environment that says where data come from."""
    for name in ("COURSE_OFFLINE", "COURSE_DATA_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


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
