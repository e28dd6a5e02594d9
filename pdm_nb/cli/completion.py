"""`pdm-nb completion`: the script that completes commands, options and names of settings in a shell.

A script calls `pdm-nb` itself at each Tab, through `argcomplete`, which is imported only then.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from ..errors import SettingsError
from .terminal.help_texts import SIMPLE, epilog

SHELLS = ("bash", "zsh", "fish")
EXAMPLES = (
    ('eval "$(pdm-nb completion bash)"', "in ~/.bashrc"),
    ('eval "$(pdm-nb completion zsh)"', "in ~/.zshrc, after compinit"),
    ("pdm-nb completion fish > ~/.config/fish/completions/pdm-nb.fish", "once"),
)


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    found = commands.add_parser(
        "completion",
        parents=[common],
        help="print the script that completes commands in a shell",
        description="Prints a script for your shell. With it, Tab completes commands, options, files and names of "
        "settings.",
        epilog=epilog(EXAMPLES, SIMPLE),
    )
    found.add_argument("shell", choices=SHELLS, help="your shell")
    found.set_defaults(run=_completion)


def _completion(options: argparse.Namespace) -> int:
    from argcomplete.shell_integration import shellcode

    print(shellcode(["pdm-nb"], shell=options.shell))
    return 0


def complete(parser: argparse.ArgumentParser) -> None:
    """If a shell asks for completions, print them and end the process."""
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser, always_complete_options=False)


def is_completing(command: str) -> bool:
    """Return whether a shell asks for completions of a command."""
    return "_ARGCOMPLETE" in os.environ and command in os.environ.get("COMP_LINE", "").split()


def complete_settings(**_: object) -> list[str]:
    """Return the names of settings; none if the file cannot be used, since Tab must not print errors."""
    from ..settings.settings_file import names

    try:
        return names()
    except SettingsError:
        return []
