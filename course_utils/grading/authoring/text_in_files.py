"""All the text that is inside a file, whatever its kind: what a search for secrets has to read.

A notebook gives its cells, outputs and metadata; a picture what is written beside its pixels; an
archive the same of its members. What is neither text nor one of these is refused: it cannot be
looked into, so nobody can say what it holds.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import json
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST, LARGEST = 4, 50_000_000  # archives in archives; bytes that a member may unpack to
DATA = re.compile(r"data:[\w/+.-]+;base64,([A-Za-z0-9+/=\s]+)")
BASE64 = re.compile(r"[A-Za-z0-9+/\s]{40,}={0,2}\s*")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


class Unreadable(Exception):
    """The file cannot be looked into; the message says why."""


@dataclass(frozen=True)
class Piece:
    """A text and where it stands in its file: "cell 3, output", or "" for all of it."""

    place: str
    text: str


def pieces(name: str, data: bytes) -> Iterator[Piece]:
    """The texts inside a file.

    Parameters
    ----------
    name
        Its name; only notebooks, JSON, Python and pages are told by it, all else by its content.
    data
        What it holds.

    Raises
    ------
    Unreadable
        If it is neither text nor a kind that is understood.
    """
    yield from _pieces(name, data, "", 0)


def _pieces(name: str, data: bytes, place: str, depth: int) -> Iterator[Piece]:
    if data[:2] == b"PK":
        yield from _archive(data, place, depth)
    elif data[:6] == b"\x93NUMPY":
        yield Piece(place, _array(data))
    elif data.startswith(PICTURES):
        yield Piece(_join(place, "beside its pixels"), _picture(data))
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise Unreadable("neither text nor a picture, an array or a zip")
        yield from _text(name, text, place, depth)


def _text(name: str, text: str, place: str, depth: int) -> Iterator[Piece]:
    if name.endswith((".ipynb", ".json")):
        try:
            yield from _tree(json.loads(text), [], place, depth)
            return
        except (ValueError, RecursionError):
            pass
    if name.endswith((".html", ".htm", ".svg", ".xml")):
        yield from _markup(text, place)
    else:
        yield Piece(place, text)
    if name.endswith(".py"):
        yield Piece(place, without_comments(text))
    for found in DATA.finditer(text):
        yield from _encoded(found[1], place, depth)


def _tree(node, path: list, place: str, depth: int) -> Iterator[Piece]:
    """Every text in parsed JSON; lists of lines, as notebooks keep them, in one piece."""
    here = _join(place, _place(path))
    if isinstance(node, list) and node and all(isinstance(line, str) for line in node):
        node = "".join(line if line.endswith("\n") else f"{line}\n" for line in node)
    if isinstance(node, dict):
        for key, value in node.items():
            yield Piece(here, str(key))
            yield from _tree(value, [*path, key], place, depth)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _tree(value, [*path, index], place, depth)
    elif isinstance(node, str):
        kind = str(path[-1]) if path else ""
        if BASE64.fullmatch(node):
            held = list(_encoded(node, here, depth))
            if held:
                yield from held
                return
            in_cell = path[:1] == ["cells"] and path[2:3] in (["outputs"], ["attachments"])
            if in_cell and "/" in kind and not kind.startswith("text/"):  # a PDF, a film
                raise Unreadable(f"{here} is {kind}, neither text nor a picture")
        if "html" in kind or "svg" in kind:
            yield from _markup(node, here)
        else:
            yield Piece(here, node)
        if kind == "source":
            yield Piece(here, without_comments(node))
        for found in DATA.finditer(node):
            yield from _encoded(found[1], here, depth)
    elif node is not None and not isinstance(node, bool):
        yield Piece(here, str(node))


def _place(path: list) -> str:
    if len(path) < 2 or path[0] != "cells":
        return ".".join(map(str, path[:1]))
    part = {"outputs": ", output", "metadata": ", metadata", "attachments": ", attachment"}
    return f"cell {path[1] + 1}" + (part.get(path[2], "") if len(path) > 2 else "")


def _join(place: str, more: str) -> str:
    return ", ".join(part for part in (place, more) if part)


def _encoded(text: str, place: str, depth: int) -> Iterator[Piece]:
    """What base64 holds, if it is that and holds something that can be read."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
        yield from _pieces("", data, place, depth + 1)
    except (binascii.Error, Unreadable):
        pass


def _archive(data: bytes, place: str, depth: int) -> Iterator[Piece]:
    if depth >= DEEPEST:
        raise Unreadable("archives within archives within archives")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.file_size > LARGEST:
                    raise Unreadable(f"{member.filename} in it unpacks to more than 50 MB")
                inner = _join(place, member.filename)
                yield Piece(inner, member.filename)
                if not member.is_dir():
                    yield from _pieces(member.filename, archive.read(member), inner, depth + 1)
    except (zipfile.BadZipFile, RuntimeError, zlib.error, OSError, EOFError) as error:
        raise Unreadable(f"a zip that does not open ({error})") from None


def _array(data: bytes) -> str:
    import numpy as np

    try:
        values = np.load(io.BytesIO(data), allow_pickle=False)
    except ValueError as error:
        raise Unreadable(f"an array that does not open ({error})") from None
    rounded = (f"{value:.6g}" for value in values.flat if values.dtype.kind == "f")
    return " ".join([*map(str, values.flat), *rounded])


def _picture(data: bytes) -> str:
    """What cameras and drawing programs write into a picture: comments, EXIF, XMP."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            notes = [*picture.info.values(), *picture.getexif().values()]
    except Exception as error:  # Pillow has one for each way to be no picture, or too large a one
        raise Unreadable(f"a picture that does not open ({error})") from None
    words = (note.decode("utf-8", "replace") if isinstance(note, bytes) else note for note in notes)
    return "\n".join(word for word in words if isinstance(word, str))


def _markup(page: str, place: str) -> Iterator[Piece]:
    """What HTML or SVG shows, and what its comments and attributes say: a picture in words."""
    yield Piece(place, visible_text(page))
    tags = re.findall(r"(?s)<!--.*?-->|<[a-zA-Z][^>]*>", DATA.sub("", page))
    yield Piece(_join(place, "within tags"), html.unescape("\n".join(tags)))


def visible_text(page: str) -> str:
    """The text of a `page` of HTML: pieces of one line, as highlighted code is, stay together."""
    page = re.sub(r"(?s)<style\b.*?</style>", " ", page)  # a page of Jupyter has 300 kB of it
    page = re.sub(r"</?(?:span|a|b|i|em|strong|code|font|tspan)\b[^>]*>", "", page)
    return html.unescape(re.sub(r"</?[a-zA-Z!][^>]*>", " ", page))


def without_comments(code: str) -> str:
    """Python `code` without comments; what is no Python comes back as far as it can be read."""
    words = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL):
                words.append(token.string)
    except (tokenize.TokenError, SyntaxError):  # a cell with a magic, a piece of a line
        pass
    return " ".join(words)
