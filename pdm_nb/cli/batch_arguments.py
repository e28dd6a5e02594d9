"""The arguments of `pdm-nb demo`, `upload`, `resume` and `report`. The commands are imported when one of them runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from .migration import add_table_options
from .simulator import positive
from .terminal.help_texts import OF_BATCH, SIMPLE, epilog

Commands = Any  # what `add_subparsers` returns has no public type
DEMO = (
    ("pdm-nb demo", "25 sample documents, from files to revisions, in about half a minute"),
    ("pdm-nb demo --documents 100 --folder demo", "keep the documents and the journal in demo/"),
)
UPLOAD = (
    ("pdm-nb upload drawings --dry-run", "check the folder and show the plan; send nothing"),
    ("pdm-nb upload drawings --set status=S2 --submit", "upload, wait for machine learning, and submit"),
    ("pdm-nb upload register.xlsx --profile acme.toml", "the files of a register, with saved decisions"),
    ("pdm-nb --settings tower upload drawings --new-only", "only what the project does not have yet"),
)
RESUME = (
    ("pdm-nb resume pdm_nb-journals/drawings.sqlite", "continue after an interrupt or a crash"),
    ("pdm-nb resume j.sqlite --retry --submit", "restart failed documents, and submit"),
    (
        "pdm-nb resume j.sqlite --terminate-workflows 'A-*' --termination-reason superseded "
        "--terminated-revision-status S2",
        "end the workflows that block these files, permanently",
    ),
)
REPORT = (
    ("pdm-nb report j.sqlite -o report.xlsx", "a workbook with documents, changes and findings"),
    ("pdm-nb report j.sqlite -o report.csv", "one row per document"),
)


def add_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add the commands to the parser."""
    _add_demo(commands, common)
    _add_upload(commands, common)
    _add_resume(commands, common)
    _add_report(commands, common)


def _add_demo(commands: Commands, common: argparse.ArgumentParser) -> None:
    demo = commands.add_parser(
        "demo",
        parents=[common],
        help="upload and submit sample documents to the simulator",
        description="Starts a simulator, writes sample documents with a register that has errors, fixes them, uploads, "
        "waits for machine learning, and submits. Needs no account and no network.",
        epilog=epilog(DEMO, OF_BATCH),
    )
    demo.add_argument(
        "--documents", type=positive, default=25, help="number of sample documents (default 25)"
    )
    demo.add_argument("--seed", type=int, default=7, help="seed of the sample documents (default 7)")
    demo.add_argument(
        "--ml-seconds", type=float, default=4.0, help="seconds that machine learning takes (default 4)"
    )
    demo.add_argument(
        "--folder", type=Path, help="folder for the documents and the journal (default: a temporary folder)"
    )
    demo.set_defaults(run=_demo)


def _add_upload(commands: Commands, common: argparse.ArgumentParser) -> None:
    upload = commands.add_parser(
        "upload",
        parents=[common],
        help="upload a folder, files or the files of a register",
        description="Checks the documents and uploads those without errors. The batch is stored in a journal, a file that "
        "pdm-nb resume and notebooks continue with. The same command again sends nothing twice.",
        epilog=epilog(UPLOAD, OF_BATCH),
    )
    upload.add_argument(
        "source",
        nargs="+",
        metavar="PATH|REGISTER",
        help="a folder, files, a pattern, or a register such as register.xlsx",
    )
    upload.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="set a field of all documents; can be repeated",
    )
    upload.add_argument(
        "--name-template",
        metavar="TEMPLATE",
        help="name of documents without one; {stem} is the file name without extension, {number} is the field "
        "number (default {stem})",
    )
    upload.add_argument(
        "--journal", type=Path, help="file that stores the batch (default: a file in pdm_nb-journals)"
    )
    _add_register(upload)
    upload.add_argument(
        "--dry-run", action="store_true", help="check and show the plan; send and keep nothing"
    )
    upload.add_argument("--submit", action="store_true", help="wait for machine learning, then submit")
    upload.add_argument(
        "--new-only",
        action="store_true",
        help="skip documents that the project already has, by name and format or by file",
    )
    upload.add_argument(
        "--even-if-unknown",
        action="store_true",
        help="with --new-only: continue if existing documents cannot all be listed; those not listed are uploaded again",
    )
    upload.set_defaults(run=_upload)


def _add_register(upload: argparse.ArgumentParser) -> None:
    register = upload.add_argument_group("registers")
    register.add_argument(
        "--profile",
        type=Path,
        metavar="FILE",
        help="decisions that were saved for registers of this kind (.toml)",
    )
    add_table_options(register)
    register.add_argument(
        "--policy",
        choices=("first", "join"),
        help="several rows of one file: take the first, or join the values",
    )


def _add_resume(commands: Commands, common: argparse.ArgumentParser) -> None:
    resume = commands.add_parser(
        "resume",
        parents=[common],
        help="continue an interrupted upload or submit",
        description="Continues with a journal. Bytes that were stored are not sent again, and no document is submitted "
        "twice.",
        epilog=epilog(RESUME, OF_BATCH),
    )
    resume.add_argument("journal", type=Path, help="the journal of the batch")
    resume.add_argument(
        "--submit", action="store_true", help="also submit, if the upload was started without"
    )
    resume.add_argument("--retry", action="store_true", help="restart failed or deleted documents")
    end = resume.add_argument_group("ending workflows (WORKFLOW_CONFLICT), permanently")
    end.add_argument(
        "--terminate-workflows",
        action="append",
        metavar="PATTERN",
        help="submit the files that match, and end the workflows that block them",
    )
    end.add_argument("--termination-reason", metavar="TEXT", help="the reason for ending them")
    end.add_argument(
        "--terminated-revision-status",
        metavar="STATUS",
        help="new status of the revisions in these workflows",
    )
    resume.set_defaults(run=_resume)


def _add_report(commands: Commands, common: argparse.ArgumentParser) -> None:
    report = commands.add_parser(
        "report",
        parents=[common],
        help="write a report of a journal; works without a connection",
        description="Writes what a journal knows of its documents: states, reasons, values and who changed them.",
        epilog=epilog(REPORT, SIMPLE),
    )
    report.add_argument("journal", type=Path, help="the journal of the batch")
    report.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".xlsx or .csv file")
    report.set_defaults(run=_report)


# -- commands: imported when they run
def _demo(options: argparse.Namespace) -> int:
    from . import batches

    return batches.demo(options)


def _upload(options: argparse.Namespace) -> int:
    from . import batches

    return batches.upload(options)


def _resume(options: argparse.Namespace) -> int:
    from . import batches

    return batches.resume(options)


def _report(options: argparse.Namespace) -> int:
    from . import batches

    return batches.report(options)
