"""Documents that were set aside (on hold, failed, deleted, unconfirmed), grouped by the reason, in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .escape import visible

if TYPE_CHECKING:
    from ... import Batch, Finding

INCOMPLETE = ("held", "failed", "gone", "unconfirmed")  # states of documents that were not processed
FEW = 3  # names per reason; -v lists all
HEADINGS = {"held": "On hold", "failed": "Failed", "gone": "Deleted", "unconfirmed": "Unconfirmed"}
WAYS_OUT = {
    "held": "List them with: pdm-nb report {journal} -o report.xlsx",
    "failed": "Try again with: pdm-nb resume {journal} --retry",
    "gone": "Upload them again with: pdm-nb resume {journal} --retry",
    "unconfirmed": "Look in Procore whether they were submitted; nothing is sent twice",
}
MOST_MESSAGES = 5  # per reason; -v lists all
Entries = list[tuple[int, str, str]]  # document, file, message
Groups = Mapping[str, Entries]  # by reason


def reasons(batch: Batch, *, dry: bool = False, every: bool = False) -> Iterator[str]:
    """Yield lines about the documents of a batch that were set aside, or that a dry run would set aside."""
    titles = batch.view.titles
    for state, (number, groups) in _by_state(batch, dry).items():
        heading = f"{HEADINGS[state]}: {number} document{'' if number == 1 else 's'}."
        yield heading if dry else f"{heading} {WAYS_OUT[state].format(journal=batch.view.journal_path)}"
        for code, entries in sorted(groups.items(), key=lambda group: -len(group[1])):
            title = f"{titles[code]} ({code})" if code in titles else code or "No reason is known"
            yield f"  {title}: {len({id_ for id_, _, _ in entries})}"
            yield from _messages(entries, every)


def _by_state(batch: Batch, dry: bool) -> Mapping[str, tuple[int, Groups]]:
    """Return the number of documents of each state, and their messages by reason."""
    numbers: Counter[str] = Counter()
    found: dict[str, dict[str, Entries]] = defaultdict(lambda: defaultdict(list))
    errors: dict[int, list[Finding]] = defaultdict(list)
    for finding in batch.findings():
        if finding.severity == "error":
            errors[finding.document].append(finding)
    for document in batch.view.documents:
        state = "held" if dry and errors[document.id] else document.state
        if state not in INCOMPLETE:
            continue
        numbers[state] += 1
        # One entry for each error, so that equal ones are grouped; the service's own reasons stay as they are.
        if errors[document.id] and (dry or document.reason in batch.view.titles):
            for error in errors[document.id]:
                found[state][error.code].append((document.id, document.name, error.sentence))
        else:
            found[state][document.reason or ""].append((document.id, document.name, document.message or ""))
    return {state: (numbers[state], found[state]) for state in INCOMPLETE if state in found}


def _messages(entries: Entries, every: bool) -> Iterator[str]:
    """Yield each message once, with the names of its files."""
    files: dict[str, list[str]] = defaultdict(list)
    for _, file, message in entries:
        files[message].append(visible(file))
    by_number = sorted(files.items(), key=lambda item: -len(item[1]))
    for message, named in by_number if every else by_number[:MOST_MESSAGES]:
        if len(named) == 1:
            yield f"    {named[0]}: {visible(message)}"
        else:
            yield f"    {visible(message)}"
            yield f"      {_listed(named, every)}"
    if not every and len(by_number) > MOST_MESSAGES:
        yield f"    … and {len(by_number) - MOST_MESSAGES} other messages (-v lists all)"


def _listed(files: list[str], every: bool) -> str:
    if every or len(files) <= FEW:
        return ", ".join(files)
    return f"{', '.join(files[:FEW])} and {len(files) - FEW} more"
