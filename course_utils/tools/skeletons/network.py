"""The beginning of a network: twins in PyTorch and in Keras, and the row of the catalogue."""

from __future__ import annotations

from pathlib import Path

from . import files

END = "}\n\n\n@dataclass(frozen=True)\nclass Network:"  # of the catalogue's facts


def write(root: Path, name: str) -> list[Path]:
    """Write `models/torch/NAME.py` and `models/keras/NAME.py`, and enter both where networks are.

    Parameters
    ----------
    root
        The folder that is the repository.
    name
        The constructor: convmixer.
    """
    files.check_name(name, r"[a-z][a-z0-9_]*", "convmixer")
    folder = root / "course_utils" / "models"
    twins = [folder / framework / f"{name}.py" for framework in ("torch", "keras")]
    files.check_new(*twins)
    if any(name in files.exported(path.parent / "__init__.py") for path in twins):
        raise files.SkeletonError(f"there is a network {name} already: choose another name")
    catalogue = folder / "catalogue.py"
    before, end, after = catalogue.read_text("utf-8").partition(END)
    if not end:
        raise files.SkeletonError(f"{catalogue} is not as it was: enter {name} by hand")
    words = {"name": name, "family": "".join(map(str.capitalize, name.split("_")))}
    for path in twins:
        files.write(path, files.template(f"network_{path.parent.name}.py", **words))
    row = f'    "{name}": (2026, "Author: Title of the paper", 32, COUNTS),\n'
    files.write(catalogue, before + row + end + after)
    lists = [files.add_import(path.parent / "__init__.py", name, name) for path in twins]
    return [*twins, *lists, catalogue]
