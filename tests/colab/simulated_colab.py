"""A machine as Colab gives it: its versions, its IPython, its module, and no course on it.

Its Python is the one that runs the tests, so that CI tries 3.11, 3.12 and Colab's own 3.13.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Thread

import nbformat
import pytest
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from packaging.requirements import Requirement

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
PINS = HERE / "colab.txt"
# Colab's torch is a CUDA build of gigabytes; the tests' own is lent to the machine, by links, which
# takes no time and is the same wherever the tests run.
LENT = ("torch", "torchvision")
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", "course_utils")
# Of the tests' environment nothing may reach the machine.
OWN = ("PYTEST", "PYTHON", "COV_", "COURSE_", "GIT_", "VIRTUAL_ENV", "CI", "JPY_", "TF_", "KERAS_")


@dataclass(frozen=True)
class Machine:
    """A virtual environment with a kernel in it; `folder` is what Colab calls /content."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / "content"

    def pip(self, *arguments: str) -> list[str]:
        """What the machine's own pip prints, line by line."""
        command = [self.root / "bin/python", "-m", "pip", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment())
        return done.stdout.splitlines()

    def installed(self) -> set[str]:
        """Each package with its version; the Colab that was set up has it from `colab.txt`."""
        return set(self.pip("list", "--format=freeze", "--disable-pip-version-check"))

    def environment(self, **extra: str) -> dict[str, str]:
        """The environment variables of the machine's processes."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OWN)}
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {"PATH": path, "COLAB_RELEASE_TAG": "release-colab"}
        own |= {"MPLCONFIGDIR": str(self.root / "matplotlib")}
        # One thread, as other tests run beside this one; and a debugger that keeps silent.
        quiet = {"OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        return kept | own | quiet | extra

    def run(self, notebook: nbformat.NotebookNode, **environment: str) -> nbformat.NotebookNode:
        """Run a notebook from top to bottom, on through errors, as a person clicks Run all."""
        specs = KernelSpecManager(kernel_dirs=[str(self.root / "kernels")])
        specs.ensure_native_kernel = False
        client = NotebookClient(
            notebook,
            km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=specs),
            timeout=300,
            allow_errors=True,
            record_timing=False,
            resources={"metadata": {"path": str(self.folder)}},
        )
        # The kernel ends with the notebook, though it was not the client that made its manager.
        return client.execute(env=self.environment(**environment), cleanup_kc=True)


def set_up(root: Path) -> Machine:
    """A fresh machine in the folder `root`; skips the test where no package index is reachable."""
    venv.create(root, with_pip=False)
    machine = Machine(root)
    machine.folder.mkdir()
    python = str(root / "bin/python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    install += ["--no-deps", "--no-compile", "--disable-pip-version-check", "--retries", "1"]
    if subprocess.run([*install, "termcolor==3.3.0"], capture_output=True).returncode:
        _do_without("no package index is reachable, so that no Colab can be simulated")
    done = subprocess.run([*install, "-r", PINS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (packages,) = root.glob("lib/python*/site-packages")
    for name in LENT:
        _lend(name, packages)
    shutil.copytree(HERE / "stand_in/google", packages / "google", dirs_exist_ok=True)
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--ext=google.colab"]
    # Colab's image has matplotlib's list of fonts, which the first import makes otherwise, slowly.
    fonts = [python, "-c", "import matplotlib.font_manager"]
    subprocess.run(fonts, env=machine.environment(), check=True, capture_output=True)
    spec = {"argv": argv, "display_name": "Python 3", "language": "python"}
    (root / "kernels/python3").mkdir(parents=True)
    (root / "kernels/python3/kernel.json").write_text(json.dumps(spec))
    return machine


def published(folder: Path, repository: str) -> Path:
    """The course as students find it on GitHub, without what grades it.

    Returns
    -------
    Path
        A setting of git's by which `repository`, OWNER/NAME, is this one on every machine that
        has it in GIT_CONFIG_GLOBAL: set-up cells run as they are.
    """
    place = folder / "published"
    place.mkdir()
    for name in BUILT_FROM:
        source, left_out = REPOSITORY / name, shutil.ignore_patterns("__pycache__", "grading")
        if source.is_dir():
            shutil.copytree(source, place / name, ignore=left_out)
        else:
            shutil.copy(source, place)
    who = ["-c", "user.name=course", "-c", "user.email=course@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-q", "-m", "."]):
        subprocess.run(["git", *command], cwd=place, check=True)
    return redirection(folder / "gitconfig", repository, place.as_uri())


@contextmanager
def nothing_public() -> Iterator[str]:
    """The address of a server that does as GitHub where nothing is public: it asks who you are."""

    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Refusal) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/nobody/nothing"
        server.shutdown()


def redirection(file: Path, repository: str, place: str) -> Path:
    """Write a setting of git's by which a repository of GitHub's is found at another address."""
    file.write_text(f'[url "{place}"]\n  insteadOf = https://github.com/{repository}\n')
    return file


def _lend(name: str, packages: Path) -> None:
    """Link an installed package, and what it needs that is not there, into `packages`."""
    try:
        lender = distribution(name)
    except PackageNotFoundError:
        return
    tops = {Path(file).parts[0] for file in lender.files or [] if ".." not in Path(file).parts}
    for top in tops - {"__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(lender.locate_file(top)).resolve())
    for line in lender.requires or []:
        needed = Requirement(line)
        if needed.marker and not needed.marker.evaluate({"extra": ""}):
            continue
        if not list(packages.glob(f"{needed.name.replace('-', '_')}-*.dist-info")):
            _lend(needed.name, packages)


def _do_without(reason: str) -> None:
    if "CI" in os.environ:
        pytest.fail(f"{reason}; in CI that is an error")
    pytest.skip(reason)
