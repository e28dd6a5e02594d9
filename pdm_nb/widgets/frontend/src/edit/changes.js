// What an action changes: [id, key, old, new] for every cell, and a notice that also reports what was skipped.
// Pure; reads the table through {ids, keys, rowOf, columnOf, text(id, key), editable(id, key), lockReason(id, key), mark(id, key)}.

import { isOverruled } from "./describe.js";
import { continueSeries } from "./series.js";
import { quantity, skipped } from "./skipped_cells.js";
import { TEXTS } from "./texts.js";

/**
 * Collects changes. Cells that cannot be edited are skipped, and reported with the reasons. Cells that keep their text are skipped too, unless
 * the service has another value than was set: setting the shown value then accepts it.
 */
class Changes {
  constructor(shownCells) {
    this.shownCells = shownCells;
    this.cells = [];
    this.locked = []; // why, for each of these cells
  }

  put(id, key, text) {
    if (!this.shownCells.editable(id, key)) this.locked.push(this.shownCells.lockReason(id, key));
    else if (this.shownCells.text(id, key) !== text || isOverruled(this.shownCells.mark(id, key))) {
      this.cells.push([id, key, this.shownCells.text(id, key), text]);
    }
  }

  result(what, ...remarks) {
    const sentences = [what && `${what}: ${quantity(this.cells.length, "cell")} changed.`, skipped(this.locked), ...remarks];
    return { cells: this.cells, notice: sentences.filter(Boolean).join(" ") };
  }
}

/** Set all cells of an area to one text. */
export function setAll(shownCells, area, text, what = TEXTS.set) {
  const changes = new Changes(shownCells);
  for (const id of area.ids) for (const key of area.keys) changes.put(id, key, text);
  return changes.result(what);
}

export const clear = (shownCells, area) => setAll(shownCells, area, "", TEXTS.cleared);

/**
 * Paste a block. A single value goes into all selected cells. A block is repeated if it fits the selection several times,
 * else it is pasted once from the first selected cell; what lies beyond the table is skipped and reported.
 */
export function paste(shownCells, area, matrix) {
  if (!matrix.length || !area.ids.length) return new Changes(shownCells).result("");
  const headed = isHead(shownCells, area.keys[0], matrix);
  if (headed) matrix = matrix.slice(1);
  const high = matrix.length;
  const wide = matrix[0].length;
  if (high === 1 && wide === 1) return setAll(shownCells, area, matrix[0][0], TEXTS.pasted);
  const fits = area.ids.length % high === 0 && area.keys.length % wide === 0;
  const ids = fits ? area.ids : after(shownCells.ids, shownCells.rowOf(area.ids[0]), high);
  const keys = fits ? area.keys : after(shownCells.keys, shownCells.columnOf(area.keys[0]), wide);
  const changes = new Changes(shownCells);
  ids.forEach((id, row) => keys.forEach((key, column) => changes.put(id, key, matrix[row % high][column % wide])));
  return changes.result(
    TEXTS.pasted,
    headed && TEXTS.columnNamesSkipped,
    ids.length < high && TEXTS.didNotFit(quantity(high - ids.length, "row"), was(high - ids.length)),
    keys.length < wide && TEXTS.didNotFit(quantity(wide - keys.length, "column"), was(wide - keys.length)),
  );
}

/** True if the first row of a block names at least half of the target columns: a register may name some differently. */
function isHead(shownCells, key, [first, ...rest]) {
  const keys = after(shownCells.keys, shownCells.columnOf(key), first.length);
  const named = keys.filter((one, index) => shownCells.label(one).toLowerCase() === first[index].trim().toLowerCase());
  return rest.length > 0 && named.length > 0 && named.length * 2 >= keys.length;
}

/** Copy the first selected row into the others; if only one row is selected, copy the row above into it. */
export function fillDown(shownCells, area) {
  const { ids, keys } = area;
  const above = shownCells.ids[shownCells.rowOf(ids[0]) - 1];
  const [from, to] = ids.length > 1 ? [ids[0], ids.slice(1)] : [above, ids];
  if (from === undefined) return { cells: [], notice: ids.length ? TEXTS.noRowAbove : "" };
  const changes = new Changes(shownCells);
  for (const id of to) for (const key of keys) changes.put(id, key, shownCells.text(from, key));
  return changes.result(TEXTS.filledDown);
}

