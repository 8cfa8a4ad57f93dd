"""The course book as its readers meet it: with a keyboard, on a phone, in the dark, off line."""

import functools
import http.server
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 390, "height": 844}
# One page of each kind.
KINDS = [
    "index",
    "lectures/09_inception",
    "assignments/release/ps1_convolution/ps1_convolution",
    "reference/layers",
    "reference/networks",
    "instructors",
    "playground/draw_a_digit",
    "playground/slide_a_kernel",
    "datasets/mnist",
]
SERIOUS = ("serious", "critical")
# Colours on their way from light to dark are neither.
SETTLED = "Promise.allSettled(document.getAnimations().map(motion => motion.finished))"
AXE = {"resultTypes": ["violations"], "preload": False}  # it would fetch style sheets again
SMALLEST_LETTERS = """() => {
    const texts = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT)
    let smallest = Infinity
    while (texts.nextNode()) {
        const holder = texts.currentNode.parentElement
        const shown = texts.currentNode.data.trim() && holder.checkVisibility()
        if (shown && !holder.closest("mjx-container"))  // exponents are small everywhere
            smallest = Math.min(smallest, parseFloat(getComputedStyle(holder).fontSize))
    }
    return smallest
}"""

every_kind = pytest.mark.parametrize("name", KINDS)


@pytest.fixture
def book(page, book_site):
    """Opens a page of the book by its name, as a file, and keeps what went wrong while it loads."""

    def go(name):
        page.goto((book_site / f"{name}.html").as_uri())
        page.evaluate("window.MathJax?.startup.promise")
        return page

    page.went_wrong = []
    page.on("requestfailed", lambda request: page.went_wrong.append(request.url))
    page.on("pageerror", lambda error: page.went_wrong.append(str(error)))
    page.on(
        "request",
        lambda r: r.url.startswith(("file:", "data:")) or page.went_wrong.append(r.url),
    )
    return go


def serious_findings(page):
    page.evaluate(SETTLED)
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        (finding["id"], node["html"], node["failureSummary"])
        for finding in found
        if finding["impact"] in SERIOUS
        for node in finding["nodes"]
    ]


@every_kind
def test_a_page_needs_no_network_and_axe_finds_nothing_serious(book, name):
    page = book(name)

    assert page.went_wrong == []
    assert serious_findings(page) == []


@pytest.mark.parametrize(
    "name",
    ["index", "lectures/09_inception", "reference/layers", "playground/slide_a_kernel"],
)
def test_colours_can_be_told_apart_in_the_dark(book, page, name):
    page.emulate_media(color_scheme="dark")
    book(name)

    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert serious_findings(page) == []


@every_kind
def test_a_page_can_be_read_on_a_phone(book, page, name):
    page.set_viewport_size(PHONE)
    book(name)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate(SMALLEST_LETTERS) >= 14


def test_lines_of_88_characters_are_not_cut_beside_both_menus(book, page):
    """Lectures promise it; this font, DejaVu Sans Mono, is one of the widest."""
    page.set_viewport_size({"width": 1440, "height": 900})
    book("lectures/09_inception")
    block = page.locator(".cell_input pre").first

    block.evaluate("pre => pre.textContent = 'x'.repeat(88)")

    assert block.evaluate("pre => pre.scrollWidth <= pre.clientWidth")


def test_on_a_phone_a_long_line_scrolls_in_its_block(book, page):
    page.set_viewport_size(PHONE)
    book("lectures/09_inception")
    block = page.locator(".cell_input pre").nth(1)

    block.evaluate("pre => { pre.textContent = 'x'.repeat(88); pre.scrollLeft = 10_000 }")

    assert block.evaluate("pre => pre.scrollLeft + pre.clientWidth >= pre.scrollWidth - 1")
    assert block.evaluate("pre => pre.scrollLeft") > 100


def test_the_menu_opens_on_a_phone_and_leads_to_a_lecture(book, page):
    page.set_viewport_size(PHONE)
    book("index")
    lecture = page.locator("#pst-primary-sidebar-modal, #pst-primary-sidebar").get_by_role(
        "link", name="03 Convolution"
    )
    assert not lecture.first.is_visible()

    page.get_by_role("button", name="Toggle primary sidebar").first.click()
    lecture.first.click()

    assert page.title().startswith("03 Convolution")


def test_search_finds_where_a_stride_is_explained(book, page):
    book("index")

    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("stride")
    page.keyboard.press("Enter")

    results = page.locator("#search-results")
    results.get_by_role("link", name="03 Convolution").wait_for()


def test_every_formula_is_drawn_and_can_be_read_aloud(book, page, book_site):
    for path in sorted(book_site.glob("lectures/0*.html")) + sorted(book_site.rglob("ps*.html")):
        book(path.relative_to(book_site).with_suffix("").as_posix())
        written, drawn, aloud = (
            page.locator(kind).count()
            for kind in (".math", "mjx-container", "mjx-assistive-mml math")
        )
        assert written == drawn == aloud, path.name
        assert page.locator("mjx-merror").all_inner_texts() == [], path.name


def test_a_lecture_offers_colab_and_itself(page, book_site):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=book_site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        page.goto(f"http://127.0.0.1:{server.server_port}/lectures/03_convolution.html")

        colab = page.get_by_role("link", name="Open in Colab")
        assert colab.get_attribute("href").endswith("/lectures/03_convolution.ipynb")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download", exact=True).click()
        assert download.value.suggested_filename == "03_convolution.ipynb"
        server.shutdown()
