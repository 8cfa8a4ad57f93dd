"""`course site`: the course book."""

from __future__ import annotations

import os

from .command import REPOSITORY, Commands


def add(commands: Commands) -> None:
    """Declare `course site` among the `commands`."""
    commands.command(
        "site",
        _site,
        "build the course book: a web site that needs no network",
        examples="""
            course site                      # in build/site; a minute
        """,
    )


def _site(options) -> int:
    from .. import book
    from . import parser

    site = os.path.relpath(book.build(REPOSITORY, parser()))
    print(f"The book is in {site}: open {site}/index.html in a browser, or for other machines\n")
    print(f"    python3 -m http.server --directory {site}")
    return 0
