"""Take the README's picture: a page of a lecture beside a class that has been graded.

    course site && course demo && python tests/browser/readme_picture.py

Left, the book as a narrow window shows it; right, what `course grade` says of the demo class. As
wide as GitHub shows a README, with twice the pixels.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

import chromium

REPOSITORY = Path(__file__).parents[2]
TARGET = REPOSITORY / ".github/course.png"
DEMO = REPOSITORY / "build/demo"
BOOK = REPOSITORY / "build/site/lectures/03_convolution.html"
SECTION, FRAME = "what-happens-at-the-border", 5  # the animation stands still half-way
HEIGHT, LEFT, GAP, RIGHT = 579, 444, 14, 442
SHOWN = 580  # pixels of the book
COLUMNS, LINES = 62, 38  # of the terminal: it ends with a reason
TERMINAL = """<body style="margin: 0; background: #292929"><pre style="margin: 14px;
font: 11px/14.5px 'DejaVu Sans Mono'; color: #c5c8c6">{code}</pre>"""
PLAIN = f"""
.bd-header-article, .skip-link, .headerlink {{display: none !important}}
#{SECTION} > :nth-child(n + 7) {{visibility: hidden}} /* else it would be cut */
"""


def lecture(browser) -> bytes:
    """A section of the book, a little smaller than it is."""
    page = browser.new_page(
        viewport={"width": SHOWN, "height": round(HEIGHT * SHOWN / LEFT)},
        device_scale_factor=2 * LEFT / SHOWN,
    )
    page.goto(BOOK.as_uri())
    page.add_style_tag(content=PLAIN)
    page.evaluate("MathJax.startup.promise")  # formulas further up move what is below them
    heading = page.locator(f"#{SECTION} h2")
    heading.evaluate("it => scrollTo(0, scrollY + it.getBoundingClientRect().top - 36)")
    image = page.locator(f"#{SECTION} img[src$=gif]").first
    with Image.open(BOOK.parent / image.get_attribute("src")) as animation:
        animation.seek(FRAME)
        still = io.BytesIO()
        animation.convert("RGB").save(still, "PNG")
    source = "data:image/png;base64," + b64encode(still.getvalue()).decode()
    image.evaluate("(image, source) => { image.src = source; return image.decode() }", source)
    return page.screenshot()


def terminal(browser) -> bytes:
    """The points of the demo class, and the first reasons."""
    command = [sys.executable, "-m", "course_utils.tools.cli", "grade", "ps1"]
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
    said = subprocess.run(
        command, cwd=DEMO, env=environment, capture_output=True, text=True, check=True
    ).stdout
    console = Console(record=True, file=io.StringIO(), width=COLUMNS)
    lines = ["$ course grade ps1", *said.strip("\n").splitlines()[1:LINES]]
    console.print(Text.from_ansi("\n".join(lines)))
    page = browser.new_page(viewport={"width": RIGHT, "height": HEIGHT}, device_scale_factor=2)
    page.set_content(
        console.export_html(theme=SVG_EXPORT_THEME, inline_styles=True, code_format=TERMINAL)
    )
    return page.screenshot()


def main() -> None:
    picture = Image.new("RGB", (2 * (LEFT + GAP + RIGHT), 2 * HEIGHT), "white")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.OPTIONS
        )
        for left, take in ((0, lecture), (LEFT + GAP, terminal)):
            picture.paste(Image.open(io.BytesIO(take(browser))), (2 * left, 0))
        browser.close()
    picture.quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)
    print(f"{TARGET.relative_to(REPOSITORY)}: {TARGET.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
