"""Prints lines: control characters escaped, and wrapped between words in a terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import TextIO

from .escape import visible_lines


def write(text: str, stream: TextIO) -> None:
    """Print lines with control characters escaped; in a terminal, long lines are wrapped between words."""
    lines = visible_lines(text).split("\n")
    if stream.isatty():
        width = shutil.get_terminal_size().columns
        lines = [_wrapped(one, width) if len(one) > width else one for one in lines]
    print("\n".join(lines), file=stream, flush=True)


def _wrapped(text: str, width: int) -> str:
    indent = text[: len(text) - len(text.lstrip())]
    return textwrap.fill(
        text, width, subsequent_indent=f"{indent}  ", break_long_words=False, break_on_hyphens=False
    )
