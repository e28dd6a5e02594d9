"""Shows a number in a number format, and in none (General)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .format_code import FormatToken, Section, section_for

_PLACEHOLDERS = {"0": "0", "?": " ", "#": ""}
MAX_DECIMALS = 30


def general_text(value: float) -> str:
    """Return a number as a cell without a format shows it, with all digits of a whole number.

    Examples
    --------
    >>> general_text(7.0), general_text(0.1 + 0.2), general_text(1e21)
    ('7', '0.3', '1E+21')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10G}" if abs(value) < 1e-4 or abs(value) >= 1e11 else f"{value:.11g}"
    return text.replace("e", "E")


def format_number(value: float, code: str) -> str:
    """Return a number as a cell with this number format shows it.

    Examples
    --------
    >>> format_number(7, "0000"), format_number(2, '"P"00'), format_number(0.5, "0%")
    ('0007', 'P02', '50%')
    """
    section, signed = section_for(code, value)
    sign = "-" if value < 0 and not signed else ""
    if section.is_general:
        text = general_text(abs(value) if value < 0 else value)
        return sign + "".join(text if token.kind == "general" else token.text for token in section.tokens)
    if section.is_text:
        return "".join(
            general_text(value) if token.kind == "text" else token.text for token in section.tokens
        )
    shown = _in_section(abs(Decimal(repr(value))), section)
    return sign + shown if any(digit in shown for digit in "123456789") else shown


def _in_section(value: Decimal, section: Section) -> str:
    kinds = {token.kind for token in section.tokens}
    if "digits" not in kinds:
        return "".join(token.text for token in section.tokens)
    value *= 100 ** sum(token.kind == "percent" for token in section.tokens)
    if "fraction" in kinds and "point" not in kinds:
        return _fraction(value, section.tokens)
    if "exponent" in kinds:
        return _scientific(value, section.tokens)
    return _fixed(value, section.tokens)


def _fixed(value: Decimal, tokens: tuple[FormatToken, ...]) -> str:
    before, after = _around_point(tokens)
    first, *_, last = [index for index, token in enumerate(tokens) if token.kind == "digits"] * 2
    commas = [index for index, token in enumerate(tokens) if token.kind == "comma"]
    value /= 1000 ** sum(index > last for index in commas)  # each one behind the digits: in thousands
    grouped = any(first < index < last for index in commas if index < len(before))
    decimals = "".join(token.text for token in after if token.kind == "digits")[:MAX_DECIMALS]
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    whole, _, part = f"{rounded:f}".partition(".")
    shown = _whole(
        "" if whole == "0" else whole, [token for token in before if token.kind != "comma"], grouped
    )
    return shown + (_decimals(part, after) if after else "")


def _around_point(tokens: tuple[FormatToken, ...]) -> tuple[list[FormatToken], list[FormatToken]]:
    """Split at the decimal point, which is kept with what follows."""
    for index, token in enumerate(tokens):
        if token.kind == "point":
            return list(tokens[:index]), list(tokens[index:])
    return list(tokens), []


def _whole(digits: str, tokens: list[FormatToken], grouped: bool) -> str:
    """Lay the digits over the placeholders from the right: literals between them stay where they are."""
    places = [place for token in tokens if token.kind == "digits" for place in token.text]
    padded = [*digits.rjust(len(places), "\0")]
    surplus = padded[: len(padded) - len(places)]
    filled = [
        digit if digit != "\0" else _PLACEHOLDERS[place]
        for digit, place in zip(padded[len(surplus) :], places, strict=True)
    ]
    if grouped:
        filled = _group([*surplus, *filled])
        surplus, filled = filled[: len(filled) - len(places)], filled[len(filled) - len(places) :]
    parts, position = [], 0
    for token in tokens:
        if token.kind == "digits":
            parts += surplus if position == 0 else []
            parts += filled[position : position + len(token.text)]
            position += len(token.text)
        else:
            parts.append(token.text)
    return "".join(parts)


def _group(digits: list[str]) -> list[str]:
    """Put a comma behind each digit that has a multiple of three digits to its right."""
    grouped, started = [], False
    for index, digit in enumerate(digits):
        started = started or digit.isdigit()
        left = len(digits) - index - 1
        grouped.append(digit + "," if started and left and left % 3 == 0 else digit)
    return grouped


def _decimals(part: str, tokens: list[FormatToken]) -> str:
    places = "".join(token.text for token in tokens if token.kind == "digits")[:MAX_DECIMALS]
    kept = len(part)
    while kept and part[kept - 1] == "0" and places[kept - 1] != "0":
        kept -= 1
    filled = [digit if index < kept else _PLACEHOLDERS[places[index]] for index, digit in enumerate(part)]
    parts, position = [], 0
    for token in tokens:
        if token.kind == "digits":
            parts += filled[position : position + len(token.text)]
            position += len(token.text)
        elif token.kind != "comma":
            parts.append(token.text)
    return "".join(parts)


def _scientific(value: Decimal, tokens: tuple[FormatToken, ...]) -> str:
    at = next(index for index, token in enumerate(tokens) if token.kind == "exponent")
    before, after = _around_point(tokens[:at])
    places = max(sum(len(token.text) for token in before if token.kind == "digits"), 1)
    exponent = value.adjusted() if value else 0
    exponent -= exponent % places if places > 1 else 0
    decimals = sum(len(token.text) for token in after if token.kind == "digits")
    mantissa = value.scaleb(-exponent)
    if mantissa.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) >= 10**places:
        exponent += places
        mantissa = value.scaleb(-exponent)
    width = sum(len(token.text) for token in tokens[at:] if token.kind == "digits")
    sign = "-" if exponent < 0 else "+" if tokens[at].text[1] == "+" else ""
    return f"{_fixed(mantissa, tokens[:at])}E{sign}{abs(exponent):0{width}}"


def _fraction(value: Decimal, tokens: tuple[FormatToken, ...]) -> str:
    at = next(index for index, token in enumerate(tokens) if token.kind == "fraction")
    groups = [token.text for token in tokens[:at] if token.kind == "digits"]
    below = "".join(token.text for token in tokens[at:] if token.kind in ("digits", "literal"))
    whole = int(value) if len(groups) > 1 else 0
    rest = Fraction(value) - whole
    fixed = int(below) if below.strip().isdigit() and int(below) else 0
    if fixed:
        top, bottom = round(rest * fixed), fixed
    else:
        near = rest.limit_denominator(10 ** min(len(below.strip()), 5) - 1)
        top, bottom = near.numerator, near.denominator
    if top == bottom and len(groups) > 1:
        whole, top = whole + 1, 0
    if not top:
        return str(whole)
    return f"{whole} {top}/{bottom}" if whole else f"{top}/{bottom}"
