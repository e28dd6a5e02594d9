"""Splits the code of a number format (ECMA-376, 18.8.31) into sections and tokens.

0000;[Red]-0000;"none"   three sections: positive, negative, zero
"P"00                    literal, digits
dd/mm/yyyy               parts of a date
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

# Formats that a workbook names by number alone. 14 and 22 are those of the reader's country: the ISO form stands for it.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
# Also of the reader's country: long date and time.
SYSTEM_FORMATS = {"[$-F800]": "yyyy-mm-dd", "[$-F400]": "h:mm:ss"}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)|(?P<ampm>AM/PM|A/P|am/pm|a/p)"
    r"|(?P<exponent>E[+-])|(?P<date>y+|m+|d+|h+|s+|e+|b+)|(?P<digits>[0#?]+)"
    r"|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<fraction>/)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)$")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip


class FormatToken(NamedTuple):
    """A part of a format: its kind (a group of the pattern) and its text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a format, with the condition that selects it."""

    tokens: tuple[FormatToken, ...]
    condition: tuple[str, float] | None = None

    @property
    def is_date(self) -> bool:
        """Whether it shows a date, time or duration."""
        return any(token.kind in ("date", "elapsed", "ampm") for token in self.tokens)

    @property
    def is_general(self) -> bool:
        """Whether it shows numbers as they are."""
        return any(token.kind == "general" for token in self.tokens)

    @property
    def is_text(self) -> bool:
        """Whether it is for text."""
        return any(token.kind == "text" for token in self.tokens)

    def applies_to(self, value: float) -> bool:
        """Whether its condition is met; without one, it is not."""
        return self.condition is not None and _COMPARE[self.condition[0]](value, self.condition[1])


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """Split a format into its sections, at most four."""
    parts: list[list[FormatToken]] = [[]]
    conditions: list[tuple[str, float] | None] = [None]
    for prefix, replacement in SYSTEM_FORMATS.items():
        if code.upper().startswith(prefix):
            code = replacement
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "literal" and text == ";":
            parts.append([])
            conditions.append(None)
        elif kind == "bracket":
            if condition := _CONDITION.match(text):
                conditions[-1] = (condition[1], float(condition[2]))
            elif text.startswith("$"):  # [$€-407]: a currency, and the language of the text
                parts[-1].append(FormatToken("literal", text[1:].partition("-")[0]))
        elif kind != "fill":
            parts[-1].append(_token(kind, text))
    return tuple(Section(tuple(part), condition) for part, condition in zip(parts, conditions, strict=True))[
        :4
    ]


def _token(kind: str, text: str) -> FormatToken:
    if kind in ("quoted", "escaped"):
        return FormatToken("literal", text)
    if kind == "space":  # as wide as the character: one space
        return FormatToken("literal", " ")
    if kind in ("date", "elapsed"):
        return FormatToken(kind, text.lower())
    return FormatToken(kind, text)


def section_for(code: str, value: float) -> tuple[Section, bool]:
    """Return the section that shows a number, and whether it shows the minus sign by itself."""
    found = [section for section in sections(code) if not (section.is_text and len(sections(code)) > 1)]
    found = found[:3] or [Section((FormatToken("general", "General"),))]
    if any(section.condition for section in found):
        selected = next((one for one in found if one.applies_to(value)), found[-1])
        return selected, selected.condition is not None and selected.condition[0].startswith("<")
    if value < 0 and len(found) > 1:
        return found[1], True
    if value == 0 and len(found) > 2:
        return found[2], True
    return found[0], False


def text_section(code: str) -> Section | None:
    """Return the section that shows text, if the format has one that changes it."""
    found = sections(code)
    section = found[3] if len(found) == 4 else next((one for one in found if one.is_text), None)
    return None if section is None or section.tokens == (FormatToken("text", "@"),) else section
