"""Files that are there completely or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def replace_text(target: Path, text: str) -> None:
    """Write `text` as the file `target` in one step, making its folder where needed.

    Line ends are \\n everywhere; the permissions of a file that was there before stay.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
