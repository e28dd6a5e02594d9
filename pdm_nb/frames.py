"""The model as DataFrames with fixed columns and dtypes, even if they are empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from .model import (
    ExistingDocument,
    Field,
    FieldType,
    Finding,
    Requirement,
    Upload,
    User,
    Value,
)
from .rules.requirements import qualification, required_fields

TEXT, FLAG, WHOLE, REAL, MOMENT = "string", "boolean", "Int64", "Float64", "datetime64[us, UTC]"
# The attributes of `RevisionKind`.
REVISION_KINDS = {"kind": TEXT, "count": WHOLE, "first": TEXT, "last": TEXT, "order": WHOLE, "known_by": TEXT}


def frame(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return rows as a frame with exactly these columns, in this order.

    Parameters
    ----------
    columns : mapping of str to str
        Name -> dtype.
    rows : iterable of sequence
        The values, in the order of the columns.

    Returns
    -------
    DataFrame
        The rows, with a default index.

    Examples
    --------
    >>> frame({"name": TEXT, "size": WHOLE}, []).dtypes.astype(str).to_dict()
    {'name': 'string', 'size': 'Int64'}
    """
    listed = list(rows)
    columns_ = {
        name: series([row[number] for row in listed], dtype)
        for number, (name, dtype) in enumerate(columns.items())
    }
    return pd.DataFrame(columns_, columns=list(columns))


def series(values: Sequence[Any], dtype: str) -> pd.Series[Any]:
    """Return values as a column. A text that is not a date or a number becomes a missing value.

    Parameters
    ----------
    values : sequence
        The values.
    dtype : str
        The dtype, such as `MOMENT` or `REAL`.

    Returns
    -------
    Series
        The column.
    """
    if dtype == MOMENT:
        moments = pd.to_datetime(
            pd.Series(values, dtype="object"), utc=True, errors="coerce", format="ISO8601"
        )
        return pd.Series(moments, dtype=MOMENT)
    if dtype == REAL:
        numbers: pd.Series[Any] = pd.to_numeric(pd.Series(values, dtype="object"), errors="coerce")
        return pd.Series(numbers, dtype=REAL)
    return pd.Series(values, dtype=dtype)


def moments(seconds: Sequence[float | None]) -> pd.Series[Any]:
    """Return Unix seconds as moments; None as a missing one.

    Parameters
    ----------
    seconds : sequence of float or None
        The values.

    Returns
    -------
    Series
        datetime64[us, UTC], to the millisecond.
    """
    numbers = pd.Series([float("nan") if one is None else one * 1000 for one in seconds], dtype="float64")
    return pd.Series(pd.to_datetime(numbers.round(), unit="ms", utc=True), dtype=MOMENT)


def whole(text: str | None) -> int | None:
    """Return a text of digits, such as a version, as a number; None for any other text."""
    return int(text) if text and text.isdecimal() else None


def dtype_of(field: Field) -> str:
    """Return the dtype of a field's column: moments, numbers, or text."""
    return {FieldType.TIMESTAMP: MOMENT, FieldType.NUMERIC: REAL}.get(field.type, TEXT)


def fields(rows: Iterable[Field]) -> pd.DataFrame:
    """Return one row per field.

    Parameters
    ----------
    rows : iterable of Field
        The fields.

    Returns
    -------
    DataFrame
        Columns: name, label, type, variant (string), settable, readonly, active, visible, custom (boolean),
        description, id (string).
    """
    columns = {
        "name": TEXT, "label": TEXT, "type": TEXT, "variant": TEXT, "settable": FLAG, "readonly": FLAG,
        "active": FLAG, "visible": FLAG, "custom": FLAG, "description": TEXT, "id": TEXT,
    }  # fmt: skip
    return frame(
        columns,
        [
            (f.name, f.label, f.type_name, f.variant, f.is_settable, f.readonly, f.active, f.visible,
             f.is_custom, f.description, f.id)
            for f in rows
        ],
    )  # fmt: skip


def values(rows: Iterable[Value]) -> pd.DataFrame:
    """Return one row per value of a field.

    Parameters
    ----------
    rows : iterable of Value
        The values.

    Returns
    -------
    DataFrame
        Columns: code, label (string), active (boolean), tags, id (string).
    """
    columns = {"code": TEXT, "label": TEXT, "active": FLAG, "tags": TEXT, "id": TEXT}
    return frame(columns, [(v.code, v.label, v.active, "; ".join(v.tags), v.id) for v in rows])


def requirements(rules: Iterable[Requirement]) -> pd.DataFrame:
    """Return one row per rule and required field.

    Parameters
    ----------
    rules : iterable of Requirement
        The rules.

    Returns
    -------
    DataFrame
        Columns: rule (string), is_default (boolean), qualifies, naming_standard, field, label, type, source
        (string), allow_duplicate_revisions (boolean).
    """
    columns = {
        "rule": TEXT, "is_default": FLAG, "qualifies": TEXT, "naming_standard": TEXT, "field": TEXT, "label": TEXT,
        "type": TEXT, "source": TEXT, "allow_duplicate_revisions": FLAG,
    }  # fmt: skip
    rows = [
        (rule.id, rule.is_default, qualification(rule) or "any document",
         rule.naming_standard.name if rule.naming_standard else "", field.name, field.label, field.type_name,
         origin.value, rule.allow_duplicate_revisions)
        for rule in rules
        for field, origin in required_fields(rule).values()
    ]  # fmt: skip
    return frame(columns, rows)


