"""Finds texts that are not what they look like: placeholders such as "TBC", and invisible characters. Pure."""

from __future__ import annotations

import re
import unicodedata

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
# Joins emoji, or letters of scripts that need it: part of what is seen.
JOINER = re.compile("(?<=[^\x00-\u05ff])[\u200c\u200d](?=[^\x00-\u05ff])")
SPACES = frozenset("\u00a0\u2007\u202f\u2009\u2002\u2003")  # look like a space
NAMES = {
    "\u00a0": "no-break space",
    "\u200b": "zero-width space",
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
}


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


def visible(text: str) -> str:
    """Return a text without characters that nobody sees, and with plain spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    hidden = _invisible_places(text)
    kept = (" " if char in SPACES else char for place, char in enumerate(text) if place not in hidden)
    return "".join(kept).strip()


def invisible_in(text: str) -> str:
    """Return the names of the invisible characters in a text, "" if it has none.

    Examples
    --------
    >>> invisible_in("P01\\u200b"), invisible_in("P01")
    ('zero-width space', '')
    """
    hidden = _invisible_places(text)
    found = dict.fromkeys(char for place, char in enumerate(text) if char in SPACES or place in hidden)
    return ", ".join(
        NAMES.get(char) or unicodedata.name(char, "").lower() or f"U+{ord(char):04X}" for char in found
    )


def _invisible_places(text: str) -> set[int]:
    """The places of invisible characters."""
    joiners = {match.start() for match in JOINER.finditer(text)}
    return {place for place, char in enumerate(text) if _is_invisible(char)} - joiners


def _is_invisible(char: str) -> bool:
    """True for zero-width and control characters, except line breaks and tabs."""
    return unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\r\t"
