"""What a notebook is told about the computer it runs on, in every place and state we know of."""

import doctest
import os
import platform
import stat
import subprocess
import sys
from html.parser import HTMLParser
from types import ModuleType, SimpleNamespace

import pytest

from course_utils import runtime, seeds
from course_utils.runtime import GPU, Probe, Report

NO_TOOL = Probe("nvidia-smi", problem="not installed")
T4 = GPU("Tesla T4", 15360 * 2**20, "nvidia-smi")


@pytest.fixture(autouse=True)
def nowhere_in_particular(monkeypatch):
    """Neither Colab nor CI nor a GPU, and an import hook that does not outlive its test."""
    for name in ("COLAB_RELEASE_TAG", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(runtime.shutil, "which", lambda name: None)


@pytest.fixture
def nvidia_smi(tmp_path, monkeypatch):
    """Install a shell script as the machine's nvidia-smi."""

    def install(script):
        program = tmp_path / "nvidia-smi"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(runtime.shutil, "which", lambda name: str(program))
        return program

    return install


def fake_torch(*names, mps=False):
    torch = ModuleType("torch")
    devices = [SimpleNamespace(name=name, total_memory=16 * 2**30) for name in names]
    torch.cuda = SimpleNamespace(
        is_available=lambda: bool(devices),
        device_count=lambda: len(devices),
        get_device_properties=lambda index: devices[index],
    )
    torch.backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: mps))
    torch.manual_seed = lambda seed: None
    return torch


def fake_tensorflow(*names):
    tensorflow = ModuleType("tensorflow")
    devices = [SimpleNamespace(name=f"/physical_device:GPU:{i}") for i in range(len(names))]
    details = {
        device.name: {"device_name": name} for device, name in zip(devices, names, strict=True)
    }
    tensorflow.config = SimpleNamespace(
        list_physical_devices=lambda kind: devices if kind == "GPU" else [],
        experimental=SimpleNamespace(get_device_details=lambda device: details[device.name]),
    )
    tensorflow.random = SimpleNamespace(set_seed=lambda seed: None)
    return tensorflow


def made_report(place="plain", probes=(NO_TOOL,), **changes):
    values = {
        "place": place,
        "python": "3.13.1",
        "platform": "Linux-6.6",
        "versions": {"numpy": "2.1.3", "torch": None},
        "processors": 2,
        "memory": 13 * 2**30,
        "free_memory": 11 * 2**30,
        "free_disk": 70 * 2**30,
        "probes": tuple(probes),
    }
    return Report(**(values | changes))


# --- prepare ---------------------------------------------------------------------------------


def test_prepare_says_one_line_and_seeds(capsys):
    runtime.prepare(seed=7)

    assert capsys.readouterr().out == "Ready: all random numbers start from seed 7.\n"
    first = seeds.numpy.random.random()
    runtime.prepare(seed=7)
    assert seeds.numpy.random.random() == first


def test_prepare_keeps_a_log_level_that_you_chose(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")

    runtime.prepare()

    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "0"


def test_a_bad_seed_is_refused_before_anything_is_said(capsys):
    with pytest.raises(ValueError, match="the seed -1 is out of range"):
        runtime.prepare(-1)

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "code",
    [
        "import course_utils",
        "import course_utils.runtime",
        "from course_utils import runtime; runtime.prepare(); runtime.where(); runtime.report()",
    ],
)
def test_no_framework_is_imported_unless_it_is_named(code):
    heavy = "{'torch', 'tensorflow', 'keras'}"
    check = f"{code}\nimport sys\nassert not {heavy} & set(sys.modules), sorted(sys.modules)"

    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_import_course_utils_imports_nothing_but_itself():
    code = "import importlib, sys; old = {*sys.modules}; import course_utils"
    code += "; print({*sys.modules} - old)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == "{'course_utils'}\n"


@pytest.mark.parametrize("version", ["", "0.9.0", "0.10.0"])
def test_prepare_takes_notebooks_of_its_own_version_and_of_older_ones(monkeypatch, version):
    monkeypatch.setattr(runtime, "VERSION", "0.10.0")

    runtime.prepare(version=version)


