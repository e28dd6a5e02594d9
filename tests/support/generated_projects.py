"""Random projects and documents, the same for the same seed, for `agreement.py`.

A project is the content of a scenario file; a document is its file and the texts that were typed into its cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

Plan = dict[str, Any]
GOOD = {
    "numeric": ("12", "-3.5", "1e5", "0", "1234567890.25", "-0", "007", "2E-3"),
    "timestamp": (
        "2026-03-31", "2026-03-31T14:00:00Z", "2026-03-31T14:00:00+02:00", "2026-03-31 14:00Z", "20260331", "2026-W14-2",
        "2026-03-31T23:59:59.5Z", "1999-12-31T23:00:00-05:00", "2024-02-29", "0001-01-01", "9999-12-31T23:59:59Z",
    ),
    "string": ("A-101", "Größe 5 µm", "=SUM(A1)", "x" * 255, "line\nbreak", "日本語", "null", "0", "a;b", "<b>bold</b>"),
}  # fmt: skip
GOOD["rich_text"] = GOOD["string"]
BAD = {
    "numeric": (
        "twelve", "1,234.5", "１２", "1_000", ".5", "5.", "+5", "NaN", "inf", "0x10", "1 000", "1e", "--1", "12 m",
    ),
    "timestamp": (
        "31/03/2026", "03/04/2026", "2026-02-30", "soon", "2026-13-01", "31 March 2026", "2026", "0",
        "0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00", "2026-03-31T25:00:00Z", "2026-03-31 14:00",
    ),
}  # fmt: skip
TYPES = ("Drawing", "Specification", "Other", "Report")
BODIES = {".pdf": ("drawing", "spec", "other", "nothing", "special"), ".txt": ("plain",), ".dwg": ("plain",)}
DEEDS = (
    "ACCESS_DENIED",
    "PERMISSION_DENIED",
    "UPLOAD_NOT_FOUND",
    "FILE_KEY_MISMATCH",
    "ENDED",
    "ENDED_UNENTITLED",
)
FILES = ("missing", "empty", "too large")


@dataclass
class Typed:
    """A document: its file, what is typed (field name -> text), and what befalls it that no check can know."""

    file_name: str
    body: str
    cells: dict[str, str]
    locked: dict[str, str] = field(
        default_factory=dict
    )  # cells that were set before their field was readonly
    file: str = ""  # one of FILES, "" for a sound one
    deed: str = ""  # one of DEEDS


def project(chance: Random) -> Plan:
    """A project with fields of every type, rules with and without qualifiers, and mostly a naming standard."""
    lists = {name: _values(chance, name) for name in ("discipline", "volume", "zone", "areas", "tags")}
    fields: list[Plan] = [
        {"name": "name", "label": "Name", "type": "string"}
        | ({"variant": "computed"} if chance.random() < 0.5 else {}),
        {"name": "type", "label": "Type", "type": "lov_entry", "values": _types()},
        _plain("number", "string"),
        _plain("description", "string"),
        {"name": "status", "label": "Status", "type": "lov_entry", "values": _values(chance, "status")},
        _plain("revision", "string"),
        _plain("date_authored", "timestamp"),
        *(_plain(name, "lov_entries" if name in ("areas", "tags") else "lov_entry", values=found)
          for name, found in lists.items()),
        _plain("authored_by", "reference", variant="procore_user"),
        _plain("reviewers", "reference", variant="procore_users"),
        *(_plain(f"custom_{kind}", kind, custom=True) for kind in ("string", "rich_text", "numeric", "timestamp")),
        _plain("locked_text", "string", custom=True, readonly=True),
        _plain("locked_list", "lov_entry", readonly=True, values=_values(chance, "locked")),
        _plain("old_text", "string", active=False),
        _plain("hidden_number", "numeric", custom=True, visible=False),
    ]  # fmt: skip
    naming = [*chance.sample(("discipline", "volume", "zone"), chance.randint(1, 3)), "number"]
    rules = [_rule(chance, {}), *(_rule(chance, _when(chance, lists)) for _ in range(chance.randint(0, 4)))]
    named: Plan = {"naming": naming, "standard_name": "Generated"}
    if chance.random() < 0.2:
        rules = [rule | {"standard": False} for rule in rules]
    if not any(rule["standard"] for rule in rules):
        named = {}  # a standard that no rule enforces is told nowhere, so nobody could foresee what it does
    return {"name": "Generated", "number": "GEN", "fields": fields, "rules": rules, **named}


def _plain(name: str, kind: str, **more: Any) -> Plan:
    return {"name": name, "label": name.replace("_", " ").capitalize(), "type": kind, **more}


def _types() -> list[Plan]:
    found = [{"code": label[:2].upper(), "label": label} for label in TYPES]
    return [*found, {"code": "SK", "label": "Sketch", "active": False}]


def _values(chance: Random, name: str) -> list[Plan]:
    """The first two are in use; two share a label, one label holds the separator, some are inactive."""
    start = name[0].upper()
    count = chance.randint(3, 8)
    found: list[Plan] = [{"code": f"{start}{n}", "label": f"{name.title()} {n}"} for n in range(count)]
    for one in found[2:]:
        one["active"] = chance.random() < 0.7
    twin = f"{name.title()} twin"
    found += [{"code": f"{start}A", "label": twin}, {"code": f"{start}B", "label": twin}]
    found.append({"code": f"{start}C", "label": f"{name.title()}; both"})
    return found


def _when(chance: Random, lists: dict[str, list[Plan]]) -> dict[str, list[str]]:
    asked = {"type": chance.sample(TYPES, chance.randint(1, 2))}
    for name in chance.sample(("discipline", "areas", "status"), chance.randint(0, 2)):
        if name in lists:
            labels = [one["label"] for one in lists[name] if "twin" not in one["label"]]
            asked[name] = chance.sample(labels, 2)
    if len(asked) > 1 and chance.random() < 0.3:
        del asked["type"]
    return asked


def _rule(chance: Random, when: dict[str, list[str]]) -> Plan:
    could = (
        "description",
        "date_authored",
        "zone",
        "areas",
        "reviewers",
        "custom_numeric",
        "custom_rich_text",
        "number",
    )
    return {
        "additional": chance.sample(could, chance.randint(0, 3)),
        "when": when,
        "standard": chance.random() < 0.5,
        "guarded": chance.random() < 0.6,
    }  # fmt: skip


def documents(chance: Random, plan: Plan, users: Sequence[str], count: int) -> list[Typed]:
    """So many documents with different file names; later ones of a project have names of earlier ones among theirs."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[_file_name(chance, plan)] = None
    found = [_document(chance, plan, users, name) for name in names]
    for one, other in pairwise(found):
        if chance.random() < 0.1:  # the same sheet once more, from another folder
            one.cells = dict(other.cells)
    return found


