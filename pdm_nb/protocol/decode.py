"""Reads answers of the service into the model. Unknown properties are passed over, missing ones have defaults.

Where sources spell a thing in two ways, both are read (B10, B34).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import ServerError
from ..model import (
    BETWEEN,
    Field,
    FieldType,
    FieldValue,
    FileUpload,
    NamingStandard,
    Qualifier,
    Requirement,
    Revision,
    Segment,
    Upload,
    User,
    Value,
)

Json = Mapping[str, Any]


def data(body: Any) -> Any:
    """The payload: v2 wraps it in `data`, v1 does not (B10)."""
    return body["data"] if isinstance(body, Mapping) and "data" in body else body


def rows(body: Any) -> list[Any]:
    """The rows of a page of a list. Anything else is no list, an empty one least of all."""
    found = data(body)
    if not isinstance(found, list):
        raise TypeError("no list")
    return found


@contextmanager
def reading(operation: str) -> Iterator[None]:
    """What is read within is the answer of a call: one of another shape is an error of that call.

    Raises `ServerError`, as for an answer that is no JSON (B15): whether the work was done is unknown.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        missing = f" ({error} is missing)" if isinstance(error, KeyError) else ""
        raise ServerError(
            f"{operation} was answered with JSON of another shape than is documented{missing}",
            reason="ANSWER_SHAPE",
        ) from None


def text(value: Any) -> str:
    return "" if value is None else str(value)


def identity(row: Any) -> Any:
    """What tells a row of a list from the others: its id, or the bare id that it is."""
    return row["id"] if isinstance(row, Mapping) and "id" in row else repr(row)


def is_last(headers: Mapping[str, str], rows: int, found: int) -> bool:
    """True when `rows` so far, `found` of them on this page, are the whole list.

    `Total` says how many there are (B9). Where a gateway swallowed it, only an empty page is the end: a list cut
    short in silence would be worse than a call too many.
    """
    whole = total(headers)
    return not found or (whole is not None and rows >= whole)


def total(headers: Mapping[str, str]) -> int | None:
    """How many rows a list has over all its pages; None where a gateway swallowed it."""
    try:
        return int(headers["total"])
    except (KeyError, ValueError):
        return None


def value(row: Json) -> Value:
    return Value(
        id=text(row.get("id")),
        code=text(row.get("code")),
        label=text(row.get("label")),
        active=row.get("active") is not False,
        tags=tuple(text(tag) for tag in row.get("tags") or ()),
    )


def field(row: Json) -> Field:
    return Field(
        id=text(row["id"]),
        name=text(row["name"]),
        label=text(row.get("label")) or text(row["name"]),
        type=FieldType(row["type"]),
        description=text(row.get("description")),
        position=text(row.get("position")),
        active=row.get("active") is not False,
        visible=row.get("visible") is not False,
        readonly=row.get("readonly") is True,
        variant=text(row.get("variant")),
        custom_field_definition_id=row.get("custom_field_definition_id"),
    )


def requirement(row: Json) -> Requirement:
    standard = row.get("naming_standard")
    return Requirement(
        id=text(row["id"]),
        required_by_project=_fields(row.get("fields_required_by_project")),
        additional=_fields(row.get("additional_required_fields")),
        qualifiers=tuple(_qualifier(item) for item in row.get("rule_qualifiers") or ()),
        naming_standard=NamingStandard(
            text(standard["id"]), text(standard["name"]), _fields(standard["fields"])
        )
        if standard
        else None,
        allow_duplicate_revisions=row.get("allow_duplicate_revisions") is not False,
        updated_at=text(row.get("updated_at")),
    )


def _fields(rows: Iterable[Json] | None) -> tuple[Field, ...]:
    return tuple(field(row) for row in rows or ())


def _qualifier(row: Json) -> Qualifier:
    named = row["field"]
    return Qualifier(
        text(named["id"]),
        text(named["name"]),
        tuple(value(item) for item in row["acceptable_values"]),
        text(named.get("label")),
    )


def user(row: Json) -> User:
    name = text(row.get("name")) or " ".join(filter(None, (row.get("first_name"), row.get("last_name"))))
    return User(text(row["id"]), name, text(row.get("email_address")))


def field_value(row: Json) -> FieldValue:
    return FieldValue(
        field_id=text(row["id"]),
        name=text(row["name"]),
        type=text(row.get("type")),
        label=text(row.get("label")),
        values=tuple(value(item) for item in row.get("values") or ()),
        source=text(row.get("label_source")),
        confidence=row.get("confidence_score"),
    )


