"""`course completion`: what the Tab key completes."""

from __future__ import annotations

from ...errors import UserError
from .command import Commands

SHELLS = ["bash", "zsh", "fish"]


def add(commands: Commands) -> None:
    """Declare `course completion` among the `commands`."""
    completion = commands.command(
        "completion",
        _completion,
        "let the Tab key complete commands, options and names",
        examples="""
            eval "$(course completion bash)"         # in ~/.bashrc
            eval "$(course completion zsh)"          # in ~/.zshrc, below compinit
            course completion fish | source          # in ~/.config/fish/config.fish
        """,
    )
    completion.add_argument("shell", choices=SHELLS, help="for which shell")


def _completion(options) -> int:
    try:
        import argcomplete
    except ModuleNotFoundError:
        raise UserError("completion needs argcomplete: pip install argcomplete") from None
    print(argcomplete.shellcode(["course"], shell=options.shell))
    return 0
