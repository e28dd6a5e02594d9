"""`pdm-nb samples`, `lab` and `sim`: the commands to try things with."""

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
from .terminal.help_texts import SIMPLE, epilog
from .terminal.lines import write

EXIT_REFUSED = 2
PRESENTATION = "presentation.ipynb"
SAMPLES = (
    ("pdm-nb samples drawings --register", "25 documents, and drawings-register.csv"),
    ("pdm-nb samples drawings --standard us-ncs --awkward", "other names, and files that make trouble"),
)
LAB = (
    ("pdm-nb lab", "copy the notebooks to pdm_nb-notebooks and open them in the browser"),
    ("pdm-nb lab --demo", "a story for an audience, in the workbench"),
    ("pdm-nb lab --no-browser --port 8889", "options of jupyter lab"),
)


def add_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    samples = commands.add_parser(
        "samples",
        parents=[common],
        help="write sample documents for the simulator",
        epilog=epilog(SAMPLES, SIMPLE),
    )
    samples.add_argument("folder", type=Path, metavar="FOLDER", help="a new or empty folder")
    samples.add_argument("--count", type=positive, default=25, help="number of documents (default 25)")
    samples.add_argument("--seed", type=int, default=7, help="seed of the documents (default 7)")
    samples.add_argument("--standard", default="iso19650", help="iso19650 or us-ncs (default iso19650)")
    samples.add_argument(
        "--awkward", action="store_true", help="also write files that make trouble in migrations"
    )
    samples.add_argument(
        "--register", action="store_true", help="also write a register of the documents, next to the folder"
    )
    samples.add_argument(
        "--master-register",
        action="store_true",
        help="also write a register as another company would deliver it: an Excel workbook with other words",
    )
    samples.set_defaults(run=_samples)

    lab = commands.add_parser(
        "lab",
        help="start JupyterLab with the notebooks and a simulator; other options are passed to jupyter lab",
        epilog=epilog(LAB, {0: "JupyterLab was ended", 2: "JupyterLab is not installed"}),
    )
    lab.add_argument(
        "--folder",
        type=Path,
        default=Path("pdm_nb-notebooks"),
        help="folder for the notebooks (default pdm_nb-notebooks)",
    )
    lab.add_argument(
        "--demo",
        action="store_true",
        help="open the presentation: a story of ten minutes, played scene by scene",
    )
    lab.set_defaults(run=_lab, json=False)
    commands.add_parser("sim", help="run the simulator as a server on this computer", add_help=False)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _samples(options: argparse.Namespace) -> int:
    try:
        from ..sim import samples
    except ImportError as error:
        raise SettingsError(_missing("The sample documents need", error)) from None
    folder = options.folder.absolute()
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty. Use a new folder, so that nothing is overwritten.")
        written = samples.write_samples(
            folder, options.count, options.seed, standard=options.standard, awkward=options.awkward
        )
        register = folder.with_name(f"{folder.name}-register.csv") if options.register else None
        if register:  # next to the folder, so that it is not one of the documents
            samples.write_register(folder.parent, written, register)
        master = folder.with_name(f"{folder.name}-master-register.xlsx") if options.master_register else None
        if master:
            samples.write_master_register(folder, written, master)
    except ValueError as error:
        raise InputError(f"{error}.") from None
    except OSError as error:
        raise InputError(
            f"The documents cannot be written to {folder} ({error.strerror}). Use another folder."
        ) from None
    if options.json:
        summary = {"folder": str(folder), "documents": len(written), "kinds": samples.kinds(written)}
        summary |= {"scenario": options.standard, "register": str(register) if register else None}
        summary |= {"master_register": str(master) if master else None}
        print(json.dumps(summary))
        return 0
    if options.quiet:
        return 0
    write(f"Wrote {len(written)} documents to {folder}: {samples.summary(written)}.", sys.stdout)
    if register:
        write(f"Wrote {register}, a register of the documents with a few errors.", sys.stdout)
    if master:
        write(f"Wrote {master}, a register with the words of another company.", sys.stdout)
    write(f"Upload them to: pdm-nb sim --scenario {options.standard}", sys.stdout)
    return 0


def _lab(options: argparse.Namespace) -> int:
    jupyter = shutil.which(
        "jupyter-lab", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if jupyter is None:
        raise SettingsError(
            'JupyterLab is not installed. Install it with: python -m pip install "pdm_nb[demo]"'
        )
    from ..sim import Simulator

    folder = notebooks(options.folder)
    with Simulator() as simulator:
        ready = json.dumps(simulator.ready_line())
        environment = os.environ | {"PDM_NB_SIM": ready, "PDM_NB_ENVIRONMENT": "sim"}
        print(f"The simulator is ready at {simulator.url}. The notebooks use it.", file=sys.stderr)
        start = [f"--LabApp.default_url=/lab/tree/{PRESENTATION}"] if options.demo else []
        command = [jupyter, f"--ServerApp.root_dir={folder.absolute()}", *start, *options.rest]
        with subprocess.Popen(command, env=environment) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            while True:
                try:
                    return server.wait()
                except KeyboardInterrupt:
                    continue  # JupyterLab got it as well, and asks or ends by itself


def notebooks(folder: Path) -> Path:
    """Copy the notebooks into a folder, except those that exist there; return the folder."""
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
    """Run the simulator as a server; return the exit code."""
    try:
        from ..sim import main as run
    except ImportError as error:
        print(f"pdm-nb: {_missing('The simulator needs', error)}", file=sys.stderr)
        return EXIT_REFUSED
    return run(arguments)


def _missing(what: str, error: ImportError) -> str:
    return f'{what} {error.name}. Install it with: python -m pip install "pdm_nb[demo]"'
