"""`pdm-nb`: the command line.

This module reads the arguments. The commands are in the other modules, which are imported when one of them runs: so
`--version` and `--help` need nothing but the standard library.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import __version__
from ..errors import PdmError
from .migration import add_commands as add_migration
from .migration import add_table_options
from .simulator import add_commands as add_simulator
from .simulator import positive, serve
from .verify import add_command as add_verify

Commands = Any  # what `add_subparsers` returns has no public type
EXIT_REFUSED, EXIT_UNEXPECTED, EXIT_INTERRUPTED = 2, 70, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process if not given.

    Returns
    -------
    int
        The exit code: 0 for success, 1 if documents were not processed, 2 for invalid arguments or settings, 70 for
        an unexpected error, 130 for an interrupt.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["sim"]:
        return serve(arguments[1:])  # has its own options and works without the client
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        return int(options.run(options))
    except PdmError as error:
        if options.debug:
            raise
        print(f"pdm-nb: {error}", file=sys.stderr)
        return EXIT_REFUSED
    except KeyboardInterrupt:
        print(
            "\npdm-nb: interrupted. The journal is up to date: continue with pdm-nb resume.", file=sys.stderr
        )
        return EXIT_INTERRUPTED
    except Exception as error:
        if options.debug:
            raise
        print(
            f"pdm-nb: unexpected error: {type(error).__name__}: {error}. Run it again with --debug for details.",
            file=sys.stderr,
        )
        return EXIT_UNEXPECTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pdm-nb",
        description="Procore Document Management from the command line. Settings are environment variables: "
        "PDM_NB_ENVIRONMENT (production, sandbox, monthly, federal or sim), or PDM_NB_API_URL and PDM_NB_LOGIN_URL; "
        "PDM_NB_CLIENT_ID, PDM_NB_CLIENT_SECRET, PDM_NB_COMPANY_ID, PDM_NB_PROJECT_ID, PDM_NB_TOKEN_STORE.",
    )
    parser.add_argument("--version", action="version", version=f"pdm-nb {__version__}")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    common.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    _add_demo(commands, common)
    _add_upload(commands, common)
    _add_resume(commands, common)
    _add_report(commands, common)
    add_migration(commands, common)
    add_verify(commands, common)
    add_simulator(commands, common)
    return parser


def _add_demo(commands: Commands, common: argparse.ArgumentParser) -> None:
    demo = commands.add_parser(
        "demo", parents=[common], help="upload and submit sample documents to the simulator"
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
        "upload", parents=[common], help="upload a folder, files or the files of a register"
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
    resume = commands.add_parser("resume", parents=[common], help="continue an interrupted upload or submit")
    resume.add_argument("journal", type=Path, help="the journal of the batch")
    resume.add_argument(
        "--submit", action="store_true", help="also submit, if the upload was started without"
    )
    resume.add_argument("--retry", action="store_true", help="restart failed or deleted documents")
    end = resume.add_argument_group("ending workflows that block documents (WORKFLOW_CONFLICT), permanently")
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
        "report", parents=[common], help="write a report of a journal; works without a connection"
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
