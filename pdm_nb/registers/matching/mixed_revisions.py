"""Documents of a register whose revisions are of several kinds, such as letters and numbers, and what their dates show. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from ...rules.revision_scheme import RevisionScheme
from ...rules.values import dates

SHOWN = 4  # revisions of the example
Version = tuple[str, str]  # revision, date


def mixed_revisions_notice(values: Mapping[str, Sequence[str]], scheme: RevisionScheme) -> str:
    """Return a sentence about documents whose versions cannot be ordered by the scheme; "" if there are none.

    Parameters
    ----------
    values : mapping
        Name of a field -> the text of each row; number, revision and date_authored are used.
    scheme : RevisionScheme
        The revision scheme so far.
    """
    mixed = {
        number: versions
        for number, versions in _versions(values).items()
        if any(scheme.is_unclear(one, other) for (one, _), (other, _) in combinations(versions, 2))
    }
    if not mixed:
        return ""
    number, versions = next(iter(mixed.items()))
    count = "1 document has" if len(mixed) == 1 else f"{len(mixed)} documents have"
    revisions = list(dict.fromkeys(text for text, _ in versions))
    listed = ", ".join(revisions[:SHOWN]) + (" …" if len(revisions) > SHOWN else "")
    first = _first_kinds(mixed.values(), scheme)
    examples = {
        kind.name: kind.first for kind in scheme.summary(text for one in mixed.values() for text, _ in one)
    }
    names = first or list(examples)
    listed_kinds = ", then ".join(names)
    known = f"By their dates, the order is {listed_kinds}." if first else "Their order is not known."
    call = ", ".join(repr(examples[name]) for name in names)
    return (
        f"{count} revisions of several kinds, such as {number}: {listed}. {known} register.revision_order({call}) sets "
        f"{'this order, oldest first' if first else f'{listed_kinds}; or list them the other way round'}."
    )


def _versions(values: Mapping[str, Sequence[str]]) -> dict[str, list[Version]]:
    """Return the revisions and dates of each number that has several."""
    revisions = values.get("revision", ())
    found: dict[str, list[Version]] = {}
    moments = values.get("date_authored") or [""] * len(revisions)
    for number, revision, moment in zip(values.get("number", ()), revisions, moments, strict=False):
        if number and revision:
            found.setdefault(number, []).append((revision, moment))
    return {number: versions for number, versions in found.items() if len(versions) > 1}


def _first_kinds(documents: Iterable[Sequence[Version]], scheme: RevisionScheme) -> list[str]:
    """Return two kinds, the older first, if all dates agree on that and there are only two; else []."""
    found: Counter[tuple[str, str]] = Counter()
    for versions in documents:
        dated = [(str(moment), scheme.kind(text)) for text, date in versions if (moment := dates.read(date))]
        for (earlier, kind), (later, other) in combinations(sorted(dated), 2):
            if kind != other and earlier < later:
                found[kind, other] += 1
    return list(next(iter(found))) if len(found) == 1 else []
