"""What keeps notebooks true: `course stamp`."""

from __future__ import annotations

from .command import REPOSITORY, Commands


def add(commands: Commands) -> None:
    stamp = commands.command(
        "stamp",
        _stamp,
        "write badge and set-up cell into every notebook",
        examples="""
            course stamp
            course stamp --check             # which are out of date?
        """,
    )
    stamp.add_argument("--check", action="store_true", help="only say which are out of date")


def _stamp(options) -> int:
    from .. import stamp

    if options.check:
        stale = stamp.check_all(REPOSITORY)
        print("\n".join(stale) or "every notebook is up to date")
        return 1 if stale else 0
    changed = stamp.stamp_all(REPOSITORY)
    print("\n".join(f"stamped {path}" for path in changed) or "every notebook was up to date")
    return 0
