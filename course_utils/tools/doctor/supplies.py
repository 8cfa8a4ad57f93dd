"""Where the data come from: what is in the cache, and whether anything can be downloaded."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Mapping
from pathlib import Path

from ...datasets import cache as kept
from ...datasets import load, names
from ...datasets.catalogue import card
from ...datasets.facts import in_words
from .findings import NO, NOTE, YES, Finding

ASKED = "mnist"  # the collection whose places are tried: it has the most
SECONDS = 3.0  # for a place to answer


def cache(base: Path | None = None) -> Finding:
    """Whether collections can be kept in the folder `base`, the cache, and which are there."""
    base = base or kept.base()
    there = base
    while not os.path.exists(there):  # Path.exists fails below a folder that is closed to us
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return Finding(
            "the cache", NO, f"{base} cannot be written", "let COURSE_DATA name a folder of yours"
        )
    every = [card(name, size) for name in names() for size in card(name).sizes]
    sets = [facts for facts in every if (base / facts.key).is_dir()]
    broken = [facts.key for facts in sets if not kept.is_complete(facts)]
    taken = sum(kept.size_on_disk(facts) for facts in sets)
    full = f"{', '.join(f.key for f in sets)}: {in_words(taken)}" if sets else "no full set yet"
    if broken:
        words = f"incomplete in {base}: {', '.join(broken)}"
        return Finding("the cache", NO, words, f"course data download {' '.join(broken)}")
    return Finding("the cache", YES, f"{full} in {base}")


def sample() -> Finding:
    """Whether what there is of a collection without a network can be read, and if it is real."""
    with contextlib.redirect_stdout(io.StringIO()):  # what it says of a stand-in is said here
        digits = load(ASKED, "test", source="sample")
    if digits.source == "stand-in":
        words = f"{len(digits)} other digits stand in for those of MNIST"
        return Finding("samples", NOTE, words, "course data packages")
    return Finding("samples", YES, f"{len(digits)} digits of MNIST can be read")


def places(environment: Mapping[str, str] = os.environ) -> Finding:
    """Whether collections can be fetched: from your mirror, else from where they are published.

    Parameters
    ----------
    environment
        Variables: COURSE_DATA_MIRROR and COURSE_OFFLINE are looked at.
    """
    mirror = environment.get("COURSE_DATA_MIRROR", "")
    if mirror and "://" not in mirror.removeprefix("file://"):
        folder = Path(mirror.removeprefix("file://")).expanduser()
        if folder.is_dir():
            return Finding("downloads", YES, f"from the folder {folder}")
        remedy = "let COURSE_DATA_MIRROR name a folder that is there, or unset it"
        return Finding("downloads", NO, f"the mirror {mirror} is no folder", remedy)
    if environment.get("COURSE_OFFLINE"):
        words = "forbidden by COURSE_OFFLINE; what is not in the cache is replaced by a sample"
        return Finding("downloads", NOTE, words)
    if mirror:
        reason = _silence(mirror)
        if not reason:
            return Finding("downloads", YES, f"the mirror {mirror} answers")
        remedy = "ask who runs it, or unset COURSE_DATA_MIRROR"
        return Finding("downloads", NO, f"the mirror {mirror} does not answer: {reason}", remedy)
    return _published([url for file in card(ASKED).files[-1:] for url in file.urls])


def _published(urls: list[str]) -> Finding:
    """Ask one place after the other until one answers."""
    reasons = {}
    for url in urls:
        host = url.split("/")[2]
        reasons[host] = _silence(url)
        if not reasons[host]:
            return Finding("downloads", YES, f"{host} answers")
    words = "; ".join(f"{host}: {reason}" for host, reason in reasons.items())
    return Finding(
        "downloads",
        NOTE,
        f"no place of {ASKED} answers, so samples stand in ({words})",
        "behind a proxy set HTTPS_PROXY; in a class set COURSE_DATA_MIRROR (see README.md)",
    )


def _silence(url: str) -> str:
    """Why a place does not answer; "" if it does."""
    import requests

    try:
        answer = requests.head(url, timeout=SECONDS, allow_redirects=True)
    except requests.Timeout:
        return f"nothing within {SECONDS:g} seconds"
    except requests.ConnectionError:
        return "no connection"
    except requests.RequestException as error:
        return str(error)
    return "" if answer.status_code < 500 else f"it says {answer.status_code} {answer.reason}"