def _file_name(chance: Random, plan: Plan) -> str:
    suffix = chance.choice(tuple(BODIES))
    if not plan.get("naming") or chance.random() < 0.5:
        return f"letter-{chance.randint(0, 8):03}{suffix}"
    by_name = {one["name"]: one for one in plan["fields"]}
    parts = []
    for name in plan["naming"]:
        codes = [one["code"] for one in by_name[name].get("values", ())]
        parts.append(chance.choice(codes) if codes else f"{chance.randint(1, 9):03}")
    if chance.random() < 0.2:
        parts = chance.choice(
            (parts[:-1] or ["x"], [*parts, "extra"], ["??", *parts[1:]], [f"{parts[0]} ", *parts[1:]])
        )
    return "-".join(parts) + suffix


def _document(chance: Random, plan: Plan, users: Sequence[str], file_name: str) -> Typed:
    care = chance.choice((0.0, 0.0, 0.0, 0.03, 0.15))  # how likely a cell is wrong
    diligence = chance.choice((0.4, 0.9, 1.0, 1.0, 1.0))  # how likely a cell is filled in
    cells = {
        one["name"]: _text(chance, one, users, chance.random() < care)
        for one in plan["fields"]
        if one.get("active", True) and one.get("visible", True) and not one.get("readonly")
        if one["name"] != "name" and chance.random() < diligence
    }
    if (
        plan["fields"][0].get("variant") != "computed" and chance.random() < 0.3
    ):  # else the template fills it in (B33)
        cells["name"] = chance.choice(("Site plan", "Site plan", "Letter 7", "A-101", ""))
    body = chance.choice(BODIES[file_name[file_name.rindex(".") :]])
    locked = ("locked_text", "locked_list", "old_text", "hidden_number")
    return Typed(
        file_name,
        body,
        cells | ({"revision": f"P{chance.randint(1, 2):02}"} if "revision" in cells else {}),
        {chance.choice(locked): "5"} if chance.random() < 0.03 else {},
        chance.choice(FILES[:2] if chance.random() < 0.7 else FILES) if chance.random() < 0.04 else "",
        chance.choice((*DEEDS, DEEDS[-1])) if chance.random() < 0.25 else "",
    )


def _text(chance: Random, one: Plan, users: Sequence[str], wrong: bool) -> str:
    kind = one["type"]
    if kind not in ("lov_entry", "lov_entries", "reference"):
        if wrong and kind in BAD:
            return chance.choice(BAD[kind]) if chance.random() < 0.7 else _noise(chance, kind)
        return chance.choice(GOOD[kind])
    several = kind == "lov_entries" or one.get("variant") == "procore_users"
    good = list(users) if kind == "reference" else _good(one)
    bad = ["nobody at all", *(v["label"] for v in one.get("values", ()) if not v.get("active", True))]
    bad += [v["label"] for v in one.get("values", ()) if v["label"].endswith("twin")]
    if wrong and not several and chance.random() < 0.3:
        return "; ".join(chance.sample(good, 2))
    chosen = chance.sample(good, chance.randint(1, min(3, len(good)))) if several else [chance.choice(good)]
    return "; ".join([*chosen[:-1], chance.choice(bad)] if wrong else chosen)


def _noise(chance: Random, kind: str) -> str:
    """A good text with one character of it another, left out or doubled: it may be good all the same."""
    text = chance.choice(GOOD[kind])
    place = chance.randrange(len(text))
    return (
        text[:place]
        + chance.choice(("", "0", "9", "-", "+", ".", "e", ":", "T", "Z", "٣", text[place] * 2))
        + text[place + 1 :]
    )


def _good(one: Plan) -> list[str]:
    """Every way to name an active value: its code, its label, in another case."""
    usable = [v for v in one["values"] if v.get("active", True)]
    clear = [v["label"] for v in usable if not v["label"].endswith("twin") and ";" not in v["label"]]
    return [*(v["code"] for v in usable), *clear, *(label.upper() for label in clear)]
