"""Detects the encoding of a text: by its mark, by its bytes, or by which letters would be in it.

UTF-8 proves itself. Of the older encodings, each byte is a character in all of them; so for each it is counted how many
of the letters outside ASCII belong to one language that is written in it.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("äöüß", "àâæçéèêëîïôœùûü", "áéíñóúüºª", "àáâãçéêíóôõúü", "àèéìíòóù", "åæøäöé", "åäöé", "éëïóöü")
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "ăâîşţ", "čćđšž")
# Tried in this order; the first of equals is taken.
LANGUAGES = {"cp1252": _WESTERN, "cp1250": _CENTRAL, "mac_roman": _WESTERN}
# In texts of every language.
_MARKS_OF_TEXT = "–—‘’‚“”„«»°±²³µ·×½¼¾€£§©®™…•Øø²¿¡"
CLEAR = 0.1  # by how much the best must be better
SAMPLE = 1 << 22
STRAY = re.compile("[\udc80-\udcff]")  # a byte that is not UTF-8, as Python escapes it
STRAYS = 4  # so many characters of UTF-8 for each byte that is not


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, whether it is certain, and what else it could be. With `strays`, a few bytes are in cp1252."""

    name: str
    is_certain: bool
    others: tuple[str, ...] = ()
    strays: int = 0


def detect_encoding(data: bytes) -> Encoding:
    """Return the encoding of a text.

    Examples
    --------
    >>> detect_encoding("Grundriß, Höhe".encode("cp1252")).name
    'cp1252'
    >>> detect_encoding("Rzut piętra, łazienka".encode("cp1250")).name
    'cp1250'
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Encoding(name, True)
    if found := _without_mark(data[:4096]):
        return Encoding(found, True)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        strays = _strays_in_utf8(data)
        return Encoding("utf-8", True, strays=strays) if strays else _by_letters(data[:SAMPLE])
    return Encoding("utf-8", True)


def _strays_in_utf8(data: bytes) -> int:
    """Return how many bytes are not UTF-8, if nearly all are: texts of two programs in one file. Else 0."""
    text = data.decode("utf-8", "surrogateescape")
    strays = len(STRAY.findall(text))
    others = len(text) - len(text.encode("ascii", "ignore")) - strays
    return strays if others >= STRAYS * strays else 0


def decode_strays(data: bytes) -> str:
    """Decode UTF-8 with a few bytes in cp1252."""
    text = data.decode("utf-8", "surrogateescape")
    return STRAY.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _without_mark(head: bytes) -> str | None:
    """Return UTF-16 if every second byte is zero, as with Latin letters."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > 0.4 * pairs and head[::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if pairs and head[::2].count(0) > 0.4 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return None


def _by_letters(data: bytes) -> Encoding:
    scores = {name: _score(data, name) for name in LANGUAGES}
    ranked = sorted(scores, key=lambda name: -scores[name])
    best = scores[ranked[0]]
    # What would give the same text is not another possibility.
    text = data.decode(ranked[0], "replace")
    others = [
        name for name in ranked[1:] if best - scores[name] < CLEAR and data.decode(name, "replace") != text
    ]
    return Encoding(ranked[0], False, tuple(others))


def _score(data: bytes, encoding: str) -> float:
    """Return which share of the characters outside ASCII fits a language of the encoding, from 0 to 1."""
    text = data.decode(encoding, "replace")
    outside = Counter(
        pair for pair in zip(text, text[1:] + " ", " " + text, strict=False) if ord(pair[0]) > 127
    )
    total = sum(outside.values())
    if not total:
        return 1.0
    return (
        max(sum(_fits(*pair, letters) * n for pair, n in outside.items()) for letters in LANGUAGES[encoding])
        / total
    )


def _fits(character: str, following: str, before: str, letters: str) -> float:
    if character == "\ufffd":
        return -1.0
    if not character.isalpha():
        inside_word = before.isalpha() and following.isalpha()
        return 0.0 if inside_word and character not in "’·" else 0.9 if character in _MARKS_OF_TEXT else 0.1
    if character.isupper() and before.islower():  # "GrundriŸ"
        return 0.0
    lower = unicodedata.normalize("NFC", character.lower())
    return 1.0 if lower in letters else 0.3 if character in _MARKS_OF_TEXT else 0.1
