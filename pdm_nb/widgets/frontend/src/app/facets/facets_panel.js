// Filters next to the table: the values of state, findings, sources and of any column with their counts, several at once.

import { classes, html, number, useMemo, useState } from "../html.js";
import { TEXTS } from "../texts.js";
import { SOURCE_NAMES } from "../../edit/describe.js";
import { BANDS } from "../../ui/confidence_bands.js";
import { MergePanel } from "./merge_panel.js";
import { CONFIDENCE, KINDS, OTHER_SUGGESTION, SOURCES, facetCounts, fixableKinds } from "../../ui/filters.js";

const SHOWN = 8; // values of a facet before "more"
const MOST = 300; // values drawn at once
const FIRST = ["type", "discipline"]; // columns that have a facet at first

export function FacetsPanel({ store, table, version, onFilter }) {
  const { filters } = table.viewFilters;
  const specs = table.model.get("_columns");
  const known = useMemo(() => specs.filter(({ key }) => key !== "state"), [specs]);
  const [added, setAdded] = useState(() => [...new Set([...FIRST, ...filters.columnsByValue])].filter((key) => known.some((one) => one.key === key)));
  const [merging, setMerging] = useState(null);
  const facets = ["state", KINDS, SOURCES, CONFIDENCE, ...added];
  const { all } = table.connection.rows;
  const counts = useMemo(() => measured(() => facetCounts(all, filters, facets)), [version, added]);
  const fixes = useMemo(() => fixableKinds(all), [version]);
  const labels = Object.fromEntries(specs.map(({ key, label }) => [key, label]));
  const titles = table.options.titles ?? {};
  const names = {
    [KINDS]: (code) => titles[code] ?? code,
    [CONFIDENCE]: (band) => TEXTS.bands[band],
    [SOURCES]: (source) => (source === OTHER_SUGGESTION ? TEXTS.differs : (SOURCE_NAMES[source] ?? source)),
  };
  const headings = { state: TEXTS.facetState, [KINDS]: TEXTS.facetFindings, [SOURCES]: TEXTS.facetSources, [CONFIDENCE]: TEXTS.facetConfidence };
  const mergeable = new Set(known.filter(({ editable, kind }) => editable && kind !== "timestamp" && kind !== "number").map(({ key }) => key));
  const ordered = (facet) => (facet === CONFIDENCE ? [...counts[facet]].sort(([a], [b]) => BANDS.indexOf(a) - BANDS.indexOf(b)) : counts[facet]);
  const fix = (code) => fixes[code] > 0 && html`<button type="button" class="pdm-button pdm-small" title=${TEXTS.fixKindHelp(fixes[code], titles[code] ?? code)}
    onClick=${() => store.act("documents.fix", { code })}>${TEXTS.fixKind(fixes[code])}</button>`;
  return html`<aside class="pdm-facets" aria-label=${TEXTS.facets}><div class="pdm-facets-list">
    ${filters.active && html`<button type="button" class="pdm-button" onClick=${() => table.viewFilters.showAll()}>${TEXTS.clearFilters}</button>`}
    ${facets.map((facet) => counts[facet]?.length > 0 && html`<${Facet} key=${facet} heading=${headings[facet] ?? labels[facet] ?? facet} values=${ordered(facet)} onMerge=${mergeable.has(facet) ? (at) => setMerging({ at, field: facet }) : null}
      nameOf=${names[facet] ?? ((value) => value || TEXTS.empty)} selected=${filters.selected(facet)} onToggle=${(value) => onFilter(facet, value)}
      extra=${facet === KINDS ? fix : null} onRemove=${added.includes(facet) ? () => setAdded(added.filter((key) => key !== facet)) : null} />`)}
    <select class="pdm-field" aria-label=${TEXTS.addFacet} value="" onChange=${(event) => { setAdded([...added, event.target.value]); event.target.value = ""; }}>
      <option value="">${TEXTS.addFacet}</option>${known.filter(({ key }) => !added.includes(key)).map(({ key, label }) => html`<option key=${key} value=${key}>${label}</option>`)}</select>
  </div>${merging && html`<${MergePanel} key=${merging.field} store=${store} ...${merging} label=${labels[merging.field]} onClose=${() => setMerging(null)} />`}</aside>`;
}

/** Leave the duration in the browser's list of measures, for the benchmark. */
function measured(work) {
  const start = performance.now();
  const result = work();
  performance.measure("pdm-facets", { start, end: performance.now() });
  return result;
}

function Facet({ heading, values, nameOf, selected, onToggle, extra, onMerge, onRemove }) {
  const [isLong, setLong] = useState(false);
  const shown = values.slice(0, isLong ? MOST : SHOWN);
  return html`<section class="pdm-facet" aria-label=${heading}><h4>${heading}${onRemove && html`<button type="button" class="pdm-plain-button" aria-label=${TEXTS.removeFacet(heading)} title=${TEXTS.removeFacet(heading)} onClick=${onRemove}>×</button>`}</h4>
    <ul>${shown.map(([value, count]) => html`<li key=${value}><button type="button" class=${classes("pdm-facet-value", selected.has(value) && "pdm-on")} aria-pressed=${selected.has(value)} title=${nameOf(value)} onClick=${() => onToggle(value)}>
      <span class="pdm-facet-name">${nameOf(value)}</span><span class="pdm-facet-count">${number(count)}</span></button>${extra?.(value)}</li>`)}</ul>
    ${onMerge && values.length > 1 && html`<button type="button" class="pdm-link" title=${TEXTS.mergeHelp} onClick=${(event) => onMerge(event.currentTarget)}>${TEXTS.mergeSpellings}</button>`}
    ${values.length > SHOWN && html`<button type="button" class="pdm-link" onClick=${() => setLong(!isLong)}>${isLong ? TEXTS.fewerValues : TEXTS.moreValues(values.length - SHOWN)}</button>`}
  </section>`;
}
