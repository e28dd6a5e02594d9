"""`pdm-nb samples`, `lab` and `sim`: what the command line offers to try things with."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..errors import InputError, SettingsError

REFUSED = 2  # exit code: it could not be done


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    samples = commands.add_parser(
        "samples", parents=[common], help="write sample documents to try the simulator with"
    )
    samples.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    samples.add_argument("--count", type=positive, default=25, help="how many documents (25)")
    samples.add_argument("--seed", type=int, default=7, help="another seed writes other documents (7)")
    samples.add_argument("--standard", default="iso19650", help="iso19650 or us-ncs (iso19650)")
    samples.add_argument("--awkward", action="store_true", help="also what migrations stumble over")
    samples.add_argument("--register", action="store_true", help="also a register of them, beside the folder")
    samples.set_defaults(run=_samples)

    lab = commands.add_parser(
        "lab", help="JupyterLab on the notebooks, with a simulator ready; further options go to jupyter lab"
    )
    lab.add_argument(
        "--folder", type=Path, default=Path("pdm_nb-notebooks"), help="where to put the notebooks"
    )
    lab.set_defaults(run=_lab, json=False)
    commands.add_parser("sim", help="the simulator as a service on loopback", add_help=False)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _samples(options: argparse.Namespace) -> int:
    try:
        from ..sim import samples
    except ImportError as error:
        raise SettingsError(_lacks("The sample documents need", error)) from None
    folder = options.folder.absolute()
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty: name a new folder, so that nothing is overwritten.")
        written = samples.write_samples(
            folder, options.count, options.seed, standard=options.standard, awkward=options.awkward
        )
        register = folder.with_name(f"{folder.name}-register.csv") if options.register else None
        if register:  # beside the folder, so that it is no document itself
            samples.write_register(folder.parent, written, register)
    except ValueError as error:
        raise InputError(f"{error}.") from None
    except OSError as error:
        raise InputError(
            f"The documents cannot be written to {folder} ({error.strerror}): name another folder."
        ) from None
    if options.json:
        told = {"folder": str(folder), "documents": len(written), "kinds": samples.kinds(written)}
        told |= {"scenario": options.standard, "register": str(register) if register else None}
        print(json.dumps(told))
        return 0
    print(f"Wrote {len(written)} documents to {folder}: {samples.summary(written)}.")
    if register:
        print(f"{register} is a register of them, with a few faults.")
    print(f"They go with: pdm-nb sim --scenario {options.standard}")
    return 0


def _lab(options: argparse.Namespace) -> int:
    jupyter = shutil.which(
        "jupyter-lab", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if jupyter is None:
        raise SettingsError('JupyterLab is not installed: python -m pip install "pdm_nb[demo]"')
    from ..sim import Simulator

    folder = notebooks(options.folder)
    with Simulator() as simulator:
        ready = json.dumps(simulator.ready_line())
        environment = os.environ | {"PDM_NB_SIM": ready, "PDM_NB_ENVIRONMENT": "sim"}
        print(f"The simulator is ready at {simulator.url}; connect('sim') finds it.", file=sys.stderr)
        command = [jupyter, f"--ServerApp.root_dir={folder.absolute()}", *options.rest]
        with subprocess.Popen(command, env=environment) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            while True:
                try:
                    return server.wait()
                except KeyboardInterrupt:
                    continue  # the server got it as well, and asks or ends by itself


def notebooks(folder: Path) -> Path:
    """Copies of the notebooks to work in; ones that are there already are left as they are."""
    here = Path(__file__).parents[1]
    source = next((p for p in (here.parent / "notebooks", here / "notebooks") if p.is_dir()), None)
    if source is None:
        raise SettingsError("The notebooks are not part of this installation.")
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(source.glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copy(notebook, folder)
    return folder


def serve(arguments: list[str]) -> int:
    try:
        from ..sim import main as run
    except ImportError as error:
        print(f"pdm-nb: {_lacks('The simulator needs', error)}", file=sys.stderr)
        return REFUSED
    return run(arguments)


def _lacks(what: str, error: ImportError) -> str:
    return f'{what} {error.name}: python -m pip install "pdm_nb[demo]"'
