"""Documents that were set aside (on hold, failed, deleted, unconfirmed), grouped by the reason, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from .escape import visible

if TYPE_CHECKING:
    from ... import Batch

INCOMPLETE = ("held", "failed", "gone", "unconfirmed")  # states of documents that were not processed
FEW = 3  # names per reason; -v lists all
HEADINGS = {"held": "On hold", "failed": "Failed", "gone": "Deleted", "unconfirmed": "Unconfirmed"}
WAYS_OUT = {
    "held": "List them with: pdm-nb report {journal} -o report.xlsx",
    "failed": "Try again with: pdm-nb resume {journal} --retry",
    "gone": "Upload them again with: pdm-nb resume {journal} --retry",
    "unconfirmed": "Look in Procore whether they were submitted; nothing is sent twice",
}
Entries = list[tuple[str, str]]  # file, message


def reasons(batch: Batch, *, dry: bool = False, every: bool = False) -> Iterator[str]:
    """Yield lines about the documents of a batch that were set aside, or that a dry run would set aside."""
    titles = batch.view.titles
    for state, groups in _by_state(batch, dry).items():
        number = sum(map(len, groups.values()))
        heading = f"{HEADINGS[state]}: {number} document{'' if number == 1 else 's'}."
        yield heading if dry else f"{heading} {WAYS_OUT[state].format(journal=batch.view.journal_path)}"
        for code, entries in sorted(groups.items(), key=lambda group: -len(group[1])):
            yield from _group(titles, code, entries, None if every else FEW)


def _by_state(batch: Batch, dry: bool) -> Mapping[str, Mapping[str, Entries]]:
    found: dict[str, dict[str, Entries]] = defaultdict(lambda: defaultdict(list))
    if dry:
        for finding in batch.findings():
            if finding.severity == "error":
                name = batch.view.document(finding.document).name
                found["held"][finding.code].append((name, finding.sentence))
        return found
    for state in INCOMPLETE:
        for document in batch.view.documents:
            if document.state == state:
                found[state][document.reason or ""].append((document.name, document.message or ""))
    return found


def _group(titles: Mapping[str, str], code: str, entries: Entries, most: int | None) -> Iterator[str]:
    same = {message for _, message in entries}
    title = f"{titles[code]} ({code})" if code in titles else code or "No reason is known"
    if len(same) == 1 and entries[0][1]:
        yield f"  {title}: {len(entries)}. {visible(entries[0][1])}"
        yield f"    {_names(entries, most)}"
        return
    yield f"  {title}: {len(entries)}"
    for file, message in entries[:most]:
        yield f"    {visible(file)}: {visible(message)}"
    if most is not None and len(entries) > most:
        yield f"    … and {len(entries) - most} more (-v lists all)"


def _names(entries: Iterable[tuple[str, str]], most: int | None) -> str:
    files = [visible(file) for file, _ in entries]
    listed = ", ".join(files[:most])
    return listed if most is None or len(files) <= most else f"{listed} and {len(files) - most} more"
