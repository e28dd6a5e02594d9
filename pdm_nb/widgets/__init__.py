"""Panels for JupyterLab that show a project or a batch, and the workbench that combines them."""

from .grid.column import Column, Edit
from .grid.table_widget import Table
from .panels.metadata_grid import MetadataGrid
from .panels.monitor import UploadMonitor
from .panels.requirements_view import RequirementsView
from .panels.run_board import RunBoard
from .panels.sign_in import SignIn
from .panels.status import StatusBoard
from .panels.submit_panel import SubmitPanel
from .panels.workbench import Workbench, workbench

__all__ = [
    "Column",
    "Edit",
    "MetadataGrid",
    "RequirementsView",
    "RunBoard",
    "SignIn",
    "StatusBoard",
    "SubmitPanel",
    "Table",
    "UploadMonitor",
    "Workbench",
    "workbench",
]
