"""pdm_nb: a notebook toolkit for Procore Document Management.

Sign in with `connect`, see what a project requires, edit a `batch` of documents in a grid, upload it, wait for machine
learning, and submit revisions. See the README and the notebooks.

Most names are imported when they are first used (PEP 562): so the command line starts without pandas.
"""

import sys
from typing import TYPE_CHECKING, Any

from . import errors
from .connect import connect

if TYPE_CHECKING:
    from .batch.batch import Batch
    from .project import Project
    from .rules.checks.custom import check, uncheck
    from .service import Service

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

if not TYPE_CHECKING:  # for a type checker, a name that is not defined above is an error

    def __getattr__(name: str) -> Any:
        if name == "Batch":
            from .batch.batch import Batch as found
        elif name == "Project":
            from .project import Project as found
        elif name == "Service":
            from .service import Service as found
        elif name == "check":
            from .rules.checks.custom import check as found
        elif name == "uncheck":
            from .rules.checks.custom import uncheck as found
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return __all__


def explain(code: str) -> str:
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
    >>> explain("PDM101").startswith("PDM101: ")
    True
    """
    from .rules import checks

    return checks.explain(code)


def sign_in(**options: Any) -> Any:
    """Show the sign-in panel.

    Parameters
    ----------
    **options
        `environment`: the environment that is selected first, such as "production".

    Returns
    -------
    SignIn
        The panel. Its attribute `project` is the project that was opened.

    Examples
    --------
    >>> panel = sign_in()  # doctest: +SKIP
    >>> panel.project  # doctest: +SKIP
    """
    from .widgets.panels.sign_in import SignIn

    return SignIn(**options)


def workbench(project: "Project | None" = None) -> Any:
    """Show the workbench: sign in, select files, edit, upload, wait for machine learning and submit without code.

    Parameters
    ----------
    project : Project, optional
        The project to work in. If not given, the workbench starts with the sign-in panel.

    Returns
    -------
    Workbench
        The panel.
    """
    from .widgets.panels.workbench import workbench as build

    return build(project)


if "asyncio" in sys.modules:  # perhaps a kernel: views are updated on its loop, which runs now
    from .runs import loop as _loop

    _loop.adopt_main_loop()
