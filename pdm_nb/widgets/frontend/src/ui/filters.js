// Which rows are shown: by quick search, and by text, value, finding and source of columns. Pure.

import { hasOtherSuggestion, isEmpty } from "../edit/describe.js";
import { highestSeverity } from "../edit/rows.js";
import { bandOf } from "./confidence_bands.js";
import { folded, wordsOf } from "../edit/normalize.js";

export const OTHER_SUGGESTION = "≠"; // stands for "the service suggests another value" in the list of sources

export const KINDS = "*kinds"; // the facet of findings
export const SOURCES = "*sources"; // the facet of sources
export const CONFIDENCE = "*confidence"; // the facet of the bands of confidence
const SETS = { [KINDS]: "kinds", [SOURCES]: "sources", [CONFIDENCE]: "bands" }; // facets of whole rows
const REST = "*rest"; // search, and the finding of the toolbar

const textOf = (row, key) => (isEmpty(row.values[key]) ? "" : String(row.values[key]));

/** @typedef {{text: string, values: Set<string> | null, source: string, finding: string, band: string}} ColumnFilter */

export class Filters {
  search = ""; // quick search: every word must occur somewhere in the row
  finding = ""; // "error", "warning", "info", a finding's code, or "any"
  column = ""; // the column that must have the finding; "" for any
  /** @type {Record<string, ColumnFilter>} */
  columns = {};
  /** @type {Set<string>} codes of findings of which the row must have one */
  kinds = new Set();
  /** @type {Set<string>} sources of which some cell of the row must have one */
  sources = new Set();
  /** @type {Set<string>} bands of confidence of which some cell of the row must be in one */
  bands = new Set();
  /** @type {string[]} of the search */
  words = [];

  /**
   * `codesOf(key, text)`: the codes of what a cell holds, which the quick search finds as well.
   * @param {(key: string, text: any) => string} codesOf
   */
  constructor(codesOf = () => "") {
    this.codesOf = codesOf;
  }

  clear() {
    this.search = this.finding = this.column = "";
    this.columns = {};
    this.kinds = new Set();
    this.sources = new Set();
    this.bands = new Set();
  }

  /** All conditions as JSON, for `restore`. */
  toJSON() {
    const { search, finding, column, kinds, sources, bands } = this;
    const columns = Object.entries(this.columns).map(([key, one]) => [key, { ...one, values: one.values && [...one.values] }]);
    return { search, finding, column, columns, kinds: [...kinds], sources: [...sources], bands: [...bands] };
  }

  restore({ search, finding, column, columns, kinds, sources, bands }) {
    Object.assign(this, { search, finding, column, kinds: new Set(kinds), sources: new Set(sources), bands: new Set(bands) });
    this.columns = Object.fromEntries(columns.map(([key, one]) => [key, { ...one, values: one.values && new Set(one.values) }]));
  }

  get active() {
    return Boolean(this.search.trim() || this.finding || this.kinds.size || this.sources.size || this.bands.size || Object.keys(this.columns).length);
  }

  /** The columns of which some values are selected. */
  get columnsByValue() {
    return Object.keys(this.columns).filter((key) => this.columns[key].values);
  }

  isFiltered(key) {
    return key in this.columns;
  }

  /**
   * Set or, if it is empty, remove the filter of a column.
   * @param {string} key
   * @param {Partial<ColumnFilter>} wanted
   */
  set(key, { text = "", values = null, source = "", finding = "", band = "" }) {
    delete this.columns[key];
    if (text || values || source || finding || band) this.columns[key] = { text, values, source, finding, band };
  }

  passes(row) {
    return this.misses(row).next().done;
  }

  /** Yield the conditions that a row does not meet: the key of a column, or KINDS, SOURCES or REST. */
  *misses(row) {
    for (const [key, wanted] of Object.entries(this.columns)) if (!holds(row, key, wanted)) yield key;
    if (this.kinds.size && !kindsOf(row).some((code) => this.kinds.has(code))) yield KINDS;
    if (this.sources.size && !sourcesIn(row).some((source) => this.sources.has(source))) yield SOURCES;
    if (this.bands.size && !bandsIn(row).some((band) => this.bands.has(band))) yield CONFIDENCE;
    if (!this.#passesRest(row)) yield REST;
  }

  #passesRest(row) {
    return (
      (!this.finding || (this.column ? [this.column] : Object.keys(row.marks)).some((key) => hasFinding(row.marks[key], this.finding))) &&
      this.#words().every((word) => (row.searchText ??= this.#searchText(row)).includes(word))
    );
  }

  /** Switch one value of a facet on or off: of a column, or of KINDS, SOURCES or CONFIDENCE. */
  toggle(facet, value) {
    const selected = this[SETS[facet]] ?? new Set(this.columns[facet]?.values ?? []);
    if (selected.has(value)) selected.delete(value);
    else selected.add(value);
    if (!SETS[facet]) this.set(facet, { ...this.columns[facet], values: selected.size ? selected : null });
  }

  /** The values of a facet that are switched on. */
  selected(facet) {
    return this[SETS[facet]] ?? this.columns[facet]?.values ?? new Set();
  }

