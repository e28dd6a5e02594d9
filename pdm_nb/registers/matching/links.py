"""Finds the file that a hyperlink leads to. Reads no file, and follows no link.

How this works: a workbook has links as its author's computer had them: `file:///C:/project/drawings/A-101.pdf`,
`./drawings/A%20101.pdf`, `..\\drawings\\A-101.pdf`. A file is that of a link if the last parts of the link are its path
below the folder of the files; otherwise they differ in the folder.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from .file_index import FileIndex, Found
from .matches import NameDifference, certainty
from .name_keys import name_key, parts_of

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # not the letter of a drive


def paths_of(target: str) -> tuple[str, ...]:
    """Return the paths that a link can mean, as it is written first; none for a web page, a mail or a cell.

    Examples
    --------
    >>> paths_of("file:///C:/plans/A%20101.pdf"), paths_of("https://example.com/A-101.pdf")
    (('C:/plans/A%20101.pdf', 'C:/plans/A 101.pdf'), ())
    """
    text = target.strip().replace("\\", "/")
    if text[:5].casefold() == "file:":
        text = re.sub(r"^/+(?=[A-Za-z]:/)|^//(?=/)", "", text[5:])
    if not text or text.startswith("#") or _SCHEME.match(text):
        return ()
    # A name can have "%" and "#"; usually they are an escape, and the place within the file.
    without_place = text.partition("#")[0]
    return tuple(dict.fromkeys((text, unquote(text), without_place, unquote(without_place))))


def linked_file(index: FileIndex, target: str) -> Found | None:
    """Return the file of a link and how it differs, None if there is none or several."""
    best: Found | None = None
    for path in paths_of(target):
        found = [_without_base(path, one) for one in index.find(path)]
        whole = [one for one in found if NameDifference.FOLDER not in one[1]] or found
        if len(whole) != 1 or NameDifference.OTHER_SUFFIX in whole[0][1]:
            continue
        if not whole[0][1]:
            return whole[0]
        if best is None or certainty(whole[0][1]) > certainty(best[1]):
            best = whole[0]
    return best


def _without_base(path: str, found: Found) -> Found:
    """Leave out that the folders differ, if the link ends with the whole path of the file."""
    file, differences = found
    own = [name_key(part) for part in parts_of(file)]
    if [name_key(part) for part in parts_of(path)][-len(own) :] == own:
        differences -= {NameDifference.FOLDER}
    return file, differences - {NameDifference.SLASHES}
