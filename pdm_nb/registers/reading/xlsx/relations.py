"""Which parts of a workbook belong together. Some programs write names in another case, or with backslashes."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass

from .safe_xml import Attributes, local, parse_part, without_prefixes


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the name of another part, empty if that is missing, or an address outside."""

    kind: str
    target: str
    external: bool


def find_part(archive: zipfile.ZipFile, name: str) -> str:
    """Return the name of a part as it is in the archive, empty if it is missing."""
    names = archive.namelist()
    if name in names:
        return name
    wanted = name.casefold()
    return next((one for one in names if one.replace("\\", "/").casefold() == wanted), "")


def relations_of(archive: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    """Return what a part refers to, by id; what the whole workbook has for an empty name."""
    folder, base = posixpath.split(part.replace("\\", "/"))
    path = find_part(archive, posixpath.join(folder, "_rels", f"{base}.rels"))
    relations: dict[str, Relation] = {}

    def start(element: str, attributes: Attributes) -> None:
        given = without_prefixes(attributes)
        if local(element) == "Relationship":
            external = given.get("TargetMode") == "External"
            target = given.get("Target", "")
            if not external:
                absolute = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/")))
                target = find_part(archive, absolute.lstrip("/"))
            kind = given.get("Type", "").rpartition("/")[2]
            relations[given.get("Id", "")] = Relation(kind, target, external)

    if path:
        parse_part(archive, path, start)
    return relations
