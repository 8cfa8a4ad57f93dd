"""What is wrong with a built site."""

from __future__ import annotations

from pathlib import Path


def problems(site: Path) -> list[str]:
    return []
