"""Requests: paths, page sizes, bodies, and which calls may be repeated."""

from __future__ import annotations

from typing import Any

import pytest

from pdm_nb.api.protocol import requests as ask
from pdm_nb.api.protocol.requests import Request, Scope

SCOPE = Scope("7", "42")
V20 = "/rest/v2.0/companies/7/projects/42/document_management"
V21 = "/rest/v2.1/companies/7/projects/42/document_management"
V22 = "/rest/v2.2/companies/7/projects/42/document_management"
FILES = "/rest/v2.1/companies/7/projects/42/uploads"
SPEC: dict[str, Any] = {"file_name": "a.pdf", "file_size": 9, "content_type": "application/pdf"}

EVERY = [
    (ask.show_me(), "showMe", "GET", "/rest/v1.0/me"),
    (ask.list_companies(), "listCompanies", "GET", "/rest/v1.0/companies"),
    (ask.list_projects("7"), "listProjects", "GET", "/rest/v1.0/projects"),
    (ask.show_permissions(SCOPE), "showPermissions", "GET", "/rest/v1.0/settings/permissions"),
    (ask.list_project_users(SCOPE), "listProjectUsers", "GET", "/rest/v1.0/projects/42/users"),
    (ask.list_upload_requirements(SCOPE), "listUploadRequirements", "GET", f"{V20}/upload_requirements"),
    (ask.list_fields(SCOPE), "listFields", "GET", f"{V20}/fields"),
    (ask.list_field_values(SCOPE, "f-1"), "listFieldValues", "GET", f"{V20}/fields/f-1/values"),
    (ask.create_document_uploads(SCOPE, []), "createDocumentUploads", "POST", f"{V20}/document_uploads"),
    (ask.update_document_uploads(SCOPE, []), "updateDocumentUploads", "PATCH", f"{V20}/document_uploads"),
    (ask.list_document_uploads(SCOPE), "listDocumentUploads", "GET", f"{V21}/document_uploads"),
    (ask.show_document_upload(SCOPE, "U1"), "showDocumentUpload", "GET", f"{V21}/document_uploads/U1"),
    (
        ask.list_selected_uploads(SCOPE, ["U1"]),
        "listSelectedUploads",
        "POST",
        f"{V22}/document_uploads/selected_uploads",
    ),
    (
        ask.create_document_revisions(SCOPE, []),
        "createDocumentRevisions",
        "POST",
        f"{V21}/document_revisions",
    ),
    (ask.list_revisions(SCOPE), "listRevisions", "GET", f"{V20}/document_revisions"),
    (
        ask.list_selected_revisions(SCOPE, ["R1"]),
        "listSelectedRevisions",
        "POST",
        f"{V22}/document_revisions/selected_revisions",
    ),
    (ask.create_upload(SCOPE, **SPEC, sha256=None, segments=[]), "createUpload", "POST", FILES),
    (ask.show_upload(SCOPE, "F1"), "showUpload", "GET", f"{FILES}/F1"),
    (ask.complete_upload(SCOPE, "F1", []), "completeUpload", "PATCH", f"{FILES}/F1"),
]


@pytest.mark.parametrize(("request_", "operation", "method", "path"), EVERY, ids=[row[1] for row in EVERY])
def test_operation_method_and_path(request_: Request, operation: str, method: str, path: str) -> None:
    assert (request_.operation, request_.method, request_.path) == (operation, method, path)


@pytest.mark.parametrize("request_", [row[0] for row in EVERY], ids=[row[1] for row in EVERY])
def test_only_a_submit_is_never_repeated(request_: Request) -> None:  # B23, B27, B66
    assert request_.repeatable is (request_.operation != "createDocumentRevisions")


def test_every_page_says_how_large_it_is() -> None:  # B9
    asked = ask.page(ask.list_projects("7"), 3)
    assert asked.params == {"company_id": "7", "page": 3, "per_page": 100}


def test_values_are_filtered_only_when_asked() -> None:  # B21
    assert ask.list_field_values(SCOPE, "f").params == {}
    asked = ask.list_field_values(SCOPE, "f", keyword="arch", inactive=True)
    assert asked.params == {"keyword": "arch", "include_inactive": "true"}


def test_create_names_file_and_type() -> None:
    asked = ask.create_document_uploads(SCOPE, [("a.pdf", "application/pdf"), ("b.dwg", "image/vnd.dwg")])
    assert asked.json == {
        "uploads": [
            {"file_name": "a.pdf", "mime_type": "application/pdf"},
            {"file_name": "b.dwg", "mime_type": "image/vnd.dwg"},
        ]
    }


def test_submit_sends_the_event_that_was_seen() -> None:  # B45
    asked = ask.create_document_revisions(SCOPE, [ask.Item("U1", "E1")])
    assert asked.json == {"uploads": [{"id": "U1", "upload_latest_event_id": "E1"}]}


def test_a_termination_is_both_of_its_halves_or_neither() -> None:  # B48
    ending = ask.Termination("superseded", "V1")
    asked = ask.create_document_revisions(SCOPE, [ask.Item("U1", "E1", ending), ask.Item("U2", "E2")])
    assert asked.json == {
        "uploads": [
            {
                "id": "U1",
                "upload_latest_event_id": "E1",
                "termination_reason": "superseded",
                "terminated_revision_status_id": "V1",
            },
            {"id": "U2", "upload_latest_event_id": "E2"},
        ]
    }


def test_a_file_upload_always_names_the_tool() -> None:  # B53
    asked = ask.create_upload(SCOPE, **SPEC, sha256="ab", segments=[(5, "cd"), (4, "ef")])
    assert asked.json == {
        **SPEC,
        "uploader_tool_name": "document_management",
        "sha256": "ab",
        "segments": [{"size": 5, "sha256": "cd"}, {"size": 4, "sha256": "ef"}],
    }


def test_a_file_of_several_segments_may_go_without_a_hash_of_the_whole() -> None:
    assert "sha256" not in ask.create_upload(SCOPE, **SPEC, sha256=None, segments=[]).json


def test_missing_parts_are_null() -> None:  # B57
    assert ask.complete_upload(SCOPE, "F1", ["e", None]).json == {"part_etags": ["e", None]}
