"""`course playground`: the networks that run in the book's pages."""

from __future__ import annotations

from .command import REPOSITORY, Commands

FOLDER = REPOSITORY / "book/_static/playground"


def add(commands: Commands) -> None:
    """Declare `course playground` among the `commands`."""
    commands.command(
        "playground",
        _playground,
        "train and store the networks that run in the book's own pages",
        examples="""
            course playground                # seconds; then look at the pages: course site
        """,
    )


def _playground(options) -> int:
    import torch

    from ..book.playground import lenet

    torch.set_num_threads(1)  # the same sums in the same order
    network = lenet.trained()
    file = FOLDER / f"{network.name}.js"
    network.write(file)
    print(f"{network.right} of {network.of} test digits are classified correctly.")
    print(f"Written: {file.relative_to(REPOSITORY)}, {file.stat().st_size / 1000:.0f} kB")
    return 0
