"""Keys by which names are compared without what people do not see or often leave out, and what the difference was."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce

from ...rules.naming_standard import split_suffix
from ...rules.values.text import nfc
from .matches import NameDifference

TOKEN = re.compile(r"[^\W_]+")


def parts_of(path: str) -> list[str]:
    """Return the folders and the name of a path with slashes of either kind."""
    return [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else nfc(nfc(text).casefold())


def _trimmed(text: str) -> str:
    return text.strip().rstrip(". ")


def name_key(name: str) -> str:
    """Return the key of one part of a path: without case, form of the accents, and dots and spaces at its end."""
    return _trimmed(_folded(name))


def file_key(name: str) -> str:
    """Return the key of a file name with its suffix; spaces before the suffix do not count."""
    stem, suffix = split_suffix(name.rstrip(". "))
    return name_key(stem) + suffix.casefold()


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text, without case.

    Examples
    --------
    >>> tokens("CW-A-100 Rev A")
    ['cw', 'a', '100', 'rev', 'a']
    """
    return TOKEN.findall(_folded(text))


# Each form, and the other two: what differs in these is not a matter of the form.
FORMS: tuple[tuple[NameDifference, tuple[Callable[[str], str], ...]], ...] = (
    (NameDifference.UNICODE, (str.casefold, _trimmed)),
    (NameDifference.CASE, (nfc, _trimmed)),
    (NameDifference.TRAILING, (nfc, str.casefold)),
)


def differences_of(text: str, name: str) -> set[NameDifference]:
    """Return which forms of two names differ, if `name_key` is the same for both: each without which they are not equal."""
    if text == name:
        return set()
    return {
        difference
        for difference, changes in FORMS
        if reduce(_apply, changes, text) != reduce(_apply, changes, name)
    }


def _apply(text: str, change: Callable[[str], str]) -> str:
    return change(text)
