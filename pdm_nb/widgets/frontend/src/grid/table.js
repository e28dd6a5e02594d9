// The table widget: composes rows, wire, grid, edit layer and the lines around the grid. One instance per view.

import { createGrid } from "ag-grid-community";
import { element } from "../dom.js";
import { amount, setAll } from "../edit/changes.js";
import { definitions } from "./columns.js";
import { Connection } from "./connection.js";
import { HEADER, ROW, gridOptions } from "./grid_options.js";
import { worst } from "../edit/rows.js";
import { summary } from "../edit/describe.js";
import { FindBar } from "../ui/find_bar.js";
import { Hands } from "../ui/keyboard.js";
import { chord, keepFocus, keepKeys, leaveOnEscape } from "../edit/keys.js";
import { Layout } from "./layout.js";
import { Looks } from "../ui/view_filters.js";
import { PopupPanel } from "../ui/popup_panel.js";
import { Rescue } from "./recovery_bar.js";
import { NUMBERS, Selection } from "../edit/selection.js";
import { Sheet } from "./shown_cells.js";
import { installStyles } from "./theme.js";
import { Toolbar } from "../ui/toolbar.js";

const FRAME = 20; // borders and a horizontal scroll bar
const FLASH_AT_MOST = 200; // cells; above that a flash tells nothing and costs much

class TableView {
  constructor(model, el, kernel) {
    installStyles();
    this.model = model;
    this.looks = new Looks(this);
    this.headers = new Set();
    this.#build(el);
    this.connection = new Connection(model, {
      onLoad: () => this.loaded(),
      onPatch: (cells) => this.patched(cells),
      onAnswer: (message, cells) => this.answered(message, cells),
      onLife: (alive) => !alive && this.rescue?.dead(),
    }, { kernel });
    this.rescue = new Rescue(this);
    this.root.prepend(this.rescue.gui);
    this.api = createGrid(this.host, gridOptions(this));
    this.sheet = new Sheet(this.api, this.connection, () => model.get("_columns"));
    this.selection = new Selection(this.sheet);
    this.hands = new Hands(this.host, this.sheet, this.selection, this);
    this.layout = new Layout(this);
    this.#tools();
    [this.root, this.popups].forEach((one) => one.addEventListener("keydown", (event) => this.#note(event), true));
    leaveOnEscape(this.root, (event) => this.#stays(event));
    this.named();
    this.reordered();
    this.sized();
    this.rescue.left();
    this.watched = [
      ["change:_columns", () => this.api.setGridOption("columnDefs", this.columns())],
      ["change:_choices", () => this.connection.forgetChoices()],
    ];
    for (const [name, listener] of this.watched) model.on(name, listener);
  }

  get options() {
    return this.model.get("_options");
  }

  #build(el) {
    this.root = element("div", "pdm-table");
    this.root.tabIndex = -1; // where the focus goes when its cell is gone, so that no key reaches the notebook
    this.host = element("div", "pdm-grid");
    this.footer = element("div", "pdm-footer");
    this.counts = element("span", "pdm-counts");
    this.said = element("span", "pdm-said");
    this.said.setAttribute("role", "status");
    this.footer.append(this.counts, this.said);
    this.root.append(this.host, this.footer);
    el.append(this.root);
    this.popups = popupLayer();
    this.panels = new PopupPanel(this.popups);
    [this.root, this.popups].forEach(keepKeys);
    keepFocus(this.root, this.popups);
  }

  #tools() {
    this.findbar = new FindBar(this);
    this.host.before(this.findbar.gui);
    if (!this.options.tools) return;
    this.toolbar = new Toolbar(this);
    this.root.prepend(this.toolbar.gui);
  }

  columns(layout = this.options.layout ?? []) {
    return definitions(this.model.get("_columns"), layout, this);
  }

  /** Remember the last two keys. */
  #note(event) {
    if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
    const editing = this.api.getEditingCells().length > 0;
    this.keys = [this.keys?.[1], editing ? `${event.key} while editing` : chord(event)];
  }

