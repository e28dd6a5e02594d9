"""The registry of the checks: all of them, the findings of a document, and what each code means.

How this works: a check is a class with its `codes`, a `title`, the stage that its errors stop (`upload`, `submit`, or
"" for none), a docstring, which is the text that `explain(code)` returns, and a pure function `run`, which takes one
document with all that is known of it (`CheckContext`) and yields findings. Nothing here opens a file. The checks are
in a module per subject; those that users register are in `custom`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from ...model import Finding, Severity
from .access import ACCESS
from .base import NO_HISTORY, Check, CheckContext
from .cell_text import CELL_TEXTS
from .cross_checks import CROSS_CHECKS
from .custom import registered
from .duplicates import DUPLICATES
from .fields import FIELDS
from .file_names import NAMES
from .files import FILES
from .pdf_pages import PDF_PAGES
from .project_checks import PROJECT_CHECKS
from .service_values import SERVICE_VALUES
from .versions import VERSIONS

__all__ = [
    "CHECKS",
    "PROJECT_CHECKS",
    "STOPS_UPLOAD",
    "Check",
    "CheckContext",
    "check",
    "check_revision",
    "every",
    "explain",
    "is_code",
    "stops",
    "titles",
]

CHECKS: tuple[type[Check], ...] = (
    *ACCESS,
    *FILES,
    *PDF_PAGES,
    *FIELDS,
    *CELL_TEXTS,
    *NAMES,
    *CROSS_CHECKS,
    *DUPLICATES,
    *VERSIONS,
    *SERVICE_VALUES,
)
STOPS_UPLOAD = frozenset(code for check in CHECKS if check.stops == "upload" for code in check.codes)


def every() -> tuple[type[Check], ...]:
    """Return all checks: the built-in ones, then those that users registered."""
    return CHECKS + PROJECT_CHECKS + registered()


def check(context: CheckContext) -> tuple[Finding, ...]:
    """Return all findings of one document, in the order of the checks."""
    return tuple(finding for one in CHECKS + registered() for finding in one.run(context))


def check_revision(context: CheckContext) -> tuple[Finding, ...]:
    """Return all findings of a document that is in the project already: those of `check`, and those of its history."""
    found = check(context)
    if context.history is NO_HISTORY:
        return found
    return found + tuple(finding for one in PROJECT_CHECKS for finding in one.run(context))


def is_code(code: str) -> bool:
    """Return True if a code is a built-in or a registered one, including codes of checks that no longer exist."""
    return code.startswith("PDM") or any(code in one.codes for one in registered())


def stops(findings: Iterable[Finding], stage: str) -> list[Finding]:
    """Return the findings that stop a document at a stage.

    Parameters
    ----------
    findings : iterable of Finding
        The findings of the document.
    stage : str
        "upload" or "submit". What stops an upload also stops a submit.
    """
    early = STOPS_UPLOAD.union(*(one.codes for one in registered() if one.stops == "upload"))
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (stage == "submit" or finding.code in early)
    ]


def titles() -> dict[str, str]:
    """Return the title of each code."""
    return {
        code: one.titles.get(code) or (one.title if len(one.codes) == 1 else f"{one.title} ({code})")
        for one in every()
        for code in one.codes
    }


def explain(code: str) -> str:
    """Return what a code means and which rules of the service it follows.

    Raises
    ------
    KeyError
        If no check has this code.
    """
    for one in every():
        if code in one.codes:
            return f"{code}: {one.title}\n\n{inspect.cleandoc(one.__doc__ or '')}"
    raise KeyError(code)
