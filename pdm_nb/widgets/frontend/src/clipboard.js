// Blocks of cells as text: what Excel and others put on the clipboard, and take from it. Pure.
//
// Rows end with a line break, cells with a tab; a cell that holds either, or starts with a quote, stands in quotes
// with quotes doubled. Only plain text is ever read; what looks like a formula or a page stays the text it is.

/** A block of texts as one text. */
export function format(matrix) {
  return matrix.map((line) => line.map(quoted).join("\t")).join("\r\n");
}

function quoted(text) {
  return /[\t\r\n]|^"/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** The same as a page that spreadsheets take as text, cell by cell: "=1+1" is no formula there, and 007 keeps its zeros. */
export function formatPage(matrix) {
  const safe = (text) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]).replace(/\r?\n/g, "<br>");
  const cell = (text) => `<td style='mso-number-format:"\\@"'>${safe(text)}</td>`;
  return `<table>${matrix.map((line) => `<tr>${line.map(cell).join("")}</tr>`).join("")}</table>`;
}

/** A text as a block: all rows equally long, short ones filled up with "". [] for "". */
export function parse(text) {
  const rows = text ? [[]] : [];
  let at = 0;
  while (text) {
    const cell = text[at] === '"' ? inQuotes(text, at) : plain(text, at);
    rows.at(-1).push(cell.text);
    const separator = text[cell.end];
    at = cell.end + (text.startsWith("\r\n", cell.end) ? 2 : 1);
    if (separator === "\t") continue;
    if (at >= text.length) break; // the last line break ends a row and begins none
    rows.push([]);
  }
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  return rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
}

function plain(text, from) {
  let end = from;
  while (end < text.length && !"\t\r\n".includes(text[end])) end += 1;
  return { text: text.slice(from, end), end };
}

/** A quoted cell; a quote that is never closed, or closed within the text, is part of a plain cell. */
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
  const closed = at >= text.length || "\t\r\n".includes(text[at]);
  return closed ? { text: parts.join("").replaceAll("\r\n", "\n"), end: at } : plain(text, from);
}
