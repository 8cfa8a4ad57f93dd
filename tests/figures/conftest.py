"""Figures are drawn without a screen, and none is left open for the next test."""

import matplotlib
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")
