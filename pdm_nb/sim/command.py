"""The command `pdm-nb sim`: serves a simulator until it is interrupted."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
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
            seed=int(saved.get("seed", 1)) if arguments.seed is None else arguments.seed,
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
  pdm-nb sim                             print the URL and credentials, and run
  pdm-nb sim --data FOLDER --port 8000   keep documents for the next start
  pdm-nb sim --scenario us-ncs --seed 7  another standard, the same ids

exit codes:
    0  stopped by a signal (Ctrl+C)
    2  an option cannot be used; a message explains why
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    made = argparse.ArgumentParser(
        prog="pdm-nb sim",
        description="Serve a simulated Document Management service on 127.0.0.1.",
        epilog=EPILOG,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=79),
    )
    made.add_argument("--port", type=int, default=0, help="port to listen on (0: any free port)")
    made.add_argument("--seed", type=int, help="seed of ids and secrets (default: the data folder's, or 1)")
    made.add_argument("--ml-seconds", type=float, help="simulated seconds that machine learning takes")
    made.add_argument("--data", type=Path, help="folder for files and state (default: a temporary folder)")
    made.add_argument("--scenario", help=f"{', '.join(SCENARIOS)}, or a scenario file (.yaml, .json)")
    made.add_argument(
        "--speed",
        type=float,
        help="how fast time passes (default: 1); 0: only POST /_internal/clock advances it",
    )
    return made