def test_a_notebook_that_is_newer_than_the_package_says_how_to_update(monkeypatch):
    monkeypatch.setattr(runtime, "VERSION", "0.9.0")

    with pytest.raises(RuntimeError) as caught:
        runtime.prepare(version="0.10.0")

    assert str(caught.value) == (
        "this notebook was written for course_utils 0.10.0, and 0.9.0 is installed here. "
        "In Colab choose Runtime > Disconnect and delete runtime, then run from the top; "
        "on your own computer, update the course (git pull) and restart the kernel"
    )


def test_on_colab_what_it_no_longer_has_is_named_with_the_command_that_brings_it(monkeypatch):
    as_colab(monkeypatch)
    needs = [
        *("numpy>=2.0", "gone>=1.8", 'pooch>=999; extra == "lectures"'),
        'missing>=2.5; extra == "torch"',
    ]
    monkeypatch.setattr(runtime.importlib.metadata, "requires", lambda name: needs)

    with pytest.raises(RuntimeError) as caught:
        runtime.prepare()

    assert str(caught.value) == (
        "the course needs gone>=1.8, pooch>=999, and Colab no longer has it: put "
        "%pip install 'gone>=1.8' 'pooch>=999' into a new cell, run it, and run this one again"
    )


# --- where -----------------------------------------------------------------------------------


def as_colab(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))


def as_a_script_on_colab(monkeypatch):
    monkeypatch.setenv("COLAB_RELEASE_TAG", "release-colab-2026-11")


def as_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")


def as_a_notebook(monkeypatch):
    ipython = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", ipython)


def as_ipython_in_a_terminal(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=SimpleNamespace))


def with_ci_switched_off(monkeypatch):
    monkeypatch.setenv("CI", "false")


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], "plain"),
        ([with_ci_switched_off], "plain"),
        ([as_ipython_in_a_terminal], "plain"),
        ([as_a_notebook], "jupyter"),
        ([as_ci], "ci"),
        ([as_a_notebook, as_ci], "ci"),
        ([as_a_script_on_colab], "colab"),
        ([as_a_notebook, as_colab], "colab"),
        ([as_a_notebook, as_ci, as_colab], "colab"),
    ],
)
def test_the_first_place_that_applies_is_where_we_are(monkeypatch, places, expected):
    for place in places:
        place(monkeypatch)

    assert runtime.where() == expected


@pytest.mark.parametrize(
    ("torch", "expected"),
    [(fake_torch(), "cpu"), (fake_torch("T4"), "cuda"), (fake_torch(mps=True), "mps")],
)
def test_the_torch_device_is_the_best_there_is(monkeypatch, torch, expected):
    monkeypatch.setitem(sys.modules, "torch", torch)

    assert runtime.torch_device() == expected


# --- report: what is found -------------------------------------------------------------------


def test_the_report_agrees_with_the_machine():
    import numpy

    found = runtime.report()

    assert found.versions["numpy"] == numpy.__version__
    assert found.python == ".".join(map(str, sys.version_info[:3]))
    assert 1 <= found.processors <= os.cpu_count()
    assert 0 < found.free_memory <= found.memory
    assert found.free_disk > 0
    assert found.gpus == []


def test_a_library_that_is_not_installed_has_no_version(monkeypatch):
    def missing(name):
        raise runtime.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(runtime.importlib.metadata, "version", missing)

    found = runtime.report()

    assert found.versions == dict.fromkeys(["numpy", "torch", "tensorflow", "keras"])
    assert "TensorFlow            not installed" in str(found)


