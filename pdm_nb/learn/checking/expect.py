"""Helpers of the checks: require something, and list names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .outcome import NotYet
from .service_state import ServiceDocument

LISTED = 3  # names in a sentence


def need(condition: object, message: str) -> None:
    """Raise `NotYet` with a message unless the condition holds."""
    if not condition:
        raise NotYet(message)


def need_none(names: Iterable[str], message: str) -> None:
    """Raise `NotYet` if there are names; `{}` in the message becomes the first of them."""
    found = list(names)
    need(not found, message.format(listed(found)))


def listed(names: Sequence[str]) -> str:
    """The first names in a sentence: "a, b and 2 more"."""
    if len(names) <= LISTED:
        return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"{', '.join(names[:LISTED])} and {len(names) - LISTED} more"


def by_file(documents: Iterable[ServiceDocument]) -> dict[str, ServiceDocument]:
    """Documents by the name of their file; of several versions the latest."""
    return {one.file: one for one in documents}


def uploaded(documents: Iterable[ServiceDocument], files: Iterable[str]) -> dict[str, ServiceDocument]:
    """Return the documents of some files; `NotYet` if one is not at the service."""
    found = by_file(documents)
    need_none(
        (file for file in files if file not in found),
        "The service does not have {}. Upload the batch. If it was uploaded, batch.status() shows what is on hold, and why.",
    )
    return found
