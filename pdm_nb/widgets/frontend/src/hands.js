// Mouse, keys and clipboard on the cells: they choose blocks, and start what is done to them. An action is
// {cells, notice} of `changes.js`, handed to `act`; what is no action on cells is asked of `table`.

import * as changes from "./changes.js";
import { format, formatPage, parse } from "./clipboard.js";
import { describe } from "./describe.js";
import { chord } from "./keys.js";
import { jump, step } from "./selection.js";
import { NUMBERS } from "./sheet.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const SIDES = ["top", "bottom", "left", "right"];
const HANDLE = 9; // pixels from the corner that are the fill handle
const PACE = 60; // milliseconds between rows while one draws beyond the edge

export class Hands {
  constructor(host, sheet, selection, table) {
    Object.assign(this, { host, sheet, selection, table });
    host.addEventListener("keydown", (event) => this.#key(event), true);
    host.addEventListener("pointerdown", (event) => this.#press(event), true);
    host.addEventListener("mousedown", (event) => this.claimed && drop(event), true); // the focus stays where it is
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
    this.table.tell();
  }

  choose(change) {
    change();
    this.paint();
    this.table.chosen();
  }

  /** Show what is chosen on the cells that are drawn. */
  paint() {
    const { selection } = this;
    const many = selection.count > 1;
    const corner = selection.corner();
    for (const cell of this.host.querySelectorAll(".ag-cell")) {
      const { id, key } = placeOf(cell);
      const chosen = key !== NUMBERS && selection.has(id, key);
      cell.classList.toggle("pdm-chosen", chosen && many);
      cell.classList.toggle("pdm-corner", chosen && corner?.id === id && corner.key === key && this.sheet.editable(id, key));
      const edges = chosen && many ? selection.edges(id, key) : [];
      for (const side of SIDES) cell.classList.toggle(`pdm-${side}`, edges.includes(side));
      if (chosen && many) cell.setAttribute("aria-selected", "true");
      else cell.removeAttribute("aria-selected");
      if (key === NUMBERS) cell.classList.toggle("pdm-chosen-row", selection.rows.has(id));
    }
  }

  /** Where a value for all that is chosen goes: with whole rows, into the column that one is in. */
  target() {
    const { rows, anchor } = this.selection;
    const area = this.selection.area();
    return rows.size && anchor ? { ids: area.ids, keys: [anchor.key] } : area;
  }

  // -- keys
  #keymap() {
    const { selection, sheet, table } = this;
    const choose = (change) => () => this.choose(change);
    return {
      "Mod+a": choose(() => selection.all()),
      "Shift+Space": choose(() => selection.wholeRows()),
      "Mod+Space": choose(() => selection.wholeColumns()),
      "Mod+d": () => this.#act(changes.fillDown),
      "Mod+'": () => this.fromAbove(),
      Delete: () => this.#act(changes.clear),
      Backspace: () => this.#act(changes.clear),
      "Mod+z": () => table.undo(),
      "Mod+y": () => table.redo(),
      "Mod+Shift+z": () => table.redo(),
      "Mod+f": () => table.find(),
      "Mod+h": () => table.find(true),
      "Mod+Shift+l": () => selection.anchor && table.filter(selection.anchor.key),
      F8: () => table.nextFinding(),
      "Shift+F8": () => table.nextFinding(true),
      "Alt+Enter": () => this.mend(),
      "Alt+a": () => this.accept(),
      Enter: (event) => this.#why(event),
      F2: (event) => this.#why(event),
      ...Object.fromEntries(Object.entries(ARROWS).flatMap(([key, way]) => [
        [`Shift+${key}`, () => this.#extend((head) => step(sheet, head, ...way))],
        [`Mod+Shift+${key}`, () => this.#extend((head) => this.#jump(head, way))],
        [`Mod+${key}`, () => selection.anchor && sheet.focus(this.#jump(selection.anchor, way))],
      ])),
    };
  }

  #key(event) {
    if (!event.target.classList?.contains("ag-cell")) return; // an editor, a header, a search
    const name = chord(event);
    const action = this.keymap[name];
    if (action ? action(event) === false : !this.#isTypedOnLocked(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Enter on a cell that cannot be edited says why; else the grid opens the editor. */
  #why() {
    const { anchor } = this.selection;
    if (!anchor || this.sheet.editable(anchor.id, anchor.key)) return false;
    this.table.say(this.#reason(anchor));
    return true;
  }

  #isTypedOnLocked({ key, ctrlKey, metaKey, altKey }) {
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
    return this.#why();
  }

  #reason({ id, key }) {
    return this.sheet.mark(id, key)?.locked || this.sheet.byKey[key]?.locked || `${this.sheet.label(key)} cannot be edited here.`;
  }

  #jump(place, way) {
    return jump(this.sheet, (id, key) => this.sheet.text(id, key) === "", place, ...way);
  }

  #extend(to) {
    const { head } = this.selection;
    if (!head || this.sheet.rowOf(head.id) < 0) return;
    const place = to(head);
    this.choose(() => this.selection.extend(place));
    this.sheet.reveal(place);
  }

  // -- actions
  #act(change, ...more) {
    this.table.act(change(this.sheet, this.selection.area(), ...more));
  }

  fillDown() {
    this.#act(changes.fillDown);
  }

  fromAbove() {
    const { ids, keys } = this.selection.area();
    this.table.act(changes.fillDown(this.sheet, { ids: ids.slice(0, 1), keys }));
  }

  /** Put in what the findings of the chosen cells propose. */
  mend() {
    const proposed = this.#chosen((mark) => mark?.findings?.find((finding) => finding.proposal)?.proposal);
    this.#putOrSay(proposed, "Mended", "There is no mend to apply here: the finding says what to do.");
  }

  /** Take over what machine learning or the file name said. */
  accept() {
    const said = this.#chosen((mark) => mark?.suggestion);
    this.#putOrSay(said, "Accepted", "The service proposes nothing else for this cell.");
  }

  #chosen(textOf) {
    const { ids, keys } = this.selection.area();
    return ids.flatMap((id) => keys.map((key) => [id, key, textOf(this.sheet.mark(id, key))])).filter(([, , text]) => text);
  }

