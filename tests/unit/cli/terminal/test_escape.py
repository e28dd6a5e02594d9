"""Names from outside cannot control the terminal."""

from __future__ import annotations

import io
import os
from typing import TextIO, cast

import pytest

from pdm_nb.cli.terminal import lines
from pdm_nb.cli.terminal.escape import visible


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("A-101.pdf", "A-101.pdf"),
        ("Größe 大きさ 🏗.pdf", "Größe 大きさ 🏗.pdf"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31mred", "\\x9b31mred"),
        ("plan\u202egpj.exe", "plan\\u202egpj.exe"),
        ("\u2066a\u2069\u200f\u061c", "\\u2066a\\u2069\\u200f\\u061c"),
        ("two\nlines\rback\tand\x7f", "two\\nlines\\rback\\tand\\x7f"),
        ("half \udcff of a pair", "half \\udcff of a pair"),
    ],
)
def test_control_characters_and_direction_marks_are_visible(name: str, shown: str) -> None:
    assert visible(name) == shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_wraps_between_words_and_keeps_paths_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines.shutil, "get_terminal_size", lambda: os.terminal_size((30, 24)))
    path = "/a/very/long/path/that/nobody/wants/in/two/parts.sqlite"
    for stream, expected in ((Terminal(), 2), (io.StringIO(), 1)):
        lines.write(f"  The journal of this batch is {path}", cast(TextIO, stream))
        printed = stream.getvalue().splitlines()
        assert len(printed) == expected
        assert any(path in line for line in printed)
        assert all(line.startswith("  ") for line in printed)
