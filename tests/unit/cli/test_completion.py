"""Completion in a shell: the scripts, and what bash gets at Tab."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdm_nb.cli.main import main
from pdm_nb.settings.settings_file import settings_path


@pytest.mark.parametrize(
    ("shell", "part"),
    [("bash", "complete -o nospace"), ("zsh", "compdef"), ("fish", "complete --command pdm-nb")],
)
def test_each_shell_gets_a_script(shell: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    printed = capsys.readouterr().out
    assert part in printed
    assert "pdm-nb" in printed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pdm-nb do", {"doctor"}),
        ("pdm-nb upload --na", {"--name-template"}),
        ("pdm-nb sim --ml", {"--ml-seconds"}),
        ("pdm-nb sim --scenario us", {"us-ncs"}),
        ("pdm-nb completion ", {"bash", "zsh", "fish"}),
        ("pdm-nb upload --settings t", {"tower", "try-out"}),
        ("pdm-nb upload draw", {"drawings/"}),
    ],
)
def test_bash_completes(typed: str, expected: set[str], tmp_path: Path) -> None:
    settings_path().write_text("[tower]\n[try-out]\n[other]\n")
    (tmp_path / "drawings").mkdir()
    own = tmp_path / "bin" / "pdm-nb"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\nexec {sys.executable} -m pdm_nb "$@"\n')
    own.chmod(0o755)
    script = f"""
        eval "$(pdm-nb completion bash)"
        COMP_LINE='{typed}' COMP_POINT={len(typed)} COMP_TYPE=9 COMP_KEY=9
        COMP_WORDS=({typed}) COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
        _python_argcomplete pdm-nb
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    env = os.environ | {"PATH": f"{own.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True, timeout=60
    )
    assert {line.strip() for line in done.stdout.split()} == expected, done.stderr
