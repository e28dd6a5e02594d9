"""Naming templates such as `{number}-{title}-{status}-{revision}`: file names from fields, and fields from file names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...errors import InputError
from ...rules.revision_rank import PREFIX
from .matches import text_in

PLACE = re.compile(r"\{([^{}]*)\}")
# What a title in a file name may be called, and the field that it is.
ALIASES = {"title": "description", "rev": "revision", "num": "number"}
FREE_TEXT = frozenset(("title", "description", "name"))
# Characters that no file name of Windows has, so programs replace or remove them.
REPLACEMENTS = ("-", "_", "", " ")
ILLEGAL = re.compile(r'[<>:"/\\|?*]')


@dataclass(frozen=True)
class NamingTemplate:
    """The order of the fields in file names, and the texts between them.

    Attributes
    ----------
    text : str
        The template, without the suffix of the file. Fields are in braces; a field that the rows do not have, such as
        `{project}`, matches any text without a separator.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> NamingTemplate:
        """Return a template, checked.

        Raises
        ------
        InputError
            If it has no field, an unmatched brace, two fields without a separator between them, or a field twice.
        """
        names = PLACE.findall(text)
        rest = PLACE.sub("", text)
        if not names or "" in names:
            raise InputError(f"The naming template {text!r} has no fields. Write fields as {{number}}.")
        if "{" in rest or "}" in rest:
            raise InputError(
                f"The naming template {text!r} has an unmatched brace. Write fields as {{number}}."
            )
        if "}{" in text:
            raise InputError(
                f"The naming template {text!r} has two fields without a separator. Put one between them."
            )
        if twice := [name for name in names if names.count(name) > 1]:
            raise InputError(f"The naming template {text!r} has {{{twice[0]}}} twice. Remove one.")
        return cls(text)

    @property
    def fields(self) -> list[str]:
        """The fields, in the order of the template."""
        return self._pieces[1::2]

    def render(self, row: Mapping[str, Any]) -> list[str]:
        """Return the file names, without suffix, that a row can have by this template; [] if one of its fields is empty.

        There are several if a field may be written in several ways: a revision with or without its word, a title
        without characters that no file name has.

        Examples
        --------
        >>> NamingTemplate.parse("{number}_{revision}").render({"number": "A-1", "revision": "Rev-00"})
        ['A-1_Rev-00', 'A-1_00']
        """
        values = [_value(row, name) for name in self._pieces[1::2]]
        if not all(values):
            return []
        forms = list(self._filled(values))
        for place, name in enumerate(self._pieces[1::2]):
            if _is_revision(name) and (bare := PREFIX.sub("", values[place], count=1)) != values[place]:
                forms += self._filled([*values[:place], bare, *values[place + 1 :]])
        return forms

    def _filled(self, values: Sequence[str]) -> Iterator[str]:
        """Yield the template with its fields filled in: as they are, or with each replacement of what no file name has."""
        pieces = list(self._pieces)
        pieces[1::2] = values
        if not ILLEGAL.search("".join(pieces)):
            yield "".join(pieces)
            return
        for replacement in REPLACEMENTS:
            pieces[1::2] = [ILLEGAL.sub(replacement, text) for text in values]
            yield "".join(pieces)

    def split(self, stem: str) -> dict[str, str] | None:
        """Return the fields in a file name without its suffix, None if the name does not follow the template.

        Examples
        --------
        >>> NamingTemplate.parse("{project}-{number}-{title}-{status}-{revision}").split("HQ-0006-Section A-A-S2-P02")
        {'project': 'HQ', 'number': '0006', 'title': 'Section A-A', 'status': 'S2', 'revision': 'P02'}
        """
        for pattern in self._patterns:
            if found := pattern.fullmatch(stem):
                return dict(zip(self.fields, map(str.strip, found.groups()), strict=True))
        return None

    @cached_property
    def _pieces(self) -> list[str]:
        """The texts between the fields, and the fields: the second, the fourth and so on."""
        return PLACE.split(self.text)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Strict first: a number of codes and a title of words; then any text."""
        separators = "".join(sorted(set(PLACE.sub("", self.text)) - set(" "))) or " "
        return [self._pattern(re.escape(separators), strict=strict) for strict in (True, False)]

    def _pattern(self, separators: str, *, strict: bool) -> re.Pattern[str]:
        pieces = list(self._pieces)
        has_text = any(name in FREE_TEXT for name in self.fields)
        for number in range(0, len(pieces), 2):
            pieces[number] = re.escape(pieces[number])
        for number in range(1, len(pieces), 2):
            pieces[number] = f"({_form(pieces[number], separators, strict, has_text)})"
        return re.compile("".join(pieces))


def _form(name: str, separators: str, strict: bool, has_text: bool) -> str:
    """Return the pattern of one field."""
    if name in FREE_TEXT:
        return r"(?=[^\W\d_]*[^\W\d_][a-zß-ÿ])[^\W_].*" if strict else ".+"
    if name == "number":
        return (r"[A-Z0-9]+(?:[-_.][A-Z0-9]+)*" if strict else ".+?") if has_text else ".+"
    return rf"[^{separators}]+"


def _value(row: Mapping[str, Any], name: str) -> str:
    return text_in(row, name) or text_in(row, ALIASES.get(name, name))


def _is_revision(name: str) -> bool:
    return ALIASES.get(name, name) == "revision"
