// Keyboard and clipboard on the cells (`mouse.js` has the mouse): selects blocks and starts actions on them. An action is
// {cells, notice} from `changes.js` and is passed to `table.act`; everything else is a method of `table`.

import * as changes from "../edit/changes.js";
import { format, formatPage, parse, parsePage } from "../edit/clipboard.js";
import { describe, isOverruled } from "../edit/describe.js";
import { ARROWS, chord } from "../edit/keys.js";
import { GridMouse, placeOf } from "./mouse.js";
import { NUMBERS, jump, step } from "../edit/selection.js";
import { quantity } from "../edit/skipped_cells.js";
import { TEXTS } from "../edit/texts.js";

const SIDES = ["top", "bottom", "left", "right"];

export class GridKeyboard {
  constructor(host, shownCells, selection, table) {
    this.host = host;
    this.shownCells = shownCells;
    this.selection = selection;
    this.table = table;
    host.addEventListener("keydown", (event) => this.#key(event), true);
    this.mouse = new GridMouse(this);
    host.addEventListener("copy", (event) => this.#copy(event));
    host.addEventListener("cut", (event) => this.#copy(event) && this.#act(changes.clear));
    host.addEventListener("paste", (event) => this.#paste(event));
    this.keymap = this.#keymap();
  }

  // -- selection
  /** AG Grid has moved the focus by its own keys. */
  focused(place) {
    const { anchor } = this.selection;
    if (!place || place.key === NUMBERS || (anchor?.id === place.id && anchor?.key === place.key)) return;
    this.selection.start(place);
    this.paint();
    this.table.owner.onSelect?.(place);
    this.table.describeCell();
  }

  changeSelection(change) {
    change();
    this.paint();
    this.table.selectionChanged();
  }

  /** Show the selection on the cells that are drawn. */
  paint() {
    const { selection } = this;
    const many = selection.count > 1;
    const corner = selection.corner();
    for (const cell of this.host.querySelectorAll(".ag-cell")) {
      const { id, key } = placeOf(cell);
      const selected = key !== NUMBERS && selection.has(id, key);
      cell.classList.toggle("pdm-selected", selected && many);
      cell.classList.toggle("pdm-active-cell", selection.anchor?.id === id && selection.anchor.key === key);
      cell.classList.toggle("pdm-corner", selected && corner?.id === id && corner.key === key && this.shownCells.editable(id, key));
      const edges = selected && many ? selection.edges(id, key) : [];
      for (const side of SIDES) cell.classList.toggle(`pdm-${side}`, edges.includes(side));
      if (selected && many) cell.setAttribute("aria-selected", "true");
      else cell.removeAttribute("aria-selected");
      if (key === NUMBERS) cell.classList.toggle("pdm-selected-row", selection.rows.has(id));
    }
  }

  /** The cells that one value for the selection goes into: if whole rows are selected, those of the active column. */
  targetArea() {
    const { rows, anchor } = this.selection;
    const area = this.selection.area();
    return rows.size && anchor ? { ids: area.ids, keys: [anchor.key] } : area;
  }

  // -- keys
  #keymap() {
    const { selection, shownCells, table } = this;
    const selecting = (change) => () => this.changeSelection(change);
    return {
      "Mod+a": selecting(() => selection.selectAll()),
      "Shift+Space": selecting(() => selection.wholeRows()),
      "Mod+Space": selecting(() => selection.wholeColumns()),
      "Mod+d": () => this.#act(changes.fillDown),
      "Mod+r": () => this.#act(changes.fillRight),
      "Mod+;": () => this.#act(changes.setDates, today()),
      "Mod+'": () => this.copyFromAbove(),
      Delete: () => this.#act(changes.clear),
      Backspace: () => this.#act(changes.clear),
      "Mod+z": () => table.undo(),
      "Mod+y": () => table.redo(),
      "Mod+Shift+z": () => table.redo(),
      "Mod+f": () => table.find(),
      "Mod+h": () => table.find(true),
      "Mod+Shift+l": () => selection.anchor && table.viewFilters.filter(selection.anchor.key),
      F6: () => table.toggleToolbarFocus(),
      F8: () => table.viewFilters.nextFinding(),
      "Shift+F8": () => table.viewFilters.nextFinding(true),
      "Alt+Enter": () => this.applyFix(),
      "Alt+a": () => this.acceptSuggestion(),
      Enter: () => this.#explainLocked(),
      F2: () => this.#explainLocked(),
      "Alt+ArrowDown": () => this.#explainLocked() || (selection.anchor && shownCells.edit(selection.anchor)),
      Tab: () => this.#tab(1),
      "Shift+Tab": () => this.#tab(-1),
      ...this.#ends(),
      ...Object.fromEntries(Object.entries(ARROWS).flatMap(([key, way]) => [
        [`Shift+${key}`, () => this.#extend((head) => step(shownCells, head, ...way))],
        [`Mod+Shift+${key}`, () => this.#extend((head) => this.#jump(head, way))],
        [`Mod+${key}`, () => selection.anchor && shownCells.focus(this.#jump(selection.anchor, way))],
      ])),
    };
  }

  /** Home and End: first and last cell of the row, with Ctrl of the table; Shift selects up to there. */
  #ends() {
    const { selection, shownCells } = this;
    const places = {
      Home: (id) => ({ id, key: shownCells.keys[0] }),
      End: (id) => ({ id, key: shownCells.keys.at(-1) }),
      "Mod+Home": () => ({ id: shownCells.ids[0], key: shownCells.keys[0] }),
      "Mod+End": () => ({ id: shownCells.ids.at(-1), key: shownCells.keys.at(-1) }),
    };
    return Object.fromEntries(Object.entries(places).flatMap(([name, to]) => [
      [name, () => selection.anchor && shownCells.focus(to(selection.anchor.id))],
      [name.replace(/(Home|End)/, "Shift+$1"), () => this.#extend(({ id }) => to(id))],
    ]));
  }

  // After a series of Tabs, Enter returns to the column where it started, as when filling in a form.
  /** A key closed an editor: move by so many rows and columns. */
  moveFromEditor(name, [down, right]) {
    const { anchor } = this.selection;
    if (!anchor || this.shownCells.rowOf(anchor.id) < 0) return;
    const begun = this.#startColumn(anchor);
    const from = name === "Enter" ? { id: anchor.id, key: begun } : anchor;
    const to = step(this.shownCells, from, down, right);
    if (name === "Tab") this.tabRun = { key: begun, at: to };
    this.shownCells.focus(to);
    this.focused(to); // at once: for somebody who types fast, the grid reports it too late
  }

  #startColumn({ id, key }) {
    const continues = this.tabRun?.at.id === id && this.tabRun.at.key === key;
    return continues && this.shownCells.columnOf(this.tabRun.key) >= 0 ? this.tabRun.key : key;
  }

  /** Tab between cells; at the end of a row it is left to AG Grid, which continues in the next row or leaves the grid. */
  #tab(by) {
    const { anchor } = this.selection;
    const column = anchor ? this.shownCells.columnOf(anchor.key) : -1;
    if (column < 0 || !this.shownCells.keys[column + by]) return false;
    this.moveFromEditor("Tab", [0, by]);
    return true;
  }

  #key(event) {
    if (!event.target.classList?.contains("ag-cell")) return; // an editor, a header, a search
    const name = chord(event);
    if (event.key === "Process" || event.key === "Dead") return this.#compose();
    const action = this.keymap[name];
    if (action ? action(event) === false : !this.#isTypedOnLocked(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** An input method or a dead key starts here: open the editor, so that the composed text goes into it. */
  #compose() {
    const { anchor } = this.selection;
    if (anchor && !this.#explainLocked()) this.shownCells.edit(anchor, true);
  }

  /** Report why a cell cannot be edited; false if it can. */
  #explainLocked() {
    const { anchor } = this.selection;
    if (!anchor || this.shownCells.editable(anchor.id, anchor.key)) return false;
    this.table.showStatus(this.shownCells.lockReason(anchor.id, anchor.key));
    return true;
  }

  #isTypedOnLocked({ key, ctrlKey, metaKey, altKey }) {
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
    return this.#explainLocked();
  }

  #jump(place, way) {
    return jump(this.shownCells, (id, key) => this.shownCells.text(id, key) === "", place, ...way);
  }

  #extend(to) {
    const { head } = this.selection;
    if (!head || this.shownCells.rowOf(head.id) < 0) return;
    const place = to(head);
    this.changeSelection(() => this.selection.extend(place));
    this.shownCells.reveal(place);
  }

  // -- actions
  #act(change, ...more) {
    this.table.act(change(this.shownCells, this.selection.area(), ...more));
  }

  fillDown() {
    this.#act(changes.fillDown);
  }

  clearSelected() {
    this.#act(changes.clear);
  }

  /** The fill handle was double-clicked. */
  fillNextToFilled() {
    const area = this.selection.area();
    const way = changes.rangeNextToFilled(this.shownCells, area);
    if (way) this.fillSeries(area, way);
  }

  /** The fill handle was dragged over cells: fill and select them. */
  fillSeries(area, way, counting = false) {
    const far = { id: (way.ids ?? [area.ids.at(-1)]).at(-1), key: (way.keys ?? [area.keys.at(-1)]).at(-1) };
    this.table.act(changes.fillSeries(this.shownCells, area, way, counting));
    this.selection.extend(far);
    this.paint();
  }

  copyFromAbove() {
    const { ids, keys } = this.selection.area();
    this.table.act(changes.fillDown(this.shownCells, { ids: ids.slice(0, 1), keys }));
  }

  /** Apply the automatic fixes of the findings in the selected cells. */
  applyFix() {
    const proposed = this.#textsInSelection((mark) => mark?.findings?.find((finding) => finding.proposal)?.proposal);
    this.#putOrReport(proposed, TEXTS.fixed, TEXTS.noFix);
  }

  /** Accept the service's suggestions, or the values that the service has instead of those that were set. */
  acceptSuggestion() {
    const suggested = this.#textsInSelection((mark, id, key) => (isOverruled(mark) ? this.shownCells.text(id, key) : mark?.suggestion));
    this.#putOrReport(suggested, TEXTS.accepted, TEXTS.noSuggestion);
  }

  #textsInSelection(textOf) {
    const { ids, keys } = this.selection.area();
    const texts = ids.flatMap((id) => keys.map((key) => [id, key, textOf(this.shownCells.mark(id, key), id, key)]));
    return texts.filter(([, , text]) => text !== undefined && text !== null);
  }

