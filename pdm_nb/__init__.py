"""pdm_nb: a notebook toolkit for Procore Document Management.

Sign in with `connect`, see what a project requires, edit a `batch` of documents in a grid, upload it, wait for machine
learning, and submit revisions. See the README and the notebooks.

Most names are imported when they are first used (PEP 562): so the command line starts without pandas.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from . import errors
from .connect import connect

if TYPE_CHECKING:
    from .batch.batch import Batch
    from .findings import Finding
    from .project import Project
    from .registers import Register
    from .registers.standard_fields import open_register
    from .rules.checks.custom import register_check, unregister_check
    from .runs.run import Run
    from .service import Service

__all__ = [
    "Batch",
    "Finding",
    "Project",
    "Register",
    "Run",
    "Service",
    "connect",
    "errors",
    "explain_code",
    "open_register",
    "register_check",
    "sign_in",
    "unregister_check",
    "workbench",
]
__version__ = "0.2.0"

_MODULES = {
    "Batch": ".batch.batch",
    "Finding": ".findings",
    "help": ".help",  # the module; not in __all__, since a star import would replace the built-in function
    "Project": ".project",
    "Register": ".registers.register",
    "Run": ".runs.run",
    "Service": ".service",
    "open_register": ".registers.standard_fields",
    "register_check": ".rules.checks.custom",
    "unregister_check": ".rules.checks.custom",
}

if not TYPE_CHECKING:  # for a type checker, a name that is not defined above is an error

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = importlib.import_module(_MODULES[name], __name__)
        globals()[name] = found = getattr(module, name, module)
        return found


def __dir__() -> list[str]:
    return __all__


def explain_code(code: str) -> str:
    """Return what the code of a finding means.

    Parameters
    ----------
    code : str
        A code that `Batch.check` reports, or one of your own checks.

    Returns
    -------
    str
        The explanation.

    Raises
    ------
    KeyError
        If no check has this code.

    Examples
    --------
    >>> explain_code("PDM101").startswith("PDM101: ")
    True
    """
    from .rules import checks

    return checks.explain(code)


def sign_in(environment: str = "sim") -> Any:
    """Show the sign-in form, and the projects of the account.

    Parameters
    ----------
    environment : str
        The environment that is selected first, such as "production".

    Returns
    -------
    Workbench
        A view of the workbench. Its attribute `project` is the project that was opened.

    Examples
    --------
    >>> panel = sign_in()  # doctest: +SKIP
    >>> panel.project  # doctest: +SKIP
    """
    from .widgets.workbench.workbench import Workbench

    return Workbench(view="sign_in", environment=environment)


def workbench(start: "Project | Batch | None" = None, view: str = "workbench") -> Any:
    """Show the workbench: sign in, import files, edit, upload, review, submit and report without code.

    Parameters
    ----------
    start : Project or Batch, optional
        What to work on. If not given, the workbench starts with the sign-in.
    view : str
        "workbench" for all, or one part: "sign_in", "requirements", "grid", "upload", "review", "submit" or "report".
        "presentation" is the whole workbench with a story for an audience, against a simulator of its own.

    Returns
    -------
    Workbench
        A widget; display it at the end of a cell.

    Examples
    --------
    >>> workbench()
    Workbench(not signed in)
    """
    if view == "presentation":
        from .widgets.presentation import PresentedWorkbench

        return PresentedWorkbench()
    from .widgets.workbench.workbench import Workbench

    return Workbench(start, view=view)


if "asyncio" in sys.modules:  # perhaps a kernel: views are updated on its loop, which runs now
    from .runs import loop as _loop

    _loop.adopt_main_loop()
