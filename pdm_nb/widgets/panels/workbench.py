"""The workbench: all panels as steps, from sign-in to submit, without code."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets

from .metadata_grid import MetadataGrid
from .monitor import UploadMonitor
from .panel import Panel, count
from .requirements_view import RequirementsView
from .sign_in import SignIn
from .status import StatusBoard
from .submit_panel import SubmitPanel

STEPS = ("Sign in", "Requirements", "Files", "Metadata", "Upload", "Status", "Submit")
SIGN_IN, REQUIREMENTS, FILES, METADATA, UPLOAD, STATUS, SUBMIT = range(len(STEPS))
NO_PROJECT = "Sign in and select a project first (step 1)."
NO_BATCH = "Select files first (step 3)."


class FilePicker(Panel):
    """Make a batch of a folder, a pattern or a register; in code, `project.batch(source)`.

    Parameters
    ----------
    project : Project
        The project of the batch.
    on_batch : callable
        Called with the batch.
    path : str
        The initial text of the field.
    """

    title = "Files"

    def __init__(self, project: Any, on_batch: Callable[[Any], object], path: str = "") -> None:
        self.project, self._on_batch = project, on_batch
        self.path = ipywidgets.Text(
            value=path,
            description="Files",
            placeholder="drawings/   or   drawings/*.pdf   or   register.xlsx",
            layout={"width": "560px"},
        )
        self.path.add_class("pdm-path")
        read = self.button(
            "Read files",
            self.read,
            style="primary",
            icon="folder-open",
            help="Make a batch of these files.",
        )
        super().__init__(ipywidgets.HBox([self.path, read]))

    def read(self) -> None:
        """Make a batch of the source in the field."""
        source = self.path.value.strip()
        if not source:
            self.say(
                "Enter a folder, a pattern such as drawings/*.pdf, or a register such as register.xlsx.",
                "bad",
            )
            return
        batch = self.project.batch(source)
        self.say(f"{count(len(batch.view.documents), 'document')} read from {source}.", "good")
        self._on_batch(batch)


class Workbench(ipywidgets.Tab):
    """Show all panels as tabs: sign in, requirements, files, metadata, upload, status, submit.

    The attributes `service`, `project` and `batch` are for continuing in code; they are None until that step is done.

    Parameters
    ----------
    project : Project, optional
        Start at the requirements of this project.

    Examples
    --------
    >>> Workbench()
    Workbench()
    """

    def __init__(self, project: Any = None) -> None:
        self.batch: Any = None
        self.project: Any = None
        self.sign_in = SignIn(on_project=self.open_project)
        steps = range(REQUIREMENTS, len(STEPS))
        super().__init__(children=[self.sign_in, *(_placeholder(_missing(step)) for step in steps)])
        self.titles = tuple(f"{number}. {title}" for number, title in enumerate(STEPS, start=1))
        if project is not None:
            self.open_project(project)

    @property
    def service(self) -> Any:
        """The service, None before sign-in."""
        return self.sign_in.service

    def open_project(self, project: Any) -> None:
        """Show the requirements of a project and let people select files for it.

        Parameters
        ----------
        project : Project
            The project.
        """
        self.project, self.batch = project, None
        self.files = FilePicker(project, self.open_batch)
        self._replace({REQUIREMENTS: RequirementsView(project), FILES: self.files})
        self._replace({step: _placeholder(_missing(step)) for step in range(METADATA, len(STEPS))})
        self.selected_index = REQUIREMENTS

    def open_batch(self, batch: Any) -> None:
        """Show a batch in the panels metadata, upload, status and submit.

        Parameters
        ----------
        batch : Batch
            The batch.
        """
        self.batch = batch
        self._replace(
            {
                METADATA: MetadataGrid(batch),
                UPLOAD: UploadMonitor(batch),
                STATUS: StatusBoard(batch),
                SUBMIT: SubmitPanel(batch),
            }
        )
        self.selected_index = METADATA

    def _replace(self, panels: dict[int, ipywidgets.Widget]) -> None:
        """Replace steps; the panels that were there stop listening."""
        children = list(self.children)
        for step, panel in panels.items():
            children[step].close()
            children[step] = panel
        self.set_trait("children", children)

    def __repr__(self) -> str:
        return f"Workbench({self.batch!r})" if self.batch is not None else "Workbench()"


def workbench(project: Any = None) -> Workbench:
    """Open the workbench: the whole job without code, from sign-in to submit.

    Parameters
    ----------
    project : Project, optional
        Start at the requirements of this project.

    Returns
    -------
    Workbench
        The workbench, to be displayed.

    Examples
    --------
    >>> workbench()
    Workbench()
    """
    return Workbench(project)


def _missing(step: int) -> str:
    """What to do before a step."""
    return NO_PROJECT if step in (REQUIREMENTS, FILES) else NO_BATCH


def _placeholder(text: str) -> ipywidgets.HTML:
    return ipywidgets.HTML(f"<p>{html.escape(text)}</p>")
