"""Writes pdm_nb/verify/contract.json from openapi.yaml and the samples: `python -m tests.support.contract.contract_shapes`.

The package compares a service with the contract at run time, without the simulator and its libraries. So the shapes
of the responses that it looks at are packed into one file: per shape, each path with its JSON types, `!` where the
property is required, and the words of the contract's names. The samples add what the vendor's own responses have beyond the schemas, `STATED` what
`behaviours.md` states in words. A test holds the file and this script together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from pdm_nb.verify.packaged_contract import words_of

ROOT = Path(__file__).parents[3]
TARGET = ROOT / "pdm_nb" / "verify" / "contract.json"
SAMPLES = Path(__file__).parents[2] / "contract" / "samples"
EDITION = "second edition, November 2026"
# Operation -> where its rows are in a response, the shape of a row, the samples that have it.
UPLOAD_SAMPLES = ("show_document_upload", *(f"show_document_upload.{kind}" for kind in ("condensed", "other_spelling", "walkthrough")))  # fmt: skip
REVISION_SAMPLES = ("list_document_revisions", "selected_revisions.masked")
OPERATIONS = {
    "showMe": ("", "Me"),
    "listCompanies": ("[]", "Company"),
    "listProjects": ("[]", "Project"),
    "showPermissions": ("", "Permissions"),
    "listProjectUsers": ("[]", "User"),
    "listUploadRequirements": ("data[]", "UploadRequirement"),
    "listFields": ("data[]", "Field"),
    "listFieldValues": ("data[]", "MetadataValue"),
    "listDocumentUploads": ("data[]", "DocumentUpload"),
    "listSelectedUploads": ("data[]", "DocumentUpload"),
    "showDocumentUpload": ("data", "DocumentUpload"),
    "showDocumentUploadV20": ("data", "DocumentUpload"),
    "listRecycledUploads": ("data[]", "DocumentUpload"),
    "listRevisions": ("data[]", "DocumentRevision"),
    "listSelectedRevisions": ("data[]", "DocumentRevision"),
    "listRecycledRevisions": ("data[]", "DocumentRevision"),
}
SAMPLES_OF = {
    "UploadRequirement": ("list_upload_requirements",),
    "Field": ("list_fields",),
    "MetadataValue": ("list_field_values.lov", "list_field_values.reference"),
    "DocumentUpload": UPLOAD_SAMPLES,
    "DocumentRevision": REVISION_SAMPLES,
}
# What `behaviours.md` states in words alone.
STATED: dict[str, dict[str, str]] = {
    "DocumentRevision": {"indexUpdatedAt": "string", "match_type": "object"},  # B78
    "DocumentUpload": {  # B76
        "recycled_from_placeholder_id": "null|string",
        "recycled_from_placeholder_name": "null|string",
    },
}
OPEN = {"DocumentRevision": ("match_type", "integrations"), "Project": ("company",), "Permissions": ("tools[].permitted_actions[]",)}  # fmt: skip
Shape = dict[str, tuple[set[str], bool]]  # path -> JSON types, required


def contract() -> dict[str, Any]:
    text = files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def resolve(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = root
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def walk(
    node: Mapping[str, Any], root: Mapping[str, Any], path: str, required: bool
) -> Iterator[tuple[str, set[str], bool, list[str]]]:
    """Path, types, whether it is required, and the values of an enumeration, for a schema and all below it."""
    node = resolve(node, root)
    if "anyOf" in node:
        for one in node["anyOf"]:
            yield from walk(one, root, path, required)
        return
    kinds = node.get("type", [])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    yield path, kinds, required, node.get("enum", [])
    for name, child in node.get("properties", {}).items():
        yield from walk(child, root, f"{path}.{name}".lstrip("."), name in node.get("required", ()))
    if isinstance(more := node.get("additionalProperties"), dict):
        yield from walk(more, root, f"{path}.*".lstrip("."), False)
    if "items" in node:
        yield from walk(node["items"], root, f"{path}[]", False)


def kind_of(value: Any) -> str:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
    return names.get(type(value), "null")


def observed(value: Any, path: str, known: Shape) -> Iterator[tuple[str, str]]:
    """Path and type of a sample and of all below it."""
    yield path, kind_of(value)
    if isinstance(value, dict):
        for name, child in value.items():
            below = f"{path}.{name}".lstrip(".")
            star = f"{path}.*".lstrip(".")
            yield from observed(child, star if below not in known and star in known else below, known)
    elif isinstance(value, list):
        for child in value:
            yield from observed(child, f"{path}[]", known)


def schema_of(operation: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of one row (or of the object) that an operation returns."""
    found = next(
        method
        for methods in root["paths"].values()
        for method in methods.values()
        if isinstance(method, dict) and method.get("operationId") == operation
    )
    node = resolve(found["responses"]["200"]["content"]["application/json"]["schema"], root)
    where = OPERATIONS[operation][0]
    if where.startswith("data"):
        node = resolve(node["properties"]["data"], root)
    if where.endswith("[]"):
        node = resolve(node["items"], root)
    if "anyOf" in node:  # rows, or bare ids with view=ids_only
        node = resolve(node["anyOf"][0], root)
    return node


