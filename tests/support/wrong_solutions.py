"""Wrong solutions of the exercises of the course that learners are likely to try, and a part of what the check reports."""

from __future__ import annotations

from typing import NamedTuple


class Attempt(NamedTuple):
    """A wrong solution of an exercise."""

    lesson: str
    exercise: int
    code: str
    message: str


def _attempts(lesson: str, exercise: int, *tried: tuple[str, str]) -> list[Attempt]:
    return [Attempt(lesson, exercise, code, message) for code, message in tried]


DRAWING = """
codes = {"project": "RST", "originator": "DEM", "volume": "V4", "location": "27", "discipline": "A", "number": "0105"}
for field, code in codes.items():
    batch.set("RST-DEM-V4-27-DR-Q9-0105.dwg", field, code)
"""
THREE = """
batch.set(None, "status", "S2")
batch.set(None, "revision", "P01")
for field, value in {"date_authored": "2026-03-02", "project": "RST", "originator": "DEM", "volume": "V5"}.items():
    batch.set("*.dwg", field, value)
for field, value in {"location": "31", "discipline": "A", "number": "0101"}.items():
    batch.set("*.dwg", field, value)
batch.set("*.jpg", "description", "Facade mock-up")
"""
CLEAN_UP = """
await batch.upload()
await batch.watch()
await batch.submit()
"""
REGISTER = """
register.date_order("Issued", "{order}")
register.use("status", "For review", "{review}")
{more}
batch = register.batch()
await batch.upload()
"""
APRIL = """
april = project.register("april.csv", folder="april")
april.date_order("Issued", "{order}")
april.use("status", "For review", "{review}")
april.use("status", "Info only", "S2")
batch = april.batch()
await batch.upload()
"""
LETTER = """
letter = project.batch("incoming")
for field, value in {{"name": "{name}", "type": "CO", "status": "S2", "revision": "P01"}}.items():
    letter.set(None, field, value)
letter.set(None, "description", "{description}")
await letter.upload()
await letter.watch()
await letter.submit()
"""
CHECK = """
@pdm.register_check(code="ACME1", title="Work in progress", field="status", {options})
def work_in_progress(row):
    if row["status"] {condition}:
        return "Work in progress"
"""
UPLOAD = "\nawait batch.upload()"
CAPITALS = """
@pdm.register_check(code="ACME2", title="Capitals", field="description")
def capitals(row):
    if row["description"].isupper():
        return row.remark("In capitals", field="description", proposal=row["description"].{method}())
"""
HANDOVER = """
register = project.register("handover.csv", folder="handover")
register.date_order("Dated", "{order}")
register.use("status", "Construction", "A1")
register.use("status", "Info", "{info}")
register.map("No.", "number")
register.constant("project", "RST")
{more}
batch = register.batch()
shutil.copy("sent again/fire.docx", "handover")
await batch.upload()
"""

