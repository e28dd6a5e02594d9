"""Checks a response against openapi.yaml: by path and status, with the schema of the contract."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import httpx2
import yaml
from jsonschema import Draft202012Validator

# Versions that the contract mentions in words alone, by the path whose shapes they share.
OLDER = (
    (re.compile(r"/rest/v2\.[01](/.*/selected_(uploads|revisions))$"), r"/rest/v2.2\1"),
    (re.compile(r"/rest/v2\.1(/.*/document_revisions)$"), r"/rest/v2.0\1"),
    (re.compile(r"/rest/v2\.1(/.*/document_revisions/[^/]+/download)$"), r"/rest/v2.0\1"),
)


@cache
def contract() -> dict[str, Any]:
    text = files("pdm_nb.sim").joinpath("openapi.yaml").read_text("utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@cache
def templates() -> list[tuple[re.Pattern[str], str]]:
    """Every path as a pattern; those without parameters first, so that names win over ids."""
    paths = sorted(contract()["paths"], key=lambda path: path.count("{"))
    return [
        (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path.replace(".", r"\.")) + "$"), path) for path in paths
    ]


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The path as the contract writes it, and the operation; KeyError where it has none."""
    method = method.lower()
    candidates = [path, *(old.sub(new, path) for old, new in OLDER if old.match(path))]
    for candidate in candidates:
        for pattern, template in templates():
            if pattern.match(candidate) and method in contract()["paths"][template]:
                return template, contract()["paths"][template][method]
    raise KeyError(f"{method} {path}")


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = contract()
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def error_schema(path: str) -> dict[str, Any]:
    """B15: v2's error shape; v1 may also answer `errors` or `message`."""
    error = {"$ref": "#/components/schemas/Error"}
    if path.startswith("/rest/v1"):
        return {"anyOf": [error, {"required": ["errors"]}, {"required": ["message"]}]}
    return error


def faults(response: httpx2.Response) -> list[str]:
    """What of a response is not as the contract says."""
    request = response.request
    path = request.url.path
    template, found = operation(request.method, path)
    older = template.count("/") == path.count("/") and template[:10] != path[:10]
    answers = found["responses"]
    status = str(response.status_code)
    if older and status == "201" and "201" not in answers:
        status = "200"  # v2.0 and v2.1 of selected_uploads
    if status not in answers:
        if response.status_code < 400:
            return [f"{request.method} {path}: the contract has no {status}"]
        schema, headers = error_schema(template), {}
    else:
        answer = resolve(answers[status])
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        headers = {} if status == "429" else answer.get("headers", {})
    wrong = [f"the header {name} is missing" for name in headers if name not in response.headers]
    if schema:
        checker = Draft202012Validator({"components": contract()["components"], **schema})
        wrong += [f"{error.json_path}: {error.message}" for error in checker.iter_errors(response.json())]
    return [f"{request.method} {path} {status}: {fault}" for fault in wrong]


def check(response: httpx2.Response) -> httpx2.Response:
    """The response itself, if the contract has nothing against it."""
    assert not (found := faults(response)), "\n".join(found[:5])
    return response
