"""Which file of the repository is which page of the book."""

from __future__ import annotations

from pathlib import Path

from ...errors import UserError

# Of assignments students get the release: a source, with its solutions, is never a page.
_PAGES = {
    "book/*.md": "{stem}",
    "book/playground/*.md": "playground/{stem}",
    "book/reference/*.md": "reference/{stem}",
    "lectures/README.md": "lectures/index",
    "lectures/*.ipynb": "lectures/{stem}",
    "assignments/release/*/*.ipynb": "assignments/release/{folder}/{stem}",
    "assignments/README.md": "grading",
    "datasets/*.md": "datasets/{stem}",
    "course_utils/models/README.md": "reference/networks",
    "benchmarks/README.md": "reference/benchmarks",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changelog",
}
# Pages that are made of something else; links name them as if they lay in book/.
GLOSSARY = "book/glossary.md"
COMMANDS = "book/reference/commands.md"


class BookError(UserError):
    """The book cannot be built, or is not as it should be; the message says why."""


def pages(root: Path) -> dict[str, str]:
    """The pages of the book, by the files of the repository that they are made from.

    Parameters
    ----------
    root
        The folder that is the repository.

    Returns
    -------
    dict
        From paths below `root`, with forward slashes, to pages: addresses without `.html`.
    """
    found = {}
    for pattern, page in _PAGES.items():
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            found[name] = page.format(stem=path.stem, folder=path.parent.name)
    if "book/index.md" not in found:
        raise BookError(f"{root} has no book/index.md: build the book in the course's repository")
    return found | {GLOSSARY: "glossary", COMMANDS: "reference/commands"}
