"""Characters that nobody sees, and spaces that look like one but are not: the one list of them. Pure."""

from __future__ import annotations

import re
import unicodedata

# Control and format characters, soft hyphens and zero widths; not tabs and line breaks, and not the signs of Arabic that
# Unicode counts as format characters though they are printed.
UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001\U000e0020-\U000e007f"
)
OTHER_SPACES = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
# Joins emoji, or letters of scripts that need it; and the letters within flags: part of what is seen.
_KEPT = "(?<=[^\x00-\u05ff])[\u200c\u200d](?=[^\x00-\u05ff])|(?<=\U0001f3f4)[\U000e0020-\U000e007f]+"
_FOUND = re.compile(f"({_KEPT})|[{UNSEEN}]|([{OTHER_SPACES}])")
_NAMES = {
    "\u00a0": "no-break space",
    "\u200b": "zero-width space",
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
}


def visible(text: str) -> str:
    """Return a text without characters that nobody sees, and with plain spaces, none of them around it.

    Examples
    --------
    >>> visible("P01\\u200b"), visible("Level\\u00a01 ")
    ('P01', 'Level 1')
    """
    # Printable is what has no control, format or space character except the space: the frequent case, and fast.
    return text.strip() if text.isprintable() else _FOUND.sub(_seen, text).strip()


def _seen(found: re.Match[str]) -> str:
    return found[1] or (" " if found[2] else "")


def invisible_in(text: str) -> str:
    """Return the names of the invisible characters in a text, "" if it has none.

    Examples
    --------
    >>> invisible_in("P01\\u200b"), invisible_in("P01")
    ('zero-width space', '')
    """
    if text.isprintable():
        return ""
    found = dict.fromkeys(match[0] for match in _FOUND.finditer(text) if match[1] is None)
    return ", ".join(
        _NAMES.get(char) or unicodedata.name(char, "").lower() or f"U+{ord(char):04X}" for char in found
    )
