"""Sphinx's settings for the course book, which `make site` builds. See course_utils/tools/book."""

import hashlib
import re
import shutil
from base64 import b64decode
from importlib.util import find_spec
from pathlib import Path

import nbformat
from docutils import nodes

from course_utils.tools.book.player import Film
from course_utils.tools.notebooks.stamp import publication

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = publication(ROOT)
# The package's own extension copies 24 MB; a page needs one file and its fonts.
MATHJAX = Path(*find_spec("sphinx-mathjax-offline").submodule_search_locations, "static/mathjax")
MATHJAX_FONTS = "output/chtml/fonts/woff-v2"

LONGEST_ROW = 100  # characters in a row of a printed table; what is longer is a sentence

project = "Convolutional neural networks"
copyright = "the course's authors. MIT licence"
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]
nb_execution_mode = "off"
nb_merge_streams = True
nb_code_prompt_show = nb_code_prompt_hide = "Set-up cell"
myst_enable_extensions = ["amsmath", "attrs_inline", "dollarmath"]
myst_heading_anchors = 3
mathjax_path = "mathjax/tex-chtml.js"

default_role = "code"  # docstrings write `N` for code
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "sphinx_book_theme"
html_title = project
# The second holds what the playground shares with notebooks.
html_static_path = ["_static", "../course_utils/figures/static"]
html_css_files = ["book.css"]
html_js_files = [("player.js", {"defer": "defer"})]
html_show_sphinx = False
html_scaled_image_link = False
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["navbar-logo.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "repository_url": f"https://github.com/{PUBLISHED.repository}",
    "repository_branch": PUBLISHED.branch,
    "use_repository_button": True,
    "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    "toc_title": "On this page",
    "search_bar_text": "Search the course",
    "navbar_persistent": [],
    "footer_content_items": ["copyright.html"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def setup(app):
    app.connect("doctree-read", put_into_players, priority=400)  # before Sphinx copies pictures
    app.connect("doctree-read", describe_pictures)
    app.connect("doctree-read", wrap_sentences)
    app.connect("autodoc-process-docstring", first_line_of_modules)
    app.connect("html-page-context", add_playground)
    app.connect("build-finished", add_files)


def put_into_players(app, doctree):
    """Let no animation run by itself: its frames become a film, around which stands a player."""
    for image in list(doctree.findall(nodes.image)):
        file = Path(app.env.relfn2path(image["uri"])[1])
        if file.suffix == ".gif":
            film = Film.of(file.read_bytes())
            file.with_suffix(".png").write_bytes(film.png)
            image["uri"] = f"{image['uri'].removesuffix('.gif')}.png"
            before, after = (nodes.raw("", part, format="html") for part in film.around())
            image.parent.replace(image, [before, image, after])


def describe_pictures(app, doctree):
    """Give a notebook's pictures their words and widths; their files' names are hashes."""
    path = Path(app.env.doc2path(app.env.current_document.docname))
    if path.suffix != ".ipynb":
        return
    known = {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            for kind, data in output.get("data", {}).items():
                if kind in ("image/png", "image/gif"):
                    name = hashlib.sha256(b64decode(data)).hexdigest()
                    known[name] = output.metadata.get(kind, {})
    for image in doctree.findall(nodes.image):
        facts = known.get(Path(image["uri"]).stem, {})
        image["alt"] = facts.get("alt") or image.get("alt", "")
        image["loading"] = "lazy"
        if "width" in facts:
            image["width"] = f"{facts['width']}px"


def wrap_sentences(app, doctree):
    """Let what a cell printed wrap on a narrow page, unless it is a table, lined up by blanks."""
    for printed in doctree.findall(nodes.literal_block):
        columns = re.search(r"\S {2,}\S", printed.astext())
        longest = max(map(len, printed.astext().splitlines()), default=0)
        if "output" in printed["classes"] and (longest > LONGEST_ROW or not columns):
            printed["classes"].append("sentences")


def first_line_of_modules(app, what, name, obj, options, lines):
    """A module's own docstring is laid out for readers of the source: its first line will do."""
    if what == "module":
        del lines[1:]


def add_playground(app, page, template, context, doctree):
    """Let a page of the playground load the scripts that its front matter names, in order."""
    scripts = app.env.metadata.get(page, {}).get("playground", "").split()
    if scripts:
        app.add_css_file("playground/playground.css")
    for script in scripts:
        app.add_js_file(f"playground/{script}", loading_method="defer")


def add_files(app, error):
    """MathJax, so that formulas need no network; notebooks to download as they are stored."""
    if error:
        return
    static = Path(app.outdir, "_static", "mathjax")
    shutil.copytree(MATHJAX / MATHJAX_FONTS, static / MATHJAX_FONTS, dirs_exist_ok=True)
    shutil.copy(MATHJAX / "tex-chtml.js", static)
    for page in app.env.found_docs:
        original = ROOT / f"{page}.ipynb"
        if original.exists():
            shutil.copy(original, Path(app.outdir, "_sources", f"{page}.ipynb"))
