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
    return this.replaced(cell, "") !== null;
  }

  /** The text of a cell with every match replaced, from left to right; null if there is no match. */
  replaced(cell, by) {
    const whole = this.folded(cell);
    if (this.whole) return whole === this.wanted ? by : null;
    if (!this.wanted || !whole.includes(this.wanted)) return null;
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
    const places = new Map(); // of the characters, by their offset in the folded text, which may be longer
    let text = "";
    let place = 0;
    for (const char of cell) {
      places.set(text.length, place);
      text += this.folded(char);
      place += char.length;
    }
    places.set(text.length, place);
    for (let at = text.indexOf(this.wanted); at >= 0; ) {
      const end = at + this.wanted.length;
      const isMatch = places.has(at) && places.has(end);
      if (isMatch) yield [places.get(at), places.get(end)];
      at = text.indexOf(this.wanted, isMatch ? end : at + 1);
    }
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
