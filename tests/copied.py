"""A copy of the repository in which a test may do what a contributor does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
# Without the large notebooks; a test copies those that it needs.
PARTS = (
    *("course_utils", "datasets", "tests", "pyproject.toml", "constraints.txt", "README.md"),
    *(".pre-commit-config.yaml", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".github"),
    *("lectures/README.md", "lectures/topics.toml", "assignments/nbgrader_config.py"),
    "assignments/README.md",
)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".samples", "*.png", "[!.]*.npy")


class Copy:
    """The copy in `root`, and a shell in it: commands there use the copy's package."""

    def __init__(self, root: Path, parts: Iterable[str] = ()):
        self.root = root
        for part in (*PARTS, *parts):
            source, target = REPOSITORY / part, root / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=LEFT_OUT)
            else:
                shutil.copy2(source, target)

    def run(self, command: str) -> subprocess.CompletedProcess:
        """Run a line as somebody types it whose environment is active."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST", "COV_", "GIT_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.root),
            "COURSE_OFFLINE": "1",
            "OMP_NUM_THREADS": "1",
        }
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
