"""Makes control characters and direction marks visible: a file name must not move the cursor or reverse the text."""

from __future__ import annotations

import re

# C0 and C1 controls, line separators, marks of direction, invisible characters, halves of surrogate pairs.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return one line of text with such characters escaped.

    >>> visible("plan\u202egpj.exe\n")
    'plan\\u202egpj.exe\\n'
    """
    return UNSAFE.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode(), text)


def visible_lines(text: str) -> str:
    """Return text of several lines with such characters escaped, except the ends of lines."""
    return "\n".join(map(visible, text.split("\n")))
