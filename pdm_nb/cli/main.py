"""`pdm-nb`: the command line.

This module reads the arguments. The commands are in the other modules, which are imported when one of them runs: so
`--version` and `--help` need nothing but the standard library.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import PdmError
from .batch_arguments import add_commands as add_batch
from .completion import add_command as add_completion
from .completion import complete, complete_settings
from .doctor.command import add_command as add_doctor
from .explain import add_command as add_explain
from .lab import add_command as add_lab
from .learn import add_command as add_learn
from .migration import add_commands as add_migration
from .simulator import add_commands as add_simulator
from .simulator import serve
from .terminal.escape import visible_lines
from .terminal.help_texts import CommandParser, epilog
from .verify import add_command as add_verify

LIGHT = (
    "completion",
    "doctor",
    "explain",
    "lab",
    "learn",
)  # commands that write no log, and start without pandas
DESCRIPTION = "Procore Document Management from the command line. pdm-nb COMMAND --help explains a command."
SETTINGS = """\
settings:
Environment variables: PDM_NB_ENVIRONMENT (production, sandbox, monthly, federal or sim), or PDM_NB_API_URL and \
PDM_NB_LOGIN_URL; PDM_NB_CLIENT_ID, PDM_NB_CLIENT_SECRET, PDM_NB_COMPANY_ID, PDM_NB_PROJECT_ID, PDM_NB_TOKEN_STORE. The \
settings file has them by name, except secrets; variables win over it, and notebooks read it too. --settings NAME or \
PDM_NB_SETTINGS selects a name, PDM_NB_SETTINGS_FILE the file. pdm-nb doctor shows where it is, and what is wrong."""
EXAMPLES = (
    ("pdm-nb demo", "try it, without an account"),
    ("pdm-nb learn", "learn it in an hour"),
    ("pdm-nb doctor", "check this computer and the sign-in"),
    ("pdm-nb upload drawings --dry-run", "check a folder; send nothing"),
    ("pdm-nb resume JOURNAL", "continue after an interrupt"),
)
CODES = {0: "success", 1: "documents or checks need attention"}
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a console of few characters: names are escaped, not an error
            stream.reconfigure(errors="backslashreplace")
    parser = _parser()
    complete(parser)
    options, rest = parser.parse_known_args(arguments)
    if options.command == "sim":  # after options of its own
        return serve(rest)
    if rest and options.command not in ("lab", "learn"):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        return _run(options)
    except PdmError as error:
        if options.debug:
            raise
        more = f"\nMore: pdm-nb explain {error.topic}" if error.topic else ""
        print(f"pdm-nb: {visible_lines(str(error))}{more}", file=sys.stderr)
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
            f"pdm-nb: unexpected error: {type(error).__name__}: {visible_lines(str(error))}. Run it again with --debug for details.",
            file=sys.stderr,
        )
        return EXIT_UNEXPECTED


def _run(options: argparse.Namespace) -> int:
    if options.command in LIGHT:
        logging.getLogger("pdm_nb").addHandler(logging.NullHandler())  # what they show has all of it
        return int(options.run(options))
    from .output import log_to_terminal

    with log_to_terminal(options):
        return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="pdm-nb", description=DESCRIPTION, epilog=epilog(EXAMPLES, CODES, notes=SETTINGS)
    )
    parser.add_argument("--version", action="version", version=f"pdm-nb {__version__}")
    _add_common(parser)
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=CommandParser
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    _add_common(common, repeated=True)
    for add_commands in (
        *(add_batch, add_migration, add_verify, add_doctor, add_explain),
        *(add_lab, add_learn, add_simulator, add_completion),
    ):
        add_commands(commands, common)
    return parser


def _add_common(parser: argparse.ArgumentParser, *, repeated: bool = False) -> None:
    """Add the options that may be before the command and after it (a default there would hide what was before)."""
    off, nothing = (argparse.SUPPRESS, argparse.SUPPRESS) if repeated else (False, None)
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument(
        "-q", "--quiet", action="store_true", default=off, help="print only what needs attention"
    )
    amount.add_argument(
        "-v", "--verbose", action="store_true", default=off, help="print every step and every document"
    )
    parser.add_argument("--debug", action="store_true", default=off, help="show the traceback of an error")
    named = parser.add_argument(
        "--settings", metavar="NAME", default=nothing, help="use these settings of the settings file"
    )
    named.completer = complete_settings  # type: ignore[attr-defined]