def upload(row: Json) -> Upload:
    return _upload(row, tuple(field_value(item) for item in row.get("fields") or ()))


def flat_upload(row: Json) -> tuple[Upload, dict[str, str]]:
    """An upload without its fields, and the text of each field by name: all that a table of thousands shows."""
    texts: dict[str, str] = {}
    for item in row.get("fields") or ():
        values: Sequence[Json] = item.get("values") or ()
        if len(values) == 1:  # as nearly all have
            texts[item["name"]] = text(values[0].get("label"))
        else:
            texts[item["name"]] = BETWEEN.join(text(one.get("label")) for one in values)
    return _upload(row, ()), texts


def _upload(row: Json, fields: tuple[FieldValue, ...]) -> Upload:
    statuses = _statuses(row)
    response = statuses.get("integration_response") or statuses.get("integrationResponse") or {}
    return Upload(
        id=text(row["id"]),
        latest_event_id=text(row.get("latest_event_id")),
        status=text(row.get("upload_status")),
        ml=text(statuses.get("ml", statuses.get("ML"))),
        scraping=text(statuses.get("filename_scraping", statuses.get("FILENAME_SCRAPING"))),
        fields=fields,
        suggestions={key: said for key, given in response.items() if (said := _said(given))},
        faults=_faults(row.get("integrations") or {}),
        match_criteria=text(row.get("match_criteria")),
        container_id=row.get("document_container_id"),
        completed_at=row.get("upload_completed_at"),
    )


def _statuses(row: Json) -> dict[str, Any]:
    """Both spellings, the older under the newer, for each status that it tells (B34)."""
    merged: dict[str, Any] = {}
    for spelling in ("integrationStatuses", "integration_statuses"):
        merged |= {key: given for key, given in (row.get(spelling) or {}).items() if given is not None}
    return merged


def _said(given: Any) -> str:
    """What ML or scraping said about a field (B37): a literal, a value, or a list of them."""
    if isinstance(given, Mapping):
        return next((said for key in ("label", "value", "values") if (said := _said(given.get(key)))), "")
    if isinstance(given, list):
        return "; ".join(filter(None, map(_said, given)))
    return text(given)


def _faults(integrations: Json) -> tuple[tuple[str, str], ...]:
    found = []
    for key in ("ml_processing", "scraping_processing"):
        for error in (integrations.get(key) or {}).get("errors") or ():
            found.append((text(error.get("field_id")), text(error.get("reason_code"))))
    return tuple(found)


def revision(row: Json) -> Revision:
    permissions = row.get("permissions") or {}
    return Revision(
        id=text(row["id"]),
        container_id=text(row.get("document_container_id")),
        upload_id=row.get("upload_id"),
        fields=tuple(field_value(item) for item in row.get("fields") or ()),
        recycled=row.get("recycled") is True,
        masked=permissions.get("allowed_actions") == [],  # B51
    )


def created(answer: Any) -> list[str]:
    """Ids of what was created, in order (B24)."""
    return [text(row["id"]) for row in rows(answer)]


def updated(answer: Json) -> tuple[set[str], dict[str, str]]:
    """(ids that were updated, id -> message of those that failed) (B25)."""
    _has_one_of(answer, "success", "failed")  # B26: two empty lists say something, no list does not
    failed = {text(row["id"]): text(row.get("message")) for row in answer.get("failed") or ()}
    return {text(row["id"]) for row in answer.get("success") or ()}, failed


def _has_one_of(answer: Json, *names: str) -> None:
    if not any(name in answer for name in names):
        raise KeyError(names[0])


def submitted(answer: Json) -> tuple[list[str], dict[str, str]]:
    """(ids of new revisions, upload id -> reason code of those that failed) (B45)."""
    _has_one_of(answer, "ids", "failures", "failureIds")
    failures = {text(row["upload_id"]): text(row.get("reason_code")) for row in answer.get("failures") or ()}
    for upload_id in answer.get("failureIds") or ():  # B45: the older form
        failures.setdefault(text(upload_id), "UNKNOWN_FAILURE")
    return [text(revision) for revision in answer.get("ids") or ()], failures


def file_upload(row: Json) -> FileUpload:
    error = row.get("error") or {}
    return FileUpload(
        id=text(row["upload_id"]),
        status=text(row.get("status")),
        segments=tuple(
            Segment(
                text(part["url"]),
                {key: text(given) for key, given in (part.get("headers") or {}).items()},
                int(part.get("url_expires_at") or 0),
            )
            for part in row.get("segments") or ()
            if part and part.get("url")
        ),
        error=text(error.get("message")) or text(error.get("type")),
        retryable=error.get("retryable") is not False,
    )