  #putOrReport(texts, what, otherwise) {
    if (texts.length) this.table.act(changes.setEach(this.shownCells, texts, what));
    else this.table.showStatus(otherwise);
  }

  // -- clipboard
  #copy(event) {
    if (!isOnCell(event) || !this.selection.count) return false;
    const block = changes.textsOf(this.shownCells, this.selection.area());
    event.clipboardData.setData("text/plain", format(block));
    event.clipboardData.setData("text/html", formatPage(block));
    event.preventDefault();
    event.stopPropagation();
    this.table.showStatus(`Copied: ${quantity(this.selection.count, "cell")}.`);
    return true;
  }

  #paste(event) {
    if (!isOnCell(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const [text, page] = ["text/plain", "text/html"].map((type) => event.clipboardData.getData(type));
    const block = parsePage(page) ?? parse(text);
    if (block.length) this.#act(changes.paste, block);
    else this.table.showStatus(TEXTS.clipboardIsEmpty);
  }

  /** Findings, source and lock of a cell, in sentences. */
  description(place) {
    const row = place && this.table.connection.rows.byId.get(place.id);
    if (!row) return "";
    const { key } = place;
    const state = { pending: row.pending[key] !== undefined, ...this.shownCells.byKey[key] };
    return describe(row.marks[key], row.values[key], state).join(" ");
  }
}

const isOnCell = (event) => !event.target.closest?.("input, textarea");

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
