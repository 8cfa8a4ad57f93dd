"""A notebook run and stored: its outputs as the cells give them now, and what the run took."""

from __future__ import annotations

import copy
import io
import re
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ...errors import UserError
from . import files, last_run, yardstick
from .execution import OnCell, execute, join_streams
from .last_run import LastRun

SECONDS = 300  # for a cell
STILLS = ("image/png", "image/jpeg")
EXEMPT = "nbval-ignore-output"
RULES = Path(__file__).with_name("nbval.cfg")


class NotStored(UserError):
    """The notebook cannot be read, or what it says may not be stored; it is as it was."""


@dataclass(frozen=True)
class Stored:
    """A notebook that ran to its end.

    Attributes
    ----------
    run
        What it took.
    changed
        The numbers of the code cells, from 1, that say something else than before: to the byte
        where outputs are stored, else as tests compare.
    """

    run: LastRun
    changed: tuple[int, ...]


def run(
    notebook: Path,
    on_cell: OnCell = lambda done, total: None,
    *,
    seconds: int = SECONDS,
    keep: bool = False,
    save: bool = True,
) -> Stored:
    """Run a notebook in its own folder and store its outputs with the record of the run.

    What has not changed stays as it is to the byte, pictures too. Cells keep their ids and
    their metadata; no times and no state of knobs are stored.

    Parameters
    ----------
    notebook
        The .ipynb file. It is replaced in one step, after a run without errors.
    on_cell
        Called after each code cell with how many are done and how many there are.
    seconds
        The longest that one cell may take.
    keep
        Whether outputs also stay where only what tests do not compare has changed: the picture
        of a training, which comes out a little otherwise on every kind of processor.
    save
        False stores nothing and only says which outputs tests would find changed.

    Raises
    ------
    NotebookFailed
        If a cell fails.
    NotStored
        If it is no notebook, or a cell writes to standard error.
    """
    before = _read(notebook)
    after = copy.deepcopy(before)
    after.metadata.pop("widgets", None)
    began_slow = yardstick.slowness() if save else 1.0
    took = execute(after, notebook, seconds=seconds, on_cell=on_cell)
    merged = copy.deepcopy(before)
    join_streams(merged)

    as_tests = keep or not save
    changed = []
    for number, (stored, old, new) in enumerate(_code_cells(before, merged, after), 1):
        complaint = next((o.text for o in new.outputs if o.get("name") == "stderr"), None)
        if complaint is not None:
            first = complaint.strip().partition("\n")[0]
            raise NotStored(
                f"{notebook.name}: code cell {number} writes to standard error: {first}"
            )
        _keep_pictures(old.outputs, new.outputs)
        if old.outputs == new.outputs or (as_tests and _compared(old) == _compared(new)):
            new.outputs = stored.outputs
        else:
            changed.append(number)
    ended_slow = yardstick.slowness() if save else 1.0
    slowness = round((began_slow + ended_slow) / 2, 1)  # a shared machine's changes meanwhile
    result = Stored(last_run.just_now(took.seconds, took.memory, slowness), tuple(changed))
    if save:
        last_run.write(after.metadata, result.run)
        files.write(after, notebook)
    return result


def _read(notebook: Path):
    try:
        return files.read(notebook)
    except OSError as error:
        raise NotStored(f"{notebook.name} cannot be read: {error.strerror}") from None
    except files.NotANotebook as reason:
        raise NotStored(f"{notebook.name} is not a notebook: restore it ({reason})") from None


def _code_cells(*notebooks):
    """The code cells of several states of one notebook, side by side."""
    rows = zip(*(notebook.cells for notebook in notebooks), strict=True)
    return [row for row in rows if row[0].cell_type == "code"]


def _compared(cell) -> list | None:
    """What nbval compares of a cell's outputs: neither pictures, nor what describes them, nor
    measured digits."""
    if EXEMPT in cell.metadata.get("tags", []):
        return None
    return [
        {
            key: {kind: without_digits(text) for kind, text in value.items() if kind not in STILLS}
            if key == "data"
            else without_digits(value)
            for key, value in output.items()
            if key not in ("metadata", "execution_count")
        }
        for output in cell.outputs
    ]


def without_digits(text):
    """A text as nbval compares it: measured digits, which `nbval.cfg` describes, are left out.

    Parameters
    ----------
    text
        Of an output; what is no text stays as it is.
    """
    if not isinstance(text, str):
        return text
    for pattern, replacement in _rules():
        text = re.sub(pattern, replacement, text)
    return text


@cache
def _rules() -> list[tuple[str, str]]:
    """What `nbval.cfg` replaces, and by what; read once, not for every output."""
    return re.findall(r"^regex: (.*)\nreplace: (.*)$", RULES.read_text("utf-8"), re.MULTILINE)


def _keep_pictures(old: list, new: list) -> None:
    """Leave the old file where it shows the same picture: other releases only pack it otherwise."""
    for before, after in zip(old, new, strict=False):
        for kind in STILLS:
            one, two = (output.get("data", {}).get(kind) for output in (before, after))
            if one and two and one != two and _pixels(one) == _pixels(two):
                after["data"][kind] = one


def _pixels(picture: str):
    from PIL import Image

    try:
        image = Image.open(io.BytesIO(b64decode(picture)))
        return image.size, image.convert("RGBA").tobytes()
    except (OSError, ValueError):
        return picture