/** Copy the first selected column into the others; if only one is selected, copy the column to its left into it. */
export function fillRight(shownCells, { ids, keys }) {
  const before = shownCells.keys[shownCells.columnOf(keys[0]) - 1];
  const [from, to] = keys.length > 1 ? [keys[0], keys.slice(1)] : [before, keys];
  if (from === undefined) return { cells: [], notice: ids.length ? TEXTS.noColumnLeft : "" };
  const changes = new Changes(shownCells);
  for (const id of ids) for (const key of to) changes.put(id, key, shownCells.text(id, from));
  return changes.result(TEXTS.filledRight);
}

/** Set the selected cells of date columns to one text. */
export function setDates(shownCells, { ids, keys }, text) {
  const dates = keys.filter((key) => shownCells.byKey[key].kind === "timestamp");
  if (!dates.length) return { cells: [], notice: TEXTS.noDateColumn };
  return setAll(shownCells, { ids, keys: dates }, text);
}

/**
 * Continue the block `area` into `ids` (below or above it) or into `keys` (right or left of it), as the fill handle does.
 * With `counting`, a single number, date or numbered name continues by one instead of being repeated.
 */
export function fillSeries(shownCells, area, { ids = [], keys = [], backwards = false }, counting = false) {
  const changes = new Changes(shownCells);
  const go = (texts, places, put) => continueSeries(texts, places.length, backwards, counting).forEach((text, index) => put(places[index], text));
  for (const key of ids.length ? area.keys : []) {
    go(area.ids.map((id) => shownCells.text(id, key)), ids, (id, text) => changes.put(id, key, text));
  }
  for (const id of keys.length ? area.ids : []) {
    go(area.keys.map((key) => shownCells.text(id, key)), keys, (key, text) => changes.put(id, key, text));
  }
  return changes.result(TEXTS.filled);
}

/** Where the fill handle was dragged to, in the form that `fillSeries` takes; null if it is still within the block. */
export function dragTarget(shownCells, area, place) {
  const row = shownCells.rowOf(place.id);
  const column = shownCells.columnOf(place.key);
  const [top, bottom] = [shownCells.rowOf(area.ids[0]), shownCells.rowOf(area.ids.at(-1))];
  const [left, right] = [shownCells.columnOf(area.keys[0]), shownCells.columnOf(area.keys.at(-1))];
  const beyond = { down: row - bottom, up: top - row, right: column - right, left: left - column };
  const [way, far] = Object.entries(beyond).reduce((best, one) => (one[1] > best[1] ? one : best));
  if (far <= 0) return null;
  if (way === "down") return { ids: shownCells.ids.slice(bottom + 1, row + 1) };
  if (way === "up") return { ids: shownCells.ids.slice(row, top).reverse(), backwards: true };
  if (way === "right") return { keys: shownCells.keys.slice(right + 1, column + 1) };
  return { keys: shownCells.keys.slice(column, left).reverse(), backwards: true };
}

/**
 * The rows that a double-click on the fill handle fills: as far as the column to the left has values, else the column to
 * the right, else to the end. Null if there are none.
 */
export function rangeNextToFilled(shownCells, area) {
  const below = shownCells.ids.slice(shownCells.rowOf(area.ids.at(-1)) + 1);
  const filled = (key) => {
    const empty = key === undefined ? 0 : below.findIndex((id) => shownCells.text(id, key) === "");
    return empty < 0 ? below.length : empty;
  };
  const [left, right] = [shownCells.columnOf(area.keys[0]) - 1, shownCells.columnOf(area.keys.at(-1)) + 1];
  const ids = below.slice(0, filled(shownCells.keys[left]) || filled(shownCells.keys[right]) || below.length);
  return ids.length ? { ids } : null;
}

/** The texts of an area, row by row, for the clipboard. */
export function textsOf(shownCells, area) {
  return area.ids.map((id) => area.keys.map((key) => shownCells.text(id, key)));
}

/** Set cells to their own texts, as replace and fix do: [[id, key, text], ...]. */
export function setEach(shownCells, texts, what) {
  const changes = new Changes(shownCells);
  for (const [id, key, text] of texts) changes.put(id, key, text);
  return changes.result(what);
}

const after = (list, from, count) => list.slice(from, from + count);

const was = (count) => (count === 1 ? "was" : "were");
