"""Programs that tests start and open in a browser: JupyterLab, Jupyter Notebook, Voilà and marimo, each on loopback."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
PREFERENCES: dict[str, dict[str, Any]] = {
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "notebook-extension/tracker": {"windowingMode": "none"},  # every cell is there, seen or not
}
PORTS = cycle(range(20_000 + os.getpid() % 10_000, 32_000))  # each process begins elsewhere
PATIENCE = 150.0  # seconds that any condition may take on a slow machine


class Server:
    """A running Jupyter server: its address, token and root folder.

    `program` is "lab" or "notebook"; both have the same API.
    """

    def __init__(self, root: Path, runtime: Path, port: int, token: str, program: str) -> None:
        self.root, self.runtime, self.port, self.token, self.program = root, runtime, port, token, program

    def ask(self, path: str) -> Any:
        """A GET of the server's API, as JSON."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def address(self, notebook: str) -> str:
        place = "lab/tree" if self.program == "lab" else "notebooks"
        return f"http://127.0.0.1:{self.port}/{place}/{notebook}?token={self.token}&reset"


@contextmanager
def serve(
    root: Path, home: Path, env: dict[str, str] | None = None, program: str = "lab"
) -> Iterator[Server]:
    """A Jupyter server on loopback with fresh folders under `home`; stopped by its own pid and waited for."""
    settings = jupyter_folders(home)
    runtime = Path(settings["JUPYTER_RUNTIME_DIR"])
    server = Server(root, runtime, free_port(), secrets.token_hex(16), program)
    options = {"ServerApp.ip": "127.0.0.1", "ServerApp.port": server.port, "ServerApp.port_retries": 0}
    options |= {"IdentityProvider.token": server.token, "ServerApp.root_dir": root}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "jupyter", program, "--no-browser", "--allow-root", *arguments]
    with running(command, root, home / "server.log", {**settings, **(env or {})}) as process:
        process.wait_for(lambda: server.ask("status"))
        yield server


class Program:
    """A program that was started, and its log."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def wait_for(self, ready: Any) -> None:
        """Wait until `ready` no longer raises an error of the network."""
        deadline = time.monotonic() + 3 * PATIENCE  # a busy machine
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                ready()
                return
            except OSError:
                time.sleep(0.1)
        text = self.log.read_text(errors="replace")[-3000:]
        raise RuntimeError(f"{' '.join(map(str, self.process.args[:4]))} did not start:\n{text}")

    def wait_for_page(self, address: str) -> str:
        """Wait until a page can be opened; returns its address."""

        def opened() -> None:
            with suppress(urllib.error.HTTPError):  # it responds
                urllib.request.urlopen(address, timeout=PATIENCE).close()

        self.wait_for(opened)
        return address


@contextmanager
def running(command: Sequence[str], folder: Path, log: Path, env: dict[str, str]) -> Iterator[Program]:
    """A program that runs until the end of the block; stopped by its own pid and waited for."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **env}, cwd=folder
        )
        try:
            yield Program(process, log)
        finally:
            _stop(process)


def jupyter_folders(home: Path) -> dict[str, str]:
    """The environment variables that give a Jupyter program fresh folders, with the preferences of the tests."""
    settings = {name: str(home / name.lower()) for name in FOLDERS}
    for plugin, values in PREFERENCES.items():
        path = Path(settings["JUPYTERLAB_SETTINGS_DIR"]) / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    page = Path(settings["JUPYTER_CONFIG_DIR"]) / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    # Else each page of JupyterLab that is opened starts Node.js to compare builds.
    page.write_text(json.dumps({"buildAvailable": False, "buildCheck": False}))
    return settings


def free_port() -> int:
    """A port that nobody uses, below those that systems give to kernels and clients, who might take it before the server."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", next(PORTS)))
            return int(probe.getsockname()[1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let the server end its kernels; one that is killed leaves them behind, so that is the last resort."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
