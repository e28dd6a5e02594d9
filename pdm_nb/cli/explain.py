"""`pdm-nb explain`: the help page of a finding, an error, or a view of the workbench."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from .terminal.help_texts import SIMPLE, epilog

EXAMPLES = (
    ("pdm-nb explain PDM101", "what a finding means, and how to fix it"),
    ("pdm-nb explain ThrottledError", "what to do about an error"),
    ("pdm-nb explain submit", "a view of the workbench"),
    ("pdm-nb explain", "what there is to read"),
)


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to the parser."""
    explain = commands.add_parser(
        "explain",
        parents=[common],
        help="explain a finding, an error or a view of the workbench; needs no network",
        description="Shows the help page of a finding, an error, or a view of the workbench. Needs no network.",
        epilog=epilog(EXAMPLES, SIMPLE),
    )
    explain.add_argument(
        "topic",
        nargs="?",
        default="index",
        metavar="TOPIC",
        help="a code, an error or a view (default: an overview)",
    ).completer = _complete
    explain.set_defaults(run=_explain)


def _complete(**_: Any) -> tuple[str, ...]:
    from ..help import topics

    return topics()


def _explain(options: argparse.Namespace) -> int:
    from ..help import topic

    page = topic(options.topic)
    if options.json:
        print(
            json.dumps({"topic": page.name, "title": page.title, "text": page.markdown}, ensure_ascii=False)
        )
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(str(page)))
    else:
        print(page, end="")
    return 0
