"""The specification sections that the seeded projects share.

Numbers follow the widely used six-digit order of work sections; the titles are our own wording.
"""

from __future__ import annotations

from .code_list import parse_codes

SPEC_SECTIONS = parse_codes(
    """
    00 01 10 Contents of the project manual
    00 31 00 Information available to bidders
    00 72 00 General conditions
    00 73 00 Supplementary conditions
    01 10 00 Summary of the work
    01 20 00 Price and payment procedures
    01 21 00 Allowances
    01 23 00 Alternates
    01 25 00 Substitution procedures
    01 26 00 Contract modification procedures
    01 29 00 Payment procedures
    01 30 00 Administrative requirements
    01 31 00 Project management and coordination
    01 32 00 Progress documentation
    01 33 00 Submittal procedures
    01 35 00 Special procedures
    01 40 00 Quality requirements
    01 42 00 References and abbreviations
    01 45 00 Quality control
    01 50 00 Temporary facilities and controls
    01 57 00 Temporary controls for the environment
    01 60 00 Product requirements
    01 70 00 Execution and closeout
    01 73 00 Execution of the work
    01 74 00 Cleaning and waste management
    01 77 00 Closeout procedures
    01 78 00 Closeout submittals
    01 79 00 Demonstration and training
    01 81 00 Performance of the facility
    01 91 00 Commissioning
    02 21 00 Surveys of the existing site
    02 30 00 Subsurface investigation
    02 41 00 Demolition
    02 80 00 Removal of hazardous materials
    03 05 00 Common work results for concrete
    03 10 00 Concrete forming and accessories
    03 15 00 Concrete accessories
    03 20 00 Concrete reinforcing
    03 30 00 Cast-in-place concrete
    03 35 00 Concrete finishing
    03 38 00 Post-tensioned concrete
    03 40 00 Precast concrete
    03 45 00 Precast architectural concrete
    03 54 00 Cast underlayment
    03 60 00 Grouting
    04 05 00 Common work results for masonry
    04 20 00 Unit masonry
    04 21 00 Clay brick masonry
    04 22 00 Concrete block masonry
    04 40 00 Stone assemblies
    04 43 00 Stone masonry
    05 05 00 Common work results for metals
    05 12 00 Structural steel framing
    05 21 00 Steel joist framing
    05 31 00 Steel decking
    05 40 00 Cold-formed metal framing
    05 50 00 Metal fabrications
    05 51 00 Metal stairs
    05 52 00 Metal railings
    05 53 00 Metal gratings
    05 58 00 Formed metal enclosures
    05 70 00 Decorative metal
    05 73 00 Decorative metal railings
    06 05 00 Common work results for wood
    06 10 00 Rough carpentry
    06 16 00 Sheathing
    06 20 00 Finish carpentry
    06 40 00 Architectural woodwork
    06 41 00 Architectural wood casework
    06 42 00 Wood paneling
    07 05 00 Common work results for the envelope
    07 11 00 Dampproofing
    07 13 00 Sheet waterproofing
    07 14 00 Fluid-applied waterproofing
    07 21 00 Thermal insulation
    07 25 00 Weather barriers
    07 26 00 Vapor retarders
    07 27 00 Air barriers
    07 41 00 Metal roof panels
    07 42 00 Wall panels
    07 52 00 Modified bitumen roofing
    07 54 00 Thermoplastic membrane roofing
    07 55 00 Protected membrane roofing
    07 62 00 Sheet metal flashing and trim
    07 71 00 Roof specialties
    07 72 00 Roof accessories
    07 81 00 Applied fire protection
    07 84 00 Firestopping
    07 92 00 Joint sealants
    07 95 00 Expansion control
    08 05 00 Common work results for openings
    08 11 00 Metal doors and frames
    08 14 00 Wood doors
    08 31 00 Access doors and panels
    08 33 00 Coiling doors and grilles
    08 41 00 Entrances and storefronts
    08 44 00 Curtain wall assemblies
    08 51 00 Metal windows
    08 62 00 Unit skylights
    08 71 00 Door hardware
    08 80 00 Glazing
    08 83 00 Mirrors
    08 87 00 Glazing films
    08 90 00 Louvers and vents
    09 05 00 Common work results for finishes
    09 21 00 Plaster and gypsum board assemblies
    09 22 00 Supports for plaster and gypsum board
    09 29 00 Gypsum board
    09 30 00 Tiling
    09 51 00 Acoustical ceilings
    09 54 00 Specialty ceilings
    09 61 00 Flooring treatment
    09 63 00 Masonry and stone flooring
    09 64 00 Wood flooring
    09 65 00 Resilient flooring
    09 66 00 Terrazzo flooring
    09 67 00 Fluid-applied flooring
    09 68 00 Carpeting
    09 69 00 Access flooring
    09 72 00 Wall coverings
    09 77 00 Special wall surfacing
    09 81 00 Acoustic insulation
    09 91 00 Painting
    09 96 00 High-performance coatings
    10 11 00 Visual display units
    10 14 00 Signage
    10 21 00 Compartments and cubicles
    10 22 00 Partitions
    10 26 00 Wall and door protection
    10 28 00 Toilet and bath accessories
    10 44 00 Fire protection specialties
    10 51 00 Lockers
    10 55 00 Postal specialties
    11 13 00 Loading dock equipment
    11 24 00 Facade maintenance equipment
    11 31 00 Residential appliances
    11 40 00 Foodservice equipment
    12 24 00 Window shades
    12 36 00 Countertops
    12 48 00 Entrance mats and rugs
    12 93 00 Site furnishings
    13 11 00 Swimming pools
    13 48 00 Sound and vibration control
    14 21 00 Electric traction elevators
    14 24 00 Hydraulic elevators
    14 31 00 Escalators
    14 45 00 Vehicle lifts
    14 91 00 Waste and linen chutes
    21 05 00 Common work results for fire suppression
    21 12 00 Fire standpipes
    21 13 00 Sprinkler systems
    21 22 00 Clean-agent extinguishing systems
    21 30 00 Fire pumps
    22 05 00 Common work results for plumbing
    22 07 00 Plumbing insulation
    22 11 00 Water distribution
    22 13 00 Sanitary sewerage
    22 14 00 Storm drainage
    22 33 00 Electric domestic water heaters
    22 40 00 Plumbing fixtures
    23 05 00 Common work results for mechanical work
    23 05 93 Testing, adjusting and balancing
    23 07 00 Mechanical insulation
    23 09 00 Instrumentation and control
    23 21 00 Hydronic piping and pumps
    23 31 00 Ducts and casings
    23 34 00 Fans
    23 36 00 Air terminal units
    23 37 00 Air outlets and inlets
    23 52 00 Heating boilers
    23 64 00 Packaged water chillers
    23 73 00 Central air-handling equipment
    23 81 00 Decentralized mechanical equipment
    25 50 00 Integrated automation controls
    26 05 00 Common work results for electrical work
    26 05 19 Low-voltage conductors and cables
    26 05 26 Grounding and bonding
    26 09 00 Electrical instrumentation and control
    26 22 00 Low-voltage transformers
    26 24 00 Switchboards and panelboards
    26 27 00 Low-voltage distribution equipment
    26 32 00 Packaged generators
    26 33 00 Battery equipment
    26 41 00 Lightning protection
    26 51 00 Interior lighting
    26 52 00 Safety lighting
    26 56 00 Exterior lighting
    27 10 00 Structured cabling
    27 41 00 Audio-video systems
    28 13 00 Access control
    28 20 00 Video surveillance
    28 31 00 Intrusion detection
    28 46 00 Fire detection and alarm
    31 10 00 Site clearing
    31 20 00 Earth moving
    31 23 00 Excavation and fill
    31 41 00 Shoring
    31 50 00 Excavation support
    31 62 00 Driven piles
    31 63 00 Bored piles
    32 11 00 Base courses
    32 12 00 Flexible paving
    32 13 00 Rigid paving
    32 14 00 Unit paving
    32 31 00 Fences and gates
    32 84 00 Planting irrigation
    32 91 00 Planting preparation
    32 93 00 Plants
    33 10 00 Water utilities
    33 31 00 Sanitary sewerage piping
    33 41 00 Storm drainage piping
    -02 65 00 Removal of underground tanks
    -10 17 00 Telephone specialties
    -27 32 00 Facsimile equipment
    """,
    words_in_code=3,
)
