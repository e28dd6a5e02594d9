"""`pdm-nb lab`: JupyterLab with the notebooks and a simulator, without the secrets of the shell that starts it."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import SettingsError
from .terminal.help_texts import epilog
from .terminal.lines import write

PRESENTATION = "presentation.ipynb"
EXAMPLES = (
    ("pdm-nb lab", "copy the notebooks to pdm_nb-notebooks and open them in the browser"),
    ("pdm-nb lab --demo", "a story for an audience, in the workbench"),
    ("pdm-nb lab --no-browser --port 8889", "options of jupyter lab"),
)
NOTES = """\
secrets:
JupyterLab and its kernels do not get variables of the environment that may hold secrets, such as PDM_NB_CLIENT_SECRET, \
tokens and passwords. To work with a real project, start JupyterLab yourself: jupyter lab"""
# Variables that JupyterLab and its kernels do not get: by their name, or because their value is a URL with a password.
SECRET_NAME = re.compile(
    r"SECRET|TOKEN|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|CONNECTION_STRING|API_?KEY|(^|_)(KEYS?|AUTH|PAT|PASS)(_|$)|_PWD$", re.I
)  # fmt: skip
URL_WITH_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]*@")
KEPT = re.compile(r"JUPYTER|PDM_NB_CACHE_DIR$")  # JUPYTER_TOKEN is that of the server itself
OF_A_SERVICE = "PDM_NB_"  # the settings of a real service, whose place the simulator takes


def add_command(commands: Any, _common: argparse.ArgumentParser) -> None:
    """Add the command to the parser. Its options are those of JupyterLab."""
    lab = commands.add_parser(
        "lab",
        help="start JupyterLab with the notebooks and a simulator; other options are passed to jupyter lab",
        epilog=epilog(EXAMPLES, {0: "JupyterLab was ended", 2: "JupyterLab is not installed"}, notes=NOTES),
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
        environment, left_out = without_secrets(os.environ)
        environment |= {"PDM_NB_SIM": json.dumps(simulator.ready_line()), "PDM_NB_ENVIRONMENT": "sim"}
        print(f"The simulator is ready at {simulator.url}. The notebooks use it.", file=sys.stderr)
        if left_out and not options.quiet:
            write(f"JupyterLab does not get these variables: {', '.join(left_out)}.", sys.stderr)
        start = [f"--LabApp.default_url=/lab/tree/{PRESENTATION}"] if options.demo else []
        command = [jupyter, f"--ServerApp.root_dir={folder.absolute()}", *start, *options.rest]
        with subprocess.Popen(command, env=environment) as server:
            signal.signal(signal.SIGTERM, lambda *_: server.terminate())
            while True:
                try:
                    return server.wait()
                except KeyboardInterrupt:
                    continue  # JupyterLab got it as well, and asks or ends by itself


def without_secrets(variables: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables that JupyterLab gets, and the names of those that it does not get.

    Examples
    --------
    >>> without_secrets({"PATH": "/bin", "AWS_SECRET_ACCESS_KEY": "…", "https_proxy": "http://me:1234@proxy:8080"})
    ({'PATH': '/bin'}, ['AWS_SECRET_ACCESS_KEY', 'https_proxy'])
    """
    kept = {name: value for name, value in variables.items() if not _may_be_secret(name, value)}
    return kept, sorted(set(variables) - set(kept))


def _may_be_secret(name: str, value: str) -> bool:
    if KEPT.match(name):
        return False
    is_named = SECRET_NAME.search(name) or name.upper().startswith(OF_A_SERVICE)
    return bool(is_named or URL_WITH_PASSWORD.search(value))


def notebooks(folder: Path) -> Path:
    """Copy the notebooks into a folder, except those that exist there; return the folder."""
    here = Path(__file__).parents[1]
    source = next((p for p in (here.parent / "notebooks", here / "notebooks") if p.is_dir()), None)
    if source is None:
        raise SettingsError("The notebooks are not part of this installation.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(source.glob("*.ipynb")):
            if not (folder / notebook.name).exists():
                shutil.copy(notebook, folder)
    except OSError as error:
        raise SettingsError(
            f"The notebooks cannot be copied to {folder} ({error.strerror}). Use another folder with --folder."
        ) from None
    return folder
