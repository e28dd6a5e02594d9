// Blocks of cells as text, in the formats that Excel and other spreadsheets exchange through the clipboard. Pure.
//
// Rows end with a line break, cells with a tab. A cell that contains either, or starts with a quote, is quoted, and its
// quotes are doubled. From an HTML page, only the texts of the cells are read; formulas and HTML in cells stay plain text.

/** A block of texts as one tab-separated text. */
export function format(matrix) {
  return matrix.map((line) => line.map(quoted).join("\t")).join("\r\n");
}

function quoted(text) {
  return /[\t\r\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const BREAK = "<br style='mso-data-placement:same-cell'>"; // Excel starts a new row at any other <br>
const TEXT = `style='mso-number-format:"\\@"' sdnum='1033;0;@'`; // "this is text", for Excel and for Calc

/** The same block as HTML whose cells spreadsheets read as text: "=1+1" is not a formula, and 007 keeps its zeros. */
export function formatPage(matrix) {
  const cell = (text) => `<td ${TEXT}>${safe(text)}</td>`;
  return `<table>${matrix.map((line) => `<tr>${line.map(cell).join("")}</tr>`).join("")}</table>`;
}

function safe(text) {
  return text
    .replace(/[&<>"]/g, (sign) => ENTITIES[sign])
    .replace(/^ +| {2,}| +$/gm, (run) => `<span style='mso-spacerun:yes'>${"&#32;".repeat(run.length)}</span>`)
    .replace(/\r?\n/g, BREAK);
}

const CALC = /<meta name="generator" content="(Libre|Open)Office/;
const REMARK = /<a class="comment-indicator"><\/a>\s*<comment>.*?<\/comment>\n\t*/gs;

/**
 * The block in an HTML page of LibreOffice Calc; null for any other page. Calc's plain text is not enough: it omits empty
 * cells around a block and does not quote, so line breaks within cells become blanks or new rows. Of merged cells, the
 * first has the text and the others are empty.
 */
export function parsePage(html) {
  if (!CALC.test(html)) return null;
  const page = new DOMParser().parseFromString(html.replace(REMARK, ""), "text/html"); // runs nothing, fetches nothing
  const columns = page.querySelector("body > table > colgroup[width]"); // a table from Writer has none
  if (!columns) return null;
  const rows = [.../** @type {HTMLTableElement} */ (columns.parentElement).rows];
  const block = rows.map(() => /** @type {string[]} */ ([]));
  rows.forEach((row, at) => {
    let column = 0;
    for (const cell of row.cells) {
      while (block[at][column] !== undefined) column += 1; // occupied by a merged cell above
      for (const line of block.slice(at, at + cell.rowSpan)) {
        for (let one = 0; one < cell.colSpan; one += 1) line[column + one] = "";
      }
      block[at][column] = textOf(cell);
    }
  });
  return rectangular(block);
}

function textOf(cell) {
  for (const end of cell.querySelectorAll("br")) end.replaceWith("\n");
  return cell.textContent === "\n" ? "" : cell.textContent; // an empty cell is a single line break
}

/** Parse a text into a block whose rows are all equally long, padded with "". Returns [] for "". */
export function parse(text) {
  /** @type {string[][]} */
  const rows = text ? [[]] : [];
  let at = 0;
  while (text) {
    const cell = text[at] === '"' ? inQuotes(text, at) : plain(text, at);
    rows[rows.length - 1].push(cell.text);
    const separator = text[cell.end];
    at = cell.end + (text.startsWith("\r\n", cell.end) ? 2 : 1);
    if (separator === "\t") continue;
    if (at >= text.length) break; // the last line break ends a row and starts none
    rows.push([]);
  }
  return rectangular(rows);
}

function rectangular(rows) {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? ""));
}

function plain(text, from) {
  let end = from;
  while (end < text.length && !"\t\r\n".includes(text[end])) end += 1;
  return { text: text.slice(from, end), end };
}

/**
 * A quoted cell. A quote that is never closed, or that closes before the cell ends, belongs to a plain cell; so do quotes
 * that are not needed, because Excel does not quote a cell whose text is "so" with quotes.
 */
function inQuotes(text, from) {
  let at = from + 1;
  const parts = [];
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return plain(text, from);
    parts.push(text.slice(at, quote));
    at = quote + 1;
    if (text[at] !== '"') break;
    parts.push('"');
    at += 1;
  }
  const cell = parts.join("");
  const closed = at >= text.length || "\t\r\n".includes(text[at]);
  return closed && /[\t\r\n"]/.test(cell) ? { text: cell.replaceAll("\r\n", "\n"), end: at } : plain(text, from);
}
