"""Names that a file may have on every system."""

from __future__ import annotations

import os
import re

FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')  # on Windows, whose users may get the folder
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\..*)?", re.IGNORECASE)
LONGEST_SUFFIX = 20  # bytes; what is longer is no extension
LONGEST = 180  # bytes of a name: file systems take 255, and a suffix may follow


def safe_name(text: str) -> str:
    """Return a text as the name of a file or folder on every system, "" if nothing of it can be one.

    Examples
    --------
    >>> safe_name("A/101: plan?.pdf"), safe_name(".."), safe_name("NUL.txt")
    ('A_101_ plan_.pdf', '', '_NUL.txt')
    """
    name = FORBIDDEN.sub("_", text).strip().rstrip(". ").lstrip(".")
    if RESERVED.fullmatch(name):
        name = f"_{name}"
    if len(name.encode()) <= LONGEST:
        return name
    stem, suffix = os.path.splitext(name)
    if len(suffix.encode()) > LONGEST_SUFFIX:
        stem, suffix = name, ""
    return stem.encode()[: LONGEST - len(suffix.encode())].decode("utf-8", "ignore") + suffix