  #putOrSay(texts, what, otherwise) {
    if (texts.length) this.table.act(changes.putAll(this.sheet, texts, what));
    else this.table.say(otherwise);
  }

  // -- clipboard
  #copy(event) {
    if (!isOnCell(event) || !this.selection.count) return false;
    const block = changes.copied(this.sheet, this.selection.area());
    event.clipboardData.setData("text/plain", format(block));
    event.clipboardData.setData("text/html", formatPage(block));
    event.preventDefault();
    event.stopPropagation();
    this.table.say(`Copied: ${changes.amount(this.selection.count, "cell")}.`);
    return true;
  }

  #paste(event) {
    if (!isOnCell(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const text = event.clipboardData.getData("text/plain"); // never its HTML
    if (text) this.#act(changes.paste, parse(text));
    else this.table.say("The clipboard holds no text to paste.");
  }

  // -- mouse
  #press(event) {
    this.claimed = false;
    const cell = event.button === 0 && !event.target.closest("input, textarea, button") && event.target.closest(".ag-cell");
    if (!cell) return;
    const place = placeOf(cell);
    if (place.key === NUMBERS) this.#pressRow(event, place.id);
    else if (onHandle(event, cell)) this.#drawHandle(event);
    else if (event.shiftKey && this.selection.anchor) {
      this.#claim(event);
      this.choose(() => this.selection.extend(place));
      this.#draw((to) => this.choose(() => this.selection.extend(to)));
    } else {
      this.choose(() => this.selection.start(place));
      this.#draw((to) => this.choose(() => this.selection.extend(to)));
    }
  }

  /** Keep a press from the grid, which would begin anew with one cell; an open editor ends as by a click elsewhere. */
  #claim(event) {
    this.claimed = true;
    event.stopPropagation();
    this.sheet.api.stopEditing();
    const { anchor } = this.selection;
    if (anchor && !this.host.contains(document.activeElement)) this.sheet.api.setFocusedCell(this.sheet.rowOf(anchor.id), anchor.key);
  }

  #pressRow(event, id) {
    this.#claim(event);
    const { selection } = this;
    const adding = event.ctrlKey || event.metaKey;
    const key = selection.anchor?.key ?? this.sheet.keys[0];
    if (!event.shiftKey) this.sheet.api.setFocusedCell(this.sheet.rowOf(id), key);
    this.choose(() => selection.row(id, { adding, through: event.shiftKey }));
    this.#draw((to) => this.choose(() => selection.row(to.id, { adding, through: true })), true);
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
      () => {
        this.#outline(null);
        if (!way) return;
        const far = { id: (way.ids ?? [area.ids.at(-1)]).at(-1), key: (way.keys ?? [area.keys.at(-1)]).at(-1) };
        this.table.act(changes.fillOn(this.sheet, area, way));
        this.choose(() => this.selection.extend(far));
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

  /** Follow the mouse until it is let go: `to` for every new cell; beyond the edge the table scrolls along. */
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
    const end = () => {
      clearInterval(scroll);
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", end);
      done();
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
  }

  /** What the cell in focus has to say. */
  words(place) {
    const row = place && this.table.connection.rows.byId.get(place.id);
    return row ? describe(row.marks[place.key], row.values[place.key], row.pending[place.key] !== undefined).join(" ") : "";
  }
}

function placeOf(cell) {
  return { id: Number(cell.closest(".ag-row").getAttribute("row-id")), key: cell.getAttribute("col-id") };
}

function onHandle(event, cell) {
  if (!cell.classList.contains("pdm-corner")) return false;
  const box = cell.getBoundingClientRect();
  return box.right - event.clientX < HANDLE && box.bottom - event.clientY < HANDLE;
}

const isOnCell = (event) => !event.target.closest?.("input, textarea");

function drop(event) {
  event.preventDefault();
  event.stopPropagation();
}
