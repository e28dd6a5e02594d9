// How a cell is drawn: value, finding icon, suggestion, source badge; also progress bars and state badges.

import { element } from "../dom.js";
import { describe, hasOtherSuggestion, formatBytes, isEmpty, sourceBadge } from "../edit/describe.js";
import { highestSeverity } from "../edit/rows.js";
import { TEXTS } from "../edit/texts.js";

const ICONS = { error: "✕", warning: "!", info: "i" };

/** The text of a value on the screen. */
export function display(column, value) {
  if (isEmpty(value)) return "";
  if (column.kind === "progress") return `${Math.floor(Number(value) * 100)} %`;
  if (column.format === "bytes") return formatBytes(Number(value));
  return String(value);
}

/** The cell renderer for AG Grid; `cellRendererParams` has the column's spec. */
export class CellView {
  init(params) {
    this.gui = element("span", "pdm-cell");
    this.#draw(params);
  }

  getGui() {
    return this.gui;
  }

  refresh(params) {
    this.#draw(params);
    return true;
  }

  #draw({ spec, value, data, eGridCell }) {
    const mark = data.marks[spec.key];
    const parts = [];
    const severity = highestSeverity(mark);
    if (severity) {
      const icon = element("span", `pdm-icon pdm-icon-${severity}`, ICONS[severity]);
      icon.setAttribute("aria-hidden", "true");
      parts.push(icon);
    }
    parts.push(content(spec, value, mark));
    if (hasOtherSuggestion(mark, value)) parts.push(element("span", "pdm-suggestion", `≠ ${mark.suggestion}`));
    const badge = isEmpty(value) && mark?.source === "MANUAL" ? "" : sourceBadge(mark);
    if (badge) parts.push(element("span", `pdm-source pdm-source-${mark.source.toLowerCase()}`, badge));
    if (severity) parts.push(element("span", "pdm-visually-hidden", describe(mark, value, spec).join(" ")));
    this.gui.replaceChildren(...parts);
    setFlag(eGridCell, "aria-readonly", Boolean(mark?.locked || spec.locked));
    if (!spec.editable) return;
    setFlag(eGridCell, "aria-invalid", severity === "error");
    setFlag(eGridCell, "aria-required", Boolean(mark?.required));
  }
}

function setFlag(cell, name, isOn) {
  if (isOn) cell?.setAttribute(name, "true");
  else cell?.removeAttribute(name);
}

function content(spec, value, mark) {
  if (isEmpty(value)) {
    return mark?.required ? element("span", "pdm-required", TEXTS.required) : element("span", "pdm-text", "");
  }
  if (spec.kind === "progress") return progress(spec, value);
  if (spec.kind === "badge") return badgeOf(spec, value);
  return element("span", "pdm-text", display(spec, value));
}

function progress(spec, value) {
  const share = Math.max(0, Math.min(1, Number(value)));
  const bar = element("span", share >= 1 ? "pdm-progress pdm-done" : "pdm-progress");
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-valuenow", String(Math.floor(share * 100)));
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  bar.setAttribute("aria-label", spec.label);
  const fill = element("span", "pdm-progress-fill");
  fill.style.width = `${share * 100}%`;
  bar.append(fill, element("span", "pdm-progress-text", display(spec, value)));
  return bar;
}

function badgeOf(spec, value) {
  const tone = spec.tones?.[value] ?? "neutral";
  return element("span", `pdm-badge pdm-tone-${tone}`, String(value).replaceAll("_", " "));
}
