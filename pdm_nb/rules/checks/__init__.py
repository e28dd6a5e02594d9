"""The registry of the checks: all of them, the findings of a document, and what each code means.

A check is a class with its `codes`, a `title`, the stage that its errors stop (`upload`, `submit`, or "" for none), a
pure function of one document that yields findings, and a docstring, which is the text that `explain(code)` returns.
File facts come in with the `CheckContext`: nothing here opens a file.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from ...model import Finding, Severity
from .access import NoAccess
from .base import Check as Check  # so that whoever wants a check finds all of it here
from .base import CheckContext as CheckContext
from .custom import registered
from .duplicates import BESIDE
from .fields import FIELDS
from .file_names import NAMES
from .files import FILES
from .service_values import OVERRULED
from .versions import VERSIONS

CHECKS: tuple[type[Check], ...] = (
    NoAccess,
    *FILES,
    *FIELDS,
    *NAMES,
    *BESIDE,
    *VERSIONS,
    *OVERRULED,
)
STOPS_UPLOAD = frozenset(code for check in CHECKS if check.stops == "upload" for code in check.codes)


def every() -> tuple[type[Check], ...]:
    """All checks: those of the house, then the user's own."""
    return CHECKS + registered()


def check(subject: CheckContext) -> tuple[Finding, ...]:
    """All findings of one document, in the order of the checks."""
    return tuple(finding for one in every() for finding in one.run(subject))


def is_code(code: str) -> bool:
    """True for what a finding of ours may be called, also one of a check that is no longer there."""
    return code.startswith("PDM") or any(code in one.codes for one in registered())


def stops(findings: Iterable[Finding], stage: str) -> list[Finding]:
    """The findings that stop a document at `stage` ('upload' or 'submit'); what stops an upload stops a submit."""
    early = STOPS_UPLOAD.union(*(one.codes for one in registered() if one.stops == "upload"))
    return [
        finding
        for finding in findings
        if finding.severity is Severity.ERROR and (stage == "submit" or finding.code in early)
    ]


def titles() -> dict[str, str]:
    """What each code is called."""
    return {
        code: one.titles.get(code) or (one.title if len(one.codes) == 1 else f"{one.title} ({code})")
        for one in every()
        for code in one.codes
    }


def explain(code: str) -> str:
    """What a code means and which rule it follows."""
    for one in every():
        if code in one.codes:
            return f"{code}: {one.title}\n\n{inspect.cleandoc(one.__doc__ or '')}"
    raise KeyError(code)
