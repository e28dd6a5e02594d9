"""What is known of a file before anybody fills in a template: from its name and from documents of the project. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from ..batch.remote.configuration import Configuration
from ..batch.remote.existing_documents import ExistingDocuments
from ..local_files import mime_type
from ..model import DIRECT, ExistingDocument, Field, FieldValue
from ..rules.document_names import Facts, reduce, revision_in
from ..rules.naming_standard import ParsedName, computed_name, parse, stem

OF_ONE_VERSION = ("revision", "date_authored")  # not copied from the version before


@dataclass(frozen=True, slots=True)
class Prefilled:
    """The texts of a file by the name of their field, and the document that the project has already."""

    texts: dict[str, str]
    existing: ExistingDocument | None


class Prefill:
    """Finds what is known of files.

    Parameters
    ----------
    known : Configuration
        Fields, lists and naming standard.
    existing : ExistingDocuments
        The documents of the project.
    """

    def __init__(self, known: Configuration, existing: ExistingDocuments) -> None:
        self._known, self._existing = known, existing
        self._standard = known.standard
        self._codes: dict[tuple[str, str], str] = {}

    def of(self, path: PurePath, size: Callable[[], int]) -> Prefilled:
        """Return what is known of a file by its name and size."""
        file = path.name
        revision = revision_in(file)
        name, parsed = self._parsed(file, revision)
        texts = {
            item.name: self._text(item, code)
            for id_, code in (parsed.codes if parsed else {}).items()
            if (item := self._known.fields.get(id_)) and item.is_settable
        }
        found = self._document(name, path, size)
        texts |= {"revision": revision, "name": found.name if found else name}
        return Prefilled({name: text for name, text in texts.items() if text and self._can_set(name)}, found)

    def _parsed(self, file: str, revision: str) -> tuple[str, ParsedName | None]:
        """Return the name of a document without its revision, and how it follows the naming standard."""
        reduced = reduce(stem(file), Facts(revision)) if revision else None
        base = reduced.name if reduced and reduced.sure else stem(file)
        if self._standard is None:
            return base, None
        parsed = parse(file, self._standard, self._has_code)
        if base != stem(file):
            without = parse(f"{base}{PurePath(file).suffix}", self._standard, self._has_code)
            parsed = without if without.fits or not parsed.fits else parsed
        return computed_name(file, self._standard, parsed.codes) if parsed.fits else base, parsed

    def _can_set(self, name: str) -> bool:
        item = self._known.by_name.get(name)
        return item is not None and item.is_settable

    def _document(self, name: str, path: PurePath, size: Callable[[], int]) -> ExistingDocument | None:
        if not self._existing.rows:
            return None
        mime = mime_type(path)
        found = [one for one in self._existing.find(name, mime) if one.name == name]
        found = found or self._existing.find_file(path.name, size(), mime)
        return max(found, key=lambda one: (one.kind == "revision", one.at), default=None)

    def _has_code(self, item: Field, code: str) -> bool:
        lookup = self._known.lookups.get(item.id)
        return lookup is not None and code in lookup.by_code

    def _text(self, item: Field, code: str) -> str:
        key = (item.id, code)
        if key not in self._codes:
            lookup = self._known.lookups.get(item.id)
            self._codes[key] = lookup.name_of(lookup.by_code[code].id) if lookup else code
        return self._codes[key]


def copied(known: Configuration, values: tuple[FieldValue, ...]) -> dict[str, str]:
    """Return the texts of a document that its next version may keep, by the name of the field."""
    found = {}
    for value in values:
        item = known.by_name.get(value.name)
        if item is None or not item.is_settable or item.name in OF_ONE_VERSION:
            continue
        lookup = known.lookups.get(item.id)
        if lookup is not None:
            names = [lookup.name_of(id_) for id_ in value.wire]
            text = "; ".join(names) if all(names) else ""
        else:
            text = value.text if value.type in DIRECT else ""
        if text:
            found[item.name] = text
    return found


def described(existing: ExistingDocument | None) -> str:
    """Return a document of the project in words, "" if there is none."""
    if existing is None:
        return ""
    revision = f"revision {existing.revision}" if existing.revision else ""
    version = (
        f"version {existing.version}"
        if existing.version
        else "an upload"
        if existing.kind == "upload"
        else ""
    )
    details: Mapping[str, None] = dict.fromkeys(filter(None, (version, revision, existing.at[:10])))
    return f"{existing.name}: {', '.join(details)}" if details else existing.name
