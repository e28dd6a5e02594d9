"""Findings: errors in the user's data and remarks about it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the document, a warning and an information do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


def sentence(message: str, fix: str) -> str:
    """Return a message with what to do: in parentheses, or as a sentence of its own if it is one."""
    if not fix:
        return message
    return f"{message}. {fix}." if fix[:1].isupper() else f"{message} ({fix})"


@dataclass(frozen=True, slots=True)
class Finding:
    """An error in the data of one document, or a remark about it.

    Attributes
    ----------
    code : str
        The code of the check, such as "PDM101". `pdm_nb.explain_code` returns what it means.
    severity : Severity
        An error stops the document.
    document : int
        The id of the document.
    field : str or None
        The name of the field, None if the finding is not about a field.
    message : str
        What is wrong.
    fix : str
        What to do.
    proposal : str or None
        The text that fixes the cell and cannot mean anything else, so it can be applied automatically.
    similar : tuple of str
        Similar texts, from which people select.
    """

    code: str
    severity: Severity
    document: int
    field: str | None
    message: str
    fix: str
    proposal: str | None = None
    similar: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The message with what to do."""
        return sentence(self.message, self.fix)


class Findings(list[Finding]):
    """A list of findings that is displayed as sentences."""

    def __repr__(self) -> str:
        lines = [f"{f.severity}, document {f.document}: {f.sentence}" for f in self[:10]]
        more = [f"… and {len(self) - 10} more"] if len(self) > 10 else []
        return "\n".join(lines + more) if self else "no findings"
