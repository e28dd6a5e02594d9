// The editors of a cell: one line, several lines, and a list searched while typing. They keep whatever was typed,
// right or wrong; Python says what is wrong with it.

import { element } from "./cells.js";
import { joinSeveral, search, splitSeveral } from "./search.js";

const HINTS = { timestamp: "2025-03-14 or 2025-03-14T09:30Z", number: "12.5" };
const SHOWN = 200; // entries drawn at once; typing narrows the rest

/** What an editor starts with: the key that opened it, nothing after Delete, else the present text. */
function opening({ eventKey, value }) {
  if (eventKey === "Backspace" || eventKey === "Delete") return { text: "", select: false };
  if (eventKey?.length === 1) return { text: eventKey, select: false };
  return { text: String(value ?? ""), select: true };
}

class Editor {
  prepare(params, field) {
    this.params = params;
    this.field = field;
    this.start = opening(params);
    field.value = this.start.text;
    field.className = "pdm-input";
    field.setAttribute("aria-label", params.spec.label);
    field.spellcheck = false;
  }

  getGui() {
    return this.gui;
  }

  getValue() {
    return this.field.value.trim();
  }

  afterGuiAttached() {
    this.field.focus();
    if (this.start.select) this.field.select();
  }
}

/** One line of text: text, numbers and timestamps, the latter with the browser's calendar beside it. */
export class InputEditor extends Editor {
  init(params) {
    this.gui = element("span", "pdm-editor-line");
    this.prepare(params, element("input"));
    this.field.placeholder = HINTS[params.spec.kind] ?? "";
    if (params.spec.kind === "number") this.field.inputMode = "decimal";
    this.gui.append(this.field);
    if (params.spec.kind === "timestamp") this.gui.append(this.#calendar());
  }

  #calendar() {
    const date = element("input", "pdm-calendar");
    date.type = "date";
    date.tabIndex = -1;
    date.setAttribute("aria-label", `${this.params.spec.label}: calendar`);
    date.value = this.field.value.slice(0, 10);
    date.addEventListener("change", () => {
      this.field.value = date.value;
      this.field.focus();
    });
    return date;
  }
}

/** Several lines: Enter takes them, Shift+Enter starts a new line. */
export class LongEditor extends Editor {
  init(params) {
    this.gui = element("div", "pdm-editor");
    this.prepare(params, element("textarea"));
    this.field.rows = 5;
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.shiftKey) event.stopPropagation();
    });
    this.gui.style.width = `${Math.max(params.column.getActualWidth(), 320)}px`;
    this.gui.append(this.field, element("div", "pdm-editor-hint", "Enter keeps · Shift+Enter new line · Esc drops"));
  }
}

/** A list searched by code and label while one types; for several values it stays open and ticks. */
export class ChoiceEditor extends Editor {
  init(params) {
    this.several = params.spec.kind === "multiselect";
    this.entries = params.choices().map(([text, code]) => ({ text, code }));
    this.gui = element("div", "pdm-editor");
    this.gui.style.width = `${Math.max(params.column.getActualWidth(), 280)}px`;
    this.prepare(params, element("input"));
    this.chosen = this.several ? splitSeveral(params.value) : [];
    this.touched = !this.start.select; // opened by a key: that key is already a search
    if (this.several && this.start.select) this.field.value = "";
    this.list = element("ul", "pdm-options");
    this.hint = element("div", "pdm-editor-hint");
    this.#roles(params.spec.label);
    this.gui.append(this.field, this.list, this.hint);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.#draw();
  }

  getValue() {
    const typed = this.field.value.trim();
    if (this.several) return joinSeveral(typed ? [...this.chosen, typed] : this.chosen);
    return typed;
  }

  #roles(label) {
    this.list.id = `pdm-options-${Math.random().toString(36).slice(2)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    if (this.several) this.list.setAttribute("aria-multiselectable", "true");
    const roles = { role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(roles)) this.field.setAttribute(name, value);
    this.field.placeholder = "Type to search";
    this.field.autocomplete = "off";
  }

  #typed() {
    this.touched = true;
    this.#draw();
  }

  #draw() {
    this.hits = search(this.entries, this.touched ? this.field.value : "");
    const present = this.hits.findIndex((entry) => entry.text === this.field.value);
    this.active = this.touched && this.field.value.trim() ? 0 : this.several ? -1 : present;
    if (this.active >= this.hits.length) this.active = -1;
    this.list.replaceChildren(...this.hits.slice(0, SHOWN).map((entry, index) => this.#option(entry, index)));
    this.hint.textContent = this.#advice();
    this.#mark();
  }

  #advice() {
    if (!this.entries.length) return "No list of values is known for this field; what you type is kept.";
    if (!this.hits.length) return "No value fits; Enter keeps what you typed and marks it.";
    const rest = this.hits.length > SHOWN ? `${SHOWN} of ` : "";
    const keys = this.several ? "Enter ticks, Enter again keeps" : "Enter takes";
    const noun = this.hits.length === 1 ? "value" : "values";
    return `${rest}${this.hits.length} ${noun} · ${keys} · Esc drops`;
  }

  #option(entry, index) {
    const option = element("li", "pdm-option");
    option.id = `${this.list.id}-${index}`;
    option.dataset.index = String(index);
    option.setAttribute("role", "option");
    const ticked = this.chosen.includes(entry.text);
    option.setAttribute("aria-selected", String(ticked));
    if (this.several) option.append(element("span", "pdm-tick", ticked ? "☑" : "☐"));
    option.append(element("span", "pdm-option-text", entry.text));
    if (entry.code && entry.code !== entry.text) option.append(element("span", "pdm-option-code", entry.code));
    return option;
  }

  #mark() {
    [...this.list.children].forEach((option, index) => {
      option.classList.toggle("pdm-active", index === this.active);
      if (!this.several) option.setAttribute("aria-selected", String(index === this.active));
    });
    const option = this.list.children[this.active];
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const last = Math.min(this.hits.length, SHOWN) - 1;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves) {
      event.preventDefault();
      event.stopPropagation();
      this.active = Math.max(0, Math.min(last, this.active + moves[event.key]));
      this.#mark();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.hits[this.active]) {
      this.#take(this.hits[this.active]);
      if (this.several && event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
      }
    }
  }

  #clicked(event) {
    const option = event.target.closest(".pdm-option");
    if (!option) return;
    this.#take(this.hits[Number(option.dataset.index)]);
    if (!this.several) this.params.stopEditing();
  }

  #take(entry) {
    if (!this.several) {
      this.field.value = entry.text;
      return;
    }
    const has = this.chosen.includes(entry.text);
    this.chosen = has ? this.chosen.filter((text) => text !== entry.text) : [...this.chosen, entry.text];
    this.field.value = "";
    this.touched = false;
    this.#draw();
  }
}
