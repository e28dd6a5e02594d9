"""Decides whether two texts mean the same value, so that an automatic fix may replace one by the other. Pure.

How this works: a text is split into tokens: words, numbers with their signs, and symbols. Two texts are the same if
their tokens are: they differ only in case, spaces, punctuation between words, or accents. All that distinguishes the
values of a building stays a token: digits, signs, single letters, small words such as "no", Roman numerals, units.

A word may also be the plural of the other. An added, missing, swapped or replaced letter too often makes another
word, so it is not fixed automatically: Planting and Plating, Binding and Blinding, Slating and Salting, Pervious and
Previous. Such values come first among the similar ones (`Lookup.nearest`), for people to select from. All other
tokens must be the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

TOKEN = re.compile(r"(?P<number>\d+(?:[.,:/-]\d+)*)|(?P<word>[^\W\d_]+)|(?P<mark>[^\w\s])")
SEPARATORS = frozenset("-.,;:()[]{}'\"")  # without meaning between words
SAME_MARK = str.maketrans(
    dict.fromkeys("‐‑‒–—−", "-") | dict.fromkeys("‘’´`′", "'") | dict.fromkeys("“”„″", '"')
)
# Between a code and its label: "A - Architect", "A : Architect", "Architect (A)", "[A] Architect".
BETWEEN = re.compile(r"\s+[-–—|/]\s+|\s*[:=]\s*")
IN_BRACKETS = (re.compile(r"(.+?)\s*[(\[](.+)[)\]]"), re.compile(r"[(\[](.+?)[)\]]\s*(.+)"))
DIGITS, PART = re.compile(r"\d+"), re.compile(r"\s*(\d+|[^\W\d_]+)")
INITIALS, SERIAL = 2, 3  # letters and digits of a code with a hyphen: there is no floor -101
WORD = 4  # letters of a word that may have or lack a space, an accent, or a plural s
SPLITS = 16  # places at which a text is split into a code and a label


def loose(text: str) -> str:
    """Return a text without differences that people do not see: case, runs of spaces, form of characters."""
    return " ".join(_compatible(text).casefold().split())


def _compatible(text: str) -> str:
    """NFKC, except for characters that become digits, such as ², ½ and ①: they would change a number next to them."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", "".join(map(_plain, unicodedata.normalize("NFC", text))))


def _plain(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if char.isdecimal() or not any(map(str.isdecimal, plain)) else char


def tokens(text: str) -> list[str]:
    """Return the parts of a text that distinguish values."""
    shown = (
        "".join(char for char in text if unicodedata.category(char) != "Cf") if not text.isascii() else text
    )
    folded = loose(shown.translate(SAME_MARK))
    return list(_tokens(folded))


def _tokens(text: str) -> Iterator[str]:
    before = ""
    for match in TOKEN.finditer(text):
        token, end = match[0], match.end()
        if match["word"]:
            token = _without_accents(token)
        elif match["mark"] and token in SEPARATORS and not _means(text, match.start(), end, before):
            before = token
            continue
        yield token
        before = token


def _means(text: str, start: int, end: int, before: str) -> bool:
    """True if a separator may have a meaning: a sign, a range, a decimal mark, or a unit (feet, inches)."""
    mark, touches = text[start:end], start > 0 and text[start - 1].isalnum()
    if mark == "-" and (digits := DIGITS.match(text, end)):
        return not (touches and _is_code(before, digits[0]))
    if mark == "-":
        return _is_range(before, PART.match(text, end))
    if mark in "'\"":
        return touches and text[start - 1].isdecimal()
    return mark in ".," and text[end : end + 1].isdecimal() and not (touches and before.isalpha())


def _is_code(letters: str, digits: str) -> bool:
    """True for A-101. -1, L-1 and Level-101 may be below the ground."""
    return letters.isalpha() and len(letters) <= INITIALS and len(digits) >= SERIAL


def _is_range(before: str, after: re.Match[str] | None) -> bool:
    """True for the hyphen of 1 - 2 and A-D."""
    ends = (before, after[1] if after else "")
    return all(one[-1:].isdecimal() or (len(one) == 1 and one.isalpha()) for one in ends)


def _without_accents(word: str) -> str:
    if word.isascii() or len(word) < WORD:
        return word
    plain: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if not (unicodedata.combining(char) and plain and plain[-1].isascii()):
            plain.append(char)
    return unicodedata.normalize("NFC", "".join(plain))


def key(parts: Sequence[str]) -> str:
    """Return a key that is equal for texts that mean the same; "" if nothing is left. `parts` are the tokens of a text.

    Words are joined, so that "site work" equals "sitework". Other tokens and small words are not.
    """
    found: list[str] = []
    joins = False
    for part in parts:
        is_word = len(part) >= WORD and part.isalpha()
        if joins and is_word:
            found[-1] += part
        else:
            found.append(part)
        joins = is_word
    return " ".join(found)


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of the two parts of a text, for each way to read it as a code and a label."""
    text = " ".join(text.split())
    found = [(text[: match.start()], text[match.end() :]) for match in islice(BETWEEN.finditer(text), SPLITS)]
    found += [(match[1], match[2]) for form in IN_BRACKETS if (match := form.fullmatch(text))]
    for one, other in found:
        yield key(tokens(one)), key(tokens(other))


def one_letter_apart(parts: Sequence[str], vocabulary: Collection[str]) -> Iterator[tuple[list[str], bool]]:
    """Yield the tokens of a text with one word replaced by a word of the vocabulary that is one letter apart.

    Each comes with True if one word is the plural of the other. If not, it may be another word.
    """
    for place, word in enumerate(parts):
        if len(word) < WORD or not word.isalpha() or word in vocabulary:
            continue
        for known, _, _ in process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=1, limit=None):
            yield [*parts[:place], known, *parts[place + 1 :]], is_plural(word, known)


def is_plural(word: str, other: str) -> bool:
    """Return True if one of the words is the plural of the other, with an s."""
    shorter, longer = sorted((word, other), key=len)
    return len(shorter) >= WORD and longer == f"{shorter}s" and not shorter.endswith("s")
