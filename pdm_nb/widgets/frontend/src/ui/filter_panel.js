// The panel to filter a column: by text, finding, source and value.

import { element } from "../dom.js";
import { SOURCE_NAMES } from "../edit/describe.js";
import { folded } from "../edit/normalize.js";
import { OTHER_SUGGESTION, sourcesOf, valuesOf } from "./filters.js";
import { button, dropdown, textField, checkbox } from "./controls.js";
import { TEXTS } from "../edit/texts.js";

const SHOWN = 300; // values drawn at once; type to find the others
const FINDINGS = [["", TEXTS.withOrWithoutFindings], ["any", TEXTS.withAnyFinding], ["error", TEXTS.withErrors], ["warning", TEXTS.withWarnings], ["info", TEXTS.withNotes]];
const ORDERS = [["DMY", "Day/Month/Year"], ["MDY", "Month/Day/Year"], ["YMD", "Year/Month/Day"]];

/**
 * The content of the panel. `apply` is called with the filter at every change. For a date column, `read` is called with
 * the order ("DMY", "MDY" or "YMD") in which texts that are not dates yet are to be read.
 * @param {any} spec
 * @param {Row[]} rows
 * @param {any} present
 * @param {(wanted: any) => void} apply
 * @param {((order: string) => void) | null} read
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
    const needle = folded(wanted.text);
    const fitting = all.filter(([text]) => folded(text).includes(needle)).slice(0, SHOWN);
    list.replaceChildren(...fitting.map(([text, count]) => {
      const words = `${text || "(empty)"} · ${count.toLocaleString("en")}`;
      return checkbox(words, !wanted.values || wanted.values.has(text), (on) => change({ values: ticked(wanted.values, all, text, on) }));
    }));
  };
  const text = textField(TEXTS.textIn(spec.label), (typed) => {
    change({ text: typed });
    draw();
  }, wanted.text);
  const sources = sourcesOf(rows, spec.key).map((source) => [source, source === OTHER_SUGGESTION ? TEXTS.otherSuggestion : `Source: ${SOURCE_NAMES[source] ?? source}`]);
  const buttons = element("div", "pdm-panel-buttons");
  buttons.append(
    button(TEXTS.all, () => { change({ values: null }); draw(); }, TEXTS.selectAllValues),
    button(TEXTS.none, () => { change({ values: new Set() }); draw(); }, TEXTS.clearValues),
  );
  draw();
  return [
    text,
    dropdown(TEXTS.findings, FINDINGS, wanted.finding, (finding) => change({ finding })),
    ...(sources.length ? [dropdown(TEXTS.source, [["", TEXTS.anySource], ...sources], wanted.source, (source) => change({ source }))] : []),
    buttons,
    list,
    ...(read ? [orders(read)] : []),
  ];
}

function orders(read) {
  const line = element("div", "pdm-panel-buttons");
  line.append(element("span", "", TEXTS.readDatesAs), ...ORDERS.map(([order, words]) =>
    button(words, () => read(order), TEXTS.readAs(words.toLowerCase()))));
  return line;
}

/** The selected texts after `text` was checked or unchecked; null if all texts of `all` (see `valuesOf`) are selected. */
export function ticked(values, all, text, on) {
  const next = new Set(values ?? all.map(([one]) => one));
  if (on) next.add(text);
  else next.delete(text);
  return all.every(([one]) => next.has(one)) ? null : next;
}
