"""What is wrong with a built site: dead links, pictures without words, things from elsewhere."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
_FETCHING = {"stylesheet", "preload", "icon", "modulepreload", "preconnect"}


def problems(site: Path) -> list[str]:
    """A line for each fault of the site in a folder, by pages; none if it is as it should be.

    Links must lead to pages, files and anchors that are there; what a page loads must lie in the
    site; every picture has alternative text.
    """
    files = [path for path in site.rglob("*.html") if site / "_static" not in path.parents]
    pages = {path.relative_to(site).as_posix(): _Page.read(path) for path in files}
    found = []
    for name, page in sorted(pages.items()):
        found += [f"{name}: {fault}" for fault in page.faults]
        found += [
            f"{name}: the link to {link} leads nowhere"
            for link in sorted(page.links)
            if not _is_alive(link, name, pages, site)
        ]
    return found


def _is_alive(link: str, name: str, pages: dict[str, _Page], site: Path) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True  # what is elsewhere is not ours to answer for
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
    target = target if parts.path else name
    if target.startswith("..") or not (site / target).is_file():
        return False
    return not parts.fragment or target not in pages or parts.fragment in pages[target].anchors


@dataclass
class _Page(HTMLParser):
    """Where a page leads, and what can be led to on it."""

    links: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=lambda: {""})
    faults: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    @classmethod
    def read(cls, path: Path) -> _Page:
        page = cls()
        page.feed(path.read_text("utf-8"))
        return page

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.anchors.update(filter(None, [values.get("id"), tag == "a" and values.get("name")]))
        if tag == "img" and not values.get("alt"):
            self.faults.append(f"the picture {values.get('src', '')[:80]} has no alternative text")
        address = values.get(_LOADED.get(tag, "href" if tag == "a" else ""))
        if not address or address.startswith("data:"):
            return
        loaded = tag != "a" and (tag != "link" or values.get("rel") in _FETCHING)
        if loaded and (urlsplit(address).scheme or urlsplit(address).netloc):
            self.faults.append(f"it loads {address[:80]} from elsewhere")
        else:
            self.links.add(address)
