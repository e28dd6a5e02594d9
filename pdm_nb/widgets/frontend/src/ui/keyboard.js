// Keys and clipboard on the cells (the mouse is in `mouse.js`): they selecting blocks, and start what is done to them. An
// action is {cells, notice} of `changes.js`, handed to `act`; what is no action on cells is asked of `table`.

import * as changes from "../edit/changes.js";
import { format, formatPage, parse, parsePage } from "../edit/clipboard.js";
import { describe, isOverruled } from "../edit/describe.js";
import { ARROWS, chord } from "../edit/keys.js";
import { GridMouse, placeOf } from "./mouse.js";
import { NUMBERS, jump, step } from "../edit/selection.js";

const SIDES = ["top", "bottom", "left", "right"];

export class GridKeyboard {
  constructor(host, shownCells, selection, table) {
    Object.assign(this, { host, shownCells, selection, table });
    host.addEventListener("keydown", (event) => this.#key(event), true);
    this.mouse = new GridMouse(this);
    host.addEventListener("copy", (event) => this.#copy(event));
    host.addEventListener("cut", (event) => this.#copy(event) && this.#act(changes.clear));
    host.addEventListener("paste", (event) => this.#paste(event));
    this.keymap = this.#keymap();
  }

  // -- what is chosen
  /** The focus has moved by the grid's own keys. */
  focused(place) {
    const { anchor } = this.selection;
    if (!place || place.key === NUMBERS || (anchor?.id === place.id && anchor?.key === place.key)) return;
    this.selection.start(place);
    this.paint();
    this.table.describeCell();
  }

  changeSelection(change) {
    change();
    this.paint();
    this.table.selectionChanged();
  }

  /** Show what is chosen on the cells that are drawn. */
  paint() {
    const { selection } = this;
    const many = selection.count > 1;
    const corner = selection.corner();
    for (const cell of this.host.querySelectorAll(".ag-cell")) {
      const { id, key } = placeOf(cell);
      const chosen = key !== NUMBERS && selection.has(id, key);
      cell.classList.toggle("pdm-selected", chosen && many);
      cell.classList.toggle("pdm-active-cell", selection.anchor?.id === id && selection.anchor.key === key);
      cell.classList.toggle("pdm-corner", chosen && corner?.id === id && corner.key === key && this.shownCells.editable(id, key));
      const edges = chosen && many ? selection.edges(id, key) : [];
      for (const side of SIDES) cell.classList.toggle(`pdm-${side}`, edges.includes(side));
      if (chosen && many) cell.setAttribute("aria-selected", "true");
      else cell.removeAttribute("aria-selected");
      if (key === NUMBERS) cell.classList.toggle("pdm-selected-row", selection.rows.has(id));
    }
  }

  /** Where a value for all that is chosen goes: with whole rows, into the column that one is in. */
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

  /** Home and End: to the ends of the row, with Ctrl of the table, with Shift choosing on the way. */
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

  // Enter goes back to the column in which a run of Tabs began, as one fills in a form.
  /** An editor was left by a key: on by so many rows and columns. */
  moveFromEditor(name, [down, right]) {
    const { anchor } = this.selection;
    if (!anchor || this.shownCells.rowOf(anchor.id) < 0) return;
    const begun = this.#startColumn(anchor);
    const from = name === "Enter" ? { id: anchor.id, key: begun } : anchor;
    const to = step(this.shownCells, from, down, right);
    if (name === "Tab") this.tabRun = { key: begun, at: to };
    this.shownCells.focus(to);
    this.focused(to); // at once: the grid's own word of it comes after the next key of who types fast
  }

  #startColumn({ id, key }) {
    const goesOn = this.tabRun?.at.id === id && this.tabRun.at.key === key;
    return goesOn && this.shownCells.columnOf(this.tabRun.key) >= 0 ? this.tabRun.key : key;
  }

  /** Tab between cells; at the end of a row it is left to the grid, which goes on or lets the focus out. */
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

  /** An input method begins with this key, or an accent: what comes of it goes into the editor, if that is open by then. */
  #compose() {
    const { anchor } = this.selection;
    if (anchor && !this.#explainLocked()) this.shownCells.edit(anchor, true);
  }

  /** Enter on a cell that cannot be edited says why; else the grid opens the editor. */
  #explainLocked() {
    const { anchor } = this.selection;
    if (!anchor || this.shownCells.editable(anchor.id, anchor.key)) return false;
    this.table.showStatus(this.lockReason(anchor));
    return true;
  }

  #isTypedOnLocked({ key, ctrlKey, metaKey, altKey }) {
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
    return this.#explainLocked();
  }

  lockReason({ id, key }) {
    return this.shownCells.mark(id, key)?.locked || this.shownCells.byKey[key]?.locked || `${this.shownCells.label(key)} cannot be edited here.`;
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

  /** The fill handle was pressed twice. */
  fillNextToFilled() {
    const area = this.selection.area();
    const way = changes.rangeNextToFilled(this.shownCells, area);
    if (way) this.fillSeries(area, way);
  }

  /** What the fill handle was drawn over; chosen then with what it began from. */
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

  /** Put in what the findings of the chosen cells propose. */
  applyFix() {
    const proposed = this.#textsInSelection((mark) => mark?.findings?.find((finding) => finding.proposal)?.proposal);
    this.#putOrReport(proposed, "Mended", "There is no mend to apply here: the finding says what to do.");
  }

  /** Take over what machine learning or the file name said, or what the service has instead of what was set. */
  acceptSuggestion() {
    const said = this.#textsInSelection((mark, id, key) => (isOverruled(mark) ? this.shownCells.text(id, key) : mark?.suggestion));
    this.#putOrReport(said, "Accepted", "The service proposes nothing else for this cell.");
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
    this.table.showStatus(`Copied: ${changes.quantity(this.selection.count, "cell")}.`);
    return true;
  }

  #paste(event) {
    if (!isOnCell(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const [text, page] = ["text/plain", "text/html"].map((type) => event.clipboardData.getData(type));
    const block = parsePage(page) ?? parse(text);
    if (block.length) this.#act(changes.paste, block);
    else this.table.showStatus("The clipboard holds no text to paste.");
  }

  /** What the cell in focus has to say. */
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