  #searchText({ values }) {
    return folded(Object.entries(values).flatMap(([key, text]) => [text, this.codesOf(key, text)]).join("\n"));
  }

  #words() {
    if (this.folded !== this.search) {
      this.folded = this.search;
      this.words = wordsOf(folded(this.search));
    }
    return this.words;
  }
}

function holds(row, key, { text, values, source, finding, band }) {
  const held = textOf(row, key);
  if (band && (!held || bandOf(row.marks[key]) !== band)) return false;
  if (values && !values.has(held)) return false;
  if (text && !folded(held).includes(folded(text))) return false;
  if (source === OTHER_SUGGESTION && !hasOtherSuggestion(row.marks[key], row.values[key])) return false;
  if (source && source !== OTHER_SUGGESTION && (row.marks[key]?.source ?? "") !== source) return false;
  return !finding || hasFinding(row.marks[key], finding);
}

/** True if a mark has the wanted finding: a severity, a code, or "any". */
export function hasFinding(mark, wanted) {
  if (wanted === "any") return highestSeverity(mark) !== "";
  return (mark?.findings ?? []).some((finding) => finding.severity === wanted || finding.code === wanted);
}

/** The different texts of a column and how often they occur: [[text, count], ...], empty first, then by count. */
export function valuesOf(rows, key) {
  const counts = new Map();
  for (const row of rows) counts.set(textOf(row, key), (counts.get(textOf(row, key)) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => Number(b === "") - Number(a === "") || m - n || (a < b ? -1 : 1));
}

/** The sources of a column's values, and OTHER_SUGGESTION if the service suggests another value somewhere. */
export function sourcesOf(rows, key) {
  const sources = [...new Set(rows.map((row) => row.marks[key]?.source).filter(Boolean))].sort();
  return rows.some((row) => hasOtherSuggestion(row.marks[key], row.values[key])) ? [...sources, OTHER_SUGGESTION] : sources;
}

/** The different codes of the findings of a row. */
function kindsOf(row) {
  const codes = new Set();
  for (const key in row.marks) for (const { code } of row.marks[key].findings ?? []) if (code) codes.add(code);
  return [...codes];
}

/** The different sources in a row; OTHER_SUGGESTION if something else is suggested for a cell. */
function sourcesIn(row) {
  const sources = new Set();
  for (const key in row.marks) {
    const mark = row.marks[key];
    if (mark.source) sources.add(mark.source);
    if (hasOtherSuggestion(mark, row.values[key])) sources.add(OTHER_SUGGESTION);
  }
  return [...sources];
}

/** The different bands of confidence of the values in a row. */
function bandsIn(row) {
  const bands = new Set();
  for (const key in row.marks) {
    const band = bandOf(row.marks[key]);
    if (band && !isEmpty(row.values[key])) bands.add(band);
  }
  return [...bands];
}

const IN_ROW = { [KINDS]: kindsOf, [SOURCES]: sourcesIn, [CONFIDENCE]: bandsIn };
const valuesIn = (row, facet) => IN_ROW[facet]?.(row) ?? [textOf(row, facet)];

/**
 * How often each value of some facets occurs in the rows that meet all other conditions, so that several values of one
 * facet can be selected: {facet: [[value, count], ...]}, the most frequent first. Selected values are always there.
 */
export function facetCounts(rows, filters, facets) {
  const counts = new Map(facets.map((facet) => [facet, new Map([...filters.selected(facet)].map((value) => [value, 0]))]));
  for (const row of rows) {
    const misses = filters.misses(row);
    const { value: first, done: isShown } = misses.next();
    if (!isShown && !misses.next().done) continue; // two conditions are not met: in no facet
    for (const [facet, of] of isShown ? counts : counts.has(first) ? [[first, counts.get(first)]] : []) {
      for (const value of valuesIn(row, facet)) of.set(value, (of.get(value) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].map(([facet, of]) => [facet, [...of].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))]));
}

/** How many findings of each code have an automatic fix. */
export function fixableKinds(rows) {
  const counts = {};
  for (const row of rows) {
    for (const key in row.marks) {
      for (const { code, proposal } of row.marks[key].findings ?? []) {
        if (code && proposal !== null && proposal !== undefined && !row.marks[key].locked) counts[code] = (counts[code] ?? 0) + 1;
      }
    }
  }
  return counts;
}

/** The next place after `place` for which `holds(id, key)`, in reading order and around the end; null if there is none. */
export function nextFinding(order, holds, place, backwards = false) {
  const { ids, keys } = order;
  const total = ids.length * keys.length;
  if (!total) return null;
  const start = place ? order.rowOf(place.id) * keys.length + order.columnOf(place.key) : backwards ? total : -1;
  for (let far = 1; far <= total; far += 1) {
    const at = (((start + (backwards ? -far : far)) % total) + total) % total;
    const here = { id: ids[Math.floor(at / keys.length)], key: keys[at % keys.length] };
    if (holds(here.id, here.key)) return here;
  }
  return null;
}
