"""The lists that describe a site and its records: project stages, document stages, classification, zones, buildings.

Entries of linked records often have no code, or the code `__`. Such a code identifies nothing (B29).
"""

from __future__ import annotations

from .code_list import Code, parse_codes

PROJECT_STAGES = tuple(
    Code("", label)
    for label in (
        "Stage 2 - Concept design",
        "Stage 3 - Spatial coordination",
        "Stage 4 - Technical design",
        "Stage 5 - Construction",
        "Stage 6 - Handover",
    )
)

DOCUMENT_STAGES = parse_codes("""
    PRE Preliminary
    TEN Tender
    CON Construction
    REC Record
    -ABD Abandoned
""")

CLASSIFICATION = parse_codes("""
    Ss_20 Structural systems
    Ss_25 Wall and barrier systems
    Ss_30 Roof, floor and paving systems
    Ss_40 Signage, fittings and equipment
    Ss_50 Disposal systems
    Ss_60 Heating, cooling and refrigeration
    Ss_70 Electrical systems
""")

ZONES = parse_codes("""
    N North
    E East
    S South
    W West
    C Core
""")

BUILDINGS = (
    Code("__", "Block A"),
    Code("", "Block A > Level 1"),
    Code("", "Block A > Level 2"),
    Code("__", "Block B"),
    Code("", "Block B > Level 1"),
    Code("", "Block B > Level 2"),
)
