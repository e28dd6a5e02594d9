"""pdm_nb: a notebook toolkit for Procore Document Management.

Sign in with `connect`, see what a project asks for, edit a `batch` of documents in a grid, upload, watch
machine learning, submit revisions. See the README and the notebooks.
"""

from typing import Any

from . import errors
from .batch.batch import Batch
from .project import Project
from .rules import checks
from .rules.checks.custom import check, uncheck
from .service import Service, connect

__all__ = [
    "Batch",
    "Project",
    "Service",
    "check",
    "connect",
    "errors",
    "explain",
    "sign_in",
    "uncheck",
    "workbench",
]
__version__ = "0.1.0"


def __dir__() -> list[str]:
    return __all__


def explain(code: str) -> str:
    """What a finding's code means, as `explain("PDM101")`. Raises `KeyError` for one that there is not."""
    return checks.explain(code)


def sign_in(**options: Any) -> Any:
    """The sign-in panel: `panel = pdm_nb.sign_in()`, fill it in, then `panel.project`."""
    from .widgets.panels.sign_in import SignIn  # panels are loaded when one is asked for: scripts need none

    return SignIn(**options)


def workbench(project: Project | None = None) -> Any:
    """All of it without code: sign in, choose files, edit, upload, watch, submit."""
    from .widgets.panels.workbench import workbench as build

    return build(project)
