"""Opens the package of an .xlsx: which sheets it has, which are hidden, its strings, formats and links."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from ....errors import InputError
from ....rules.values.text import quantity
from ..display import CellFormat
from ..display.format_code import BUILT_IN
from ..sheets.limits import MAX_STRINGS, check_archive
from ..sheets.workbook import ReadingNotice, Sheet, Workbook
from .relations import Relation, find_part, relations_of
from .safe_xml import Attributes, local, parse_part, without_prefixes
from .shared_strings import SharedStrings, read_strings
from .sheet_reader import SheetReader

OFFICE_DOCUMENT = "officeDocument"


@dataclass(slots=True)
class Package:
    """The parts of a workbook, by what they are."""

    archive: zipfile.ZipFile
    name: str
    main: str = ""
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, relation, hidden
    since_1904: bool = False
    is_calculated: bool = True
    relations: dict[str, Relation] = field(default_factory=dict)


def read_xlsx(path: Path) -> Workbook:
    """Read all worksheets of a workbook. Macros are never run, links to other workbooks never followed."""
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, path.name)
        package = _open(archive, path.name)
        strings = _strings(package)
        formats = _formats(package)
        sheets, other = [], []
        for name, relation, hidden in package.sheets:
            found = package.relations.get(relation)
            if found is None or found.kind != "worksheet" or not found.target:
                other.append(name)
                continue
            links = {
                key: one.target for key, one in relations_of(archive, found.target).items() if one.external
            }
            reader = SheetReader(Sheet(name, hidden=hidden), path.name, strings, formats, links)
            sheets.append(reader.read(archive, found.target))
            if reader.formulas and not package.is_calculated:
                text = f"The formulas of sheet {name!r} may not be calculated. Open {path.name} in a spreadsheet and save it."
                sheets[-1].notices.append(ReadingNotice("formulas_not_calculated", text, name))
    if not sheets:
        raise InputError(f"{path.name} has charts only. Save the table in a worksheet.")
    return Workbook(path.name, tuple(sheets), tuple(_notices(package, other)))


def _open(archive: zipfile.ZipFile, name: str) -> Package:
    roots = relations_of(archive, "")
    main = next((one.target for one in roots.values() if one.kind == OFFICE_DOCUMENT), "")
    main = main or find_part(archive, "xl/workbook.xml")
    if not main:
        raise InputError(f"{name} is not a workbook. Save it again as .xlsx or CSV.")
    package = Package(archive, name, main, relations=relations_of(archive, main))

    def start(element: str, attributes: Attributes) -> None:
        kind, given = local(element), without_prefixes(attributes)
        if kind == "sheet":
            package.sheets.append(
                (given.get("name", ""), given.get("id", ""), given.get("state", "visible") != "visible")
            )
        elif kind == "workbookPr":
            package.since_1904 = given.get("date1904") in ("1", "true")
        elif kind == "calcPr":
            package.is_calculated = given.get("fullCalcOnLoad") not in ("1", "true")

    parse_part(archive, main, start)
    return package


def _part_of(package: Package, kind: str) -> str:
    return next((one.target for one in package.relations.values() if one.kind == kind), "")


def _strings(package: Package) -> SharedStrings:
    part = _part_of(package, "sharedStrings")
    if not part:
        return SharedStrings()
    if (size := package.archive.getinfo(part).file_size) > MAX_STRINGS:
        raise InputError(
            f"{package.name} has {size / 2**20:,.0f} MB of text. Save the table alone in a new workbook."
        )
    return read_strings(package.archive, part)


def _formats(package: Package) -> list[CellFormat]:
    """Return the number format of each cell style. Styles of the same format share one."""
    part = _part_of(package, "styles")
    codes: dict[int, str] = dict(BUILT_IN)
    used: list[int] = []
    inside = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal inside
        kind = local(element)
        if kind == "numFmt":
            given = without_prefixes(attributes)
            if given.get("numFmtId", "").isdigit():
                codes[int(given["numFmtId"])] = given.get("formatCode", "General")
        elif kind in ("cellXfs", "cellStyleXfs", "dxfs"):
            inside = kind == "cellXfs"
        elif kind == "xf" and inside:
            number = without_prefixes(attributes).get("numFmtId", "0")
            used.append(int(number) if number.isdigit() else 0)

    if part:
        parse_part(package.archive, part, start)
    known = {number: CellFormat(codes.get(number, "General"), package.since_1904) for number in {0, *used}}
    return [known[number] for number in used] or [known[0]]


def _notices(package: Package, other: list[str]) -> list[ReadingNotice]:
    notices = []
    kinds = [one.kind for one in package.relations.values()]
    if other:
        notices.append(
            ReadingNotice("chart_sheets", f"Sheets without cells were left out: {', '.join(other)}.")
        )
    if "vbaProject" in kinds:
        notices.append(ReadingNotice("macros", f"{package.name} has macros. They were not run."))
    if count := kinds.count("externalLink"):
        notices.append(
            ReadingNotice(
                "external_links",
                f"{package.name} takes values from {quantity(count, 'other workbook')}. "
                "The values that were stored with it are used.",
            )
        )
    return notices
