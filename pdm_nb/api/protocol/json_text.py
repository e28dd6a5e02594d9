"""Reads JSON of the service within limits, and texts for people. Pure.

What no JSON has is read as what is next to it: NaN and Infinity as null, a number of more digits than any id as text,
half a character as the replacement character. So that one such number costs one value, not the response.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson

from ..limits import response_limits

STRINGS = re.compile(rb'"[^"]*+(?:"|\Z)')
NOT_STRUCTURE_OR_QUOTE = bytes(set(range(256)) - set(b'[]{}:,"'))
MOST_QUOTES = 400_000  # in a text that is split at them
DIGITS = 18  # of a number: any such number fits into 64 bits
# Digits, and what can be before a number, each as one character.
SIGNS = bytes.maketrans(b"123456789 \t\r\n,[-", b"0" * 9 + b":" * 7)
TOO_LONG = b":" + b"0" * (DIGITS + 1)
HALF = re.compile("[\ud800-\udfff]")
HALF_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


class JsonLimit(ValueError):
    """The text is larger or deeper than is accepted."""


def parse(content: bytes) -> Any:
    """Return the value of a JSON text in UTF-8.

    Raises
    ------
    JsonLimit
        If it is larger or deeper than is accepted.
    ValueError
        If it is not JSON.

    Examples
    --------
    >>> parse(b'{"confidence": NaN, "id": 12345678901234567890}')
    {'confidence': None, 'id': '12345678901234567890'}
    """
    _check_size(content)
    if TOO_LONG not in (b":%b" % content).translate(SIGNS):  # orjson would round such a number
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:  # what no JSON has, or no JSON at all
            pass
    found = json.loads(
        content.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_finite, parse_int=_integer
    )
    return _whole_characters(found) if HALF_ESCAPED.search(content) else found


def _check_size(content: bytes) -> None:
    """Raise `JsonLimit` before a text is parsed that would need much memory, or a deep stack."""
    if len(content) > response_limits.WIDE_BYTES and not content.isascii():
        raise JsonLimit(f"it has more than {response_limits.WIDE_BYTES >> 20} MiB")
    structure = _structure(content)
    if len(structure) > response_limits.JSON_TOKENS:
        raise JsonLimit("it has too many values")
    brackets = structure.translate(None, b":,")
    for _ in range(response_limits.JSON_DEPTH):
        if not brackets:
            return
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    if brackets:
        raise JsonLimit(f"it has more than {response_limits.JSON_DEPTH} levels")


def _structure(content: bytes) -> bytes:
    """Return the brackets, colons and commas of a JSON text that are in no string.

    A search for strings takes longer than parsing. So everything else is removed first, but for quotes that are not
    escaped: most strings become two quotes in a row, which in JSON are always one string.
    """
    if b"\\" in content:  # pairs first: a quote after an escaped backslash ends its string
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    content = content.translate(None, NOT_STRUCTURE_OR_QUOTE).replace(b'""', b"")
    if content.count(b'"') > MOST_QUOTES:
        return STRINGS.sub(b"", content)
    return b"".join(content.split(b'"')[::2])


def _no_number(_: str) -> None:
    return None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= DIGITS else text


def _whole_characters(found: Any) -> Any:
    """Replace halves of characters, which neither files nor databases can store."""
    if isinstance(found, str):
        return HALF.sub("\ufffd", found)
    if isinstance(found, list):
        return [_whole_characters(one) for one in found]
    if isinstance(found, dict):
        return {_whole_characters(name): _whole_characters(one) for name, one in found.items()}
    return found


def shown(text: str, most: int | None = None) -> str:
    """Return a text of the service as it is shown and stored: without control characters, and not too long."""
    most = response_limits.MESSAGE if most is None else most
    text = UNSHOWN.sub(" ", text[: 2 * most]).strip()
    return text if len(text) <= most else f"{text[: most - 1]}…"
