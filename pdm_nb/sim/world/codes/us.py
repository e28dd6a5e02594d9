"""The code lists of "Sample Medical Center", whose sheets follow the US National CAD Standard.

The code of a discipline is its letter, or that letter and a second one for a part of the discipline (B67). The labels
are our own wording.
"""

from __future__ import annotations

from .code_list import parse_codes

TYPES = parse_codes("""
    DRW Drawing
    SPC Specification
    OTH Other
    ADD Addendum
    BUL Bulletin
    CAL Calculations
    GEO Geotechnical report
    MEM Memorandum
    PHO Photograph
    RFI Request for information
    SHD Shop drawing
    SUB Submittal
    SUR Survey
    -FAX Facsimile
""")

STATUSES = parse_codes("""
    PRE Preliminary
    SD Schematic design
    DD Design development
    CD Construction documents
    IFR Issued for review
    IFP Issued for permit
    IFB Issued for bid
    IFC Issued for construction
    ASB As-built
    REC Record
    VOID Void
    -IFT Issued for tender
""")

DISCIPLINES = parse_codes("""
    G General
    GI General information
    GC General contract requirements
    GR General resources
    H Hazardous materials
    V Surveying and mapping
    B Geotechnical
    C Civil
    CD Civil demolition
    CG Civil grading
    CS Civil site
    CU Civil utilities
    L Landscape
    LD Landscape demolition
    LI Landscape irrigation
    LP Landscape planting
    S Structural
    SB Structural substructure
    SD Structural demolition
    SF Structural framing
    A Architectural
    AD Architectural demolition
    AE Architectural elements
    AF Architectural finishes
    AG Architectural graphics
    AI Architectural interiors
    AS Architectural site
    I Interiors
    ID Interiors demolition
    IF Interiors furnishings
    Q Equipment
    F Fire protection
    FA Fire detection and alarm
    FX Fire suppression
    P Plumbing
    PD Plumbing demolition
    PL Plumbing piping
    D Process
    M Mechanical
    MD Mechanical demolition
    MH Mechanical heating and ventilation
    MP Mechanical piping
    E Electrical
    ED Electrical demolition
    EL Electrical lighting
    EP Electrical power
    ES Electrical site
    W Distributed energy
    T Telecommunications
    TA Telecommunications audio and video
    TN Telecommunications data networks
    R Resource
    X Other disciplines
    Z Contractor and shop drawings
    O Operations
    -N Nuclear
""")

SHEET_SIZES = parse_codes("""
    A ANSI A (11 x 8.5 in)
    B ANSI B (17 x 11 in)
    C ANSI C (22 x 17 in)
    D ANSI D (34 x 22 in)
    E ANSI E (44 x 34 in)
    AC Arch C (24 x 18 in)
    AD Arch D (36 x 24 in)
    AE Arch E (48 x 36 in)
    AE1 Arch E1 (42 x 30 in)
""")
