"""Where the course runs and what it runs on: the seeds, the place, the versions, the GPU.

Every notebook's set-up cell calls `prepare`. Nothing here imports PyTorch or TensorFlow
unless you name it.
"""

from __future__ import annotations

import contextlib
import html
import importlib
import importlib.metadata
import operator
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from .seeds import check_names, quiet_tensorflow, seed_everything, silent_libraries

VERSION = "0.1.0"  # of this package, as in pyproject.toml

__all__ = [
    "GPU",
    "Probe",
    "Report",
    "prepare",
    "processor_name",
    "report",
    "seed_everything",
    "somebody_is_here",
    "torch_device",
    "where",
]


def prepare(seed: int = 0, version: str = "") -> None:
    """Make a notebook ready: seed all random numbers, keep TensorFlow's log quiet, say so.

    It is quick and imports no framework; one that you import later starts from the seed too.

    Parameters
    ----------
    seed
        From 0 to 4294967295.
    version
        Of this package, which the notebook was written for.

    Raises
    ------
    RuntimeError
        If this package is an older one, or Colab has lost something that it needs.

    Examples
    --------
    >>> prepare(seed=0)
    Ready: all random numbers start from seed 0.
    """
    if version and version != VERSION:
        _refuse_if_older(version)
    if where() == "colab":
        _refuse_if_incomplete()
    quiet_tensorflow()
    # Else TensorFlow takes the whole GPU, and PyTorch in the same notebook finds none of it free.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    seed_everything(seed)
    _say_if_keras_is_without_tensorflow()
    print(f"Ready: all random numbers start from seed {operator.index(seed)}.")


def _say_if_keras_is_without_tensorflow() -> None:
    """Another course may have left KERAS_BACKEND set; our Keras networks run on any backend."""
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    if backend != "tensorflow":
        print(
            f"KERAS_BACKEND is {backend!r}: Keras does not use TensorFlow here, and cells that "
            "need TensorFlow itself end in an error. For those, put %env KERAS_BACKEND=tensorflow "
            "into a cell above this one, restart the kernel and run from the top."
        )


def _refuse_if_older(version: str) -> None:
    from packaging.version import Version

    if Version(VERSION) < Version(version):
        raise RuntimeError(
            f"this notebook was written for course_utils {version}, and {VERSION} is installed "
            "here. In Colab choose Runtime > Disconnect and delete runtime, then run from the top; "
            "on your own computer, update the course (git pull) and restart the kernel"
        )


def _refuse_if_incomplete() -> None:
    """The set-up cell installs the package without what it needs: Colab has that, or had it."""
    from packaging.requirements import Requirement

    needed = map(Requirement, importlib.metadata.requires("course-utils") or [])
    wanted = [each for each in needed if _is_for_notebooks(each)]
    missing = [f"{each.name}{each.specifier}" for each in wanted if not _is_met(each)]
    if missing:
        words = " ".join(f"'{requirement}'" for requirement in missing)
        raise RuntimeError(
            f"the course needs {', '.join(missing)}, and Colab no longer has it: put "
            f"%pip install {words} into a new cell, run it, and run this one again"
        )


def _is_for_notebooks(requirement) -> bool:
    """Whether the package itself needs it, or its extra `lectures`."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": "lectures"})


def _is_met(requirement) -> bool:
    found = _version(requirement.name)
    return found is not None and requirement.specifier.contains(found, prereleases=True)


# --- where -----------------------------------------------------------------------------------


def where() -> str:
    """Where this runs: "colab", "ci", "jupyter" or "plain", the first that applies.

    A notebook that a CI service executes is "ci"; "jupyter" is any other notebook kernel,
    VS Code's and Kaggle's included.
    """
    if "google.colab" in sys.modules or os.environ.get("COLAB_RELEASE_TAG"):
        return "colab"
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        return "ci"
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return "jupyter" if hasattr(shell, "kernel") else "plain"


def somebody_is_here() -> bool:
    """Whether a person runs this notebook, and not a program (nbconvert, nbval) or nobody.

    Programs tell the kernel that there is nobody to type an answer.
    """
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython.get_ipython() if ipython else None, "kernel", None)
    return bool(getattr(kernel, "_allow_stdin", False))


def torch_device() -> str:
    """The best device of PyTorch here: "cuda", "mps" (Apple) or "cpu". Imports PyTorch."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def processor_name() -> str:
    """What this machine's processor calls itself."""
    try:
        names = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:  # not Linux
        names = []
    return names[0].strip() if names else platform.processor() or platform.machine()


