// Buttons, checkboxes, text fields and drop-down lists, made alike everywhere.

import { element } from "../dom.js";

/** A button that calls `action`; the tooltip `tip` also names the keyboard shortcut. */
export function button(text, action, tip = "") {
  const made = element("button", "pdm-button", text);
  made.type = "button";
  made.title = tip || text;
  made.addEventListener("click", action);
  return made;
}

/** A checkbox with its label. */
export function checkbox(text, checked, change) {
  const label = element("label", "pdm-checkbox");
  const box = element("input");
  box.type = "checkbox";
  box.checked = checked;
  box.addEventListener("change", () => change(box.checked));
  label.append(box, element("span", "pdm-checkbox-text", text));
  return label;
}

/** A text field; `typed` is called with its text at every change. */
export function textField(label, typed, value = "") {
  const input = element("input", "pdm-field");
  input.type = "text";
  input.placeholder = label;
  input.value = value;
  input.setAttribute("aria-label", label);
  input.spellcheck = false;
  input.addEventListener("input", () => typed(input.value));
  return input;
}

/** A drop-down list; entries are [value, text], `selected` is called with the new value. */
export function dropdown(label, entries, value, selected) {
  const select = element("select", "pdm-field");
  select.setAttribute("aria-label", label);
  for (const [key, text] of entries) select.append(new Option(text, key, false, key === value));
  select.addEventListener("change", () => selected(select.value));
  return select;
}
