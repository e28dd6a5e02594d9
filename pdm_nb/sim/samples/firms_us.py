"""The fictional firms of the American samples: what they draw, and the terms of US offices.

Sheets follow the US National CAD Standard: discipline letters, a digit for the type of sheet, a sequence (B67).
"""

from __future__ import annotations

import random

from .drawing import ANSI_B, ANSI_D, ANSI_E, ARCH_C, ARCH_D, ARCH_E, ARCH_E1, DrawingTerms
from .firms import Firm
from .office_files import LETTER, Wording

PROJECT_NAME = "Sample Medical Center"
ADDRESS = "1200 EXAMPLE AVENUE, SPRINGFIELD"

FIRMS = (
    Firm(
        "Sample Health Architects", "A A A AD AE AI AF G GI", "stack", (ARCH_D, ARCH_E1, ARCH_E),
        "{m:02}/{d:02}/{y}", "sheet", "digit", revision_cell=False,
    ),
    Firm(
        "Example Structural Group", "S S S SF SB", "stack", (ARCH_D, ARCH_E1),
        "{m}/{d}/{y}", "dotted", "digit", "Times", last_date=False, revision_cell=False,
    ),
    Firm("Demo Civil Engineering", "C C CG CU CS", "ribbon", (ARCH_D, ANSI_D), "{MONTH} {d}, {y}", "sheet", "digit"),
    Firm("Placeholder Landscape Studio", "L L LP LI", "ribbon", (ARCH_D, ARCH_C), "{m:02}.{d:02}.{y}", "joined", "letter"),
    Firm("Sample Interiors Workshop", "I I IF", "stack", (ARCH_C, ARCH_D), "{month} {d}, {y}", "sheet", "digit", upper=False),
    Firm("Example Fire Protection", "F FX FA", "corner", (ARCH_D, ANSI_B), "{m:02}/{d:02}/{yy:02}", "sheet", "digit"),
    Firm("Demo Plumbing Design", "P P PL PD", "ansi", (ANSI_D, ANSI_B), "{m:02}-{d:02}-{y}", "joined", "letter"),
    Firm(
        "Placeholder Mechanical Engineering", "M M MH MP MD", "federal", (ANSI_D, ANSI_E, ARCH_D),
        "{d:02} {MON} {y}", "sheet", "digit",
    ),
    Firm("Sample Power and Light Engineering", "E E EL EP ES", "stack", (ARCH_D, ARCH_E1), "{m:02}/{d:02}/{y}", "sheet", "letter"),
    # a foreign firm: writes the day first, on paper sizes in inches
    Firm("Example Telecom Design", "T T TN TA", "federal", (ARCH_D, ANSI_D), "{d:02}/{m:02}/{y}", "sheet", "letter", "Courier"),
)  # fmt: skip
WEIGHTS = (30, 14, 9, 6, 6, 5, 7, 10, 9, 4)
DELTAS = ("stack", "ribbon", "federal")  # layouts with revision marks in triangles