# --- the report ------------------------------------------------------------------------------


@dataclass(frozen=True)
class GPU:
    """A graphics processor as one of the probes sees it; memory in bytes, None if unknown."""

    name: str
    memory: int | None
    seen_by: str

    def __str__(self) -> str:
        return self.name if self.memory is None else f"{self.name}, {_gibibytes(self.memory)}"


@dataclass(frozen=True)
class Probe:
    """What "nvidia-smi", "torch" or "tensorflow" found when asked for GPUs, or why it could not."""

    name: str
    gpus: tuple[GPU, ...] = ()
    problem: str = ""

    @property
    def label(self) -> str:
        """Its name as people write it."""
        return LIBRARIES.get(self.name, self.name)

    def __str__(self) -> str:
        return self.problem or "; ".join(map(str, self.gpus)) or "none"


@dataclass(frozen=True, repr=False)
class Report:
    """What `report` found: a table in a notebook, lines of text elsewhere. Sizes in bytes.

    A version is None where the library is not installed.
    """

    place: str
    python: str
    platform: str
    versions: dict[str, str | None]
    processors: int
    memory: int
    free_memory: int
    free_disk: int
    probes: tuple[Probe, ...]

    @property
    def gpus(self) -> list[GPU]:
        """Every GPU of every probe: one that two probes see is there twice."""
        return [gpu for probe in self.probes for gpu in probe.gpus]

    @property
    def advice(self) -> str:
        """What to do about a GPU that is missing or not used; "" when all is well."""
        if self.place == "colab" and not self.gpus:
            return (
                "No GPU. To get one, choose Runtime > Change runtime type > T4 GPU > Save. "
                "Colab then starts a new machine, without your variables and files: "
                "run the notebook from the top."
            )
        if not self.gpus:
            return "No GPU, and none is needed: without one the notebooks do less work."
        blind = [p.label for p in self.probes if not p.gpus and not p.problem]
        if blind:
            return (
                f"This machine has a GPU that {' and '.join(blind)} cannot use: what is installed "
                "is built for CPUs only or for another GPU, or CUDA_VISIBLE_DEVICES hides it. "
                "Install a build with GPU support, or go on: the notebooks then do less work."
            )
        return ""

    def rows(self) -> list[tuple[str, str]]:
        """Label and value of each line."""
        return [
            ("Runs in", PLACES[self.place]),
            ("Python", f"{self.python} on {self.platform}"),
            *((LIBRARIES[name], text or "not installed") for name, text in self.versions.items()),
            ("Processors", str(self.processors)),
            ("Memory", f"{_gibibytes(self.free_memory)} free of {_gibibytes(self.memory)}"),
            ("Disk", f"{_gibibytes(self.free_disk)} free"),
            *((f"GPU, says {probe.label}", str(probe)) for probe in self.probes),
        ]

    def __str__(self) -> str:
        rows = self.rows()
        width = max(len(label) for label, _ in rows)
        lines = [f"{label:{width}}  {value}" for label, value in rows]
        return "\n".join([*lines, "", self.advice]).rstrip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        style = 'style="text-align: left"'
        rows = "".join(
            f'<tr><th scope="row" {style}>{html.escape(label)}</th>'
            f"<td {style}>{html.escape(value)}</td></tr>"
            for label, value in self.rows()
        )
        advice = f"<p>{html.escape(self.advice)}</p>" if self.advice else ""
        caption = f"<caption {style}>This computer</caption>"
        return f"<table>{caption}<tbody>{rows}</tbody></table>{advice}"