def users(rows: Iterable[User]) -> pd.DataFrame:
    """Return one row per user.

    Parameters
    ----------
    rows : iterable of User
        The users.

    Returns
    -------
    DataFrame
        Columns: name, email, id (string).
    """
    return frame({"name": TEXT, "email": TEXT, "id": TEXT}, [(u.name, u.email, u.id) for u in rows])


def tools(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row per tool, with the caller's level of access.

    Parameters
    ----------
    rows : iterable of mapping
        The tools as the service returns them.

    Returns
    -------
    DataFrame
        Columns: tool, label, access (string).
    """
    return frame({"tool": TEXT, "label": TEXT, "access": TEXT}, [_tool(row) for row in rows])


def _tool(row: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    level = row.get("user_access_level") or {}
    return row.get("name"), row.get("friendly_name"), level.get("name")


def permissions(rows: Iterable[Sequence[str]]) -> pd.DataFrame:
    """Return one row per right.

    Parameters
    ----------
    rows : iterable of sequence
        The rows of `permissions.report`.

    Returns
    -------
    DataFrame
        Columns: right, known, detail, ask (string).
    """
    return frame({"right": TEXT, "known": TEXT, "detail": TEXT, "ask": TEXT}, rows)


def existing(rows: Iterable[ExistingDocument]) -> pd.DataFrame:
    """Return one row per document that the project has already.

    Parameters
    ----------
    rows : iterable of ExistingDocument
        The documents.

    Returns
    -------
    DataFrame
        Columns: kind, id, name, format (string), version (Int64), revision, file (string), size (Int64),
        at (datetime64[us, UTC]).
    """
    columns = {
        "kind": TEXT, "id": TEXT, "name": TEXT, "format": TEXT, "version": WHOLE, "revision": TEXT, "file": TEXT,
        "size": WHOLE, "at": MOMENT,
    }  # fmt: skip
    return frame(
        columns,
        [
            (
                r.kind,
                r.id,
                r.name,
                r.mime_type,
                whole(r.version),
                r.revision,
                r.file_name,
                r.file_size,
                r.at or None,
            )
            for r in rows
        ],
    )


def named(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row per company or project.

    Parameters
    ----------
    rows : iterable of mapping
        Companies or projects as the service returns them.

    Returns
    -------
    DataFrame
        Columns: id, name (string), active (boolean).
    """
    columns = {"id": TEXT, "name": TEXT, "active": FLAG}
    return frame(
        columns,
        [(str(row["id"]), row["name"], row.get("active", row.get("is_active", True))) for row in rows],
    )


UPLOAD = {
    "id": TEXT, "upload_status": TEXT, "ml": TEXT, "filename_scraping": TEXT, "match_criteria": TEXT,
    "container_id": TEXT, "latest_event_id": TEXT, "completed_at": MOMENT,
}  # fmt: skip


def uploads(rows: Iterable[tuple[Upload, Mapping[str, str]]], shown: Sequence[Field]) -> pd.DataFrame:
    """Return one row per upload, with its state and its fields.

    Parameters
    ----------
    rows : iterable of (Upload, mapping)
        Uploads with the text of their fields by name, from `decode_documents.flat_upload`.
    shown : sequence of Field
        The fields that get a column.

    Returns
    -------
    DataFrame
        Columns: id, upload_status, ml, filename_scraping, match_criteria, container_id, latest_event_id (string),
        completed_at (datetime64[us, UTC]), then one for each field: dates are datetime64[us, UTC], numbers Float64,
        others string.
    """
    listed = list(rows)
    state = frame(
        UPLOAD,
        [
            (u.id, u.status, u.ml, u.scraping, u.match_criteria, u.container_id, u.latest_event_id, u.completed_at)
            for u, _ in listed
        ],
    )  # fmt: skip
    columns = {field.name: _column([held for _, held in listed], field) for field in shown}
    return pd.concat([state, pd.DataFrame(columns, index=state.index)], axis=1)


def _column(rows: list[Mapping[str, str]], field: Field) -> pd.Series[Any]:
    """Return the values of one field in all rows."""
    return series([held.get(field.name, "") for held in rows], dtype_of(field))


def findings(rows: Iterable[Finding], names: Mapping[int, str]) -> pd.DataFrame:
    """Return one row per finding.

    Parameters
    ----------
    rows : iterable of Finding
        The findings.
    names : mapping of int to str
        The file name of each document.

    Returns
    -------
    DataFrame
        Columns: document (Int64), file, field, severity, code, message, fix, proposal (string).
    """
    columns = {
        "document": WHOLE, "file": TEXT, "field": TEXT, "severity": TEXT, "code": TEXT, "message": TEXT,
        "fix": TEXT, "proposal": TEXT,
    }  # fmt: skip
    return frame(
        columns,
        [
            (f.document, names[f.document], f.field, f.severity.value, f.code, f.message, f.fix, f.proposal)
            for f in rows
        ],
    )
