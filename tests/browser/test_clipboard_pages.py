"""Cell ranges parsed from the HTML that LibreOffice Calc puts on the clipboard, by the browser's own parser."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[2] / "pdm_nb" / "widgets" / "frontend" / "src" / "edit" / "clipboard.js"
CALC = """<!DOCTYPE html>
<html>
<head><meta name="generator" content="LibreOffice 7.4.7.2 (Linux)"/></head>
<body>
<table cellspacing="0" border="0">
\t<colgroup span="3" width="89"></colgroup>
{rows}
</table>
</body>
</html>
"""
Read = Callable[[str], list[list[str]] | None]


@pytest.fixture(scope="module")
def read(browser: Any) -> Iterator[Read]:
    """`parsePage` of clipboard.js."""
    page = browser.new_page()
    module = "data:text/javascript;base64," + base64.b64encode(SOURCE.read_bytes()).decode()
    page.evaluate("async module => { window.clipboard = await import(module) }", module)
    yield lambda html: page.evaluate("html => clipboard.parsePage(html)", html)
    page.close()


def calc(*rows: str) -> str:
    return CALC.format(rows="\n".join(f"\t<tr>\n\t\t{row}\n\t</tr>" for row in rows))


def test_cells_are_read_as_they_stand_in_calc(read: Read) -> None:
    page = calc(
        '<td height="18" align="left"><b>two<br>lines</b></td><td>  a   b </td><td><br></td>',
        "<td>&quot;q&quot;</td><td>a\tb</td><td>&lt;b&gt;x&lt;/b&gt; &amp;amp;</td>",
        '<td sdval="7" sdnum="1033;0;00000">00007</td><td><a href="http://a.test/">shown</a></td><td>end<br></td>',
    )
    assert read(page) == [
        ["two\nlines", "  a   b ", ""],
        ['"q"', "a\tb", "<b>x</b> &amp;"],
        ["00007", "shown", "end\n"],
    ]


def test_merged_cells_keep_their_place_and_empty_ones_around_count(read: Read) -> None:
    page = calc(
        "<td><br></td><td><br></td><td><br></td>",
        "<td>a</td><td colspan=2 rowspan=2>merged</td>",
        "<td>b</td>",
        "<td><br></td><td>c</td><td><br></td>",
    )
    assert read(page) == [["", "", ""], ["a", "merged", ""], ["b", "", ""], ["", "c", ""]]
    assert read(calc("<td colspan=2 rowspan=9>m</td><td>x</td>", "<td>y</td>")) == [
        ["m", "", "x"],
        ["", "", "y"],
    ]


def test_a_comment_on_a_cell_is_not_part_of_its_text(read: Read) -> None:
    remark = '<a class="comment-indicator"></a>\n\t<comment>a &lt;remark&gt;\nof two lines</comment>\n\t'
    assert read(calc(f"<td>{remark}text</td><td>{remark}<br></td>")) == [["text", ""]]


def test_nothing_in_a_page_is_run_or_fetched(read: Read) -> None:
    page = calc(
        '<td>x<img src="http://a.test/" onerror="window.run = 1"><script>window.run = 1</script></td>'
    )
    assert read(page) == [["xwindow.run = 1"]]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<table><tr><td>no maker</td></tr></table>",
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><meta name=Generator content="Microsoft Excel 15">'
        "<table><colgroup width=9></colgroup><tr><td x:num>1</td></tr></table></html>",
        '<google-sheets-html-origin><table><colgroup><col width="100"/></colgroup>'
        """<tr><td data-sheets-value='{"1":2,"2":"x"}'>x</td></tr></table></google-sheets-html-origin>""",
        CALC.replace('<colgroup span="3" width="89"></colgroup>', '<col width="89"/>').format(
            rows="<tr><td><p>of Writer</p></td></tr>"
        ),
    ],
    ids=["none", "plain", "Excel", "Sheets", "Writer"],
)
def test_other_pages_are_left_to_their_plain_text(read: Read, page: str) -> None:
    assert read(page) is None
