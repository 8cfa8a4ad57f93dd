"""What code imports, by its text."""

import subprocess
import sys

import pytest

from course_utils.grading.fingerprint.imports import PACKAGE, closure, named


@pytest.mark.parametrize(
    "text, names",
    [
        ("import numpy", {"numpy"}),
        ("import numpy as np, scipy.signal", {"numpy", "scipy.signal"}),
        ("from torch import nn, optim", {"torch", "torch.nn", "torch.optim"}),
        ("x = 1; import json", {"json"}),
        ('"source": ["import pandas as pd\\n"]', {"pandas"}),
        ("what is important is from here to there", set()),
    ],
)
def test_names_are_found_in_a_text(text, names):
    assert named(text) == names


def test_lazy_names_of_the_package_lead_to_where_they_live():
    files, _ = closure({"course_utils.checks"})

    assert PACKAGE / "exercises/checks.py" in files


def test_imports_inside_of_functions_are_followed():
    files, others = closure({"course_utils.runtime"})

    assert PACKAGE / "seeds.py" in files
    assert "torch" in closure({"course_utils.training"})[1] and "numpy" in others


def test_nothing_that_is_loaded_is_missed():
    """The truth: what a new process has loaded after the import."""
    program = (
        "import sys\nfrom course_utils import checks, datasets, figures, layers, quiz\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('course_utils')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    files, _ = closure(named(program))

    loaded = set(done.stdout.split())
    assert len(loaded) > 30 and loaded <= set(map(str, files))