PLACES = {
    "colab": "Google Colab",
    "ci": "continuous integration",
    "jupyter": "a Jupyter kernel",
    "plain": "plain Python",
}
LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras"}


def report(*frameworks: str) -> Report:
    """What this computer has: versions, processors, memory, GPUs.

    It never fails for want of a GPU or because of a broken framework: it says so instead.

    Parameters
    ----------
    *frameworks
        "torch", "tensorflow" or both: import them and ask which GPUs they see. Without a
        name nothing is imported, and only NVIDIA's own tool is asked.

    Examples
    --------
    >>> found = report()
    >>> found.processors >= 1 and found.free_memory <= found.memory
    True
    """
    check_names(frameworks, FRAMEWORK_GPUS)
    memory = psutil.virtual_memory()
    return Report(
        place=where(),
        python=platform.python_version(),
        platform=platform.platform(terse=True),
        versions={name: _version(name) for name in LIBRARIES},
        processors=_processors(),
        memory=memory.total,
        free_memory=memory.available,
        free_disk=shutil.disk_usage(os.getcwd()).free,
        probes=(_ask_nvidia(), *map(_ask_framework, frameworks)),
    )


def _gibibytes(size: int) -> str:
    return f"{size / 2**30:.1f} GiB"


def _version(name: str) -> str | None:
    """The installed version, without importing; TensorFlow also comes as tensorflow-cpu."""
    for distribution in (name, f"{name}-cpu"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(distribution)
    return None


def _processors() -> int:
    """How many this process may use, which on a shared machine is less than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _ask_nvidia(seconds: float = 3) -> Probe:
    name = "nvidia-smi"
    program = shutil.which(name)
    if program is None:
        return Probe(name, problem="not installed")
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Probe(name, problem=f"no answer within {seconds:g} seconds")
    except OSError as error:
        return Probe(name, problem=f"cannot be started: {error.strerror}")
    if answer.returncode:
        words = " ".join((answer.stdout + answer.stderr).split())
        return Probe(name, problem=f"failed: {words or f'exit status {answer.returncode}'}")
    return Probe(name, tuple(_gpu(line) for line in answer.stdout.splitlines() if ", " in line))


def _gpu(line: str) -> GPU:
    """From "Tesla T4, 15360", in MiB; a GPU that shares the computer's memory says "[N/A]"."""
    name, _, mebibytes = line.rpartition(", ")
    return GPU(name, int(mebibytes) * 2**20 if mebibytes.isdigit() else None, "nvidia-smi")


def _ask_framework(name: str) -> Probe:
    quiet_tensorflow()
    try:
        with silent_libraries():
            framework = importlib.import_module(name)
            return Probe(name, tuple(FRAMEWORK_GPUS[name](framework)))
    except ModuleNotFoundError as error:
        if error.name == name:
            return Probe(name, problem="not installed")
        return Probe(name, problem=_failure(error))
    except Exception as error:  # a broken installation fails in every way there is
        return Probe(name, problem=_failure(error))


def _failure(error: Exception) -> str:
    return f"does not work: {type(error).__name__}: {error}".partition("\n")[0]


def _torch_gpus(torch) -> list[GPU]:
    if torch.backends.mps.is_available():
        return [GPU("Apple GPU (mps)", None, "torch")]
    devices = map(torch.cuda.get_device_properties, range(torch.cuda.device_count()))
    return [GPU(device.name, device.total_memory, "torch") for device in devices]


def _tensorflow_gpus(tensorflow) -> list[GPU]:
    details = tensorflow.config.experimental.get_device_details
    devices = tensorflow.config.list_physical_devices("GPU")
    return [GPU(details(d).get("device_name", d.name), None, "tensorflow") for d in devices]


FRAMEWORK_GPUS = {"torch": _torch_gpus, "tensorflow": _tensorflow_gpus}
