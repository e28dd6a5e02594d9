"""How an image is described and displayed."""

from __future__ import annotations

import base64

from pdm_nb.document_preview import PageImage


def test_an_image_is_displayed_as_a_picture_and_described_in_words() -> None:
    image = PageImage("/x/a.pdf", 1, b"data", "image/png", 900, 636, 3, (841.0, 594.0), sharp=True)
    assert image._repr_mimebundle_() == {
        "text/plain": "<PageImage a.pdf, page 2 of 3 · 841 × 594 mm, 900 × 636 pixels>",
        "image/png": base64.b64encode(b"data").decode(),
    }


def test_without_data_the_reason_is_displayed() -> None:
    image = PageImage("/x/a.pdf", fault="a.pdf is empty.")
    assert image._repr_mimebundle_() == {"text/plain": "<PageImage a.pdf, a.pdf is empty.>"}
    assert image.caption == ""
