"""The workbench with a story that a presenter plays scene by scene, against the simulator."""

from .presentation import PresentedWorkbench

__all__ = ["PresentedWorkbench"]
