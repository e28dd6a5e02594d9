"""The contract: its operations, and the validation of requests (B16).

Routes, query parameters and request bodies come from `openapi.yaml`, so no schema is repeated here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError

from .responses import ApiError, ErrorDetail, integer, invalid

METHODS = ("get", "post", "patch", "put", "delete")
BATCHES = ("uploads", "update_params", "ids")
BATCH = 100  # B23
UNBOUNDED = ("listSelectedRevisions",)  # B68
MAX_DETAILS = 100  # of one error response
KINDS = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


@cache
def document() -> dict[str, Any]:
    """Return the parsed contract."""
    text = files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed: dict[str, Any] = yaml.load(text, loader)
    return parsed


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return a validator for a schema of the contract, whose `$ref`s refer to the contract's components."""
    return Draft202012Validator({"components": document()["components"], **schema})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    query: tuple[dict[str, Any], ...]
    body: Draft202012Validator | None
    public: bool = False
    in_company: bool = False  # takes the header Procore-Company-Id (B2)
    deprecated: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The names of the query parameters."""
        return frozenset(parameter["name"] for parameter in self.query)

    def read_query(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Convert query parameters to their types and add defaults; 400 with one detail per error."""
        read: dict[str, Any] = {}
        details: list[ErrorDetail] = []
        for parameter in self.query:
            name, schema = parameter["name"], parameter["schema"]
            if name not in given:
                if parameter.get("required"):
                    details.append(ErrorDetail("MISSING_REQUIRED_PROPERTY", f"{name} is missing"))
                elif "default" in schema:
                    read[name] = schema["default"]
                continue
            read[name] = _typed(given[name], schema.get("type"))
            details += [_detail(error, name) for error in validator(schema).iter_errors(read[name])]
        if details:
            raise ApiError(400, details)
        return read

    def check_body(self, body: Any, optional: Collection[str] = ()) -> None:
        """Validate a body; 400 with one detail per error, which names its path (B16). `optional` may be missing."""
        if self.body is None:
            return
        if self.id not in UNBOUNDED:
            _check_batch(body)
        missing = [f"{name} is missing" for name in optional]
        found = (
            detail
            for error in self.body.iter_errors(body)
            if (detail := _detail(error)).message not in missing
        )
        details = list(islice(found, MAX_DETAILS))
        if details:
            raise ApiError(400, details)


def _check_batch(body: Any) -> None:
    """Refuse a batch that is longer than documented, before its items are validated (B23)."""
    for name in BATCHES if isinstance(body, dict) else ():
        items = body.get(name)
        if isinstance(items, list) and len(items) > BATCH:
            raise invalid(f"{name} must not be longer than {BATCH}", client_error="batch_too_long")


def operations() -> Iterator[Operation]:
    """Yield every operation of the contract, with the paths as they are written there."""
    for path, methods in document()["paths"].items():
        for method in METHODS:
            if method in methods:
                yield _operation(path, method, methods[method])


def _operation(path: str, method: str, found: dict[str, Any]) -> Operation:
    parameters = [_resolve(parameter) for parameter in found.get("parameters", [])]
    content = found.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        query=tuple(p for p in parameters if p["in"] == "query" and p.get("style") != "deepObject"),
        body=validator(schema) if schema else None,
        public=found.get("security") == [],
        in_company=any(p["in"] == "header" and p["name"] == "Procore-Company-Id" for p in parameters),
        deprecated=found.get("deprecated", False),
    )


def _resolve(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = document()
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    resolved: dict[str, Any] = found
    return resolved


def _typed(text: str, kind: str | None) -> Any:
    if kind == "integer":
        number = integer(text)
        return text if number is None else number
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


def _detail(error: ValidationError, root: str = "") -> ErrorDetail:
    """One sentence: what is wrong, and where."""
    path = ".".join([root] * bool(root) + [str(step) for step in error.absolute_path])
    if error.validator == "required":
        missing = error.message.split("'")[1]
        where = f"{path}.{missing}" if path else missing
        return ErrorDetail(
            "MISSING_REQUIRED_PROPERTY", f"{where} is missing", client_error=_client_error(error, where)
        )
    message = f"{path or 'the body'} {_requirement(error)}"
    return ErrorDetail("INVALID_PROPERTY", message, client_error=_client_error(error, path))


def _client_error(error: ValidationError, where: str) -> str:
    """The kind under which the ledger counts an error, or ""."""
    leaf = where.rpartition(".")[2]
    if where == "uploader_tool_name":
        return "tool_name"
    if leaf == "upload_latest_event_id":
        return "missing_event_id"
    in_segments = where == "file_size" or where.partition(".")[0] == "segments"
    bounds = error.validator in ("minimum", "maximum", "minItems", "maxItems")
    return "part_bounds" if in_segments and bounds else ""


def _requirement(error: ValidationError) -> str:
    value: Any = error.validator_value
    match error.validator:
        case "type":
            return f"must be {' or '.join(KINDS[kind] for kind in ([value] if isinstance(value, str) else value))}"
        case "enum":
            return f"must be one of {', '.join(map(str, value))}"
        case "minimum":
            return f"must be at least {value}"
        case "maximum":
            return f"must be at most {value}"
        case "minLength" | "minItems":
            return f"must not be shorter than {value}"
        case "maxLength" | "maxItems":
            return f"must not be longer than {value}"
        case "pattern":
            return f"must match {value}"
    return f"is not valid ({error.validator})"
