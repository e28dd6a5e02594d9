// The mouse on the cells: it chooses blocks and rows, and draws the fill handle.

import * as changes from "../edit/changes.js";
import { NUMBERS, step } from "../edit/selection.js";

const HANDLE = 9; // pixels from the corner that are the fill handle
const PACE = 60; // milliseconds between rows while one draws beyond the edge
const ENDS = ["pointerup", "pointercancel"];

export class Mouse {
  constructor(hands) {
    const { host, sheet, selection } = hands;
    Object.assign(this, { hands, host, sheet, selection });
    host.addEventListener("pointerdown", (event) => this.#press(event), true);
    host.addEventListener("mousedown", (event) => this.claimed && drop(event), true); // the focus stays where it is
    host.addEventListener("dblclick", (event) => this.#twice(event), true);
    host.addEventListener("click", (event) => event.target.closest(".pdm-numbers-head") && this.#all());
  }

  #all() {
    this.hands.choose(() => this.selection.all());
    if (this.selection.anchor) this.sheet.focus(this.selection.anchor);
  }

  /** A double click on the handle fills on; the grid would open the editor. */
  #twice(event) {
    const cell = event.target.closest(".ag-cell");
    if (!cell || !onHandle(event, cell)) return;
    drop(event);
    this.hands.fillBeside();
  }

  #press(event) {
    this.claimed = false;
    const cell = event.button === 0 && !event.target.closest("input, textarea, button") && event.target.closest(".ag-cell");
    if (!cell) return;
    const place = placeOf(cell);
    if (place.key === NUMBERS) this.#pressRow(event, place.id);
    else if (onHandle(event, cell)) this.#drawHandle(event);
    else if (event.shiftKey && this.selection.isShown) {
      this.#claim(event);
      this.hands.choose(() => this.selection.extend(place));
      this.#draw((to) => this.hands.choose(() => this.selection.extend(to)));
    } else {
      this.hands.choose(() => this.selection.start(place));
      this.#draw((to) => this.hands.choose(() => this.selection.extend(to)));
    }
  }

  /** Keep a press from the grid, which would begin anew with one cell; an open editor ends as by a click elsewhere. */
  #claim(event) {
    this.claimed = true;
    event.stopPropagation();
    this.sheet.api.stopEditing();
    const { anchor, isShown } = this.selection;
    if (isShown && !this.host.contains(document.activeElement)) this.sheet.api.setFocusedCell(this.sheet.rowOf(anchor.id), anchor.key);
  }

  #pressRow(event, id) {
    this.#claim(event);
    const { selection } = this;
    const adding = event.ctrlKey || event.metaKey;
    const goesOn = event.shiftKey && this.sheet.rowOf(selection.anchor?.id) >= 0;
    if (!goesOn) this.sheet.api.setFocusedCell(this.sheet.rowOf(id), selection.column);
    this.hands.choose(() => selection.row(id, { adding, through: event.shiftKey }));
    this.#draw((to) => this.hands.choose(() => selection.row(to.id, { adding, through: true })), true);
  }

  #drawHandle(event) {
    this.#claim(event);
    const area = this.selection.area();
    let way = null;
    this.#draw(
      (to) => {
        way = changes.drawnTo(this.sheet, area, to);
        this.#outline(way);
      },
      false,
      ({ type, ctrlKey, altKey }) => {
        this.#outline(null);
        if (way && type === "pointerup") this.hands.fillOn(area, way, ctrlKey || altKey);
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
   * Follow the mouse until it is let go, or Escape or the system breaks off: `to` for every new cell, `done` with the
   * event that ended it. Beyond the edge the table scrolls along.
   */
  #draw(to, rows = false, done = () => {}) {
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
      const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".ag-cell");
      if (cell && this.host.contains(cell)) go(placeOf(cell));
    };
    const scroll = setInterval(() => {
      if (!beyond || !last) return;
      const next = step(this.sheet, last, beyond, 0);
      this.sheet.reveal(next);
      go(next);
    }, PACE);
    const end = (event) => {
      clearInterval(scroll);
      document.removeEventListener("pointermove", move);
      for (const name of ENDS) document.removeEventListener(name, end);
      document.removeEventListener("keydown", escape, true);
      done(event);
    };
    const escape = (event) => {
      if (event.key !== "Escape") return;
      drop(event); // the keys stay in the table
      end(event);
    };
    document.addEventListener("pointermove", move);
    for (const name of ENDS) document.addEventListener(name, end);
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

function drop(event) {
  event.preventDefault();
  event.stopPropagation();
}
