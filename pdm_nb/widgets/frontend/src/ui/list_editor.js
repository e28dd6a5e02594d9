// The editor of a cell with a list of values, which is searched while somebody types.

import { element } from "../dom.js";
import { ignoreCase } from "../edit/normalize.js";
import { Editor } from "./editors.js";
import { search } from "../edit/value_search.js";
import { joinSeveral, splitSeveral, suggestedFirst } from "./list_values.js";
import { TEXTS } from "../edit/texts.js";

const SHOWN = 200; // entries drawn at once; type to find the others
const TYPING_PAUSE = 150; // milliseconds without a key before Python searches a long list

/**
 * A list, searched by code and label. For several values it stays open and has checkboxes: none is checked if a typed
 * character opened the editor, else those of the cell are. Only Enter and the mouse uncheck a value.
 */
export class ListEditor extends Editor {
  init(params) {
    this.several = params.spec.kind === "multiselect";
    this.params = params;
    this.#loadEntries();
    this.gui = element("div", "pdm-editor");
    this.gui.style.width = `${Math.max(params.column.getActualWidth(), 280)}px`;
    this.prepare(params, element("input"));
    const startsEmpty = this.start.typed || params.isBulkEdit();
    this.selected = this.several && !startsEmpty ? splitSeveral(params.value, this.known) : [];
    this.unlisted = this.selected.filter((text) => !this.known.some((entry) => isFor(entry, text))).map((text) => ({ text, code: "" }));
    this.touched = this.start.typed; // opened by a typed character, which is the first of the search
    if (this.several && !this.touched) this.field.value = "";
    if (this.remote && this.field.value.trim() && this.touched) this.#searchInPython();
    this.list = element("ul", "pdm-options");
    this.hint = element("div", "pdm-editor-hint");
    this.#roles(params.spec.label);
    this.gui.append(this.field, this.list, this.hint);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    this.list.addEventListener("click", (event) => this.#clicked(event));
    this.#draw();
  }

  getValue() {
    const typed = this.field.value.trim();
    if (this.several) return joinSeveral(typed ? [...this.selected, typed] : this.selected);
    return typed;
  }

  /** For many cells the editor starts empty; if it is left so, the cells keep their values. */
  isCancelAfterEnd() {
    return this.several && this.params.isBulkEdit() && !this.used;
  }

  /** Select the present text, so that typing starts a new search. */
  begin() {
    if (!this.touched) this.field.select();
  }

  settle() {
    if (this.hits[this.active]) this.#select(this.hits[this.active], true);
  }

  #roles(label) {
    this.list.id = `pdm-options-${Math.random().toString(36).slice(2)}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label);
    if (this.several) this.list.setAttribute("aria-multiselectable", "true");
    const roles = { role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(roles)) this.field.setAttribute(name, value);
    this.field.placeholder = TEXTS.typeToSearch;
    this.field.autocomplete = "off";
  }

  /** Load the values to select from; if the field depends on another, those that match the other field's value. */
  #loadEntries() {
    const { spec, choices, data } = this.params;
    const given = choices();
    this.remote = Array.isArray(given) ? 0 : given.count; // more values than the browser has: Python searches them
    const entries = (this.remote ? [] : given).map(toEntry);
    this.known = entries;
    const other = spec.depends ? data.values[spec.depends] : undefined;
    const fitting = entries.filter(({ goesWith }) => !goesWith || goesWith.includes(other));
    this.narrowed = fitting.length < entries.length;
    this.entries = fitting.length ? fitting : entries;
  }

  #typed() {
    this.touched = this.used = true;
    if (this.remote) this.#searchInPython();
    this.#draw();
  }

  destroy() {
    clearTimeout(this.resting);
    super.destroy();
  }

  /** Let Python search for the typed text, after a pause in typing. */
  #searchInPython() {
    clearTimeout(this.resting);
    this.asking = true;
    this.resting = setTimeout(async () => {
      const typed = this.field.value.trim();
      const found = await this.params.search(typed);
      if (typed !== this.field.value.trim()) return;
      this.asking = false;
      this.entries = found.map(toEntry);
      this.#draw();
    }, TYPING_PAUSE);
  }

  #draw() {
    const typed = this.touched ? this.field.value : "";
    // Python has already searched a long list; results for an earlier text are not shown.
    this.hits = this.asking ? [] : this.remote ? this.entries : search(this.entries, typed);
    if (!typed.trim()) this.hits = [...this.unlisted, ...suggestedFirst(this.hits, this.several ? [] : this.params.similar)];
    const present = this.hits.findIndex((entry) => entry.text === this.field.value);
    this.active = this.touched && this.field.value.trim() ? 0 : this.several ? -1 : present;
    if (this.active >= this.hits.length) this.active = -1;
    this.list.replaceChildren(...this.hits.slice(0, SHOWN).map((entry, index) => this.#option(entry, index)));
    this.hint.textContent = this.#hintText();
    this.#mark();
  }

  #hintText() {
    if (this.remote && !this.field.value.trim()) return TEXTS.manyValues(this.remote.toLocaleString("en"));
    if (this.asking) return TEXTS.searching;
    if (!this.entries.length && !this.remote) return TEXTS.noList;
    const kept = this.several && this.selected.length && this.touched ? `${this.selected.join("; ")} and ` : "";
    if (!this.hits.length && this.#namesValues()) return TEXTS.enterKeeps(kept);
    if (!this.hits.length) return TEXTS.noMatch(kept);
    const rest = this.hits.length > SHOWN ? `${SHOWN} of ` : "";
    const keys = this.several ? TEXTS.enterTwice : TEXTS.enterSelects;
    const noun = this.hits.length === 1 ? "value" : "values";
    const ticked = kept && TEXTS.inAdditionTo(this.selected.join("; "));
    const why = this.narrowed ? TEXTS.thatMatch(this.params.labelOf(this.params.spec.depends)) : "";
    return TEXTS.listHint(rest, this.hits.length, noun, why, ticked, keys);
  }

  /** True if several values are typed, each by its label or code. */
  #namesValues() {
    const parts = this.several ? splitSeveral(this.field.value) : [];
    return parts.length > 1 && parts.every((part) => this.known.some((entry) => isFor(entry, part)));
  }

  #has(entry) {
    return this.selected.some((text) => isFor(entry, text));
  }

  #option(entry, index) {
    const option = element("li", "pdm-option");
    option.id = `${this.list.id}-${index}`;
    option.dataset.index = String(index);
    option.setAttribute("role", "option");
    const ticked = this.#has(entry);
    option.setAttribute("aria-selected", String(ticked));
    if (this.several) option.append(element("span", "pdm-checkmark", ticked ? "☑" : "☐"));
    const name = entry.text === entry.code ? entry.label ?? entry.text : entry.text; // several values may have one name
    option.append(element("span", "pdm-option-text", name));
    if (entry.code && entry.code !== name) option.append(element("span", "pdm-option-code", entry.code));
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
      this.#select(this.hits[this.active], event.key === "Tab");
      if (this.several && event.key === "Enter") {
        event.preventDefault();
        event.stopPropagation();
      }
    }
  }

  #clicked(event) {
    const option = event.target.closest(".pdm-option");
    if (!option) return;
    this.#select(this.hits[Number(option.dataset.index)]);
    if (!this.several) this.params.stopEditing();
  }

  /** Select a value. With several values, check it, or uncheck it unless the editor is closing (`leaving`). */
  #select(entry, leaving = false) {
    if (!this.several) {
      this.field.value = entry.text;
      return;
    }
    this.used = true;
    const has = this.#has(entry);
    if (has && !leaving) this.selected = this.selected.filter((text) => !isFor(entry, text));
    else if (!has) this.selected = [...this.selected, entry.text];
    this.field.value = "";
    this.touched = false;
    this.#draw();
  }
}

/** An entry as Python sends it; `goesWith` are the values of another column that it matches. */
const toEntry = ([text, code, goesWith, label]) => ({ text, code, goesWith, label });

/** True if a text in a cell is this value: its label or its code. Accents make another value. */
const isFor = ({ text, code }, held) => [text, code].some((one) => one && sameCharacters(one) === sameCharacters(held));
const sameCharacters = (text) => ignoreCase(text.normalize("NFKC"));