def rows_of(sample: str) -> list[Any]:
    body = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    found = body["data"]
    return found if isinstance(found, list) else [found]


def shape_of(
    name: str, operation: str, root: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The packed paths of a shape, and its enumerations."""
    shape: Shape = {}
    enums: dict[str, list[str]] = {}
    for path, kinds, required, values in walk(schema_of(operation, root), root, "", False):
        before, was = shape.get(path, (set(), False))
        shape[path] = (before | kinds, was or required)
        if values:
            enums[path] = values
    for sample in SAMPLES_OF.get(name, ()):
        for row in rows_of(sample):
            for path, kind in observed(row, "", shape):
                before, was = shape.get(path, (set(), False))
                whole = kind == "integer" and "number" in before
                shape[path] = (before if whole else before | {kind}, was)
    for path, kinds in STATED.get(name, {}).items():
        before, was = shape.get(path, (set(), False))
        shape[path] = (before | set(kinds.split("|")), was)
    for path in OPEN.get(name, ()):
        shape[f"{path}.*"] = (set(), False)
    packed = {
        path: "|".join(sorted(kinds)) + ("!" if required else "")
        for path, (kinds, required) in sorted(shape.items())
    }
    return packed, enums


def names(node: Any) -> Iterator[str]:
    """The names in a contract: of properties, parameters, operations, and the values of enumerations."""
    if isinstance(node, list):
        for child in node:
            yield from names(child)
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        if key == "properties":
            yield from child
        if key == "enum":
            yield from (one for one in child if isinstance(one, str))
        if key in ("name", "operationId") and isinstance(child, str):
            yield child
        if key not in ("example", "examples"):
            yield from names(child)


def vocabulary(root: Mapping[str, Any], shapes: Mapping[str, Any]) -> list[str]:
    """The words of the contract's names that are more than one letter."""
    paths = (path for shape in shapes.values() for path in shape)
    found = {word for name in (*names(root), *paths) for word in words_of(name)}
    return sorted(word for word in found if len(word) > 1)


def packed() -> str:
    """The file's content."""
    root = contract()
    shapes: dict[str, Any] = {}
    enums: dict[str, Any] = {}
    for operation, (_, name) in OPERATIONS.items():
        if name not in shapes:
            shapes[name], enums[name] = shape_of(name, operation, root)
    content = {
        "edition": EDITION,
        "operations": {operation: list(told) for operation, told in OPERATIONS.items()},
        "shapes": shapes,
        "enums": {name: found for name, found in enums.items() if found},
        "vocabulary": vocabulary(root, shapes),
    }
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    TARGET.write_text(packed(), "utf-8")
