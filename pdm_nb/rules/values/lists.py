"""Takes a text apart into the values that it lists (B29). None of them is dropped, and none is guessed.

Between values stands ";", or what people put there in a spreadsheet: a line break or a comma, where that leaves one
reading. What is proposed for a text is the whole of it, with the wrong parts mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from ...model import Value
from .lookup import SIMILAR, Lookup, Problem
from .text import quoted

SEPARATOR = ";"  # between several values in one cell
SEPARATORS = (SEPARATOR, "\n", ",")  # the first that a text holds takes it apart, the next its parts
MOST = 12  # wrong parts of a text that a finding has room for

Listed = tuple[Value, ...] | Problem  # the values that a text lists, or why it does not


def one_of(text: str, lookup: Lookup) -> Listed:
    """The same for a field that takes one value; where several are listed, no other value is proposed for them."""
    if lookup.knows(text):
        return listed(text, lookup)
    if any(lookup.knows(part) for separator in SEPARATORS for part in _parts(text, separator)):
        found = listed(text, lookup)
        whole = replace(lookup.why_none(text), proposal=None)
    else:
        found = whole = lookup.why_none(text)
    names = _parts(text) if isinstance(found, Problem) else [value.label for value in found]
    if len(names) > 1:
        told = f"{lookup.field.label} takes one value, not {len(names)}"
        return Problem("PDM108", told, "keep one of them", similar=tuple(names))
    return whole if isinstance(found, Problem) else found


def listed(text: str, lookup: Lookup, separators: Sequence[str] = SEPARATORS) -> Listed:
    """The values that a text lists, else what is wrong with its parts.

    It is taken as one first, since a label may hold a separator; else apart at the first separator that it holds, and
    each part likewise at the next.
    """
    here, *finer = [one for one in separators if one in text] or [""]
    parts = _parts(text, here) if here else []
    if not parts or lookup.knows(text):
        one = lookup.find(text)
        return one if isinstance(one, Problem) else (one,)
    if _is_in_doubt(parts, here, lookup):
        told = f"{quoted(text)} does not tell where one value of {lookup.field.label} ends"
        return Problem("PDM107", told, f"put {SEPARATOR} between the values, or write their codes or ids")
    found = {part: listed(part, lookup, finer) for part in parts}
    wrong = {part: one for part, one in found.items() if isinstance(one, Problem)}
    values = {part: one for part, one in found.items() if not isinstance(one, Problem)}
    if wrong and not values and here != SEPARATOR:
        return _misspelt(text, here, lookup, _mended(found))
    if wrong:
        return _mended(found)
    return tuple(dict.fromkeys(chain.from_iterable(values.values())))


def _mended(found: Mapping[str, Listed]) -> Problem:
    """What is wrong with the parts of a text; proposed is the whole text with these mended, or nothing."""
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
    told = "; ".join(one.message for one in [*wrong.values()][:MOST])
    mend = "; ".join(_advice(part, one) for part, one in [*wrong.items()][:MOST])
    return Problem(first.code, f"{told}{more}", f"{mend}{more}", proposal)


def _with_similar(found: Mapping[str, Listed], wrong: Problem) -> tuple[str, ...]:
    """The whole text with each of the similar values in the place of its one wrong part."""
    whole = []
    for similar in wrong.similar:
        parts = [[similar] if one is wrong else _labels(one) for one in found.values()]
        whole.append(f"{SEPARATOR} ".join(dict.fromkeys(chain.from_iterable(parts))))
    return tuple(whole)


def _labels(one: Listed) -> list[str]:
    return [] if isinstance(one, Problem) else [value.label for value in one]


def _advice(part: str, one: Problem) -> str:
    if one.mend.startswith(SIMILAR):
        return f"similar to {quoted(part)}: {one.mend.removeprefix(SIMILAR)}"
    return f"for {quoted(part)} {one.mend}"


def _misspelt(text: str, separator: str, lookup: Lookup, parts: Problem) -> Problem:
    """What is wrong with a text of which no part is a value: it may be one label that holds the separator."""
    whole = lookup.why_none(text)
    if whole.proposal and whole.proposal.count(separator) == text.count(separator):
        return whole
    return parts if parts.proposal else replace(whole, proposal=None)


def _parts(text: str, separator: str = SEPARATOR) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _is_in_doubt(parts: Sequence[str], separator: str, lookup: Lookup) -> bool:
    """True where neighbours are one value together: then they may be meant as one, or each for itself."""
    for joint in (separator, f"{separator} "):
        for start in range(len(parts)):
            for end in range(start + 2, len(parts) + 1):
                run = joint.join(parts[start:end])
                if len(run) > lookup.longest:
                    break
                if lookup.knows(run):
                    return True
    return False
