"""The course as a web site: pages made from stored outputs, nothing run, nothing fetched.

contents   which file of the repository is which page
links      links between files become links between pages, or into the repository
notebooks  a notebook as a page: its buttons, and how it was last run
player     an animation that waits, and goes by steps
glossary   lecture 00's glossary as a page of its own
playground pages with networks that run in the reader's browser
how_sure   how often each claim of the lectures held, as a page of its own
building   the pages laid out for Sphinx, built, and checked
checking   what is wrong with a built site: dead links, pictures without words

`book/` has the pages that exist only here, Sphinx's settings and a little style.
"""

from .building import build
from .contents import BookError

__all__ = ["BookError", "build"]
