"""Every command explains itself: examples, exit codes, at most 80 columns, and without slow imports."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from pdm_nb.cli.main import _parser, main

COMMANDS = next(action.choices for action in _parser()._actions if action.dest == "command") or {}


def help_of(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end:
        main([*([command] if command else []), "--help"])
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("columns", "widest"), [(200, 80), (60, 60)])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_and_exit_codes_and_fits_the_terminal(
    command: str,
    columns: int,
    widest: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = help_of(command, capsys)
    assert "\nexamples:\n  pdm-nb" in text or '\nexamples:\n  eval "$(pdm-nb' in text
    assert "\nexit codes:\n" in text
    assert [line for line in text.splitlines() if len(line) > widest and " " in line.strip()] == []


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "sim"])
def test_examples_are_commands_that_the_parser_accepts(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = help_of(command, capsys).partition("examples:\n")[2].partition("\n\n")[0]
    commands = examples.replace(" \\\n", "").splitlines()
    parsed = [_parse(line.strip()) for line in commands if line.startswith("  pdm-nb")]
    assert all(isinstance(one, argparse.Namespace) for one in parsed)


def _parse(command: str) -> argparse.Namespace:
    import shlex

    words = shlex.split(command.partition(" > ")[0])[1:]
    return _parser().parse_known_args(words)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["--version"], ["--help"], ["upload", "--help"], ["completion", "bash"]]
)
def test_help_starts_without_pandas_and_rich(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom pdm_nb.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "print(sorted({'pandas', 'numpy', 'rich', 'httpx2', 'platformdirs'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
