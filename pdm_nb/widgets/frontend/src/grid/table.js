// The table widget: composes connection, grid, selection, keyboard, toolbar, find bar and status line. One instance per view.
//
// How data flows: Python -> connection -> rows -> AG Grid draws them. A key, a paste or an editor -> an action of
// `edit/changes.js` ({cells, notice}) -> `act` -> connection -> Python, which replies with a patch. Until the reply comes,
// the cells show what was typed and are pending.

import { createGrid } from "ag-grid-community";
import { addTo, element, focusedElement, isSavedPage, rootOf } from "../dom.js";
import { setAll } from "../edit/changes.js";
import { quantity } from "../edit/skipped_cells.js";
import { definitions, specsOf } from "./columns.js";
import { Connection } from "./connection.js";
import { HEADER, ROW, gridOptions } from "./grid_options.js";
import { highestSeverity } from "../edit/rows.js";
import { summary } from "../edit/describe.js";
import { FindBar } from "../ui/find_bar.js";
import { GridKeyboard } from "../ui/keyboard.js";
import { chord, keepFocus, keepKeys, releaseKeysOnEscape } from "../edit/keys.js";
import { ColumnLayout } from "./column_layout.js";
import { ViewFilters } from "../ui/view_filters.js";
import { PopupPanel } from "../ui/popup_panel.js";
import { RecoveryBar } from "./recovery_bar.js";
import { NUMBERS, Selection } from "../edit/selection.js";
import { ShownCells } from "./shown_cells.js";
import { installStyles } from "./theme.js";
import { Toolbar } from "../ui/toolbar.js";
import { TEXTS } from "../edit/texts.js";

const FRAME = 20; // borders and a horizontal scroll bar
const FLASH_AT_MOST = 200; // cells; more of them would flash without a use, and slowly

export class TableView {
  /** `owner` is the application around the table: {step, isPart, onChange, onSelect}, or {} if the table stands alone. */
  constructor(model, el, kernel, owner = {}) {
    installStyles(el);
    this.model = model;
    this.owner = owner;
    this.step = owner.step ?? "";
    this.isSaved = isSavedPage(kernel);
    this.scrolled = new Map(); // pixels to the right, by step
    this.viewFilters = new ViewFilters(this);
    this.headers = new Set();
    this.#build(el);
    this.connection = new Connection(model, {
      onLoad: () => this.loaded(),
      onPatch: (cells) => this.patched(cells),
      onReply: (message, cells) => this.replied(message, cells),
      onLate: () => this.showStatus(TEXTS.notSavedYet),
      onKernelChange: (isAlive) => !isAlive && this.recoveryBar?.dead(),
    }, { kernel });
    this.recoveryBar = new RecoveryBar(this);
    this.root.prepend(this.recoveryBar.gui);
    this.api = createGrid(this.host, /** @type {any} */ (gridOptions(this)));
    this.shownCells = new ShownCells(this.api, this.connection, () => specsOf(model, this.isSaved));
    this.selection = new Selection(this.shownCells);
    this.keyboard = new GridKeyboard(this.host, this.shownCells, this.selection, this);
    this.layout = new ColumnLayout(this);
    this.#addTools();
    [this.root, this.popups].forEach((one) => one.addEventListener("keydown", (event) => this.#recordKey(event), true));
    releaseKeysOnEscape(this.root, (event) => this.#keepsKeys(event));
    this.setGridLabel();
    this.reordered();
    this.fitHeight();
    this.recoveryBar.left();
    this.watched = [
      ["change:_columns", () => this.api.setGridOption("columnDefs", /** @type {any} */ (this.columns()))],
      ["change:_choices", () => this.connection.forgetChoices()],
    ];
    for (const [name, listener] of this.watched) model.on(name, listener);
  }

  get options() {
    return this.model.get("_options");
  }

  #build(el) {
    this.root = element("div", "pdm-table");
    this.root.dataset.step = this.step;
    this.root.classList.toggle("pdm-is-saved", this.isSaved);
    this.root.tabIndex = -1; // takes the focus when its cell is removed, so that no key reaches the notebook
    this.host = element("div", "pdm-grid");
    this.footer = element("div", "pdm-footer");
    this.counts = element("span", "pdm-counts");
    this.status = element("span", "pdm-status");
    this.status.setAttribute("role", "status");
    this.footer.append(this.counts, this.status);
    this.root.append(this.host, this.footer);
    el.append(this.root);
    this.popups = popupLayer(el);
    /** @type {any} */ this.panels = new PopupPanel(this.popups);
    [this.root, this.popups].forEach(keepKeys);
    keepFocus(this.root, this.popups);
  }

  #addTools() {
    /** @type {any} */ this.findBar = new FindBar(this);
    this.host.before(this.findBar.gui);
    if (!this.options.tools) return;
    /** @type {any} */ this.toolbar = new Toolbar(this);
    this.root.prepend(this.toolbar.gui);
  }

  columns(layout = this.options.layout ?? []) {
    return definitions(specsOf(this.model, this.isSaved), layout, this);
  }

  /** Show the columns of another step of the workbench; selection, filters, order and scroll position stay. */
  setStep(step) {
    if (step === this.step) return;
    const viewport = this.host.querySelector(".ag-grid-viewport");
    this.scrolled.set(this.step, viewport?.scrollLeft ?? 0);
    this.step = step;
    this.root.dataset.step = step;
    this.layout.showStep();
    this.reordered();
    this.describeCell();
    requestAnimationFrame(() => viewport?.scrollTo({ left: this.scrolled.get(step) ?? 0 }));
  }

  /** True if a column belongs to the present step. */
  isInStep(/** @type {Partial<ColumnSpec>} */ { steps }) {
    return !this.step || !steps || steps.includes(this.step);
  }

  /** Record the last two keys. */
  #recordKey(event) {
    if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return;
    const editing = this.api.getEditingCells().length > 0;
    this.keys = [this.keys?.[1], editing ? `${event.key} while editing` : chord(event)];
  }

