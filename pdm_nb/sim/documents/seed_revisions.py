"""The revisions of a project that has been in use for years, with the faults that such projects have.

Of every few documents one has a fault: an empty required field, a value that is inactive by now, a placeholder text, a name
off the naming standard, a name with the revision or in other case (which makes a second document), the same file under two
names, a repeated revision, revisions out of order, or an old revision as the current version.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..runtime.clock import iso
from ..world.records import Container, Entry, Part, Revision, StoredFile
from ..world.simulator_core import Core
from ..world.world import SEEDED_AT, Field, Project, Value
from . import naming
from .containers import position_of

DAY = 86_400.0
YEARS = 2 * 365 * DAY  # before the world was seeded, for the oldest document
PDF = "application/pdf"
KINDS = ("Drawing",) * 6 + ("Specification", "Report", "Method statement", "Other")
SUBJECTS = (
    "Ground floor plan",
    "Section A-A",
    "Window schedule",
    "Drainage layout",
    "Facade detail",
    "Roof plan",
)
OUTSIDE_THE_STANDARD = ("Sketch {n}", "Plan level {n} final", "Scan_{n}")


@dataclass(frozen=True, slots=True)
class SeededVersion:
    """One version of a document. `body`: the number of the file; equal numbers are equal bytes."""

    name: str
    file_name: str
    body: int
    values: Mapping[str, str]  # field name -> ids or text


def seed_revisions(core: Core, count: int) -> None:
    """Add the revisions of `count` documents to the first project."""
    rng, project = random.Random(f"revisions {core.options.seed}"), core.world.projects[0]
    for number in range(count):
        for versions in _documents(project, rng, number, core.world.service_account.id):
            begun = SEEDED_AT - YEARS * (1 - number / count)
            core.store.put(*_records(core, project, versions, begun, rng))


def _documents(
    project: Project, rng: random.Random, number: int, owner: int
) -> Iterator[list[SeededVersion]]:
    """Yield the versions of a document, then those of a second one that should be the same, if there is one."""
    first = _version(project, rng, number, owner)
    revisions = _revisions(rng, number)
    yield [_revised(first, revision) for revision in revisions]
    last = revisions[-1]
    if number % 20 == 9:  # the next revision got a name of its own
        name = f"{first.name}_P09"
        yield [_revised(replace(first, name=name, file_name=f"{name}.pdf", body=first.body + 50_000), "P09")]
    elif number % 25 == 11:
        name = first.name.lower()
        yield [_revised(replace(first, name=name, file_name=f"{name}.pdf", body=first.body + 50_000), last)]
    elif number % 30 == 13:
        yield [_revised(replace(first, name=f"Copy of {first.name}"), last)]


def _revisions(rng: random.Random, number: int) -> list[str]:
    if number % 18 == 4:
        return ["P01", "P03", "P02"]
    if number % 22 == 6:
        return ["P01", "P02", "P02"]
    if number % 40 == 17:
        return ["P02", "P01", "C01"]
    return ["P01", "P02", "C01", "C02"][: rng.choice((1, 1, 1, 2, 2, 3, 4))]


def _revised(one: SeededVersion, revision: str) -> SeededVersion:
    return replace(one, values={**one.values, "revision": revision})


def _version(project: Project, rng: random.Random, number: int, owner: int) -> SeededVersion:
    kind = rng.choice(KINDS)
    values = {
        name: rng.choice(_active(project.by_name[name])).id for name in project.naming if name != "number"
    }
    values["type"] = next((v.id for v in project.by_name["type"].values if v.label == kind), values["type"])
    values |= {
        "number": f"{number:04}", "description": f"{rng.choice(SUBJECTS)} {number}", "authored_by": str(owner),
        "status": rng.choice(_active(project.by_name["status"])).id,
        "date_authored": iso(SEEDED_AT - rng.randrange(700) * DAY),
    }  # fmt: skip
    rule = naming.rule_for(project, _entries(project, values))
    for field in naming.missing_fields(
        project, rule, _entries(project, values | {"name": "x", "revision": "x"})
    ):
        values[field.name] = _any_value(field, rng)
    codes = [_code(project.by_name[name], values[name]) for name in project.naming]
    name = "-".join(codes) if codes else f"Document {number:04}"
    if number % 15 == 7:
        name = rng.choice(OUTSIDE_THE_STANDARD).format(n=number)
    _spoil(project, values, number, rng)
    return SeededVersion(name, f"{name}.pdf", number, values)


def _spoil(project: Project, values: dict[str, str], number: int, rng: random.Random) -> None:
    """Put one of the faults of a single version into its values."""
    rule = naming.rule_for(project, _entries(project, values))
    if number % 10 == 3:
        values.pop(rng.choice([*rule.additional, "description"]), None)
    if number % 12 == 5:
        inactive = [value for value in project.by_name["status"].values if not value.active]
        values["status"] = rng.choice(inactive).id if inactive else values["status"]
    if number % 16 == 8:
        values["description"] = "TBC"


def _active(field: Field) -> list[Value]:
    return [value for value in field.values if value.active]


def _any_value(field: Field, rng: random.Random) -> str:
    if field.is_lookup and field.values:
        return rng.choice(_active(field)).id
    return iso(SEEDED_AT) if field.type == "timestamp" else "1"


def _code(field: Field, value: str) -> str:
    found = field.by_id.get(value)
    return found.code if found else value


def _entries(project: Project, values: Mapping[str, str]) -> dict[str, Entry]:
    return {
        project.by_name[name].id: Entry((text,), "MANUAL")
        for name, text in values.items()
        if name in project.by_name and not project.by_name[name].is_computed
    }


def _records(
    core: Core, project: Project, versions: list[SeededVersion], begun: float, rng: random.Random
) -> Iterator[Any]:
    """Yield the files and revisions of one document, and its container."""
    key = f"{project.id}/{naming.match_criteria(versions[0].name, PDF)}"
    container, owner = core.new_id(), core.world.service_account.id
    made: list[str] = []
    for place, one in enumerate(versions):
        at = min(begun + place * rng.randrange(5, 60) * DAY, SEEDED_AT)
        upload = core.new_id()
        file = _file(core, project, one, upload, owner, at)
        made.append(core.new_id())
        yield file
        yield Revision(
            key=made[-1], project_id=project.id, container_id=container, container_key=key, upload_id=upload,
            file_id=file.key, file_name=one.file_name, mime_type=PDF, owner=owner, version=place + 1, created_at=at,
            event_id=core.new_id(), completed_at=at, position=position_of(place),
            entries=_entries(project, {**one.values, "name": one.name}),
        )  # fmt: skip
    yield Container(key, container, project.id, tuple(made), len(made))


def _file(core: Core, project: Project, one: SeededVersion, upload: str, owner: int, at: float) -> StoredFile:
    body = pdf(f"Document {one.body} {one.values['revision']}")
    path = f"seeded-{one.body:05}-{one.values['revision']}.pdf"
    (core.data / path).write_bytes(body)
    part = Part(len(body), hashlib.sha256(body).hexdigest(), "0" * 32, reported=True, path=path)
    return StoredFile(
        key=core.new_id(), project_id=project.id, owner=owner, name=one.file_name, size=len(body), content_type=PDF,
        tool="document_management", created_at=at, parts=(part,), status="available", linked_to=upload,
    )  # fmt: skip


def pdf(text: str) -> bytes:
    """Return a PDF of one page with one line of text (ASCII)."""
    stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return body + end % (table, len(body))