  /** Whether Escape is not to give the keys away: it ends an editor, a panel, a block, or comes from habit after a copy or one that did. */
  #stays({ target }) {
    if (this.api.getEditingCells().length > 0 || this.panels.open) return true;
    if (target.classList.contains("ag-cell") && this.selection.count > 1) {
      this.hands.choose(() => this.selection.start(this.selection.anchor));
      return true;
    }
    const habit = ["Mod+c", "Mod+x", "Escape while editing"].includes(this.keys?.[0]);
    this.say(habit ? "Escape once more gives the keys to the notebook." : "The keys are the notebook's now; a click on a cell gives them back.");
    return habit;
  }

  named() {
    const grid = this.host.querySelector('[role="grid"], [role="treegrid"]');
    grid?.setAttribute("aria-label", this.options.label);
    grid?.setAttribute("aria-multiselectable", "true");
  }

  // -- what comes from Python
  loaded() {
    if (!this.hands) return; // the first load comes before the grid
    this.lost = this.#typedIntoGone();
    this.api.setGridOption("rowData", this.connection.rows.all);
    this.sized();
    this.rescue.review();
  }

  sized() {
    const { rows } = this.connection;
    this.root.classList.toggle("pdm-is-empty", rows.all.length === 0);
    this.root.dataset.empty = this.options.empty;
    const wanted = HEADER + FRAME + Math.max(rows.all.length, 2) * ROW;
    if ((this.host.style.height || this.fitting) !== this.fitting) return this.count(); // somebody has drawn it to a height
    this.fitting = `${Math.min(wanted, this.options.height)}px`;
    this.host.style.height = this.fitting;
    this.count();
  }

  patched(cells) {
    const byRow = new Map();
    for (const cell of cells) byRow.get(cell.id)?.push(cell) ?? byRow.set(cell.id, [cell]);
    const drawn = new Set(this.api.getRenderedNodes().map((node) => node.data.id));
    for (const [id, changes] of byRow) {
      if (drawn.has(id)) this.#redraw(this.api.getRowNode(String(id)), changes, cells.length <= FLASH_AT_MOST);
    }
    this.count();
    if (!this.toldUntilMoved) this.tell();
  }

  #redraw(node, changes, flashing) {
    const columns = changes.map((cell) => cell.key).filter((key) => this.api.getColumn(key));
    this.api.refreshCells({ rowNodes: [node], columns, force: true });
    const changed = changes.filter((cell) => cell.changed && columns.includes(cell.key)).map((cell) => cell.key);
    if (changed.length && flashing) this.api.flashCells({ rowNodes: [node], columns: changed });
  }

  answered({ notice, place }, cells) {
    const [id, key] = place ?? [];
    const editing = this.api.getEditingCells().length > 0; // whoever types is not led away
    const shown = this.sheet.rowOf(id) >= 0 && this.sheet.columnOf(key) >= 0;
    if (shown && !editing) {
      this.selection.start({ id, key });
      this.hands.paint();
      this.sheet.focus({ id, key });
    }
    if (notice) this.say(place && !shown ? `${notice} The first of them is not among what is shown.` : notice);
    else this.#sayWrong(cells);
  }

  /** The focus has gone on from what was put in, so what is wrong with it is said here. */
  #sayWrong(cells) {
    const faulty = cells.filter(([id, key]) => worst(this.sheet.mark(id, key)) === "error" && this.sheet.text(id, key) !== "");
    if (!faulty.length) return;
    const [[id, key]] = faulty;
    if (cells.length === 1) return this.say(`${this.sheet.label(key)}: ${this.hands.words({ id, key })}`);
    this.say(`${this.acted} ${faulty.length.toLocaleString("en")} of them ${faulty.length === 1 ? "has an error and is" : "have errors and are"} marked; F8 goes to the next.`);
  }

  // -- what people do
  /** Carry out what an action of the edit layer came to. */
  act({ cells, notice }) {
    this.acted = notice;
    if (notice) this.say(notice);
    if (!cells.length) return;
    if (!this.connection.edit(cells, notice)) {
      this.say("A text of more than 2.5 million characters cannot be put into a cell.");
      return;
    }
    this.patched(cells.map(([id, key]) => ({ id, key, changed: false })));
    if (!this.connection.alive) this.say(`The kernel has ended: ${amount(cells.length, "cell")} changed on this page only.`);
  }

  edited({ data, column, oldValue, newValue }) {
    const key = column.getColId();
    const text = newValue === null || newValue === undefined ? "" : String(newValue);
    if (this.spreading) this.spread(text);
    else if (text !== String(oldValue ?? "")) this.act({ cells: [[data.id, key, String(oldValue ?? ""), text]], notice: "" });
  }

  /** One text into all that is chosen, or was when "Set for chosen" was pressed. */
  spread(text) {
    this.act(setAll(this.sheet, this.spreading ?? this.hands.target(), text));
  }

  /** Open the editor of the cell in focus; what it holds then goes into all that is chosen. */
  setForChosen() {
    const { selection, sheet } = this;
    if (!selection.anchor) return this.say("Choose cells or rows first.");
    const { id, key } = selection.anchor;
    if (selection.rows.size && !sheet.editable(id, key)) selection.inColumn(sheet.keys.find((one) => sheet.editable(id, one)) ?? key);
    sheet.reveal(selection.anchor);
    this.spreading = this.hands.target(); // the editor asks while it opens
    sheet.edit(selection.anchor);
    if (this.api.getEditingCells().length) return this.say(`One value for ${this.#amountOf(this.spreading)}.`);
    this.spreading = null;
    this.say(this.hands.reason(selection.anchor));
  }

  #amountOf({ ids, keys }) {
    const where = keys.length === 1 ? this.sheet.label(keys[0]) : `${keys.length} columns`;
    return `${amount(ids.length * keys.length, "cell")} of ${where}`;
  }

  undo() {
    this.#step("undo");
  }

  find(replacing = false) {
    this.findbar.open(replacing);
  }

  redo() {
    this.#step("redo");
  }

  /** Have what is no date yet in a column read as one, in an order: "DMY", "MDY" or "YMD". */
  readDates(key, order) {
    this.#step("dates", { key, order });
  }

  #step(kind, more) {
    this.connection.ask(kind, more);
    if (!this.connection.alive) this.say("The kernel has ended: this cannot be done here.");
  }

  // -- focus and words
  home() {
    const { anchor } = this.selection;
    if (anchor && this.sheet.rowOf(anchor.id) >= 0) this.sheet.focus(anchor);
    else if (this.sheet.ids.length) this.sheet.focus({ id: this.sheet.ids[0], key: anchor?.key ?? this.sheet.keys[0] });
  }

  focused() {
    const place = this.sheet?.focused;
    if (!place || place.key === NUMBERS) return;
    this.hands.focused(place);
  }

  reordered() {
    if (!this.hands) return;
    this.sheet.reread();
    this.selection.reordered();
    this.api.refreshCells({ columns: [NUMBERS], force: true });
    this.#agree();
    this.hands.paint();
  }

  /** The grid's focus is a place in the order, ours a document: the keys go to the document, wherever it stands now. */
  #agree() {
    const { anchor } = this.selection;
    if (!anchor || this.api.getEditingCells().length) return;
    const [now, focused] = [document.activeElement, this.sheet.focused];
    if (!this.connection.rows.byId.has(anchor.id)) return this.#gone(now);
    if (!now?.classList.contains("ag-cell") || !this.host.contains(now)) return;
    if (focused?.id === anchor.id && focused.key === anchor.key) return;
    if (this.selection.isShown) {
      this.api.setFocusedCell(this.sheet.rowOf(anchor.id), anchor.key);
    } else if (focused) this.selection.start(focused);
  }

  /** The document in focus was taken out: what is typed next is for none. */
  #gone(focused) {
    this.selection.clear();
    this.api.clearFocusedCell();
    if (focused !== document.body && !this.host.contains(focused)) return;
    this.root.focus();
    const typed = this.lost ? ` What was typed there: ${this.lost}` : "";
    this.say(`The document that was chosen is not in the batch any more.${typed}`);
  }

  /** What stands in the open editor of a document that was taken out. */
  #typedIntoGone() {
    const [cell] = this.api.getEditingCells();
    const gone = cell && !this.connection.rows.byId.has(this.sheet.ids[cell.rowIndex]);
    return gone ? [this.host, this.popups].map((one) => one.querySelector(".pdm-input")).find(Boolean)?.value : "";
  }

  /** What was pressed is gone, or was drawn anew: the keys go back to the cells. */
  refocus() {
    if (document.activeElement === document.body) this.home();
  }

  /** Between the tools and the cells. */
  switchOver() {
    if (this.toolbar && !this.toolbar.gui.contains(document.activeElement)) this.toolbar.search.focus();
    else this.home();
  }

  /** A block was chosen: say how large it is. */
  chosen() {
    this.findbar.chosen();
    const { ids, keys } = this.selection.area();
    if (this.selection.count > 1) this.say(`${ids.length.toLocaleString("en")} × ${keys.length} cells chosen.`);
    else this.tell();
  }

  /** The line under the table tells what the focused cell has to say. */
  tell() {
    this.say(this.hands.words(this.selection.anchor), false);
  }

  /** `kept` until the focus moves: what was done is not talked over by cells that change. */
  say(text, kept = true) {
    this.toldUntilMoved = kept && Boolean(text);
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  count() {
    const { rows } = this.connection;
    this.counts.textContent = summary(rows.all.length, rows.counts, this.options.noun);
    for (const header of this.headers) header.update();
    this.toolbar?.update();
  }

  destroy() {
    this.looks.close();
    for (const [name, listener] of this.watched) this.model.off(name, listener);
    this.connection.close();
    this.api.destroy();
    this.panels.close();
    this.popups.remove();
  }
}

/** Editors and tooltips live here, so that no output area cuts them off. */
function popupLayer() {
  const layer = element("div", "pdm-popups");
  document.body.append(layer);
  return layer;
}

/** The plain table, which stands in the saved notebook for whoever has no kernel, is not needed beside the living one. */
function hidePlain(name) {
  for (const plain of document.querySelectorAll(`[data-pdm-table="${name}"]`)) {
    (plain.closest(".jp-OutputArea-child") ?? plain).style.display = "none";
  }
}

export function render({ model, el, kernel }) {
  const view = new TableView(model, el, kernel);
  hidePlain(model.get("_options").name);
  return () => view.destroy();
}
