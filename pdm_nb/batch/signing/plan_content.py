"""What a plan promises, in a form that is the same whenever it is computed, and what differs between two of them. Pure.

How this works: the content of a plan has the batch, the fields, values and rules of the project that it relies on, and
for each document its file, its cells and what it becomes. Its hash is the SHA-256 of that as JSON.

A plan is signed before the upload and holds until the submit. So these are not differences: that a document came
further, that machine learning, the file name or the service filled in a cell that was empty, and that a document is on
hold, since it is not submitted then. Nor is one that was planned to be on hold and no longer has to be: it is left out
of the submit (`planned_ids`). Everything else is a difference.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...errors import InputError
from ...model import Document, Field, LabelSource, Requirement
from ..journal.journal import Journal
from ..remote.configuration import Configuration

NEW, VERSION, DONE = "new", "new version", "submitted"
FILLED = {LabelSource.ML, LabelSource.FILENAME_SCRAPING, LabelSource.SYSTEM, LabelSource.CONTAINER_MATCH}
SHOWN = 3
PlanContent = Mapping[str, Any]
DocumentContent = Mapping[str, Any]
EMPTY = ("", "", False)
USE_NEW = "Check the new batch.plan() and use that one."


def content_of(
    journal: Journal, configuration: Configuration, documents: Mapping[int, DocumentContent]
) -> PlanContent:
    """Return the content of a plan. `documents`: what `document_content` returns, by id."""
    identity = journal.identity
    batch = {
        "service": identity.api_url,
        "company": identity.company_id,
        "project": identity.project_id,
        "created": journal.meta.get("created_at", ""),
    }
    return {
        "batch": batch,
        "project": dict(_project(journal, configuration)),
        "documents": {str(id_): content for id_, content in documents.items()},
    }


def document_content(
    journal: Journal, fields: Iterable[Field], document: Document, file: Document, facts: Mapping[str, str]
) -> DocumentContent:
    """Return what a plan promises of a document. `file`: its size and time; `facts`: what it becomes."""
    cells = {}
    for field in fields:
        if (cell := journal.cell(document.id, field.id)).text:
            cells[field.label] = (cell.text, f"{cell.values}", cell.source in FILLED)
    return {"document": document.name, "file": f"{file.size} {file.mtime_ns}", "cells": cells, **facts}


def _project(journal: Journal, configuration: Configuration) -> Iterator[tuple[str, str]]:
    """Yield what a plan relies on: the fields and values that are used, and the rules."""
    used: dict[str, set[str]] = {}
    for id_ in journal.documents:
        for field, cell in journal.cells_of(id_).items():
            used.setdefault(field, set()).update(cell.values or ())
    for field, item in configuration.fields.items():
        if not item.is_settable or not used.get(field):
            continue
        yield f"the field {item.label}", f"{item.name} {item.type_name} {item.variant}"
        if lookup := configuration.lookups.get(field):
            known = {value.id: f"{value.code} {value.label} {value.active}" for value in lookup.values}
            for value in sorted(used[field]):
                yield f"the value {value} of {item.label}", known.get(value, "")
    for number, rule in enumerate(configuration.requirements, 1):
        yield f"upload requirement {number}", _rule(rule)


def _rule(rule: Requirement) -> str:
    names = sorted(item.name for item in (*rule.required_by_project, *rule.additional))
    when = sorted((one.field_id, sorted(value.id for value in one.values)) for one in rule.qualifiers)
    standard = [item.id for item in rule.naming_standard.fields] if rule.naming_standard else []
    return f"{names} {when} {standard} {rule.allow_duplicate_revisions}"


def hash_of(content: PlanContent) -> str:
    """Return the hash of a plan: 64 hexadecimal digits."""
    return hashlib.sha256(as_json(content)).hexdigest()


def as_json(content: PlanContent) -> bytes:
    """Return the content as JSON that is the same for equal contents."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def check(before: PlanContent, now: PlanContent) -> None:
    """Raise `InputError` if a batch is not what was planned; it names what differs."""
    if before["batch"] != now["batch"]:
        raise InputError(
            f"This is the plan of another batch, of project {before['batch']['project']} at "
            f"{before['batch']['service']}. Use a plan of this batch: batch.plan()."
        )
    project = _project_changes(before["project"], now["project"])
    changed = list(_document_changes(before["documents"], now["documents"]))
    said = []
    if project:
        said.append(f"The project changed since it was planned: {_listed(project)}.")
    if changed:
        said.append(f"The batch changed since it was planned: {_listed(changed)}.")
    if said:
        raise InputError(f"{' '.join(said)} {USE_NEW}")


def planned_ids(content: PlanContent) -> frozenset[int]:
    """Return the documents that a plan submits."""
    documents = content["documents"].items()
    return frozenset(int(id_) for id_, one in documents if one["what"] in (NEW, VERSION, DONE))


def _listed(texts: list[str]) -> str:
    more = f" and {len(texts) - SHOWN} more" if len(texts) > SHOWN else ""
    return ", ".join(texts[:SHOWN]) + more


def _project_changes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return what changed of what the plan relied on. What is used in addition by now was filled in since."""
    found = []
    for name, fact in before.items():
        if name not in now or (fact and not now[name]):
            found.append(f"{name} was removed")
        elif now[name] != fact:
            found.append(f"{name} changed")
    rules = (name for name in now if name.startswith("upload requirement") and name not in before)
    return [*found, *(f"{name} was added" for name in rules)]


def _document_changes(
    before: Mapping[str, DocumentContent], now: Mapping[str, DocumentContent]
) -> Iterator[str]:
    """Yield the documents that changed, and what changed of them."""
    for id_ in sorted({*before, *now}, key=int):
        if id_ not in now:
            yield f"{before[id_]['document']} (removed)"
        elif id_ not in before:
            yield f"{now[id_]['document']} (added)"
        elif changed := list(_changes(_listed_cells(before[id_]), _listed_cells(now[id_]))):
            yield f"{now[id_]['document']} ({', '.join(changed)})"


def _listed_cells(content: DocumentContent) -> DocumentContent:
    """Return a content whose cells are tuples, also if it was read from JSON."""
    return {**content, "cells": {name: tuple(cell) for name, cell in content["cells"].items()}}


def _changes(before: DocumentContent, now: DocumentContent) -> Iterator[str]:
    for name in dict.fromkeys((*before["cells"], *now["cells"])):
        old, new = before["cells"].get(name, EMPTY), now["cells"].get(name, EMPTY)
        if old[:2] != new[:2] and (old[0] or not new[2]):
            yield name
    if before["file"] != now["file"]:
        yield "its file"
    if now["what"] in (NEW, VERSION) and before["what"] in (NEW, VERSION):
        if before["what"] != now["what"]:
            yield "its result"
        for name in ("name", "version"):
            if before[name] != now[name]:
                yield f"its {name}"
    elif now["what"] == DONE and before["what"] not in (NEW, VERSION, DONE):
        yield "its result"
