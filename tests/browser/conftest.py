"""A page in a browser without a window, and JupyterLab as `course lab` starts it.

A test that asks for `page` gets a fresh one. Each file has a browser of its own, closed at its
end, because playwright keeps an event loop running as long as it is there.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from jupyterlab_page import Server

import chromium as installed

PICTURES = Path(__file__).parents[2] / "build/browser"  # of the screen when a test failed
PATIENCE = 60_000  # milliseconds: other tests and other people want the processor, too
DESKTOP = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("proof")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="module")
def chromium():
    """A browser without a window, by playwright."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    try:
        path = installed.find_or_install()
    except installed.NoChromium as reason:
        if "CI" in os.environ:
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=installed.OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, request):
    """An empty page of a desktop's size, which leaves a picture of itself if the test fails."""
    context = chromium.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    yield page
    if request.node.stash.get(FAILED, False):
        PICTURES.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"\W+", "_", request.node.name)
        page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


@pytest.fixture(scope="module")
def open_lab(tmp_path_factory):
    """Starts `course lab` on a course's folder; ended with the file's tests."""
    servers = []

    def open_lab(course: Path, *options: str) -> Server:
        servers.append(Server(course, tmp_path_factory.mktemp("home"), *options))
        return servers[-1]

    yield open_lab
    for server in servers:
        server.stop()
