// The mouse on the cells: selects blocks and rows, and drags the fill handle.

import { focusedElement, rootOf } from "../dom.js";
import * as changes from "../edit/changes.js";
import { NUMBERS, step } from "../edit/selection.js";

const HANDLE = 9; // pixels from the corner that belong to the fill handle
const SCROLL_INTERVAL = 60; // milliseconds between rows while the mouse is beyond the edge
const END_EVENTS = ["pointerup", "pointercancel"];

export class GridMouse {
  constructor(keyboard) {
    const { host, shownCells, selection } = keyboard;
    this.keyboard = keyboard;
    this.host = host;
    this.shownCells = shownCells;
    this.selection = selection;
    host.addEventListener("pointerdown", (event) => this.#press(event), true);
    host.addEventListener("mousedown", (event) => this.isTakenOver && stop(event), true); // keeps the focus where it is
    host.addEventListener("dblclick", (event) => this.#doubleClick(event), true);
    host.addEventListener("click", (event) => event.target.closest(".pdm-numbers-head") && this.#all());
  }

  #all() {
    this.keyboard.changeSelection(() => this.selection.selectAll());
    if (this.selection.anchor) this.shownCells.focus(this.selection.anchor);
  }

  /** A double-click on the handle fills down; AG Grid would open the editor. */
  #doubleClick(event) {
    const cell = event.target.closest(".ag-cell");
    if (!cell || !onHandle(event, cell)) return;
    stop(event);
    this.keyboard.fillNextToFilled();
  }

  #press(event) {
    this.isTakenOver = false;
    const cell = event.button === 0 && !event.target.closest("input, textarea, button") && event.target.closest(".ag-cell");
    if (!cell) return;
    const place = placeOf(cell);
    if (place.key === NUMBERS) this.#pressRow(event, place.id);
    else if (onHandle(event, cell)) this.#dragHandle(event);
    else if (event.shiftKey && this.selection.isShown) {
      this.#takeOver(event);
      this.keyboard.changeSelection(() => this.selection.extend(place));
      this.#trackDrag((to) => this.keyboard.changeSelection(() => this.selection.extend(to)));
    } else {
      this.keyboard.changeSelection(() => this.selection.start(place));
      this.#trackDrag((to) => this.keyboard.changeSelection(() => this.selection.extend(to)));
    }
  }

  /** Keep a press from AG Grid, which would select a single cell; an open editor closes as after a click elsewhere. */
  #takeOver(event) {
    this.isTakenOver = true;
    event.stopPropagation();
    this.shownCells.api.stopEditing();
    const { anchor, isShown } = this.selection;
    if (isShown && !this.host.contains(focusedElement())) this.shownCells.api.setFocusedCell(this.shownCells.rowOf(anchor.id), anchor.key);
  }

  #pressRow(event, id) {
    this.#takeOver(event);
    const { selection } = this;
    const adding = event.ctrlKey || event.metaKey;
    const continues = event.shiftKey && this.shownCells.rowOf(selection.anchor?.id) >= 0;
    if (!continues) this.shownCells.api.setFocusedCell(this.shownCells.rowOf(id), selection.column);
    this.keyboard.changeSelection(() => selection.selectRow(id, { adding, ranging: event.shiftKey }));
    this.#trackDrag((to) => this.keyboard.changeSelection(() => selection.selectRow(to.id, { adding, ranging: true })), true);
  }

  #dragHandle(event) {
    this.#takeOver(event);
    const area = this.selection.area();
    let way = null;
    this.#trackDrag(
      (to) => {
        way = changes.dragTarget(this.shownCells, area, to);
        this.#outline(way);
      },
      false,
      ({ type, ctrlKey, altKey }) => {
        this.#outline(null);
        if (way && type === "pointerup") this.keyboard.fillSeries(area, way, ctrlKey || altKey);
      },
    );
  }

  #outline(way) {
    const { ids, keys } = this.selection.area();
    const into = { ids: new Set(way?.ids ?? ids), keys: way?.keys ?? keys };
    for (const cell of this.host.querySelectorAll(".ag-cell")) {
      const { id, key } = placeOf(cell);
      cell.classList.toggle("pdm-filling", Boolean(way) && into.ids.has(id) && into.keys.includes(key));
    }
  }

  /**
   * Follow the mouse until the button is released, or Escape or the system cancels: `to` is called with every new cell,
   * `done` with the event that ended it. Beyond the edge, the table scrolls.
   * @param {(place: any) => void} to
   * @param {boolean} rows
   * @param {(event: any) => void} done
   */
  #trackDrag(to, rows = false, done = () => {}) {
    let last = null;
    let beyond = 0;
    const go = (place) => {
      if (!place || (!rows && place.key === NUMBERS) || (last?.id === place.id && last?.key === place.key)) return;
      if (last || place.id !== this.selection.head?.id || place.key !== this.selection.head?.key) to(place);
      last = place;
    };
    const move = (event) => {
      const box = this.host.querySelector(".ag-grid-viewport").getBoundingClientRect();
      beyond = event.clientY > box.bottom - 4 ? 1 : event.clientY < box.top + 4 ? -1 : 0;
      const cell = rootOf(this.host).elementFromPoint(event.clientX, event.clientY)?.closest?.(".ag-cell");
      if (cell && this.host.contains(cell)) go(placeOf(cell));
    };
    const scroll = setInterval(() => {
      if (!beyond || !last) return;
      const next = step(this.shownCells, last, beyond, 0);
      this.shownCells.reveal(next);
      go(next);
    }, SCROLL_INTERVAL);
    const end = (event) => {
      clearInterval(scroll);
      document.removeEventListener("pointermove", move);
      for (const name of END_EVENTS) document.removeEventListener(name, end);
      document.removeEventListener("keydown", escape, true);
      done(event);
    };
    const escape = (event) => {
      if (event.key !== "Escape") return;
      stop(event); // the grid keeps the keys
      end(event);
    };
    document.addEventListener("pointermove", move);
    for (const name of END_EVENTS) document.addEventListener(name, end);
    document.addEventListener("keydown", escape, true);
  }
}

export function placeOf(cell) {
  return { id: Number(cell.closest(".ag-row").getAttribute("row-id")), key: cell.getAttribute("col-id") };
}

function onHandle(event, cell) {
  if (!cell.classList.contains("pdm-corner")) return false;
  const box = cell.getBoundingClientRect();
  return box.right - event.clientX < HANDLE && box.bottom - event.clientY < HANDLE;
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}
