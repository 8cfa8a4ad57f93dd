"""What the benchmarks share: the machine, turns, medians with their spread, tables and JSON.

A benchmark lets its contenders take `turns`, makes a `Spread` of what they gave, and hands both to
`Results`, which prints a table row by row and writes the same as JSON where `--json` asks for it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_info
from tqdm import tqdm

from course_utils.files import replace_text
from course_utils.runtime import processor_name, report

T = TypeVar("T")
# Besides those that `course_utils.runtime.report` names.
PACKAGES = ("nbgrader", "torchvision", "medmnist")


def parser(doc: str, runs: int | None, only: Iterable[str] = ()) -> argparse.ArgumentParser:
    """The options that all benchmarks have; `doc` is the docstring of the script.

    `make bench` gives every benchmark the folder with original files, and some read them.
    """
    found = argparse.ArgumentParser(description=doc.splitlines()[0])
    times = "as many as its docstring says" if runs is None else runs
    found.add_argument("--runs", type=_count, default=runs, help=f"of each contender ({times})")
    found.add_argument("--json", type=_file, metavar="FILE", help="the tables; - prints them")
    found.add_argument("--data", type=Path, metavar="FOLDER", help="original files, where read")
    if names := list(only):
        say = f"of {'; '.join(names)}"
        found.add_argument(
            "--only", nargs="+", choices=names, default=names, metavar="NAME", help=say
        )
    return found


def _count(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return int(text)


def _file(text: str) -> str:
    if Path(text).is_dir():  # else it would be found out at the end
        raise argparse.ArgumentTypeError(f"{text} is a folder")
    return text


# --- the machine -----------------------------------------------------------------------------


def machine() -> dict:
    """The processor, the libraries that multiply matrices, and the versions of what is measured."""
    found = report()
    versions = {"python": found.python} | {k: v for k, v in found.versions.items() if v}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "processor": processor_name(),
        "cores": found.processors,
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "memory": found.memory,
        "gpus": [gpu.name for gpu in found.gpus],
        "system": found.platform,
        "blas": blas(),
        "versions": versions,
    }


def blas() -> dict[str, str]:
    """What multiplies matrices for NumPy, and for PyTorch where a benchmark has imported it."""
    loaded = [library for library in threadpool_info() if library["user_api"] == "blas"]
    names = {
        f"{library['internal_api']} {library['version']}"
        f" for {library.get('architecture', 'any processor')}, threads: {library['num_threads']}"
        for library in loaded
    }
    if not names:  # Apple's Accelerate says nothing of itself
        names = {np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]}
    found = {"numpy": " and ".join(sorted(names))}
    if torch := sys.modules.get("torch"):
        built = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
        kernels, threads = torch.backends.cpu.get_cpu_capability(), torch.get_num_threads()
        found["torch"] = f"{built[1] if built else '?'} for {kernels}, threads: {threads}"
    return found


def _in_a_line(found: dict) -> str:
    parts = [
        f"{found['processor']}, {found['cores']} cores (load {found['load']})",
        *found["gpus"],
        *(f"{name} by {library}" for name, library in found["blas"].items()),
        ", ".join(f"{name} {version}" for name, version in found["versions"].items()),
    ]
    return "; ".join(parts) + "."


# --- measuring -------------------------------------------------------------------------------


def seconds(function: Callable[..., object], *arguments: object) -> float:
    """How long a call takes."""
    began = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - began


def turns(
    contenders: Mapping[str, Callable[[], T]], runs: int, warm_ups: int = 0
) -> dict[str, list[T]]:
    """What each contender returns in each run, the first `warm_ups` left out.

    In every run each has a turn, so that a machine that slows down does so for all of them.
    """
    found: dict[str, list[T]] = {name: [] for name in contenders}
    for number in tqdm(range(-warm_ups, runs), unit="run", leave=False, disable=None):
        for name, contender in contenders.items():
            got = contender()
            if number >= 0:
                found[name].append(got)
    return found


@dataclass(frozen=True)
class Spread:
    """A quantity in several runs: told as their median, and the least to the most of them."""

    runs: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        return cls(tuple(map(float, values)))

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def __format__(self, spec: str) -> str:
        middle, least, most = (
            format(v, spec) for v in (self.median, min(self.runs), max(self.runs))
        )
        return f"{middle} ({least} to {most})" if len(self.runs) > 1 else middle

    def record(self) -> dict:
        return {
            "median": self.median,
            "least": min(self.runs),
            "most": max(self.runs),
            "runs": list(self.runs),
        }


# --- tables ----------------------------------------------------------------------------------


class Results:
    """Tables in Markdown, printed as they are measured, and as JSON in the end.

    The JSON has the `machine`, the name of the `benchmark`, and `rows`: the "table" of each, and
    the cells by their columns' names.
    """

    def __init__(self, benchmark: str, file: str | None):
        self.benchmark, self.file = benchmark, file
        self.screen = sys.stderr if file == "-" else sys.stdout
        self.machine, self.rows = machine(), []
        self.title, self.columns = "", {}
        self.say(f"{benchmark}: {_in_a_line(self.machine)}")

    def __enter__(self) -> Results:
        return self

    def __exit__(self, kind, *_: object) -> None:
        if kind is None:  # what was broken off is no result
            self._write()

    def say(self, text: str) -> None:
        tqdm.write(text, file=self.screen)
        self.screen.flush()

    def table(self, title: str, columns: Mapping[str, str]) -> None:
        """Begin one; `columns` has the format of each, as in `format(3.14159, ".2f")`."""
        self.title, self.columns = title, dict(columns)
        self.say(f"\n{title}\n\n| {' | '.join(columns)} |\n{'|---' * len(columns)}|")

    def row(self, *cells: object) -> None:
        """A cell a column, as soon as they are known; None leaves one empty."""
        found = dict(zip(self.columns, cells, strict=True))
        texts = ("" if v is None else format(v, self.columns[k]) for k, v in found.items())
        self.say(f"| {' | '.join(texts)} |")
        self.rows.append({"table": self.title} | found)

    def _write(self) -> None:
        content = {"machine": self.machine, "benchmark": self.benchmark, "rows": self.rows}
        text = json.dumps(content, indent=1, default=_record, ensure_ascii=False)
        if self.file == "-":
            print(text)
        elif self.file:
            replace_text(Path(self.file), text + "\n")


def _record(value):
    return value.record() if isinstance(value, Spread) else asdict(value)