  /** True if Escape does not leave the grid: it closes an editor, panel or block, or follows a copy or another Escape out of habit. */
  #keepsKeys({ target }) {
    if (this.api.getEditingCells().length > 0 || this.panels.open) return true;
    if (target.classList.contains("ag-cell") && this.selection.count > 1) {
      this.keyboard.changeSelection(() => this.selection.start(this.selection.anchor));
      return true;
    }
    const habit = ["Mod+c", "Mod+x", "Escape while editing"].includes(this.keys?.[0]);
    this.showStatus(habit ? TEXTS.escapeAgain : TEXTS.left);
    return habit;
  }

  setGridLabel() {
    const grid = this.host.querySelector('[role="grid"], [role="treegrid"]');
    grid?.setAttribute("aria-label", this.options.label);
    grid?.setAttribute("aria-multiselectable", "true");
  }

  // -- messages from Python
  loaded() {
    if (!this.keyboard) return; // the first load comes before the grid exists
    this.removedText = this.#textTypedIntoRemoved();
    this.api.setGridOption("rowData", this.connection.rows.all);
    this.fitHeight();
    this.recoveryBar.review();
  }

  fitHeight() {
    const { rows } = this.connection;
    this.root.classList.toggle("pdm-is-empty", rows.all.length === 0);
    this.root.dataset.empty = this.options.empty;
    const wanted = HEADER + FRAME + Math.max(rows.all.length, 2) * ROW;
    if ((this.host.style.height || this.fittedHeight) !== this.fittedHeight) return this.updateCounts(); // somebody has dragged it to another height
    this.fittedHeight = `${Math.min(wanted, this.options.height)}px`;
    this.host.style.height = this.fittedHeight;
    this.updateCounts();
  }

  patched(cells) {
    const byRow = new Map();
    for (const cell of cells) byRow.get(cell.id)?.push(cell) ?? byRow.set(cell.id, [cell]);
    const drawn = new Set(this.api.getRenderedNodes().map((node) => node.data.id));
    for (const [id, changes] of byRow) {
      if (drawn.has(id)) this.#redraw(this.api.getRowNode(String(id)), changes, cells.length <= FLASH_AT_MOST);
    }
    this.layout.sortAgain(cells);
    this.updateCounts();
    if (!this.keepsStatus) this.describeCell();
  }

  #redraw(node, changes, flashing) {
    const columns = changes.map((cell) => cell.key).filter((key) => this.api.getColumn(key));
    this.api.refreshCells({ rowNodes: [node], columns, force: true });
    const changed = changes.filter((cell) => cell.changed && columns.includes(cell.key)).map((cell) => cell.key);
    if (changed.length && flashing) this.api.flashCells({ rowNodes: [node], columns: changed });
  }

  replied({ notice, place }, cells) {
    const [id, key] = place ?? [];
    const editing = this.api.getEditingCells().length > 0; // somebody who types stays where they are
    const shown = this.shownCells.rowOf(id) >= 0 && this.shownCells.columnOf(key) >= 0;
    if (shown && !editing) {
      this.selection.start({ id, key });
      this.keyboard.paint();
      this.shownCells.focus({ id, key });
    }
    if (notice) this.showStatus(place && !shown ? TEXTS.firstIsHidden(notice) : notice);
    else this.#reportErrors(cells);
  }

  /** The focus has moved on from the edited cells, so their errors are reported in the status line. */
  #reportErrors(cells) {
    const faulty = cells.filter(([id, key]) => highestSeverity(this.shownCells.mark(id, key)) === "error" && this.shownCells.text(id, key) !== "");
    if (!faulty.length) return;
    const [[id, key]] = faulty;
    if (cells.length === 1) return this.showStatus(`${this.shownCells.label(key)}: ${this.keyboard.description({ id, key })}`);
    this.showStatus(TEXTS.someRejected(this.lastNotice, faulty.length.toLocaleString("en"), faulty.length === 1 ? "has an error" : "have errors"));
  }

  // -- actions
  /** Carry out an action of the edit layer. */
  act({ cells, notice }) {
    this.lastNotice = notice;
    if (notice) this.showStatus(notice);
    if (!cells.length) return;
    if (!this.connection.edit(cells, notice)) {
      this.showStatus(TEXTS.tooLong);
      return;
    }
    this.patched(cells.map(([id, key]) => ({ id, key, changed: false })));
    if (!this.connection.isAlive) this.showStatus(TEXTS.changedHereOnly(quantity(cells.length, "cell")));
  }

  edited({ data, column, oldValue, newValue }) {
    const key = column.getColId();
    const text = newValue === null || newValue === undefined ? "" : String(newValue);
    if (this.bulkArea) this.applyToSelection(text);
    else if (text !== String(oldValue ?? "")) this.act({ cells: [[data.id, key, String(oldValue ?? ""), text]], notice: "" });
  }

  /** Set all cells that are selected, or were when "Set selected cells" was pressed, to one text. */
  applyToSelection(text) {
    this.act(setAll(this.shownCells, this.bulkArea ?? this.keyboard.targetArea(), text));
  }

  /** Open the editor of the active cell; its value is then set in all selected cells. */
  setSelected() {
    const { selection, shownCells } = this;
    if (!selection.anchor) return this.showStatus(TEXTS.selectFirst);
    const { id, key } = selection.anchor;
    if (selection.rows.size && !shownCells.editable(id, key)) selection.moveToColumn(shownCells.keys.find((one) => shownCells.editable(id, one)) ?? key);
    shownCells.reveal(selection.anchor);
    this.bulkArea = this.keyboard.targetArea(); // the editor asks while it opens
    shownCells.edit(selection.anchor);
    if (this.api.getEditingCells().length) return this.showStatus(TEXTS.enterOne(this.#extentOf(this.bulkArea)));
    this.bulkArea = null;
    this.showStatus(shownCells.lockReason(id, key));
  }

  #extentOf({ ids, keys }) {
    const where = keys.length === 1 ? this.shownCells.label(keys[0]) : `${keys.length} columns`;
    return `${quantity(ids.length * keys.length, "cell")} in ${where}`;
  }

  undo() {
    this.#request("undo");
  }

  find(replacing = false) {
    this.findBar.open(replacing);
  }

  redo() {
    this.#request("redo");
  }

  /** Read texts in a date column as dates in an order: "DMY", "MDY" or "YMD". */
  readDates(key, order) {
    this.#request("dates", { key, order });
  }

  #request(kind, more) {
    this.connection.request(kind, more);
    if (!this.connection.isAlive) this.showStatus(TEXTS.kernelStopped);
  }

  // -- focus and status line
  focusCells() {
    const { anchor } = this.selection;
    if (anchor && this.shownCells.rowOf(anchor.id) >= 0) this.shownCells.focus(anchor);
    else if (this.shownCells.ids.length) this.shownCells.focus({ id: this.shownCells.ids[0], key: anchor?.key ?? this.shownCells.keys[0] });
  }

  focused() {
    const place = this.shownCells?.focused;
    if (!place || place.key === NUMBERS) return;
    this.keyboard.focused(place);
  }

  reordered() {
    if (!this.keyboard) return;
    this.shownCells.reread();
    this.selection.reordered();
    this.api.refreshCells({ columns: [NUMBERS], force: true });
    this.#syncFocus();
    this.keyboard.paint();
  }

  /** AG Grid's focus is a row index, ours a document: the focus follows the document when rows move. */
  #syncFocus() {
    const { anchor } = this.selection;
    if (!anchor || this.api.getEditingCells().length) return;
    const [now, focused] = [focusedElement(), this.shownCells.focused];
    if (!this.connection.rows.byId.has(anchor.id)) return this.#clearRemoved(now);
    if (!now?.classList.contains("ag-cell") || !this.host.contains(now)) return;
    if (focused && focused.id === anchor.id && focused.key === anchor.key) return;
    if (this.selection.isShown) {
      this.api.setFocusedCell(this.shownCells.rowOf(anchor.id), anchor.key);
    } else if (focused) this.selection.start(focused);
  }

  /** The document in focus was removed: what is typed next must not go into another one. */
  #clearRemoved(focused) {
    this.selection.clear();
    this.api.clearFocusedCell();
    if (focused !== document.body && !this.host.contains(focused)) return;
    this.root.focus();
    const typed = this.removedText ? TEXTS.typedThere(this.removedText) : "";
    this.showStatus(TEXTS.selectedWasRemoved(typed));
  }

  /** The text in the open editor of a document that was removed. */
  #textTypedIntoRemoved() {
    const [cell] = this.api.getEditingCells();
    const gone = cell && !this.connection.rows.byId.has(this.shownCells.ids[cell.rowIndex]);
    return gone ? [this.host, this.popups].map((one) => one.querySelector(".pdm-input")).find(Boolean)?.value : "";
  }

  /** Return the focus to the cells if the button that had it was removed or redrawn. */
  refocus() {
    if (focusedElement() === document.body) this.focusCells();
  }

  /** Switch the focus between the toolbar and the cells. */
  toggleToolbarFocus() {
    if (this.toolbar && !this.toolbar.gui.contains(focusedElement())) this.toolbar.search.focus();
    else this.focusCells();
  }

  /** Show the size of the selected block. */
  selectionChanged() {
    this.findBar.selectionChanged();
    this.owner.onSelect?.(this.selection.anchor);
    const { ids, keys } = this.selection.area();
    if (this.selection.count > 1) this.showStatus(TEXTS.cellsSelected(ids.length.toLocaleString("en"), keys.length));
    else this.describeCell();
  }

  /** Describe the active cell in the status line. */
  describeCell() {
    const { anchor } = this.selection;
    const isInStep = !anchor || this.isInStep(this.shownCells.byKey[anchor.key] ?? {});
    this.showStatus(isInStep ? this.keyboard.description(anchor) : "", false);
  }

  /** Show a text in the status line; if `kept`, changing cells do not replace it until the focus moves. */
  showStatus(text, kept = true) {
    this.keepsStatus = kept && Boolean(text);
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  updateCounts() {
    const { rows } = this.connection;
    this.counts.textContent = summary(rows.all.length, rows.counts, this.options.noun);
    for (const header of this.headers) header.update();
    this.toolbar?.update();
    this.owner.onChange?.();
  }

  destroy() {
    this.viewFilters.close();
    for (const [name, listener] of this.watched) this.model.off(name, listener);
    this.connection.close();
    this.api.destroy();
    this.panels.close();
    this.popups.remove();
  }
}

/** The layer for editors and tooltips, so that no output area cuts them off. */
function popupLayer(el) {
  const layer = element("div", "pdm-popups");
  addTo(rootOf(el), layer); // with the table, so that its styles apply
  return layer;
}

/** Hide the static table, which saved notebooks show without a kernel, while the widget is shown. */
export function hideStatic(name) {
  for (const plain of document.querySelectorAll(`[data-pdm-table="${name}"]`)) {
    /** @type {HTMLElement} */ (plain.closest(".jp-OutputArea-child") ?? plain).style.display = "none";
  }
}

export function renderTable({ model, el, kernel }) {
  const view = new TableView(model, el, kernel);
  hideStatic(model.get("_options").name);
  return () => view.destroy();
}
