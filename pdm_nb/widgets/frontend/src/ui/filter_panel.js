// The panel of a column's filter: by text, by value, by finding, by where the value is from.

import { element } from "../dom.js";
import { SOURCE_NAMES } from "../edit/describe.js";
import { OTHER_SUGGESTION, sourcesOf, valuesOf } from "./filters.js";
import { button, dropdown, textField, checkbox } from "./controls.js";

const SHOWN = 300; // values drawn at once; typing narrows the rest
const FINDINGS = [["", "With or without findings"], ["any", "With any finding"], ["error", "With errors"], ["warning", "With warnings"], ["info", "With notes"]];
const ORDERS = [["DMY", "Day/Month/Year"], ["MDY", "Month/Day/Year"], ["YMD", "Year/Month/Day"]];

/**
 * The content of the panel; `apply` is called with the filter at every change, `read`, where the column takes dates,
 * with the order in which what is none yet is to be read.
 */
export function filterContent(spec, rows, present, apply, read = null) {
  const wanted = { text: "", values: null, source: "", finding: "", ...present };
  const all = valuesOf(rows, spec.key);
  const list = element("div", "pdm-filter-values");
  const change = (part) => {
    Object.assign(wanted, part);
    apply(wanted);
  };
  const draw = () => {
    const needle = wanted.text.toLowerCase();
    const fitting = all.filter(([text]) => text.toLowerCase().includes(needle)).slice(0, SHOWN);
    list.replaceChildren(...fitting.map(([text, count]) => {
      const words = `${text || "(empty)"} · ${count.toLocaleString("en")}`;
      return checkbox(words, !wanted.values || wanted.values.has(text), (on) => change({ values: ticked(wanted.values, all, text, on) }));
    }));
  };
  const text = textField(`Text in ${spec.label}`, (typed) => {
    change({ text: typed });
    draw();
  }, wanted.text);
  const sources = sourcesOf(rows, spec.key).map((source) => [source, source === OTHER_SUGGESTION ? "Where the service says otherwise (≠)" : `From: ${SOURCE_NAMES[source] ?? source}`]);
  const buttons = element("div", "pdm-panel-buttons");
  buttons.append(
    button("All", () => { change({ values: null }); draw(); }, "Tick all values"),
    button("None", () => { change({ values: new Set() }); draw(); }, "Untick all values"),
  );
  draw();
  return [
    text,
    dropdown("Findings", FINDINGS, wanted.finding, (finding) => change({ finding })),
    ...(sources.length ? [dropdown("Where from", [["", "From anywhere"], ...sources], wanted.source, (source) => change({ source }))] : []),
    buttons,
    list,
    ...(read ? [orders(read)] : []),
  ];
}

function orders(read) {
  const line = element("div", "pdm-panel-buttons");
  line.append(element("span", "", "Read as"), ...ORDERS.map(([order, words]) =>
    button(words, () => read(order), `Read what is no date yet, as 03/04/2026, as ${words.toLowerCase()}`)));
  return line;
}

/** The texts that are ticked when `text` is ticked or not, of `all` as `valuesOf` has them; null for every one there is. */
export function ticked(values, all, text, on) {
  const next = new Set(values ?? all.map(([one]) => one));
  if (on) next.add(text);
  else next.delete(text);
  return all.every(([one]) => next.has(one)) ? null : next;
}
