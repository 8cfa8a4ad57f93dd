"""The same seed gives the same numbers, whenever a framework is imported, and in silence."""

import os
import random
import subprocess
import sys

import numpy
import pytest

from course_utils import seeds

DRAWS = """
import torch
print(torch.rand(3).tolist())
import tensorflow
print(tensorflow.random.uniform([3]).numpy().tolist())
import keras
print(keras.random.uniform([3]).numpy().tolist())
"""


@pytest.fixture(autouse=True)
def without_the_hook_afterwards(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])


def run(code):
    """Standard output and standard error of a fresh Python."""
    environment = {key: value for key, value in os.environ.items() if key != "TF_CPP_MIN_LOG_LEVEL"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_the_same_seed_gives_the_same_numbers_of_python_and_numpy():
    def draw(seed):
        seeds.seed_everything(seed)
        return random.random(), numpy.random.random()

    assert draw(3) == draw(3) != draw(4)


def test_pytorch_is_seeded_when_it_is_imported_already():
    torch = pytest.importorskip("torch")

    def draw(seed):
        seeds.seed_everything(seed)
        return torch.rand(3).tolist()

    assert draw(3) == draw(3) != draw(4)


@pytest.mark.proof
def test_tensorflow_and_keras_are_seeded_when_they_are_imported_already():
    """In a process of its own: TensorFlow that has computed cannot be forked any more."""
    pytest.importorskip("keras")
    draw = (
        "seeds.seed_everything({}, 'tensorflow', 'keras'); "
        "print(tensorflow.random.uniform([3]).numpy(), keras.random.uniform([3]).numpy())"
    )
    code = "; ".join(["from course_utils import seeds", "import tensorflow, keras"])
    numbers, _ = run("; ".join([code, *(draw.format(seed) for seed in (3, 3, 4))]))

    first, second, other = numbers.splitlines()
    assert first == second != other


@pytest.mark.proof
def test_a_framework_imported_later_starts_from_the_seed_without_a_word():
    for framework in ("torch", "tensorflow", "keras"):
        pytest.importorskip(framework)

    (first, noise), (again, _) = [
        run(f"from course_utils import runtime; runtime.prepare()\n{DRAWS}") for _ in range(2)
    ]

    assert first == again
    assert noise == ""


def test_a_named_framework_is_imported_and_seeded(tmp_path, monkeypatch):
    (tmp_path / "torch.py").write_text("def manual_seed(seed): print('torch starts from', seed)")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch", raising=False)

    seeds.seed_everything(5, "torch")

    assert sys.modules.pop("torch").__file__ == str(tmp_path / "torch.py")


@pytest.mark.parametrize(("again", "expected"), [((), "7"), ((9,), "9")])
def test_the_last_seed_counts_for_a_framework_imported_later(
    tmp_path, monkeypatch, capsys, again, expected
):
    (tmp_path / "torch.py").write_text("def manual_seed(seed): print(seed)")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    for seed in (7, *again):
        seeds.seed_everything(seed)

    import torch  # noqa: F401

    sys.modules.pop("torch")  # not delitem, which would bring this one back afterwards
    assert capsys.readouterr().out == f"{expected}\n"


def test_a_framework_that_is_missing_or_broken_fails_as_it_always_does(tmp_path, monkeypatch):
    (tmp_path / "tensorflow.py").write_text("raise OSError('libcudart.so: cannot open')")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    for name in ("torch", "tensorflow"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    seeds.seed_everything(0)

    with pytest.raises(ModuleNotFoundError, match="No module named 'torch'"):
        import torch  # noqa: F401
    with pytest.raises(OSError, match="libcudart"):
        import tensorflow  # noqa: F401


def test_a_forbidden_framework_is_passed_over(monkeypatch):
    """`None` in `sys.modules` is Python's own way to forbid an import."""
    for name in seeds.SEEDERS:
        monkeypatch.setitem(sys.modules, name, None)

    seeds.seed_everything(0)

    assert round(random.random(), 3) == 0.844


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_is_refused(seed):
    with pytest.raises(
        ValueError, match=rf"the seed {seed} is out of range: choose one from 0 to 429"
    ):
        seeds.seed_everything(seed)


@pytest.mark.parametrize("seed", [0.5, "0", None, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(TypeError, match=f"the seed must be a whole number, not {seed!r}"):
        seeds.seed_everything(seed)


@pytest.mark.parametrize("seed", [0, 2**32 - 1, numpy.int64(5)])
def test_every_whole_number_in_range_is_a_seed(seed):
    seeds.seed_everything(seed)


def test_an_unknown_framework_is_refused():
    with pytest.raises(
        ValueError, match="unknown framework 'jax': choose from torch, tensorflow, k"
    ):
        seeds.seed_everything(0, "jax")


def test_what_c_code_writes_to_standard_error_is_dropped_for_a_while(capfd):
    os.write(2, b"before ")
    with seeds.silent_libraries():
        os.write(2, b"during ")
    os.write(2, b"after")

    assert capfd.readouterr().err == "before after"


def test_where_standard_error_cannot_be_replaced_it_stays(capfd, monkeypatch):
    """As in a sandbox that has no /dev/null."""
    monkeypatch.setattr(os, "devnull", "/nowhere/null")

    with seeds.silent_libraries():
        os.write(2, b"during")

    assert capfd.readouterr().err == "during"


def test_triton_is_loaded_before_tensorflow(tmp_path):
    """Real ones crash in the other order; stand-ins say in which order they were loaded."""
    (tmp_path / "triton.py").write_text("print('triton')")
    (tmp_path / "tensorflow.py").write_text(
        "print('tensorflow')\nclass random:\n    set_seed = staticmethod(print)\n"
    )
    code = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from course_utils import seeds
seeds.seed_everything(3)
import tensorflow
"""

    assert run(code) == ("triton\ntensorflow\n3\n", "")


def test_an_optimiser_of_pytorch_works_behind_tensorflow():
    """With PyTorch for CUDA, which brings Triton, the process ended here."""
    pytest.importorskip("torch")
    pytest.importorskip("tensorflow")
    code = """
from course_utils import seeds
seeds.seed_everything(0)
import tensorflow, torch
torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
"""

    assert run(code) == ("", "")
