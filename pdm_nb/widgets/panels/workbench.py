"""The workbench: all panels as steps, from signing in to revisions, without code."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from .metadata_grid import MetadataGrid
from .monitor import UploadMonitor
from .panel import Panel, count
from .requirements import RequirementsView
from .sign_in import SignIn
from .status import StatusBoard
from .submit import SubmitPanel

STEPS = ("Sign in", "Requirements", "Files", "Metadata", "Upload", "Status", "Submit")
SIGN_IN, REQUIREMENTS, FILES, METADATA, UPLOAD, STATUS, SUBMIT = range(len(STEPS))
WAITS = {
    REQUIREMENTS: "Sign in and choose a project first (step 1).",
    FILES: "Sign in and choose a project first (step 1).",
    METADATA: "Choose files first (step 3).",
    UPLOAD: "Choose files first (step 3).",
    STATUS: "Choose files first (step 3).",
    SUBMIT: "Choose files first (step 3).",
}


class FileChooser(Panel):
    """Names a folder, glob or manifest and makes a batch of it (`project.batch(source)`)."""

    title = "Files"

    def __init__(self, project: Any, on_batch: Callable[[Any], object], path: str = "") -> None:
        self.project, self._on_batch = project, on_batch
        self.path = ipywidgets.Text(
            value=path,
            description="Files",
            placeholder="drawings/   or   drawings/*.pdf   or   manifest.xlsx",
            layout={"width": "560px"},
        )
        self.path.add_class("pdm-path")
        read = self.button("Read", self.read, style="primary", icon="folder-open", help="project.batch(…)")
        super().__init__(ipywidgets.HBox([self.path, read]))

    def read(self) -> None:
        """Make a batch of what was named."""
        source = self.path.value.strip()
        if not source:
            self.say("Name a folder, a glob like drawings/*.pdf, or a .csv or .xlsx manifest.", "bad")
            return
        batch = self.project.batch(source)
        self.say(f"{count(len(batch.documents), 'document')} read from {source}.", "good")
        self._on_batch(batch)


class Workbench(ipywidgets.Tab):
    """All panels as tabs. `service`, `project` and `batch` hold what was reached, for going on in code."""

    def __init__(self, project: Any = None) -> None:
        self.batch: Any = None
        self.project: Any = None
        self.sign_in = SignIn(on_project=self.open_project)
        waiting = [_waiting(WAITS[step]) for step in range(1, len(STEPS))]
        super().__init__(children=[self.sign_in, *waiting])
        self.titles = tuple(f"{number}. {title}" for number, title in enumerate(STEPS, start=1))
        if project is not None:
            self.open_project(project)

    @property
    def service(self) -> Any:
        return self.sign_in.service

    def open_project(self, project: Any) -> None:
        """Show a project's requirements and let files be chosen for it."""
        self.project, self.batch = project, None
        self.files = FileChooser(project, self.open_batch)
        self._put({REQUIREMENTS: RequirementsView(project), FILES: self.files})
        self._put({step: _waiting(WAITS[step]) for step in range(METADATA, len(STEPS))})
        self.selected_index = REQUIREMENTS

    def open_batch(self, batch: Any) -> None:
        """Show a batch in all panels that work on one."""
        self.batch = batch
        self._put(
            {
                METADATA: MetadataGrid(batch),
                UPLOAD: UploadMonitor(batch),
                STATUS: StatusBoard(batch),
                SUBMIT: SubmitPanel(batch),
            }
        )
        self.selected_index = METADATA

    def _put(self, panels: dict[int, ipywidgets.Widget]) -> None:
        """Replace steps; the panels that stood there stop listening."""
        children = list(self.children)
        for step, panel in panels.items():
            children[step].close()
            children[step] = panel
        self.set_trait("children", children)

    def __repr__(self) -> str:
        return f"Workbench({self.batch!r})" if self.batch is not None else "Workbench()"


def workbench(project: Any = None) -> Workbench:
    """All of it without code: sign in, look at the requirements, choose files, edit, upload, watch, submit.

    With a `project`, it begins at that project's requirements.
    """
    return Workbench(project)


def _waiting(text: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<p>{html.escape(text)}</p>")
