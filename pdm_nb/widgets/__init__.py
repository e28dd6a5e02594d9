"""Panels for JupyterLab: thin views of a project and its batch, and the workbench that composes them."""

from .column import Column, Edit
from .grid import MetadataGrid
from .monitor import UploadMonitor
from .requirements import RequirementsView
from .run import RunBoard
from .signin import SignIn
from .status import StatusBoard
from .submit import SubmitPanel
from .table import Table
from .workbench import Workbench, workbench

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
