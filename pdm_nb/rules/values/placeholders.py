"""Finds texts that stand for something else: placeholders such as "TBC", and revisions with their word. Pure."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(
    r"[-–—_.?]+|n\.?\s*[/.]?\s*a\.?|t\.?b\.?[acdn]\.?|none|nil|null|unknown|not applicable|to be (confirmed|advised|defined)"
    r"|k\.?\s*a\.?|unbekannt|entf(ä|ae)llt|offen|sans objet|s\.?\s*o\.?|inconnu|no aplica|por definir|s/d|x{2,}|#n/a",
    re.IGNORECASE,
)
PREFIXED_REVISION = re.compile(
    r"(?:rev(?:ision|isión)?|révision|ind(?:ex|ice)|version|ver)[\s.:#_-]*(?:no\.?\s*)?([a-z]{0,3}\d[\d.]*|[a-z]{1,2})",
    re.IGNORECASE,
)
LONGEST = 16  # characters of a placeholder


def is_placeholder(text: str) -> bool:
    """Return True if a text stands for an empty cell.

    Examples
    --------
    >>> [is_placeholder(text) for text in ("-", "N/A", "TBC", "P01")]
    [True, True, True, False]
    """
    return len(text) <= LONGEST and PLACEHOLDER.fullmatch(text) is not None


def revision_without_prefix(text: str) -> str:
    """Return the revision in a text that repeats that it is one; "" for other texts.

    Examples
    --------
    >>> revision_without_prefix("Rev-00"), revision_without_prefix("P01")
    ('00', '')
    """
    found = PREFIXED_REVISION.fullmatch(text)
    return found[1] if found else ""
