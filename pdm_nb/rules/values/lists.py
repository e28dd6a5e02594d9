"""Splits a text into the values that it lists (B29). No value is dropped, and none is guessed.

Values are separated by ";", or as people do in a spreadsheet by a line break or a comma, if the text can then be read
in one way only. The proposal for a text is the whole text with its wrong parts fixed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from ...model import Value
from .lookup import SIMILAR, Lookup, Problem
from .text import quoted

SEPARATOR = ";"  # between several values in one cell
SEPARATORS = (SEPARATOR, "\n", ",")  # the first one in a text splits it, the next ones split its parts
MOST = 12  # wrong parts of a text that a finding names

Listed = tuple[Value, ...] | Problem  # the values that a text lists, or what is wrong with it


def one_of(text: str, lookup: Lookup) -> Listed:
    """Return the value of a text in a field that takes one value, or what is wrong with it."""
    if lookup.knows(text):
        return listed(text, lookup)
    if any(lookup.knows(part) for separator in SEPARATORS for part in _parts(text, separator)):
        found = listed(text, lookup)
        whole = replace(lookup.why_none(text), proposal=None)
    else:
        found = whole = lookup.why_none(text)
    names = _parts(text) if isinstance(found, Problem) else [value.label for value in found]
    if len(names) > 1:
        message = f"{lookup.field.label} takes one value, not {len(names)}"
        return Problem("PDM108", message, "Keep one of them", similar=tuple(names))
    return whole if isinstance(found, Problem) else found


def listed(text: str, lookup: Lookup, separators: Sequence[str] = SEPARATORS) -> Listed:
    """Return the values that a text lists, or what is wrong with its parts.

    The whole text is tried as one value first, since a label may contain a separator. Otherwise the text is split at
    the first separator in it, and each part at the next one.
    """
    here, *finer = [one for one in separators if one in text] or [""]
    parts = _parts(text, here) if here else []
    if not parts or lookup.knows(text):
        one = lookup.find(text)
        return one if isinstance(one, Problem) else (one,)
    if _is_in_doubt(parts, here, lookup):
        message = f"It is not clear where each {lookup.field.label} value ends in {quoted(text)}"
        return Problem("PDM107", message, f"Put {SEPARATOR} between the values, or use their codes or ids")
    found = {part: listed(part, lookup, finer) for part in parts}
    wrong = {part: one for part, one in found.items() if isinstance(one, Problem)}
    values = {part: one for part, one in found.items() if not isinstance(one, Problem)}
    if wrong and not values and here != SEPARATOR:
        return _misspelled(text, here, lookup, _problem_of_parts(found))
    if wrong:
        return _problem_of_parts(found)
    return tuple(dict.fromkeys(chain.from_iterable(values.values())))


def _problem_of_parts(found: Mapping[str, Listed]) -> Problem:
    """What is wrong with the parts of a text. The proposal is the whole text with these fixed, or nothing."""
    wrong = {part: one for part, one in found.items() if isinstance(one, Problem)}
    texts: list[str | None] = []
    for one in found.values():
        texts += [one.proposal] if isinstance(one, Problem) else _labels(one)
    known = [text for text in dict.fromkeys(texts) if text is not None]
    proposal = None if None in texts else f"{SEPARATOR} ".join(known)
    first, *others = wrong.values()
    if not others:
        return replace(first, proposal=proposal, similar=_with_similar(found, first))
    more = f"; and {len(wrong) - MOST} more" if len(wrong) > MOST else ""
    message = "; ".join(one.message for one in [*wrong.values()][:MOST])
    fix = "; ".join(_advice(part, one) for part, one in [*wrong.items()][:MOST])
    return Problem(first.code, f"{message}{more}", f"{fix[:1].upper()}{fix[1:]}{more}", proposal)


def _with_similar(found: Mapping[str, Listed], wrong: Problem) -> tuple[str, ...]:
    """The whole text with its one wrong part replaced by each of the similar values."""
    whole = []
    for similar in wrong.similar:
        parts = [[similar] if one is wrong else _labels(one) for one in found.values()]
        whole.append(f"{SEPARATOR} ".join(dict.fromkeys(chain.from_iterable(parts))))
    return tuple(whole)


def _labels(one: Listed) -> list[str]:
    return [] if isinstance(one, Problem) else [value.label for value in one]


def _advice(part: str, one: Problem) -> str:
    if one.fix.startswith(SIMILAR):
        return f"similar to {quoted(part)}: {one.fix.removeprefix(SIMILAR)}"
    return f"for {quoted(part)}: {one.fix[:1].lower()}{one.fix[1:]}"


def _misspelled(text: str, separator: str, lookup: Lookup, parts: Problem) -> Problem:
    """What is wrong with a text of which no part is a value: it may be one label that contains the separator."""
    whole = lookup.why_none(text)
    if whole.proposal and whole.proposal.count(separator) == text.count(separator):
        return whole
    return parts if parts.proposal else replace(whole, proposal=None)


def _parts(text: str, separator: str = SEPARATOR) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _is_in_doubt(parts: Sequence[str], separator: str, lookup: Lookup) -> bool:
    """True if neighboring parts together are one value: they may be meant as one, or each on its own."""
    for joint in (separator, f"{separator} "):
        for start in range(len(parts)):
            for end in range(start + 2, len(parts) + 1):
                run = joint.join(parts[start:end])
                if len(run) > lookup.longest:
                    break
                if lookup.knows(run):
                    return True
    return False
