"""Links between files of the repository become links between pages of the book."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from ..notebooks.stamp import Publication
from .contents import BookError

_LINK = re.compile(r"\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^(```+|~~~+|:::+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


@dataclass
class Links:
    """What links lead to: pages, pictures beside them, and the repository for all else.

    Attributes
    ----------
    root
        The folder that is the repository.
    pages
        From paths in the repository to pages, as `contents.pages` has them.
    published
        Where the repository is published.
    pictures
        Paths in the repository of the pictures that were linked to so far.
    """

    root: Path
    pages: dict[str, str]
    published: Publication
    pictures: set[str] = field(default_factory=set)

    def rewrite(self, text: str, file: str) -> str:
        """Markdown of a `file` of the repository, with links that are right on its page.

        Parameters
        ----------
        text
            What the file says, or a part of it.
        file
            Its path in the repository, with forward slashes.

        Raises
        ------
        BookError
            If a link leads to a file that is not there.
        """
        kept = [m.span() for pattern in (_FENCE, _CODE) for m in pattern.finditer(text)]

        def replace(match: re.Match) -> str:
            if any(start <= match.start() < end for start, end in kept):
                return match[0]
            return f"]({self.target(match[1], file)})"

        return _LINK.sub(replace, text)

    def target(self, link: str, file: str) -> str:
        """Where one link of a `file` leads on its page."""
        address, _, anchor = link.partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            return link
        if not address:
            return f"#{_slug(anchor)}"
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(address)))
        if wanted in self.pages:
            return self._relative(self._file(wanted), file) + (anchor and f"#{_slug(anchor)}")
        path = self.root / wanted
        if wanted.startswith("..") or not path.exists():
            raise BookError(f"{file}: the link to {link} leads nowhere: no {wanted} is there")
        if path.suffix in {".png", ".gif", ".svg"}:
            self.pictures.add(wanted)
            return self._relative(f"pictures/{path.name}", file)
        kind = "tree" if path.is_dir() else "blob"
        published = self.published
        return f"https://github.com/{published.repository}/{kind}/{published.branch}/{wanted}"

    def _file(self, name: str) -> str:
        """The page's own source, in the folder that Sphinx reads."""
        return self.pages[name] + Path(name).suffix

    def _relative(self, target: str, file: str) -> str:
        return posixpath.relpath(target, posixpath.dirname(self._file(file)) or ".")


def _slug(anchor: str) -> str:
    """A heading's anchor as the book has it; Jupyter keeps capitals and punctuation."""
    return re.sub(r"[^\w -]", "", unquote(anchor).lower()).replace(" ", "-")
