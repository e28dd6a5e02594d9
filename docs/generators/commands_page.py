"""Writes docs/reference/commands.md from the parsers of the command line: `python docs/generators/commands_page.py`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from pdm_nb.cli.main import _parser
from pdm_nb.sim.command import parser as simulator_parser

PAGE = Path(__file__).parents[1] / "reference" / "commands.md"
HEAD = """# Commands

`pdm-nb COMMAND --help` shows the same in the terminal. If something does not work, run `pdm-nb doctor`.
[Work on the command line](../how-to/command-line.md) shows how they are used, [Settings](settings.md) what they read.
This page is generated from the program by `python docs/generators/commands_page.py`; a test compares them.

These options can be before or after each command:

| option | meaning |
|---|---|
| `--json` | print one JSON object as the last line |
| `-q`, `--quiet` | print only what needs attention |
| `-v`, `--verbose` | print every step and every document |
| `--debug` | show the traceback of an error |
| `--settings NAME` | use these settings of the settings file |
"""
COMMON = {"help", "json", "quiet", "verbose", "debug", "settings"}


def commands() -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """The help and the parser of each command."""
    actions = [one for one in _parser()._actions if isinstance(one, argparse._SubParsersAction)]
    parsers: dict[str, argparse.ArgumentParser] = dict(actions[0].choices)
    parsers["sim"] = simulator_parser()
    return {one.dest: (one.help or "", parsers[one.dest]) for one in actions[0]._choices_actions}


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for name, (summary, parser) in commands().items():
        parts.append("\n".join(_command(name, summary, parser)))
    return "\n".join(parts)


def _command(name: str, summary: str, parser: argparse.ArgumentParser) -> Iterator[str]:
    arguments = [one for one in parser._actions if one.dest not in COMMON]
    positional = " ".join(_metavar(one) for one in arguments if not one.option_strings).replace("\\|", "|")
    yield f"## pdm-nb {name}\n"
    yield f"`pdm-nb {name}{' ' + positional if positional else ''}{' [options]' if len(arguments) > bool(positional) else ''}`\n"
    yield f"{' '.join((parser.description or _sentence(summary)).split())}\n"
    if arguments:
        yield "| argument | meaning |\n|---|---|"
        yield from (f"| {_title(one)} | {_meaning(one)} |" for one in arguments)
        yield ""
    if parser.epilog:
        yield f"```text\n{parser.epilog.strip()}\n```\n"


def _metavar(action: argparse.Action) -> str:
    name = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    text = name if isinstance(name, str) else " ".join(name)
    return (text + (" …" if action.nargs in ("+", "*") else "")).replace("|", "\\|")


def _title(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{_metavar(action)}`"
    value = "" if action.nargs == 0 else f" {_metavar(action)}"
    return ", ".join(
        f"`{one}{value if one.startswith('--') or len(action.option_strings) == 1 else ''}`"
        for one in action.option_strings
    )


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "") % {**vars(action), "prog": "pdm-nb"} if action.help else ""
    return " ".join(text.split()).replace("|", "\\|")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
