// The menu of the cells (right button, or the menu key): everything that keys do, and what concerns whole documents.

import { html } from "./html.js";
import { Popup } from "./popup.js";
import { TEXTS } from "./texts.js";
import { hasOtherSuggestion } from "../edit/describe.js";
import { NUMBERS } from "../edit/selection.js";

/** What was clicked: the place of the menu, the selected cells, and the active one; null outside of the cells. */
export function menuAt(event, table) {
  const cell = event.target.closest?.(".ag-cell");
  const row = cell?.closest("[row-id]");
  if (!table || !cell || !row || event.shiftKey) return null;
  const place = { id: Number(row.getAttribute("row-id")), key: cell.getAttribute("col-id") };
  if (place.key === NUMBERS) {
    if (!table.selection.rows.has(place.id)) table.keyboard.changeSelection(() => table.selection.selectRow(place.id));
  } else if (!table.selection.has(place.id, place.key)) {
    table.keyboard.changeSelection(() => table.selection.start(place));
  }
  event.preventDefault();
  event.stopPropagation();
  const { left, bottom } = cell.getBoundingClientRect();
  const at = event.clientX ? { x: event.clientX, y: event.clientY } : { x: left, y: bottom };
  return { at: { ...at, focus: () => table.focusCells() }, area: table.selection.area(), place: { ...place, key: place.key === NUMBERS ? table.selection.column : place.key } };
}

/** The entries that make sense for these cells: [text, action]. */
export function entriesOf({ area: { ids, keys }, place }, table, store, onFilter, onExplain) {
  const cells = ids.flatMap((id) => keys.map((key) => [id, key]));
  const markOf = ([id, key]) => table.shownCells.mark(id, key) ?? {};
  const editable = cells.filter(([id, key]) => table.shownCells.editable(id, key));
  const fixable = editable.filter((cell) => markOf(cell).findings?.some(({ proposal }) => proposal !== null && proposal !== undefined));
  const suggested = editable.filter(([id, key]) => hasOtherSuggestion(markOf([id, key]), table.shownCells.text(id, key)));
  const text = table.shownCells.text(place.id, place.key);
  const { keyboard } = table;
  return [
    fixable.length && [TEXTS.menuFix, () => keyboard.applyFix()],
    suggested.length && [TEXTS.menuAccept, () => keyboard.acceptSuggestion()],
    suggested.length && [TEXTS.menuKeep, () => store.act("documents.keep_cells", { cells: suggested })],
    editable.length && [TEXTS.menuSet, () => table.setSelected()],
    editable.length && ids.length > 1 && [TEXTS.menuFill, () => keyboard.fillDown()],
    editable.length && [TEXTS.menuAbove, () => keyboard.copyFromAbove()],
    [TEXTS.menuCopy, () => document.execCommand("copy")],
    editable.length && [TEXTS.menuClear, () => keyboard.clearSelected()],
    text.length < 60 && [TEXTS.menuOnly(text || TEXTS.empty), () => onFilter(place.key, text)],
    [TEXTS.menuExplain, () => onExplain(place.id)],
    [TEXTS.menuRetry, () => store.act("documents.retry", { rows: ids })],
    [TEXTS.menuRemove(ids.length), () => store.act("documents.exclude", { rows: ids })],
  ].filter(Boolean);
}

export function ContextMenu({ menu, entries, onClose }) {
  return html`<${Popup} at=${menu.at} label=${TEXTS.menu} kind="menu" onClose=${onClose}>${entries.map(([text, action]) => html`
    <button key=${text} type="button" role="menuitem" class="pdm-item" onClick=${() => { onClose(); menu.at.focus(); action(); }}>${text}</button>`)}<//>`;
}
