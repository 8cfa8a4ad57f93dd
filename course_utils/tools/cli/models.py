"""`course models`: the networks of the course."""

from __future__ import annotations

from dataclasses import asdict

from .command import Commands, write_json


def add(commands: Commands) -> None:
    """Declare `course models` among the `commands`."""
    models = commands.command(
        "models",
        _models,
        "list the networks: year, size, what they were compared with, published weights",
        examples="""
            course models                    # a table
            course models --json -           # the same for a script
        """,
        as_json=True,
    )
    models.add_argument("--page", action="store_true", help="write the table beside the code")


def _models(options) -> int:
    from ...models import catalogue

    if options.page:
        path = catalogue.FOLDER / "README.md"
        path.write_text(catalogue.page(), "utf-8")
        print(f"Written: {path}")
        return 0
    networks = catalogue.networks()
    if options.json:
        write_json(options.json, [asdict(network) for network in networks])
        return 0
    print(
        f"{'NAME':20} {'YEAR':4} {'PARAMETERS':>12} {'MULTIPLY-ADDS':>15}  {'EQUAL TO':34} WEIGHTS"
    )
    for n in networks:
        row = f"{n.name:20} {n.year} {n.parameters:>12} {n.multiply_adds:>15}  {n.parity:34}"
        print(f"{row} {n.weights}".rstrip())
    return 0
