"""The code lists of "Riverside Tower", the project of the default scenario, whose names follow ISO 19650."""

from __future__ import annotations

from .code_list import Code, parse_codes

PROJECT_NAME = "Riverside Tower"
NAMING = ("project", "originator", "volume", "location", "type", "discipline", "number")  # B67

PROJECTS = (Code("RST", PROJECT_NAME),)

ORIGINATORS = parse_codes("""
    DEM Demo Architects
    SMP Sample Structures
    EXM Example Mechanical Engineers
    VLT Voltage Example Electrical
    PLB Placeholder Plumbing Design
    CVL Contour Civil Example
    LND Sample Landscape Studio
    FCD Facade Demo Consultants
    GEO Groundwork Sample Geotechnics
    FIR Fire Example Engineering
    ACO Quiet Room Sample Acoustics
    LFT Upward Demo Lift Consultants
    GCN General Example Contracting
    CNC Concrete Sample Works
    STL Steelwork Demo Fabricators
    GLZ Glazing Example Systems
    DRY Partition Sample Interiors
    MEC Ductwork Demo Installers
    ELC Cable Example Installers
    SUR Sample Land Surveyors
    -OLD Former Example Partners
    -TMP Interim Demo Drafting
""")

VOLUMES = parse_codes("""
    ZZ Several volumes
    XX No volume
    V1 Tower
    V2 Podium
    V3 Basement car park
    V4 Riverside pavilion
    V5 Energy centre
    V6 Link bridge
    V7 Plaza and public realm
    V8 Service yard
    V9 Enabling works
    VR Roof plant enclosure
    -VT Temporary site offices
""")

LOCATIONS = (
    Code("ZZ", "Several levels"),
    Code("XX", "No level"),
    Code("B2", "Basement 2"),
    Code("B1", "Basement 1"),
    Code("00", "Ground floor"),
    *(Code(f"{level:02}", f"Level {level:02}") for level in range(1, 41)),
    Code("RF", "Roof"),
    Code("B3", "Basement 3 (dropped from the design)", active=False),
)

TYPES = parse_codes("""
    DR Drawing
    SP Specification
    OT Other
    M3 Model
    RP Report
    SH Schedule
    CA Calculations
    MS Method statement
    CO Correspondence
    VS Visualization
    PH Photograph
    MI Minutes of meeting
    RI Request for information
    SU Survey
    SA Schedule of accommodation
    BQ Bill of quantities
    CP Cost plan
    HS Health and safety
    PR Programme
    TQ Technical query
    DB Database
    -FX Facsimile
    -MF Microfilm
""")

DISCIPLINES = parse_codes("""
    A Architect
    B Building surveyor
    C Civil engineer
    D Drainage and highways engineer
    E Electrical engineer
    F Facilities manager
    G Geographical and land surveyor
    H Heating and ventilation designer
    I Interior designer
    K Client
    L Landscape architect
    M Mechanical engineer
    P Public health engineer
    Q Quantity surveyor
    S Structural engineer
    T Town and country planner
    W Contractor
    X Subcontractor
    Y Specialist designer
    Z General, no single discipline
    -N Nuclear safety adviser
""")

STATUSES = parse_codes("""
    S0 Work in progress
    S1 Suitable for coordination
    S2 Suitable for information
    S3 Suitable for review and comment
    S4 Suitable for stage approval
    S5 Suitable for review and acceptance
    S6 Suitable for information model authorization
    S7 Suitable for asset model authorization
    A1 Authorized and accepted, stage 1
    A2 Authorized and accepted, stage 2
    A3 Authorized and accepted, stage 3
    A4 Authorized and accepted, stage 4
    A5 Authorized and accepted, stage 5
    A6 Authorized and accepted, stage 6
    B1 Partial sign-off with comments, stage 1
    B4 Partial sign-off with comments, stage 4
    CR As-constructed record
    -A7 Authorized and accepted, stage 7
    -D1 Suitable for costing
    -D2 Suitable for tender
""")

TRADES = parse_codes("""
    T01 Demolition
    T02 Earthworks
    T03 Piling
    T04 Shoring
    T05 Waterproofing
    T06 Formwork
    T07 Reinforcement
    T08 Concrete
    T09 Precast concrete
    T10 Masonry
    T11 Structural steel
    T12 Metal decking
    T13 Architectural metalwork
    T14 Carpentry
    T15 Joinery
    T16 Thermal insulation
    T17 Roofing
    T18 Curtain walling
    T19 Windows and glazing
    T20 Doors and ironmongery
    T21 Drylining
    T22 Suspended ceilings
    T23 Plastering
    T24 Floor finishes
    T25 Tiling
    T26 Painting
    T27 Signage
    T28 Kitchen equipment
    T29 Lifts
    T30 Escalators
    T31 Fire protection
    T32 Plumbing
    T33 Heating
    T34 Ventilation
    T35 Controls
    T36 Electrical power
    T37 Lighting
    T38 Data and communications
    T39 Security systems
    T40 Hard landscaping
    T41 Soft landscaping
    T42 Drainage
    -T90 Asbestos removal
""")

SHEET_SIZES = parse_codes("""
    A0 A0 (1189 x 841 mm)
    A1 A1 (841 x 594 mm)
    A2 A2 (594 x 420 mm)
    A3 A3 (420 x 297 mm)
    A4 A4 (297 x 210 mm)
    AD Arch D (36 x 24 in)
    AE Arch E (48 x 36 in)
    TB Tabloid (17 x 11 in)
    -A5 A5 (210 x 148 mm)
""")

AREAS = parse_codes("""
    NW North-west quadrant
    NE North-east quadrant
    SW South-west quadrant
    SE South-east quadrant
    CR Core
    LB Entrance lobby
    RT Retail units
    OF Office floors
    RS Residential floors
    AM Amenity floor
    PL Plant rooms
    CP Car park
    EX External works
    -CT Crane base
""")