def test_nvidia_smi_names_each_gpu_with_its_memory(nvidia_smi):
    nvidia_smi("echo 'Tesla T4, 15360'; echo 'NVIDIA GB10, [N/A]'")

    found = runtime.report()

    assert found.gpus == [T4, GPU("NVIDIA GB10", None, "nvidia-smi")]
    assert "GPU, says nvidia-smi  Tesla T4, 15.0 GiB; NVIDIA GB10" in str(found)


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("echo 'No devices were found'", "none"),
        ("echo 'NVIDIA-SMI has failed'; exit 9", "failed: NVIDIA-SMI has failed"),
        ("exit 3", "failed: exit status 3"),
    ],
)
def test_nvidia_smi_without_a_gpu_is_a_line_of_the_report(nvidia_smi, script, line):
    nvidia_smi(script)

    found = runtime.report()

    assert found.gpus == []
    assert found.rows()[-1] == ("GPU, says nvidia-smi", line)


def test_an_nvidia_smi_that_cannot_be_started_is_a_line_of_the_report(nvidia_smi):
    nvidia_smi("").write_text("#!/nowhere/sh\n")

    assert str(runtime.report().probes[0]) == "cannot be started: No such file or directory"


def test_an_nvidia_smi_that_hangs_is_given_up(nvidia_smi):
    nvidia_smi("exec sleep 60")

    assert str(runtime._ask_nvidia(seconds=0.2)) == "no answer within 0.2 seconds"


def test_each_framework_named_says_which_gpus_it_sees(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", fake_torch("NVIDIA H200"))
    monkeypatch.setitem(sys.modules, "tensorflow", fake_tensorflow("NVIDIA H200"))

    found = runtime.report("torch", "tensorflow")

    assert found.gpus == [
        GPU("NVIDIA H200", 16 * 2**30, "torch"),
        GPU("NVIDIA H200", None, "tensorflow"),
    ]
    assert "GPU, says PyTorch     NVIDIA H200, 16.0 GiB\nGPU, says TensorFlow  NVIDIA H200" in str(
        found
    )


def test_an_apple_gpu_is_seen_by_pytorch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", fake_torch(mps=True))

    assert runtime.report("torch").gpus == [GPU("Apple GPU (mps)", None, "torch")]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (
            "import nothing_of_the_kind",
            "does not work: ModuleNotFoundError: No module named 'nothing",
        ),
        (
            "raise OSError('libc10.so: no such file\\nand so on')",
            "does not work: OSError: libc10.so",
        ),
        (
            "raise RuntimeError('operator nms does not exist')",
            "does not work: RuntimeError: operator",
        ),
        ("", "does not work: AttributeError: "),  # its words depend on who imported it
        (None, "not installed"),
    ],
)
def test_a_broken_framework_is_a_line_of_the_report(tmp_path, monkeypatch, source, line):
    if source is not None:
        (tmp_path / "torch.py").write_text(source)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "modules", {k: v for k, v in sys.modules.items() if k != "torch"})

    found = runtime.report("torch")

    assert found.rows()[-1][1].startswith(line)
    assert "\n" not in found.rows()[-1][1]
    assert found.gpus == []


@pytest.mark.proof
def test_the_real_frameworks_answer_in_silence():
    pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    code = "from course_utils import runtime; print(runtime.report('torch', 'tensorflow'))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert "GPU, says TensorFlow" in done.stdout
    assert "does not work" not in done.stdout


def test_an_unknown_framework_is_refused():
    with pytest.raises(ValueError, match="unknown framework 'jax': choose from torch, tensorflow"):
        runtime.report("jax")


# --- report: what is advised -----------------------------------------------------------------


def test_on_colab_the_advice_names_the_menu_and_what_a_restart_costs():
    advice = made_report("colab").advice

    assert "Runtime > Change runtime type > T4 GPU > Save" in advice
    assert "without your variables and files" in advice


@pytest.mark.parametrize("place", ["jupyter", "ci", "plain"])
def test_elsewhere_no_gpu_is_fine(place):
    assert made_report(place).advice == (
        "No GPU, and none is needed: without one the notebooks do less work."
    )


def test_nothing_is_advised_where_every_framework_sees_the_gpu():
    seen = Probe("torch", (GPU("Tesla T4", None, "torch"),))

    assert made_report("colab", [Probe("nvidia-smi", (T4,)), seen]).advice == ""


