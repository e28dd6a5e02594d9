"""The form of `--help`: at most 80 columns, with examples and exit codes."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS = 80
OF_BATCH = {
    0: "every document went as far as you asked",
    1: "some documents are on hold, failed, deleted or unconfirmed",
}
SIMPLE = {0: "success"}
OF_ALL = {
    2: "nothing could be done; a message explains why",
    70: "an error of pdm-nb; --debug shows the details",
    130: "interrupted; the journal is up to date",
}


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Wraps at 80 columns, or at the width of a narrower terminal; keeps examples as they are."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=_width() - 1)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text.strip():
            return super()._fill_text(text, width, indent)
        return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)


def epilog(examples: Sequence[tuple[str, str]], codes: Mapping[int, str], *, notes: str = "") -> str:
    """Return the end of a help text.

    Parameters
    ----------
    examples : sequence of (str, str)
        A command, and what it does.
    codes : mapping
        What exit codes mean; those of all commands are added.
    notes : str
        What comes first: paragraphs, each after a blank line. A line that ends in a colon is a heading.
    """
    lines = []
    for paragraph in notes.split("\n\n") if notes else ():
        heading, _, text = paragraph.partition(":\n")
        lines += [f"{heading}:", *_wrapped(text, "  ")] if text else _wrapped(paragraph, "")
        lines.append("")
    lines.append("examples:")
    for command, effect in examples:
        lines.append(" \\\n".join(_wrapped(command, "  ", "    ")))
        lines += _wrapped(effect, "      ")
    lines += ["", "exit codes:"]
    for code, meaning in sorted({**OF_ALL, **codes}.items()):
        lines += _wrapped(f"{code:>3}  {meaning}", "  ", "       ")
    return "\n".join(lines)


def _width() -> int:
    """Return the columns of the terminal, at most 80."""
    return min(COLUMNS, shutil.get_terminal_size().columns)


def _wrapped(text: str, first: str, other: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _width() - 3,
        initial_indent=first,
        subsequent_indent=other or first,
        break_on_hyphens=False,
        break_long_words=False,
    )


class CommandParser(argparse.ArgumentParser):
    """A parser whose help has this form."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"formatter_class": HelpFormatter} | options)
