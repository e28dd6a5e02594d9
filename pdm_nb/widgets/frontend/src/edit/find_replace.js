// Finds a text in cells and replaces it. Pure.
// The same in Python: `batch/table/find_replace.py`; `tests/vectors/find_replace.json` tests both.

import { ignoreCase } from "./normalize.js";

/**
 * Finds a text, which is not a pattern. Without `matchCase`, only whole characters match: "s" is not found in "ß", "ss" is.
 * With `whole`, the text is all that a cell contains, and an empty text finds empty cells; otherwise it finds nothing.
 */
class Finder {
  constructor(text, { matchCase = false, whole = false } = {}) {
    this.folded = matchCase ? String : ignoreCase;
    this.wanted = this.folded(text);
    this.whole = whole;
  }

  finds(cell) {
    return this.whole ? this.folded(cell) === this.wanted : !this.#matches(cell).next().done;
  }

  /** The text of a cell with every match replaced, from left to right; null if there is no match. */
  replaced(cell, by) {
    if (this.whole) return this.finds(cell) ? by : null;
    const parts = [];
    let end = 0;
    for (const [start, stop] of this.#matches(cell)) {
      parts.push(cell.slice(end, start), by);
      end = stop;
    }
    return parts.length ? [...parts, cell.slice(end)].join("") : null;
  }

  /** Where matches start and end, without overlaps. */
  *#matches(cell) {
    const text = this.folded(cell);
    if (!this.wanted || !text.includes(this.wanted)) return;
    const places = text.length === cell.length ? null : this.#placesOf(cell); // no character becomes shorter by folding
    for (let at = text.indexOf(this.wanted); at >= 0; ) {
      const end = at + this.wanted.length;
      const isMatch = !places || (places.has(at) && places.has(end));
      if (isMatch) yield places ? [places.get(at), places.get(end)] : [at, end];
      at = text.indexOf(this.wanted, isMatch ? end : at + 1);
    }
  }

  /** Where characters start, by their offset in the folded text. */
  #placesOf(cell) {
    const places = new Map();
    let [offset, place] = [0, 0];
    for (const char of cell) {
      places.set(offset, place);
      offset += this.folded(char).length;
      place += char.length;
    }
    return places.set(offset, place);
  }
}

/** The places whose text contains `text`, row by row: [[id, key], ...]. */
export function find(shownCells, area, text, options) {
  const finder = new Finder(text, options);
  const holds = (id, key) => finder.finds(shownCells.text(id, key));
  return area.ids.flatMap((id) => area.keys.filter((key) => holds(id, key)).map((key) => [id, key]));
}

/** The new texts of those of these places whose text changes: [[id, key, text], ...]. */
export function replaced(shownCells, places, text, by, options) {
  const finder = new Finder(text, options);
  return places.flatMap(([id, key]) => {
    const before = shownCells.text(id, key);
    const after = finder.replaced(before, by);
    return after === null || after === before ? [] : [[id, key, after]];
  });
}