LABELS = {
    "number": ("SHEET NUMBER", "SHEET NO.", "DRAWING NO.", "SHEET", "DWG NO."),
    "title": ("SHEET TITLE", "SHEET TITLE:", "DRAWING TITLE", "TITLE"),
    "revision": ("REV", "REV.", "REVISION", "REV NO."),
    "date": ("DATE", "ISSUE DATE", "DATE ISSUED", "SHEET DATE"),
    "scale": ("SCALE", "SCALE:", "DRAWING SCALE"),
    "drawn": ("DRAWN BY", "DRAWN", "DWN BY"),
    "checked": ("CHECKED BY", "CHK'D BY", "REVIEWED BY"),
    "status": ("ISSUED FOR", "PHASE", "STATUS"),
    "project": ("PROJECT", "PROJECT TITLE", "PROJECT NAME"),
    "job": ("PROJECT NO.", "JOB NO.", "PROJECT NUMBER", "COMM. NO."),
}
HEADERS = (
    ("NO.", "DESCRIPTION", "DATE"),
    ("MARK", "DESCRIPTION", "DATE"),
    ("REV", "DESCRIPTION", "DATE"),
    ("NO.", "REVISION", "DATE"),
    ("REV.", "ISSUED FOR", "DATE"),
)
ISSUES = (
    "ADDENDUM NO. 1",
    "ASI 004",
    "BULLETIN 2",
    "CCD 011",
    "OWNER REVISIONS",
    "PERMIT COMMENTS",
    "RFI 045 RESPONSE",
    "VE REVISIONS",
    "100% CD",
)
NOTES = (
    "DO NOT SCALE DRAWINGS. WRITTEN DIMENSIONS GOVERN.",
    "CONTRACTOR SHALL VERIFY ALL DIMENSIONS AND CONDITIONS IN THE FIELD PRIOR TO CONSTRUCTION.",
    "REFER TO SHEET G-00{n} FOR ABBREVIATIONS AND SYMBOLS.",
    "COORDINATE WITH STRUCTURAL DRAWINGS S-10{n} AND S-50{n} DATED 0{n}/14/2024.",
    "PROVIDE FIRESTOPPING PER SECTION 07 84 00 AT ALL RATED PENETRATIONS.",
    "ALL WORK SHALL CONFORM TO THE BUILDING CODE, 202{n} EDITION.",
    "PARTITIONS ARE TYPE A{n} UNLESS NOTED OTHERWISE. SEE A-60{n}.",
    "EXISTING CONDITIONS ARE FROM A SURVEY DATED MARCH {n}, 2023.",
    "SEE SPECIFICATION SECTION 09 29 00 FOR GYPSUM BOARD.",
)

# The titles of sheets, by the first letter of the discipline.
_LEVELS = ("Basement", "First floor", "Second floor", "Third floor", "Fourth floor", "Penthouse", "Roof")
_SIDES = ("North", "South", "East", "West")
_PLANS = {
    "A": "floor plan;reflected ceiling plan;finish plan;demolition plan;dimension plan",
    "S": "framing plan;slab plan;foundation plan",
    "I": "furniture plan;finish plan",
    "F": "sprinkler plan;fire alarm plan",
    "P": "domestic water plan;sanitary and vent plan;medical gas plan",
    "M": "ductwork plan;hydronic piping plan",
    "E": "lighting plan;power plan",
    "T": "data and voice plan;audio-visual plan",
    "G": "code compliance plan;life safety plan",
}
_SITE_PLANS = {
    "C": "Grading plan;Site utility plan;Erosion control plan;Site layout plan",
    "L": "Planting plan;Irrigation plan;Hardscape plan",
}
_PARTS = {
    "A": "door;partition;stair;casework;storefront",
    "S": "concrete;steel connection;footing;masonry",
    "C": "curb;storm drain;pavement",
    "L": "tree;paving;bench",
    "I": "millwork;furniture;finish",
    "F": "riser;sprinkler head;hanger",
    "P": "fixture;water heater;floor drain",
    "M": "equipment;diffuser;duct support",
    "E": "panelboard;luminaire;grounding",
    "T": "rack;outlet;pathway",
    "G": "partition rating;exit sign",
}
BODIES = {
    0: "index",
    1: "plan",
    2: "elevation",
    3: "section",
    4: "enlarged",
    5: "details",
    6: "schedule",
    9: "model",
}
DIGITS = ((1, 2, 3, 4, 5, 6, 0, 9), (36, 10, 10, 8, 14, 10, 8, 4))
_PLAN_BODIES = {"S": "framing", **dict.fromkeys("FPMET", "services")}
_SITE_BODIES = {1: "site", 2: "section", 4: "site"}


def body_of(discipline: str, digit: int) -> str:
    letter = discipline[0]
    if letter in _SITE_PLANS and digit in _SITE_BODIES:
        return _SITE_BODIES[digit]
    return _PLAN_BODIES.get(letter, "plan") if digit == 1 else BODIES[digit]


