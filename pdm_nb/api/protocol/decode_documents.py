"""Reads document uploads, revisions and the results of changing them into the model (B23-B51). Pure.

Every spelling that a source uses is read (B34, B37, B78). Unknown properties are ignored, missing ones get defaults.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from ...model import BETWEEN, FieldValue, LabelSource, Revision, Suggestion, Upload
from .shapes import items, label, label_of, needed, object_, rows, text, value
from .spelling import Json, plain, snake

# The key of a suggestion: the name of a field, then who it is from (B37). `type_ml`, `type_ML` and `typeMl` are one.
SUGGESTION = re.compile(r"(.+?)_?(filename_?scraping|scraping|ml)", re.IGNORECASE)


def field_value(row: Json) -> FieldValue:
    row = plain(row)
    name = needed(row, "name")
    return FieldValue(
        field_id=needed(row, "id"),
        name=name,
        type=text(row.get("type")),
        label=text(row.get("label")) or name,
        values=tuple(value(one) for one in items(row.get("values")) if one is not None),
        source=text(row.get("label_source")).upper(),
        confidence=_score(row.get("confidence_score")),
        variant=text(row.get("variant")),
    )


def _score(given: Any) -> float | None:
    """Return a confidence score; None if it is not a number (B36: it may be missing)."""
    if given is None:
        return None
    try:
        score = float(given) if isinstance(given, str | int | float) and not isinstance(given, bool) else None
    except ValueError:
        return None
    return score if score is not None and math.isfinite(score) else None


def upload(row: Json) -> Upload:
    return _upload(row, tuple(map(field_value, items(plain(row).get("fields")))))


def flat_upload(row: Json) -> tuple[Upload, dict[str, str]]:
    """Return an upload without its fields, and the text of each field by name: all that a large table needs."""
    texts: dict[str, str] = {}
    for item in items(plain(row).get("fields")):
        values = items(item.get("values"))
        if len(values) == 1:  # the usual case
            texts[item["name"]] = label_of(values[0])
        else:
            texts[item["name"]] = BETWEEN.join(label_of(one) for one in values if one is not None)
    return _upload(row, ()), texts


def _upload(row: Json, fields: tuple[FieldValue, ...]) -> Upload:
    statuses, said = _statuses(row)
    row = plain(row)
    return Upload(
        id=needed(row, "id"),
        latest_event_id=text(row.get("latest_event_id")),
        status=text(row.get("upload_status")),
        ml=text(statuses.get("ml")).lower(),
        scraping=text(statuses.get("filename_scraping")).lower(),
        fields=fields,
        suggestions=tuple(_suggestions(said, {one.name for one in fields})) if said else (),
        faults=_faults(object_(row.get("integrations"))),
        match_criteria=text(row.get("match_criteria")),
        container_id=text(row.get("document_container_id")) or None,
        completed_at=text(row.get("upload_completed_at")) or None,
    )


def _statuses(row: Json) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the integration statuses of an upload, and the responses of ML and scraping (B34, B37).

    The older spelling is used if the newer one is missing or null; the responses of both are combined.
    """
    merged: dict[str, Any] = {}
    said: dict[str, Any] = {}
    for key in sorted(key for key in row if snake(key) == "integration_statuses"):  # capitals before "_"
        found = object_(row[key])
        merged |= {name: given for name, given in found.items() if given is not None}
        response = found.get("integration_response")
        said |= response if isinstance(response, dict) else {}
    return merged, said


def _suggestions(said: Json, names: set[str]) -> Iterator[Suggestion]:
    """Yield the suggestions of ML and scraping (B37). Entries that are not objects with a value are ignored."""
    for key, given in said.items():
        match = SUGGESTION.fullmatch(key)
        if match is None or not isinstance(given, dict):
            continue
        row = plain(given)
        id_, shown = text(row.get("value_id")), label(row.get("value_name"))
        if id_ or shown:
            name, by = match[1], match[2].lower()
            source = LabelSource.ML if by == "ml" else LabelSource.FILENAME_SCRAPING
            yield Suggestion(name if name in names else snake(name), source, shown or id_, id_ or shown)


def _faults(integrations: Json) -> tuple[tuple[str, str], ...]:
    found = []
    for key in ("ml_processing", "scraping_processing"):
        for error in map(plain, items(object_(integrations.get(key)).get("errors"))):
            found.append((text(error.get("field_id")), text(error.get("reason_code"))))
    return tuple(found)


def created(body: Any) -> list[str]:
    """Return the ids of the created uploads, in order (B24)."""
    return [needed(plain(row), "id") for row in rows(body)]


def updated(body: Json) -> tuple[set[str], dict[str, str]]:
    """Return the ids that were updated, and id -> message of those that failed (B25).

    A row without an id is ignored: its upload counts as left out of the response (B26).
    """
    body = _with_one_of(body, "success", "failed")  # two empty lists are a result, no list is not
    failed = [row for row in map(plain, items(body.get("failed"))) if row.get("id")]
    success = [row for row in map(plain, items(body.get("success"))) if row.get("id")]
    return {text(row["id"]) for row in success}, {text(row["id"]): text(row.get("message")) for row in failed}


def _with_one_of(body: Any, *names: str) -> Json:
    found = plain(body)
    if not any(name in found for name in names):
        raise KeyError(names[0])
    return found


def revision(row: Json) -> Revision:
    row = plain(row)
    fields = tuple(map(field_value, items(row.get("fields"))))
    return Revision(
        id=needed(row, "id"),
        container_id=text(row.get("document_container_id")),
        upload_id=text(row.get("upload_id")) or None,
        fields=fields,
        recycled=row.get("recycled") is True
        or any(one.name == "recycled_at" and one.values for one in fields),
        masked=object_(row.get("permissions")).get("allowed_actions") == [],  # B51
        indexed_at=text(row.get("index_updated_at")) or None,
    )


def submitted(body: Json) -> tuple[list[str], dict[str, str]]:
    """Return the ids of new revisions, and upload id -> reason code of those that failed (B45)."""
    body = _with_one_of(body, "ids", "failures", "failure_ids")
    rows = [row for row in map(plain, items(body.get("failures"))) if row.get("upload_id")]
    failures = {text(row["upload_id"]): text(row.get("reason_code")) or "UNKNOWN_FAILURE" for row in rows}
    for upload_id in items(body.get("failure_ids")):  # B45: the older form
        failures.setdefault(text(upload_id), "UNKNOWN_FAILURE")
    return [text(revision) for revision in items(body.get("ids")) if revision], failures
