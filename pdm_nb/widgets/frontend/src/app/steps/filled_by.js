// The picture of the step Review: what filled each field, and how sure machine learning was.

import { html, useMemo, useState } from "../html.js";
import { TEXTS } from "../texts.js";
import { Picture, inkOf } from "../picture.js";
import { bandOf } from "../../ui/confidence_bands.js";
import { isEmpty } from "../../edit/describe.js";

const KINDS = ["sure", "likely", "unsure", "name", "register", "analyst", "other", "empty"];
const KIND_OF = { FILENAME_SCRAPING: "name", REGISTER: "register", MANUAL: "analyst" };
const SOURCE_OF = { name: "FILENAME_SCRAPING", register: "REGISTER", analyst: "MANUAL" }; // that a segment filters by

/** Counts of each field by what filled it: [{key, label, counts, confidence}]; `confidence` is the mean of machine learning, or null. */
export function filledBy(rows, specs) {
  return specs.filter(({ editable }) => editable).map(({ key, label }) => {
    const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
    let [sum, scored] = [0, 0];
    for (const { values, marks } of rows) {
      const mark = marks[key];
      counts[kindOf(values[key], mark)] += 1;
      if (!isEmpty(values[key]) && mark?.source === "ML" && mark.confidence) {
        sum += mark.confidence;
        scored += 1;
      }
    }
    return { key, label, counts, confidence: scored ? sum / scored : null };
  }).filter(({ counts }) => counts.empty < rows.length);
}

function kindOf(value, mark) {
  if (isEmpty(value)) return "empty";
  return bandOf(mark) || (KIND_OF[mark?.source] ?? "other");
}

export function FilledBy({ store, table, version }) {
  const [picture, setPicture] = useState(null);
  const draw = async () => {
    setPicture({ busy: true });
    const { result, error } = await store.act("pictures.sources", { ink: inkOf(store.root) });
    setPicture(result ?? { missing: error });
  };
  const [isOpen, setOpen] = useState(false);
  const rows = table.connection.rows.all;
  const fields = useMemo(() => (isOpen ? filledBy(rows, table.model.get("_columns")) : []), [isOpen, version]);
  const show = (key, kind) => table.viewFilters.refilter(() => {
    const { filters } = table.viewFilters;
    filters.clear();
    filters.set(key, kind === "empty" ? { values: new Set([""]) } : SOURCE_OF[kind] ? { source: SOURCE_OF[kind] } : { band: kind });
  });
  return html`<details class="pdm-filled" onToggle=${(event) => setOpen(event.currentTarget.open)}><summary>${TEXTS.filledBy}</summary>
    ${isOpen && html`<p class="pdm-legend">${KINDS.map((kind) => html`<span><i class=${`pdm-kind-${kind}`}></i>${TEXTS.filledKinds[kind]}</span>`)}</p>
    <table class="pdm-filled-table"><tbody>${fields.map(({ key, label, counts, confidence }) => html`<tr key=${key}><th scope="row">${label}</th>
      <td class="pdm-filled-bar"><div>${KINDS.map((kind) => counts[kind] > 0 && html`<button type="button" class=${`pdm-kind-${kind}`} style=${{ flexGrow: counts[kind] }}
        aria-label=${TEXTS.filledLabel(label, counts[kind], kind)} title=${TEXTS.filledLabel(label, counts[kind], kind)} disabled=${kind === "other"} onClick=${() => show(key, kind)}></button>`)}</div></td>
      <td class="pdm-figures" title=${TEXTS.meanConfidence}>${confidence === null ? "" : `${Math.round(100 * confidence)} %`}</td></tr>`)}</tbody></table>
    <div class="pdm-tools"><button type="button" class="pdm-button" disabled=${picture?.busy} onClick=${draw}>${picture ? TEXTS.drawAgain : TEXTS.drawPicture}</button></div><${Picture} picture=${picture} />`}</details>`;
}