def test_a_framework_that_does_not_see_the_gpu_is_named():
    probes = [Probe("nvidia-smi", (T4,)), Probe("torch"), Probe("tensorflow")]

    advice = made_report("colab", probes).advice

    assert advice.startswith("This machine has a GPU that PyTorch and TensorFlow cannot use: ")
    assert "Install a build with GPU support" in advice


def test_a_broken_framework_is_not_said_to_miss_the_gpu():
    probes = [Probe("nvidia-smi", (T4,)), Probe("torch", problem="does not work: OSError")]

    assert made_report("jupyter", probes).advice == ""


# --- report: how it looks --------------------------------------------------------------------


class Table(HTMLParser):
    """The cells of a table, and every tag that was opened and not closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.headings, self.values, self.scopes = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "th":
            self.scopes.append(dict(attributes)["scope"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        {"th": self.headings, "td": self.values}.get(self.open[-1], []).append(data)


def test_a_notebook_shows_a_table_with_the_lines_of_the_text():
    found = made_report("jupyter")

    table = Table(found._repr_html_())

    assert list(zip(table.headings, table.values, strict=True)) == found.rows()
    assert set(table.scopes) == {"row"}
    assert table.open == []
    assert f"<p>{found.advice}</p>" in found._repr_html_()


def test_the_table_escapes_what_the_machine_calls_itself():
    nasty = "<script>alert('&')</script>"

    page = made_report(platform=nasty, probes=[Probe("torch", problem=nasty)])._repr_html_()

    assert "<script>" not in page
    assert Table(page).values.count(nasty) == 1


def test_elsewhere_it_is_plain_text():
    assert repr(made_report()) == str(made_report())
    assert str(made_report()).splitlines() == [
        "Runs in               plain Python",
        "Python                3.13.1 on Linux-6.6",
        "NumPy                 2.1.3",
        "PyTorch               not installed",
        "Processors            2",
        "Memory                11.0 GiB free of 13.0 GiB",
        "Disk                  70.0 GiB free",
        "GPU, says nvidia-smi  not installed",
        "",
        "No GPU, and none is needed: without one the notebooks do less work.",
    ]


@pytest.mark.parametrize("module", [runtime, seeds])
def test_the_examples_in_the_docstrings_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("here", [True, False])
def test_a_person_is_told_from_a_program_that_runs_a_notebook(monkeypatch, here):
    """Jupyter and Colab let a person type an answer; nbconvert and nbval say that nobody can."""
    kernel = SimpleNamespace(_allow_stdin=here)
    monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(kernel=kernel))

    assert runtime.somebody_is_here() is here


def test_without_a_notebook_nobody_is_there(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)

    assert not runtime.somebody_is_here()


@pytest.mark.parametrize(
    ("backend", "said"), [(None, False), ("", False), ("tensorflow", False), ("torch", True)]
)
def test_a_keras_without_tensorflow_is_said_by_the_set_up(monkeypatch, capsys, backend, said):
    if backend is None:
        monkeypatch.delenv("KERAS_BACKEND", raising=False)
    else:
        monkeypatch.setenv("KERAS_BACKEND", backend)
    runtime.prepare(seed=0)

    told, ready = (["", *capsys.readouterr().out.splitlines()])[-2:]
    assert ready == "Ready: all random numbers start from seed 0."
    assert bool(told) == said
    if said:
        assert told.startswith("KERAS_BACKEND is 'torch': Keras does not use TensorFlow here")
        assert "%env KERAS_BACKEND=tensorflow" in told


def test_the_processor_has_a_name_where_the_kernel_tells_none(monkeypatch, tmp_path):
    assert runtime.processor_name().strip()
    monkeypatch.setattr(runtime, "Path", lambda _: tmp_path / "cpuinfo")
    monkeypatch.setattr(runtime.platform, "processor", lambda: "")
    assert runtime.processor_name() == platform.machine()
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: A processor \n")
    assert runtime.processor_name() == "A processor"
