"""The command `pdm-nb sim`: serves a simulator until it is interrupted."""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import signal
import sys
import textwrap
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from .server import Simulator
from .world.persistence import read_metadata
from .world.scenarios import SCENARIOS


def main(argv: Sequence[str] | None = None) -> int:
    """Run `pdm-nb sim`: serve until SIGINT or SIGTERM; print one line of JSON when ready, and logs to stderr.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments of the command; default `sys.argv[1:]`.

    Returns
    -------
    int
        The exit status: 0, or 2 if the simulator could not start.
    """
    arguments = parser().parse_args(argv)
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    saved = read_metadata(arguments.data) if arguments.data else {}
    try:
        simulator = Simulator(
            seed=arguments.seed,
            ml_seconds=arguments.ml_seconds,
            scenario=arguments.scenario or saved.get("scenario", "default"),
            **({} if arguments.speed is None else {"speed": arguments.speed}),
            data=arguments.data,
            port=arguments.port,
        ).start()
    except (OSError, ValueError) as error:
        print(f"pdm-nb sim: {error}", file=sys.stderr)
        return 2
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    print(json.dumps(simulator.ready_line()), flush=True)
    while not ended.wait(0.5):  # in short waits: not every system lets a signal interrupt a long one
        pass
    simulator.stop()
    return 0


EPILOG = """\
examples:
  pdm-nb sim
      print the URL and credentials, and run
  pdm-nb sim --data FOLDER --port 8000
      keep documents for the next start
  pdm-nb sim --scenario us-ncs --seed 7
      another standard; the same ids each time

exit codes:
    0  stopped by a signal (Ctrl+C)
    2  an option cannot be used; a message explains why
"""
WIDEST = 79  # columns of the help


class _HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Wraps at the width of the terminal, and not within a name."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=min(WIDEST, shutil.get_terminal_size().columns - 1))

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(text, width, break_on_hyphens=False)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    made = argparse.ArgumentParser(
        prog="pdm-nb sim",
        description="Serve a simulated Document Management service on 127.0.0.1.",
        epilog=EPILOG,
        formatter_class=_HelpFormatter,
    )
    add_options(made)
    return made


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    parser.add_argument(
        "--port", type=int, metavar="PORT", default=0, help="port to listen on (0: any free port)"
    )
    parser.add_argument(
        "--seed", type=int, metavar="N", help="same ids and secrets each time (default: random secrets)"
    )
    parser.add_argument(
        "--ml-seconds", type=float, metavar="S", help="simulated seconds that machine learning takes"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder for files and state (default: a temporary folder)"
    )
    scenario = parser.add_argument(
        "--scenario", metavar="NAME|FILE", help=f"{', '.join(SCENARIOS)}, or a scenario file (.yaml, .json)"
    )
    parser.add_argument(
        "--speed",
        type=float,
        metavar="X",
        help="how fast time passes (default: 1); 0: only POST /_internal/clock advances it",
    )
    # Completes the names in a shell; there a file can be typed as well.
    scenario.completer = lambda **_: list(SCENARIOS)  # type: ignore[attr-defined]
