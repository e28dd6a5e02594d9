// Keys and clipboard on the cells (the mouse is in `mouse.js`): they choose blocks, and start what is done to them. An
// action is {cells, notice} of `changes.js`, handed to `act`; what is no action on cells is asked of `table`.

import * as changes from "../edit/changes.js";
import { format, formatPage, parse, parsePage } from "../edit/clipboard.js";
import { describe, isOverruled } from "../edit/describe.js";
import { ARROWS, chord } from "../edit/keys.js";
import { Mouse, placeOf } from "./mouse.js";
import { NUMBERS, jump, step } from "../edit/selection.js";

const SIDES = ["top", "bottom", "left", "right"];

export class Hands {
  constructor(host, sheet, selection, table) {
    Object.assign(this, { host, sheet, selection, table });
    host.addEventListener("keydown", (event) => this.#key(event), true);
    this.mouse = new Mouse(this);
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
      cell.classList.toggle("pdm-here", selection.anchor?.id === id && selection.anchor.key === key);
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
      "Mod+r": () => this.#act(changes.fillRight),
      "Mod+;": () => this.#act(changes.setDates, today()),
      "Mod+'": () => this.fromAbove(),
      Delete: () => this.#act(changes.clear),
      Backspace: () => this.#act(changes.clear),
      "Mod+z": () => table.undo(),
      "Mod+y": () => table.redo(),
      "Mod+Shift+z": () => table.redo(),
      "Mod+f": () => table.find(),
      "Mod+h": () => table.find(true),
      "Mod+Shift+l": () => selection.anchor && table.looks.filter(selection.anchor.key),
      F6: () => table.switchOver(),
      F8: () => table.looks.nextFinding(),
      "Shift+F8": () => table.looks.nextFinding(true),
      "Alt+Enter": () => this.mend(),
      "Alt+a": () => this.accept(),
      Enter: () => this.#why(),
      F2: () => this.#why(),
      "Alt+ArrowDown": () => this.#why() || (selection.anchor && sheet.edit(selection.anchor)),
      Tab: () => this.#tab(1),
      "Shift+Tab": () => this.#tab(-1),
      ...this.#ends(),
      ...Object.fromEntries(Object.entries(ARROWS).flatMap(([key, way]) => [
        [`Shift+${key}`, () => this.#extend((head) => step(sheet, head, ...way))],
        [`Mod+Shift+${key}`, () => this.#extend((head) => this.#jump(head, way))],
        [`Mod+${key}`, () => selection.anchor && sheet.focus(this.#jump(selection.anchor, way))],
      ])),
    };
  }

  /** Home and End: to the ends of the row, with Ctrl of the table, with Shift choosing on the way. */
  #ends() {
    const { selection, sheet } = this;
    const places = {
      Home: (id) => ({ id, key: sheet.keys[0] }),
      End: (id) => ({ id, key: sheet.keys.at(-1) }),
      "Mod+Home": () => ({ id: sheet.ids[0], key: sheet.keys[0] }),
      "Mod+End": () => ({ id: sheet.ids.at(-1), key: sheet.keys.at(-1) }),
    };
    return Object.fromEntries(Object.entries(places).flatMap(([name, to]) => [
      [name, () => selection.anchor && sheet.focus(to(selection.anchor.id))],
      [name.replace(/(Home|End)/, "Shift+$1"), () => this.#extend(({ id }) => to(id))],
    ]));
  }

  // Enter goes back to the column in which a run of Tabs began, as one fills in a form.
  /** An editor was left by a key: on by so many rows and columns. */
  go(name, [down, right]) {
    const { anchor } = this.selection;
    if (!anchor || this.sheet.rowOf(anchor.id) < 0) return;
    const begun = this.#begun(anchor);
    const from = name === "Enter" ? { id: anchor.id, key: begun } : anchor;
    const to = step(this.sheet, from, down, right);
    if (name === "Tab") this.run = { key: begun, at: to };
    this.sheet.focus(to);
    this.focused(to); // at once: the grid's own word of it comes after the next key of who types fast
  }

  #begun({ id, key }) {
    const goesOn = this.run?.at.id === id && this.run.at.key === key;
    return goesOn && this.sheet.columnOf(this.run.key) >= 0 ? this.run.key : key;
  }

  /** Tab between cells; at the end of a row it is left to the grid, which goes on or lets the focus out. */
  #tab(by) {
    const { anchor } = this.selection;
    const column = anchor ? this.sheet.columnOf(anchor.key) : -1;
    if (column < 0 || !this.sheet.keys[column + by]) return false;
    this.go("Tab", [0, by]);
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
    if (anchor && !this.#why()) this.sheet.edit(anchor, true);
  }

  /** Enter on a cell that cannot be edited says why; else the grid opens the editor. */
  #why() {
    const { anchor } = this.selection;
    if (!anchor || this.sheet.editable(anchor.id, anchor.key)) return false;
    this.table.say(this.reason(anchor));
    return true;
  }

  #isTypedOnLocked({ key, ctrlKey, metaKey, altKey }) {
    if (key.length !== 1 || ctrlKey || metaKey || altKey) return false;
    return this.#why();
  }

  reason({ id, key }) {
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

  /** The fill handle was pressed twice. */
  fillBeside() {
    const area = this.selection.area();
    const way = changes.beside(this.sheet, area);
    if (way) this.fillOn(area, way);
  }

  /** What the fill handle was drawn over; chosen then with what it began from. */
  fillOn(area, way, counting = false) {
    const far = { id: (way.ids ?? [area.ids.at(-1)]).at(-1), key: (way.keys ?? [area.keys.at(-1)]).at(-1) };
    this.table.act(changes.fillOn(this.sheet, area, way, counting));
    this.selection.extend(far);
    this.paint();
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

  /** Take over what machine learning or the file name said, or what the service has instead of what was set. */
  accept() {
    const said = this.#chosen((mark, id, key) => (isOverruled(mark) ? this.sheet.text(id, key) : mark?.suggestion));
    this.#putOrSay(said, "Accepted", "The service proposes nothing else for this cell.");
  }

  #chosen(textOf) {
    const { ids, keys } = this.selection.area();
    const texts = ids.flatMap((id) => keys.map((key) => [id, key, textOf(this.sheet.mark(id, key), id, key)]));
    return texts.filter(([, , text]) => text !== undefined && text !== null);
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
    const [text, page] = ["text/plain", "text/html"].map((type) => event.clipboardData.getData(type));
    const block = parsePage(page) ?? parse(text);
    if (block.length) this.#act(changes.paste, block);
    else this.table.say("The clipboard holds no text to paste.");
  }

  /** What the cell in focus has to say. */
  words(place) {
    const row = place && this.table.connection.rows.byId.get(place.id);
    if (!row) return "";
    const { key } = place;
    const state = { pending: row.pending[key] !== undefined, ...this.sheet.byKey[key] };
    return describe(row.marks[key], row.values[key], state).join(" ");
  }
}

const isOnCell = (event) => !event.target.closest?.("input, textarea");

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}
