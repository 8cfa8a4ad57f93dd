"""The students' guides: pages of the book that an edition has as files beside its lectures.

A page may say something that students of an edition need not read. It stands between
`<!-- book -->` and `<!-- /book -->`, which neither GitHub nor the book shows.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

FOLDER = "guides"
PAGES = ("students", "colab", "jupyter")  # of book/
# Pages of the book of which an edition's README.md has the substance.
ELSEWHERE = {"data.md": "../README.md#data", "problem_sets.md": "../README.md#problem-sets"}
_BOOK_ONLY = re.compile(r"\s*<!-- book -->.*?<!-- /book -->", re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")


class LeadsNowhere(Exception):
    """A link in a guide leads to what the edition does not have; the message says which."""


def guides(root: Path, repository: str, names: set[str]) -> dict[str, bytes]:
    """The guides by their path in the edition.

    Parameters
    ----------
    root
        The instructors' repository.
    repository
        Where the edition is published: OWNER/NAME.
    names
        The paths of all else that the edition has, with forward slashes.

    Raises
    ------
    LeadsNowhere
        If a link in them leads to something else.
    """
    known = names | {f"{FOLDER}/{page}.md" for page in PAGES}
    made = {}
    for page in PAGES:
        text = (root / "book" / f"{page}.md").read_text("utf-8").replace("OWNER/NAME", repository)
        text = _BOOK_ONLY.sub("", text).rstrip() + "\n"
        text = _LINK.sub(lambda link: f"]({_target(link[1])})", text)
        for link in _LINK.findall(text):
            place = posixpath.normpath(posixpath.join(FOLDER, link.partition("#")[0]))
            if not re.match(r"[a-z]+:|#", link) and place not in known:
                raise LeadsNowhere(
                    f"book/{page}.md: the link to {link} leads nowhere in an edition: put what "
                    "needs it between <!-- book --> and <!-- /book -->"
                )
        made[f"{FOLDER}/{page}.md"] = text.encode()
    return made


def _target(link: str) -> str:
    return ELSEWHERE.get(link.partition("#")[0], link)
