"""Loads the packed contract, and decides which names in a response may be shown.

The file `contract.json` has the shapes of responses and the words in the contract's own names. A name that is not in
the contract may be a new property, or data: a person, a building, a company. It is shown only if each of its words is
in the contract or is common in APIs.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

LONGEST = 40  # characters of a name
NAME = re.compile(r"[a-z]+(_[a-z]+){0,6}[0-9]?|[a-z]+([A-Z][a-z]+){0,6}[0-9]?|[A-Z]+(_[A-Z]+){0,6}")
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# Words that are common in APIs: no names of people, places, companies or buildings.
COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    a account amount api archived are array assigned assignee attachment attachments author automatic base batch begin
    body boolean bytes cache cancelled category change changed changes channel character check checked checkbox checksum
    child children class closed color colour column comment comments config context copied copy count currency current
    cursor day days decimal deleted depth desc display done double draft due duration editable edited editor element
    enabled end entities entity entries entry enum etag ended expired export external extension extra features flag flags
    float folder for format full global group groups guid hash has height hidden hierarchy history hour hours href html
    icon identifier image import inline input instance int integer internal is item items json kind language length limit
    link links local lock log long lookup lov mail main map markup max maximum meta method min minimum minute minutes mode
    modified month more multi multiple new next node note notes null numeric object objects of offset old on open opened
    operation option optional options origin original other output parameters parent path pattern payload percent percentage
    permission phone picker plain preview previous primary priority private process processed properties property provider
    public query queue range rank rate raw read reasons received record records reference references related released remote
    removed request reset resolution result results retry reviewed reviewer reviewers review rich role roles root row rows
    schema scope second section select selectable sent sequence service session set settings shared short signed single
    sizes slug snapshot sorted stage start stats step steps string style submitted submitter subtitle subtype suffix summary
    tag target task tasks team template temporary text thumb thumbnail time timestamp timezone title to total totals tree
    types unique unit units until urls used username uuid valid validated validation verified version versions viewer visibility
    warning warnings was web width word write written xml year years zone
    """,
    )
)


@cache
def contract() -> dict[str, Any]:
    """Return the packed contract."""
    text = files("pdm_nb.verify").joinpath("contract.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def words_of(name: str) -> list[str]:
    """Return the words of a name in snake_case or camelCase, in lower case."""
    return [word.lower() for word in WORD.findall(name)]


@cache
def _vocabulary() -> frozenset[str]:
    return COMMON.union(contract()["vocabulary"])


def is_api_name(name: str) -> bool:
    """Return True if a name has only words of the contract and common ones, so that it cannot be data."""
    if len(name) > LONGEST or not NAME.fullmatch(name):
        return False
    known = _vocabulary()
    return all(
        word in known or f"{word}s" in known or word.removesuffix("s") in known for word in words_of(name)
    )
