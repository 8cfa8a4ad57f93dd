"""A class's work never enters the repository, wherever the guide's commands put it."""

import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
GUIDE = REPOSITORY / "book" / "instructors.md"


def test_git_leaves_alone_what_a_term_by_the_guide_leaves_in_the_folder():
    commands = re.findall(
        r"\bcourse (?:collect|grade|export|totals) [^`\n#]+", GUIDE.read_text("utf-8")
    )
    files = {word for line in commands for word in line.split() if re.search(r"\.(csv|zip)$", word)}
    assert {
        "ps1.zip",
        "worksheet.csv",
        "points.csv",
        "concerned.csv",
        "ps1.csv",
        "term.csv",
    } <= files

    asked = subprocess.run(
        ["git", "check-ignore", "--no-index", *sorted(files)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )

    assert asked.stdout.split() == sorted(files)
