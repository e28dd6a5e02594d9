"""`pdm-nb samples` and `sim`: the commands to try things with, next to `lab`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ..errors import InputError, SettingsError
from ..file_writing.whole_file import file_for_people
from .completion import is_completing
from .terminal.help_texts import SIMPLE, epilog
from .terminal.lines import write

EXIT_REFUSED = 2
SAMPLES = (
    ("pdm-nb samples drawings --register", "25 documents, and drawings-register.csv"),
    ("pdm-nb samples drawings --standard us-ncs --awkward", "other names, and files that make trouble"),
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

    served = commands.add_parser("sim", help="run the simulator as a server on this computer", add_help=False)
    if is_completing("sim"):  # the simulator reads its options itself
        from ..sim.command import add_options

        add_options(served)


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
            with file_for_people(register) as draft:
                samples.write_register(folder.parent, written, draft)
        master = folder.with_name(f"{folder.name}-master-register.xlsx") if options.master_register else None
        if master:
            with file_for_people(master) as draft:
                samples.write_master_register(folder, written, draft)
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