def subject(rng: random.Random, discipline: str, digit: int) -> str:
    """The title of a sheet."""
    letter = discipline[0]
    part = rng.choice(_PARTS[letter].split(";"))
    if digit == 0:
        return rng.choice(("General notes", "Symbols and abbreviations", "Sheet index and general notes"))
    if digit == 1 and letter in _SITE_PLANS:
        return rng.choice(_SITE_PLANS[letter].split(";"))
    if digit == 1:
        area = rng.choice(("", "", " - area A", " - area B", " - part 2"))
        return f"{rng.choice(_LEVELS)} {rng.choice(_PLANS[letter].split(';'))}{area}"
    if letter in _SITE_PLANS and digit in (2, 4):
        return rng.choice(("Road profile", "Utility profiles") if digit == 2 else ("Enlarged plaza plan",))
    if digit == 2:
        return f"{rng.choice(_SIDES)} {rng.choice(('elevation', 'elevations', 'interior elevations'))}"
    if digit == 3:
        return rng.choice(
            ("Building sections", "Wall sections", f"Section {rng.randint(1, 9)} and section {part}")
        )
    if digit == 4:
        return f"Enlarged {rng.choice(('toilet room', 'exam room', 'mechanical room', 'lobby'))} plans"
    return f"{part.capitalize()} {({5: 'details', 6: 'schedule', 9: '3D views'})[digit]}"


# The first two digits of a specification give its division: up to this one, the discipline.
_DIVISIONS = (
    ("03", "S"),
    ("05", "S"),
    ("14", "A"),
    ("21", "F"),
    ("22", "P"),
    ("25", "M"),
    ("26", "E"),
    ("28", "T"),
    ("33", "C"),
)


def discipline_of(section: str) -> str:
    """The discipline of a specification, by its number."""
    if section.startswith("32 9") or section.startswith("32 8"):
        return "L"
    if section < "03":
        return "G"
    return next(letter for last, letter in _DIVISIONS if section[:2] <= last)


def feet(millimetres: int) -> str:
    halves = round(millimetres / 12.7)
    return f"{halves // 24}'-{halves % 24 // 2}{' 1/2' * (halves % 2)}\""


TERMS = DrawingTerms(
    rooms=("EXAM", "OFFICE", "NURSE STATION", "STORAGE", "CORRIDOR", "LOBBY", "MECH", "TOILET", "ELEC", "PATIENT RM"),
    levels=_LEVELS,
    parts=("SEALANT", "WATERPROOFING", "2\" RIGID INSUL.", "1/2\" ANCHOR BOLT", "5/8\" GYP. BD.", "FLASHING"),
    scales=("3\" = 1'-0\"", "1 1/2\" = 1'-0\"", "1\" = 1'-0\""),
    frames=("HM", "WD", "ALUM"),
    beams=("W16x26", "W18x35", "W21x44 [24]", "W12x19"),
    runs=("14x10 SA", "12\" DIA", "4\" CW", "2\" HWR", "3/4\" C"),
    rating="45 MIN",
    length=feet,
    size=feet,
    level=lambda floor: f"LEVEL {floor + 1}   EL. {feet(30480 + floor * 4267)}",
)  # fmt: skip
SCALES = ('1/8" = 1\'-0"', '1/4" = 1\'-0"', "AS NOTED", "AS INDICATED", "NTS", "1\" = 20'")
WORDING = Wording(
    (LETTER,),
    (
        "Submit product data, samples and shop drawings under provisions of Section 01 33 00.",
        "Deliver materials in original packages; store off the ground and under cover.",
        "Installer: a firm that has completed at least {n} projects of similar scope.",
        "Maintain ambient temperature above {n}5 degrees F for 48 hours before and after installation.",
        "Provide a mock-up {n} feet by {n} feet; the accepted mock-up may remain as part of the Work.",
        "Reject components that are cracked, warped, stained or otherwise damaged.",
        "Verify field dimensions before fabrication; report deviations larger than {n}/16 inch.",
        "Coordinate openings with Sheet S-20{n} and with the schedule dated 0{n}/12/2025.",
        "Test one specimen for each {n}0 units delivered; submit results within five days.",
        "Warranty period: {n} years from the Date of Substantial Completion.",
        "Clean adjoining surfaces daily and leave them free of residue.",
    ),
    (
        "Borings B-{n} through B-1{n} met medium dense sand below a depth of {n} feet.",
        "Groundwater was measured at {n} feet 6 inches on 1{n}/03/2024 and did not rise after rain.",
        "It is recommended that footings bear {n} feet below finished grade.",
        "Sheet A-10{n}, Revision 2, shows the limits of this work.",
        "The Contractor takes no exception to the proposed sequence.",
        "The existing hospital remains occupied; utility shutdowns need {n} days' notice.",
        "Respond to this item in writing within {n} working days.",
    ),
    ("General Example Contractors, Inc.", "1200 Example Avenue"),
)
