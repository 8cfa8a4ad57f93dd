"""Slide a kernel: the map of a photograph, and of one's own, is PyTorch's."""

import re

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import expect

from course_utils.tools.book.playground import photograph

PHONE = {"width": 390, "height": 844}
KERNELS = {
    "Right minus left": [[-1, 0, 1]] * 3,
    "Bottom minus top": [[-1] * 3, [0] * 3, [1] * 3],
    "The mean of nine": [[1 / 9] * 3] * 3,
    "Sharper": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "What differs from its neighbours": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "Nothing changes": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
}


@pytest.fixture
def desk(page, book_site):
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto((book_site / "playground/slide_a_kernel.html").as_uri())
    expect(page.locator(".kernel-page.is-ready")).to_be_visible()
    yield page
    assert page.errors == []


def filtered(page):
    return np.array(page.evaluate("Array.from(playground.filtered.values)")).reshape(126, 126)


def by_pytorch(pixels, kernel):
    image, weight = (torch.tensor(np.array(x), dtype=torch.float64) for x in (pixels, kernel))
    return torch.nn.functional.conv2d(image[None, None], weight[None, None])[0, 0].numpy()


@pytest.mark.parametrize("name", KERNELS)
def test_a_ready_made_kernel_gives_pytorchs_map(desk, name):
    desk.get_by_label("A ready-made kernel").select_option(name)

    expected = by_pytorch(photograph.pixels() / 255, KERNELS[name])
    assert np.abs(filtered(desk) - expected).max() < 1e-4


def test_own_weights_are_taken_as_they_are_typed(desk):
    desk.get_by_label("A ready-made kernel").select_option("Nothing changes")
    desk.get_by_label("Weight, row 1, column 3").fill("-0.25")
    desk.get_by_label("Weight, row 2, column 2").fill("2")

    kernel = [[0, 0, -0.25], [0, 2, 0], [0, 0, 0]]
    assert np.abs(filtered(desk) - by_pytorch(photograph.pixels() / 255, kernel)).max() < 1e-4
    chosen = desk.get_by_label("A ready-made kernel").evaluate("s => s.selectedOptions[0].text")
    assert chosen == "Your own"


def test_a_kernel_whose_weights_add_up_to_1_makes_a_photograph(desk):
    """In light mode, ink for large numbers would make a negative of it."""
    sky_and_coat = """() => [[".before", 12, 4], [".after", 11, 3], [".before", 32, 81],
        [".after", 31, 80]].map(([name, column, row]) => {
            const canvas = document.querySelector(name)
            const square = Math.floor((canvas.width - 6) / (name === ".after" ? 126 : 128))
            const [x, y] = [column, row].map(place => 3 + (place + 0.5) * square)
            return canvas.getContext("2d").getImageData(x, y, 1, 1).data[0]
        })"""
    desk.get_by_label("A ready-made kernel").select_option("Nothing changes")

    sky, sky_after, coat, coat_after = desk.evaluate(sky_and_coat)
    assert sky == sky_after > 120 and coat == coat_after < 60
    expect(desk.locator(".scale")).to_have_text(re.compile("^The weights add up to 1"))
    desk.get_by_label("Weight, row 1, column 1").fill("-1")
    expect(desk.locator(".scale")).to_have_text(re.compile("^On the right, the stronger the shade"))
    assert desk.evaluate(sky_and_coat)[1] > 120  # about 0: paper


def test_keys_choose_a_place_whose_sum_is_shown(desk):
    desk.locator(".after").press("ArrowDown")
    desk.locator(".before").press("ArrowRight")

    title = "Map, row 42, column 59: "
    value = filtered(desk)[41, 58]
    shown = f"{value:.3f}".replace("-", "−")
    expect(desk.locator(".sum .title")).to_have_text(title + shown)
    expect(desk.locator(".sum .total td")).to_have_text(shown)
    expect(desk.locator(".said")).to_have_text(title + shown)
    assert desk.locator(".sum .grid td").count() == 27


def test_a_click_on_the_photograph_puts_the_window_around_it(desk):
    canvas = desk.locator(".before")
    square = desk.evaluate("document.querySelector('.before').width") // 128
    canvas.click(position={"x": 3 + 10.5 * square, "y": 3 + 20.5 * square})

    assert desk.locator(".sum .title").inner_text().startswith("Map, row 20, column 10: ")
    cells = desk.locator(".sum .grid").first.locator("td").all_inner_texts()
    window = photograph.pixels()[19:22, 9:12] / 255
    assert [float(cell) for cell in cells] == pytest.approx(window.ravel(), abs=6e-4)


def test_a_picture_of_ones_own_is_cut_square_and_filtered(desk, tmp_path):
    columns = np.repeat(np.arange(0, 256, 2, dtype=np.uint8)[None], 128, 0)
    wide = np.pad(columns, ((0, 0), (32, 32)))  # what is beside the square is cut off
    Image.fromarray(wide).save(tmp_path / "mine.png")
    desk.get_by_label("A picture of yours").set_input_files(tmp_path / "mine.png")
    expect(desk.locator(".opened")).to_have_text("This is mine.png.")

    for name, rises in {"Right minus left": 4, "Bottom minus top": 0}.items():
        desk.get_by_label("A ready-made kernel").select_option(name)
        assert np.abs(filtered(desk) - 3 * rises / 255).max() < 1e-4, name


def test_what_is_no_picture_is_said_to_be_none(desk, tmp_path):
    (tmp_path / "notes.png").write_text("no picture")
    before = filtered(desk)

    desk.get_by_label("A picture of yours").set_input_files(tmp_path / "notes.png")

    expect(desk.locator(".opened")).to_have_text("notes.png cannot be read as a picture.")
    assert (filtered(desk) == before).all()


def test_on_a_phone_nothing_is_wider_than_the_page(desk):
    desk.set_viewport_size(PHONE)

    assert desk.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for part in desk.locator(".playground canvas, .sum table, .weights input, select").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
