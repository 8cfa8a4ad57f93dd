"""The beginning of a lecture: a notebook, its topics, and its table in lectures/README.md."""

from __future__ import annotations

from pathlib import Path

import nbformat

from . import files

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
TOPICS = {  # the template's sections, by what they treat
    "the first thing that the lecture treats": "1. What is asked first?",
    "the second thing": "2. What is asked next?",
}


def write(root: Path, name: str) -> list[Path]:
    """Write `lectures/NAME.ipynb`, not yet stamped nor run, and enter its topics.

    Parameters
    ----------
    root
        The folder that is the repository.
    name
        Two digits and a short name: 18_attention.
    """
    files.check_name(name, r"\d\d_[a-z0-9_]+", "18_attention")
    folder = root / "lectures"
    number = name[:2]
    for other in folder.glob(f"{number}_*.ipynb"):
        raise files.SkeletonError(f"{other.name} has the number {number} already: take another")
    title = files.title(name[3:])
    notebook = nbformat.v4.new_notebook(
        cells=files.cells(files.template("lecture.py", title=title)),
        metadata={"kernelspec": KERNEL},
    )
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    _append(folder / "topics.toml", _topics(name))
    _append(folder / "README.md", _table(name, f"{number} {title}"))
    return [path, folder / "topics.toml", folder / "README.md"]


def _topics(name: str) -> str:
    return "\n".join([f"{name} = [", *(f'    "{topic}",' for topic in TOPICS), "]"])


def _table(name: str, title: str) -> str:
    rows = [f"| {topic} | {section} |" for topic, section in TOPICS.items()]
    return "\n".join([f"## [{title}]({name}.ipynb)", "", "| topic | section |", "|---|---|", *rows])


def _append(path: Path, text: str) -> None:
    before = path.read_text("utf-8").rstrip("\n")
    path.write_text(f"{before}\n\n{text}\n", "utf-8")
