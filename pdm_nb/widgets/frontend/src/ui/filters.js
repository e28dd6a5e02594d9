// Which rows are shown: by quick search, and by text, value, finding and source of columns. Pure.

import { hasOtherSuggestion, isEmpty } from "../edit/describe.js";
import { highestSeverity } from "../edit/rows.js";
import { folded, wordsOf } from "../edit/normalize.js";

export const OTHER_SUGGESTION = "≠"; // stands for "the service suggests another value" in the list of sources

const textOf = (row, key) => (isEmpty(row.values[key]) ? "" : String(row.values[key]));

export class Filters {
  /** `codesOf(key, text)`: the codes of what a cell holds, which the quick search finds as well. */
  constructor(codesOf = () => "") {
    this.codesOf = codesOf;
    this.clear();
  }

  clear() {
    this.search = ""; // quick search: every word must occur somewhere in the row
    this.finding = ""; // "error", "warning", "info", a finding's code, or "any"
    this.column = ""; // the column that must have the finding; "" for any
    this.columns = {}; // by key: {text, values: Set of texts, sources: Set, finding}
  }

  get active() {
    return Boolean(this.search.trim() || this.finding || Object.keys(this.columns).length);
  }

  isFiltered(key) {
    return key in this.columns;
  }

  /** Set or, if it is empty, remove the filter of a column. */
  set(key, { text = "", values = null, source = "", finding = "" }) {
    delete this.columns[key];
    if (text || values || source || finding) this.columns[key] = { text, values, source, finding };
  }

  passes(row) {
    return (
      Object.entries(this.columns).every(([key, wanted]) => holds(row, key, wanted)) &&
      (!this.finding || (this.column ? [this.column] : Object.keys(row.marks)).some((key) => hasFinding(row.marks[key], this.finding))) &&
      this.#words().every((word) => (row.searchText ??= this.#searchText(row)).includes(word))
    );
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

function holds(row, key, { text, values, source, finding }) {
  const held = textOf(row, key);
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