WRONG = [
    *_attempts(
        "01-permissions",
        1,
        ("", "Your level is still None"),
        ('lesson.play("ask for Admin access")', "more than the job needs"),
        ('lesson.play("ask for Upload New Files")', "Your level is still None"),
    ),
    *_attempts(
        "01-permissions",
        2,
        ("", "still may not upload"),
        ('lesson.play("ask for Submit New Files")', "still may not upload"),
        ('lesson.play("ask for Upload New Files")', "does not have"),
        ('lesson.play("ask for Admin access")', "more than the job needs"),
        (
            'lesson.play("ask for Upload New Files"); lesson.play("ask for Submit New Files"); await batch.upload()',
            "You asked for Submit New Files too",
        ),
    ),
    *_attempts(
        "02-requirements",
        1,
        ('found = "Revision"', "is needed by other documents too"),
        ('found = "Date authored"', "needs another field"),
        ('found = ""', "Give what you found out"),
    ),
    *_attempts(
        "02-requirements",
        2,
        ("await batch.upload()", "has the type"),
        (f'batch.set(None, "type", "Drawing")\n{THREE}\nawait batch.upload()', "has the type Drawing"),
        (f'{THREE}\nbatch.set("*.jpg", "type", "PH")\nbatch.set("*.pdf", "type", "SP")\nawait batch.upload()', "spec_section"),
        (f'{THREE}\nbatch.set("*.jpg", "type", "PH")', "does not have"),
    ),
    *_attempts(
        "03-naming",
        1,
        (DRAWING + "await batch.upload()", "originator of A-103"),
        (DRAWING.replace('"A"', '"E"') + "await batch.upload()", "discipline of RST-DEM-V4-27-DR-Q9-0105.dwg is E"),
        (
            DRAWING + DRAWING.replace("RST-DEM-V4-27-DR-Q9-0105.dwg", "A-103*") + "await batch.upload()",
            "volume of A-103 Level 29 ceiling plan.dwg is V4",
        ),
    ),
    *_attempts(
        "03-naming",
        2,
        ("", "two documents, not two"),
        ('batch.apply_fixes("PDM323")\nawait lesson.send(batch)', "two documents, not two"),
        ('batch.set("*0102*", "name", "RST-PLB-V6-08-DR-P-0102")\nawait lesson.send(batch)', "The revision of"),
        (
            'batch.set("*0102*", "name", "RST-PLB-V6-08-DR-P-0102")\nbatch.set("*0102*", "revision", "P01")\n'
            "await lesson.send(batch)",
            "It should be P02",
        ),
        ('batch.set("*0102*", "name", "Drainage")\nawait lesson.send(batch)', "Both issues have the name Drainage"),
    ),
    *_attempts(
        "04-editing",
        1,
        ("", "The status of A-101"),
        ('batch.set(None, "status", "S2")', "got a status too"),
        ('batch.set("*.dwg", "status", "S3")', "is not S2"),
        ('batch.set(0, "status", "S2")', "The status of A-102"),
    ),
    *_attempts(
        "04-editing",
        2,
        ("", "The number of A-101"),
        ('batch.set("*.dwg", "number", "0001")', "It should be 0002"),
        ('batch.set(0, "number", "0001")\nbatch.set(1, "number", "0003")\nbatch.fill("*.dwg", "number", series=True)', "It should be 0002"),
        ('batch.set(0, "number", "0001")\nbatch.fill("*.dwg", "number", series=False)', "It should be 0002"),
    ),
    *_attempts(
        "04-editing",
        3,
        ("", "is still 'Flor"),
        ('batch.replace("Flor", "Floor", fields="description")', "It should be 'Floor plan"),
        ("batch.undo()", "is still 'Flor"),
        ('batch.undo()\nbatch.replace("Flor", "Floors", fields="description")', "It should be 'Floor plan"),
    ),
    *_attempts(
        "05-register",
        1,
        (REGISTER.format(order="MDY", review="S3", more='register.use("status", "Info only", "S2")'), "day and month are swapped"),
        (REGISTER.format(order="DMY", review="S4", more='register.use("status", "Info only", "S2")'), "has the status S4"),
        (REGISTER.format(order="DMY", review="S3", more=""), "does not have RP-003.docx"),
        ('batch = project.batch("march")\nawait batch.upload()', "The date of"),
    ),
    *_attempts(
        "05-register",
        2,
        ('register.save_profile("company.toml")', "does not have MS-003.docx"),
        (APRIL.format(order="MDY", review="S3"), "day and month are swapped"),
        (APRIL.format(order="DMY", review="S4"), "has the status S4"),
    ),
    *_attempts(
        "06-uploading",
        1,
        ("await batch.upload()", "does not have RP-004.docx"),
        ('batch.remove("RP-004.docx")', "does not have RP-004.docx"),
        ('again = project.batch("exported again")\nawait again.upload()', "lacks the revision"),
    ),
    *_attempts(
        "06-uploading",
        2,
        ("await batch.upload()", "does not have RP-002.docx"),
        ("await batch.watch()\nawait batch.upload()", "does not have RP-002.docx"),
        ('await batch.watch()\nbatch.remove("RP-002.docx")', "does not have RP-002.docx"),
    ),
    *_attempts(
        "06-uploading",
        3,
        ('more = project.batch("more reports")', "not submitted yet"),
        (
            'more = project.batch("more reports", journal="new.sqlite")\nawait more.upload()',
            "uploaded twice",
        ),
        (
            'more = project.batch("more reports", journal="new.sqlite")\nfor field, value in metadata.items():\n'
            "    more.set(None, field, value)\nawait more.upload()\nawait more.watch()\nawait more.submit()",
            "at the service twice",
        ),
    ),
    *_attempts(
        "07-machine-learning",
        1,
        ('least_sure = "Facade test report.pdf"', "was surer of"),
        ('least_sure = "RST-SMP-V1-02-DR-S-0102.pdf"', "was surer of"),
        ('least_sure = ""', "Give the name of the file"),
    ),
    *_attempts(
        "07-machine-learning",
        2,
        ("await batch.submit()", "not submitted yet"),
        (
            'batch.set("RST-SMP*", "revision", "P01")\nbatch.set("Facade*", "revision", "C02")\n'
            'batch.set("Facade*", "description", "Report")\nawait batch.submit()',
            "machine learning had guessed",
        ),
        (
            'batch.set("RST-SMP*", "revision", "P10")\nbatch.set("Facade*", "revision", "C02")\nbatch.set("Facade*", "type", "RP")\n'
            'batch.set("Facade*", "description", "Report")\nawait batch.submit()',
            "its title block shows P01",
        ),
    ),
    *_attempts(
        "08-submitting",
        1,
        ("", "There is no revision"),
        ('batch.set(None, "revision", "P02")\nawait batch.submit()', "not P01"),
    ),
    *_attempts(
        "08-submitting",
        2,
        ("await second.submit()", "has version 1 only"),
        (
            'second.set_version_order(["RST-DEM-V4-27-DR-A-0104_AB.dwg", "RST-DEM-V4-27-DR-A-0104_C01.dwg"])\n'
            "await second.submit()",
            "as built (AB) comes last",
        ),
        ('second.set("*_AB.dwg", "revision", "C01")\nsecond.set_version_order([1, 0])\nawait second.submit()', "a revision twice"),
        ('second.remove("*_AB.dwg")', "has version 1 only"),
    ),
    *_attempts(
        "08-submitting",
        3,
        ("await third.submit()", "has no second version yet"),
        (
            'await third.submit(terminate_workflows="*", termination_reason="superseded", terminated_revision_status="S0")',
            "with the status S0",
        ),
        (
            'await third.submit(terminate_workflows="*0105*")',  # without a reason it is refused
            "has no second version yet",
        ),
    ),
    *_attempts(
        "09-exploring",
        1,
        ("count = len(audit.findings)", "It is not"),
        ('count = "4"', "Give the number"),
        ("count = 0", "It is not 0"),
    ),
    *_attempts(
        "09-exploring",
        2,
        (CLEAN_UP, "still has an inactive status"),
        (f'batch.set(None, "status", "S2")\n{CLEAN_UP}', "still has an inactive status"),
        (
            'for row, revision in batch["revision"].items():\n    batch.set(row, "revision", revision[0] + "99")\n'
            f'batch.set(None, "status", "S4")\n{CLEAN_UP}',
            "got another status than S2",
        ),
    ),
    *_attempts(
        "09-exploring",
        3,
        (LETTER.format(name="scan 0815", description="Letter"), "still expected"),
        (LETTER.format(name="Awaited document 2", description="Letter"), "still expected"),
        (LETTER.format(name="Awaited document 02", description=""), "still expected"),
    ),
    *_attempts(
        "10-what-happened",
        1,
        ("await batch.submit()", "is not a revision yet"),
        ('batch.set("Door*", "type", "Report")\nawait batch.submit()', "was submitted as Report"),
        ('batch.set("Door*", "spec_section", "08 11 00")\nawait batch.submit()', "has the section 08 11 00"),
    ),
    *_attempts(
        "10-what-happened",
        2,
        ('changed = "Wind report.docx"', "is still in the project"),
        ('changed = ""', "Give the name of the file"),
        ('changed = "Door hardware.docx"', "is still in the project"),
    ),
    *_attempts(
        "11-own-checks",
        1,
        ("await batch.upload()", "have the status S0"),
        (CHECK.format(options='severity="warning"', condition='== "Work in progress"') + UPLOAD, "have the status S0"),
        (CHECK.format(options='severity="error", stops="submit"', condition='== "Work in progress"') + UPLOAD, "have the status S0"),
        (CHECK.format(options='severity="error"', condition='== "S0"') + UPLOAD, "have the status S0"),
        (CHECK.format(options='severity="error"', condition='!= "Work in progress"') + UPLOAD, "have the status S0"),
        (CHECK.format(options='severity="error"', condition='!= ""') + UPLOAD, "are not at the service"),
    ),
    *_attempts(
        "11-own-checks",
        2,
        (CAPITALS.format(method="capitalize") + "await lesson.send(batch)", "is still 'WIND REPORT'"),
        (CAPITALS.format(method="title") + 'batch.apply_fixes("ACME2")\nawait lesson.send(batch)', "is 'Wind Report'"),
        (CAPITALS.format(method="capitalize") + 'batch.apply_fixes("ACME2")', "is still 'WIND REPORT'"),
        (
            CAPITALS.format(method="capitalize")
            + 'batch.apply_fixes("ACME2")\npdm.unregister_check("ACME1")\nawait lesson.send(batch)',
            "Keep the check ACME1",
        ),
    ),
    *_attempts(
        "12-migration",
        1,
        ("", "does not have"),
        (HANDOVER.format(order="MDY", info="S2", more='register.map("Section", "spec_section")'), "date_authored of"),
        (HANDOVER.format(order="DMY", info="S3", more='register.map("Section", "spec_section")'), "status of"),
        (HANDOVER.format(order="DMY", info="S2", more=""), "spec_section of doors.docx is (empty)"),
    ),
    *_attempts(
        "12-migration",
        2,
        ("", "uploaded, but not submitted"),
        ('await batch.watch()\nbatch.set("*P02*", "number", "")\nawait batch.submit()', "uploaded, but not submitted"),
        ('await batch.watch()\nbatch.set("wind*", "status", "S3")\nawait batch.submit()', "status of wind.docx is S3"),
        (
            'await batch.watch()\nbatch.set_version_order(["0201_P02.dwg", "0201_P01.dwg"])\nawait batch.submit()',
            "P02 version 2",
        ),
    ),
]  # fmt: skip
