// The editors of a cell: one line, several lines, a date (`list_editor.js` has the list of values). They keep whatever was
// typed, right or wrong; Python checks it. Ctrl+Enter sets all selected cells; Enter and Tab move to the next cell, and so
// do the arrow keys if a typed character has opened the editor.

import { element } from "../dom.js";
import { compose, localZone, split } from "../edit/dates.js";
import { ARROWS } from "../edit/keys.js";
import { TEXTS } from "../edit/texts.js";

/** What an editor starts with: the typed character, nothing after Delete, else the present text. */
function startOf({ eventKey, value }) {
  if (eventKey === "Backspace" || eventKey === "Delete") return { text: "", typed: true };
  if (eventKey?.length === 1) return { text: eventKey, typed: true };
  return { text: String(value ?? ""), typed: false };
}

export class Editor {
  /** @type {any} what AG Grid gives */
  params;
  /** @type {any} the input or the text area */
  field;
  /** @type {HTMLElement} */
  gui;
  /** @type {{text: string, typed: boolean}} */
  start = { text: "", typed: false };
  arrowsLeave = false; // the arrow keys move to other cells if a typed character has opened the editor

  prepare(params, field) {
    this.params = params;
    this.field = field;
    this.start = startOf(params);
    field.value = this.start.text;
    field.className = "pdm-input";
    field.setAttribute("aria-label", params.spec.label);
    field.spellcheck = false;
    this.gui.addEventListener("keydown", (event) => this.#enterWithModifier(event), true);
    this.gui.addEventListener("keydown", (event) => this.#leaveOnKey(event));
  }

  #enterWithModifier(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.altKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.altKey) return this.breakLine();
    this.#applyToSelection();
  }

  #applyToSelection() {
    this.settle();
    if (!this.isCancelAfterEnd()) this.params.applyToSelection(this.getValue());
    this.params.api.stopEditing(true); // discarded here: it was set with the selected cells
  }

  /** Keys that close the editor and move to another cell, unless the field has used them itself. */
  #leaveOnKey(event) {
    const { key, shiftKey } = event;
    const way = this.start.typed && this.arrowsLeave ? ARROWS[key] : undefined;
    if (key !== "Enter" && key !== "Tab" && !way) return;
    event.preventDefault();
    event.stopPropagation();
    if (key === "Enter" && this.params.isBulkEdit()) return this.#applyToSelection();
    this.params.stopEditing();
    this.params.move(key, way ?? (key === "Tab" ? [0, shiftKey ? -1 : 1] : [shiftKey ? -1 : 1, 0]));
  }

  /** Alt+Enter: insert a line break, if the editor has several lines. */
  breakLine() {}

  /** The editor is about to close: select what is highlighted but not selected yet. */
  settle() {}

  /** True if the editor closes without a value, so that the cell stays as it is. */
  isCancelAfterEnd() {
    return false;
  }

  getGui() {
    return this.gui;
  }

  getValue() {
    return this.field.value.trim();
  }

  afterGuiAttached() {
    const popup = this.gui.closest('[role="dialog"]');
    popup?.setAttribute("aria-label", this.params.spec.label);
    this.field.focus();
    this.begin();
    if (popup) this.#followCell(popup);
  }

  /** Put the cursor at the end of the text. */
  begin() {
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  /** Hide a popup while its cell is scrolled out of view; a key brings both back. */
  #followCell(popup) {
    this.visibility = new IntersectionObserver((seen) => popup.classList.toggle("pdm-offscreen", !seen[seen.length - 1].isIntersecting));
    this.visibility.observe(this.params.eGridCell);
    this.gui.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" && popup.classList.contains("pdm-offscreen")) this.params.reveal();
    }, true);
  }

  destroy() {
    this.visibility?.disconnect();
  }
}

/** One line: text and numbers. */
export class TextEditor extends Editor {
  init(params) {
    this.gui = element("span", "pdm-editor-line");
    this.arrowsLeave = true;
    this.prepare(params, element("input"));
    if (params.spec.kind === "number") {
      this.field.inputMode = "decimal";
      this.field.placeholder = "12.5";
    }
    this.gui.append(this.field);
  }
}

/** A date, optionally with time and zone: typed, or picked below the field. */
export class DateEditor extends Editor {
  /** @type {Record<string, any>} */
  picks = {};

  init(params) {
    this.gui = element("div", "pdm-editor");
    this.gui.style.width = "300px";
    this.arrowsLeave = true;
    this.prepare(params, element("input"));
    this.field.placeholder = "2026-03-14 or 2026-03-14T09:30Z";
    this.picks = { date: this.#pick("date"), time: this.#pick("time"), zone: this.#zones() };
    const line = element("div", "pdm-editor-picks");
    line.append(...Object.values(this.picks));
    line.addEventListener("keydown", (event) => (event.key === "Tab" || event.key in ARROWS) && event.stopPropagation()); // moves between the pickers
    this.gui.append(this.field, line, element("div", "pdm-editor-hint", TEXTS.dateHint));
    this.field.addEventListener("input", () => this.#show());
    this.#show();
  }

  #pick(type) {
    const input = element("input", "pdm-pick");
    input.type = type;
    return this.#named(input, type);
  }

  #zones() {
    const select = element("select", "pdm-pick");
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const local = `local (${timeZone})`;
    for (const [value, text] of [["Z", "UTC"], ["local", local]]) select.append(new Option(text, value));
    return this.#named(select, "zone");
  }

  #named(input, what) {
    input.setAttribute("aria-label", `${this.params.spec.label}: ${what}`);
    input.addEventListener("change", () => this.#picked());
    return input;
  }

  #show() {
    const { date = "", time = "", zone = "" } = split(this.field.value) ?? {};
    this.picks.date.value = date;
    this.picks.time.value = time;
    const known = [...this.picks.zone.options].some((option) => option.value === zone);
    if (zone && !known) this.picks.zone.append(new Option(zone, zone));
    if (zone) this.picks.zone.value = zone;
  }

  #picked() {
    const [date, time, zone] = ["date", "time", "zone"].map((name) => this.picks[name].value);
    this.field.value = compose({ date, time, zone: zone === "local" ? localZone(date, time) : zone });
  }
}

/** Several lines: Enter accepts, Alt+Enter or Shift+Enter inserts a line break. */
export class LongTextEditor extends Editor {
  init(params) {
    this.gui = element("div", "pdm-editor");
    this.prepare(params, element("textarea"));
    this.field.rows = 5;
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) event.stopPropagation();
    });
    this.gui.style.width = `${Math.max(params.column.getActualWidth(), 320)}px`;
    this.gui.append(this.field, element("div", "pdm-editor-hint", TEXTS.longTextHint));
  }

  breakLine() {
    this.field.setRangeText("\n", this.field.selectionStart, this.field.selectionEnd, "end");
  }
}
