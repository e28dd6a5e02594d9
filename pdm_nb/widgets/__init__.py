"""Widgets for JupyterLab: the workbench with its views, the board of a run, and the table that they use."""

from .application.run_board import RunBoard
from .grid.column import Column, Edit
from .grid.table_widget import Table
from .workbench.workbench import Workbench

__all__ = ["Column", "Edit", "RunBoard", "Table", "Workbench"]
