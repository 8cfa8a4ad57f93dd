"""Decode many small JPEG files of a zip archive, on every core.

Each core gets a process of its own that runs this module and writes its share of the pixels into
the file behind the array: Python's threads would wait for each other, and a fork of a notebook that
has imported TensorFlow may hang. A pool of spawned processes would run the user's script again,
which fails where that has no `__main__` guard.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

SIDE = 64
LARGEST_FILE = 1_000_000  # bytes; Tiny-ImageNet's largest has 0.05 million
FEW = 4_000  # images that are decoded sooner than a process starts
STEP = 250  # images between two signs of progress
PACKAGE_PARENT = Path(__file__).resolve().parents[2]


def decode_into(images: dict[str, np.ndarray], archive: Path, names: dict[str, list[str]]) -> None:
    """Decode the named files into `images[split]`, `(N, 64, 64, 3)` uint8, row by row.

    Parameters
    ----------
    images
        By split: every core helps if all of them are mapped files, and there are many.
    archive
        The zip archive that holds the files.
    names
        By split, the file of each row.

    Raises
    ------
    ValueError
        If one of them is no JPEG file of 64x64 pixels.
    """
    total = sum(map(len, names.values()))
    mapped = {split: array for split, array in images.items() if isinstance(array, np.memmap)}
    with _bar(total) as bar:
        if len(mapped) == len(images) and total > FEW and _cores() > 1:
            _share(mapped, archive, names, bar)
        else:
            for split, array in images.items():
                for done in _decode(archive, names[split], array):
                    bar.update(done)


def _decode(archive: Path, names: list[str], target: np.ndarray) -> Iterator[int]:
    """Decode into the rows of `target`; yields how many are done since it last did."""
    from PIL import Image

    done = 0
    with zipfile.ZipFile(archive) as opened:
        for row, name in enumerate(names):
            member = opened.getinfo(name)
            if member.file_size > LARGEST_FILE:
                raise ValueError(f"{archive}: {name} unpacks to {member.file_size} bytes")
            try:
                image = Image.open(io.BytesIO(opened.read(member)), formats=("JPEG",))
                if image.size != (SIDE, SIDE):
                    raise ValueError(f"it has {image.size[0]}x{image.size[1]} pixels, not 64x64")
                target[row] = np.asarray(image if image.mode == "RGB" else image.convert("RGB"))
            except Exception as error:  # a damaged file makes Pillow raise a dozen kinds
                raise ValueError(f"{archive}: {name} cannot be decoded: {error}") from None
            done += 1
            if done == STEP:
                yield done
                done = 0
    yield done


def _share(images: dict[str, np.memmap], archive: Path, names: dict[str, list[str]], bar) -> None:
    """Let a process a core decode its share of each split, and hear how far they all are."""
    workers = _cores()
    shares: list[list[dict]] = [[] for _ in range(workers)]
    for split, array in images.items():
        array.flush()
        bounds = np.linspace(0, len(array), workers + 1).astype(int).tolist()
        for own, start, stop in zip(shares, bounds[:-1], bounds[1:], strict=True):
            share = {"file": str(array.filename), "offset": array.offset, "shape": array.shape}
            own.append(share | {"start": start, "names": names[split][start:stop]})
    path = os.pathsep.join(filter(None, [str(PACKAGE_PARENT), os.environ.get("PYTHONPATH")]))
    ears, mouth = os.pipe()
    ends = {ears, mouth}
    running = []
    try:
        for own in shares:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=mouth,
                text=True,
                env=os.environ | {"PYTHONPATH": path},
            )
            running.append(process)
            assert process.stdin is not None
            with process.stdin:
                process.stdin.write(json.dumps({"archive": str(archive), "shares": own}))
        os.close(mouth)
        ends.remove(mouth)
        with open(ears, closefd=False) as lines:
            for line in lines:
                answer = json.loads(line)
                if "fault" in answer:
                    raise ValueError(answer["fault"])
                bar.update(answer["done"])
        for process in running:
            if process.wait():
                raise ValueError(f"{archive}: a decoding process ended with {process.returncode}")
    finally:
        for process in running:
            process.kill()
            process.wait()
        for end in ends:
            os.close(end)


def _work(job: dict) -> None:
    """What a process of its own does: decode its shares, and print how far it is."""
    try:
        for share in job["shares"]:
            shape, start, names = tuple(share["shape"]), share["start"], share["names"]
            whole = np.memmap(share["file"], np.uint8, "r+", share["offset"], shape)
            for done in _decode(Path(job["archive"]), names, whole[start : start + len(names)]):
                _say({"done": done})
    except ValueError as error:
        _say({"fault": str(error)})


def _say(message: dict) -> None:
    os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")  # whole lines, never mixed


def _bar(total: int):
    from tqdm.auto import tqdm

    return tqdm(total=total, desc="decoding", unit="images", leave=False, disable=total <= FEW)


def _cores() -> int:
    here = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    return min(len(here), 8)  # each reads the archive's long list of names first


if __name__ == "__main__":
    _work(json.load(sys.stdin))
