"""The contract for schemathesis: the YAML, plus what the contract says only in words.

The YAML file is not changed: `loaded` returns a copy with the general responses of every endpoint (B15, B16) and, for
the tests in sequence, with the links of `linking.py`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from tests.support.contract.contract_checks import contract, error_schema

GENERAL = {
    "400": "a property is missing or malformed",
    "401": "the token is dead",
    "403": "not for this caller",
    "404": "not there, or not for this caller to see",
}
METHODS = ("get", "post", "patch", "put", "delete")


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation with its path."""
    return [
        (path, methods[method])
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    ]


def documented() -> dict[str, Any]:
    """The contract with the general answers written down where it leaves them to words."""
    # YAML's anchors share objects, and a copy would share them too; one operation's answers are not another's here.
    document = deepcopy(contract())
    # Which values a filter takes is documented for a few alone (B62), and others are ignored: any will do.
    document["components"]["parameters"]["Filters"]["schema"] = {"type": "object"}
    for path, operation in operations(document):
        answers = operation["responses"] = dict(operation["responses"])
        if not path.startswith("/rest/"):
            continue
        for status, meaning in GENERAL.items():
            # What the contract documents has its own shape; else v2's, or on v1 paths one of the older (B15).
            content = {"application/json": {"schema": error_schema(path)}}
            answers.setdefault(status, {"description": meaning, "content": content})
        answers.pop("429", None)  # the limits are out of reach here
        for header in answers.get("200", {}).get("headers", {}).values():
            header["required"] = True  # B9: always there, not only of this type where they are
    return document


def loaded(
    document: dict[str, Any], seed: int, examples: int, bounds: bool = True, valid: bool = False
) -> BaseSchema:
    """A schema for schemathesis: the same cases for the same seed, nothing kept between runs, nothing shrunk.

    Without `bounds` it is fuzzed alone, and not led along the contract's examples and bounds. With `valid` nothing is
    made that breaks a shape.
    """
    told = {
        "seed": seed,
        "suppress-health-check": ["all"],
        "generation": {
            "max-examples": examples,
            "deterministic": True,
            "database": "none",
            "no-shrink": True,
            "mode": "positive" if valid else "all",
            "with-security-parameters": False,  # the token is put in by us, and taken away by `ignored_auth`
        },
        "phases": {
            "examples": {"enabled": bounds, "fill-missing": True},
            "stateful": {"inference": {"algorithms": []}},  # our links alone, none guessed
            "coverage": {"enabled": bounds, "generate-duplicate-query-parameters": True},
        },
    }
    return schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(told))
