// What an action of a person changes: [id, key, old, new] for every cell, and a sentence where something was left out.
// Pure; reads the table through {ids, keys, rowOf, columnOf, text(id, key), editable(id, key), mark(id, key)}.

import { isOverruled } from "./describe.js";
import { continueSeries } from "./series.js";

/**
 * Gathers changes: cells that cannot be edited are counted and left out, cells that stay the same are no change, unless
 * the service has another value than was set: then to set what is shown accepts it.
 */
class Changes {
  constructor(shownCells) {
    this.shownCells = shownCells;
    this.cells = [];
    this.locked = 0;
  }

  put(id, key, text) {
    if (!this.shownCells.editable(id, key)) this.locked += 1;
    else if (this.shownCells.text(id, key) !== text || isOverruled(this.shownCells.mark(id, key))) {
      this.cells.push([id, key, this.shownCells.text(id, key), text]);
    }
  }

  result(what, ...left) {
    const locked = this.locked && `${quantity(this.locked, "cell")} cannot be edited and stayed as ${this.locked === 1 ? "it was" : "they were"}`;
    const notice = [what && `${what}: ${quantity(this.cells.length, "cell")} changed`, locked, ...left].filter(Boolean).join("; ");
    return { cells: this.cells, notice: notice && `${notice}.` };
  }
}

/** One text for everything that is chosen. */
export function setAll(shownCells, area, text, what = "Set") {
  const changes = new Changes(shownCells);
  for (const id of area.ids) for (const key of area.keys) changes.put(id, key, text);
  return changes.result(what);
}

export const clear = (shownCells, area) => setAll(shownCells, area, "", "Cleared");

/**
 * A pasted block. One value goes into all chosen cells; a block goes into what is chosen as often as it fits, else to
 * where the chosen begins, with what lies beyond the table left out and told.
 */
export function paste(shownCells, area, matrix) {
  if (!matrix.length || !area.ids.length) return new Changes(shownCells).result("");
  const headed = isHead(shownCells, area.keys[0], matrix);
  if (headed) matrix = matrix.slice(1);
  const high = matrix.length;
  const wide = matrix[0].length;
  if (high === 1 && wide === 1) return setAll(shownCells, area, matrix[0][0], "Pasted");
  const fits = area.ids.length % high === 0 && area.keys.length % wide === 0;
  const ids = fits ? area.ids : after(shownCells.ids, shownCells.rowOf(area.ids[0]), high);
  const keys = fits ? area.keys : after(shownCells.keys, shownCells.columnOf(area.keys[0]), wide);
  const changes = new Changes(shownCells);
  ids.forEach((id, row) => keys.forEach((key, column) => changes.put(id, key, matrix[row % high][column % wide])));
  return changes.result(
    "Pasted",
    headed && "the first row were the names of these columns and was left out",
    ids.length < high && `${quantity(high - ids.length, "row")} of the block reached beyond the end of the table and were left out`,
    keys.length < wide && `${quantity(wide - keys.length, "column")} reached beyond the last column and were left out`,
  );
}

/** True where a block begins with the names of the columns that it goes into, or of half of them: a register may call some otherwise. */
function isHead(shownCells, key, [first, ...rest]) {
  const keys = after(shownCells.keys, shownCells.columnOf(key), first.length);
  const named = keys.filter((one, index) => shownCells.label(one).toLowerCase() === first[index].trim().toLowerCase());
  return rest.length > 0 && named.length > 0 && named.length * 2 >= keys.length;
}

/** The first chosen row into the others; where one row is chosen, the row above it into it. */
export function fillDown(shownCells, area) {
  const { ids, keys } = area;
  const above = shownCells.ids[shownCells.rowOf(ids[0]) - 1];
  const [from, to] = ids.length > 1 ? [ids[0], ids.slice(1)] : [above, ids];
  if (from === undefined) return { cells: [], notice: ids.length ? "There is no row above the first." : "" };
  const changes = new Changes(shownCells);
  for (const id of to) for (const key of keys) changes.put(id, key, shownCells.text(from, key));
  return changes.result("Filled down");
}

/** The first chosen column into the others; where one column is chosen, the column to its left into it. */
export function fillRight(shownCells, { ids, keys }) {
  const before = shownCells.keys[shownCells.columnOf(keys[0]) - 1];
  const [from, to] = keys.length > 1 ? [keys[0], keys.slice(1)] : [before, keys];
  if (from === undefined) return { cells: [], notice: ids.length ? "There is no column before the first." : "" };
  const changes = new Changes(shownCells);
  for (const id of ids) for (const key of to) changes.put(id, key, shownCells.text(id, from));
  return changes.result("Filled to the right");
}

/** One text into the chosen cells of the columns that take dates. */
export function setDates(shownCells, { ids, keys }, text) {
  const dates = keys.filter((key) => shownCells.byKey[key].kind === "timestamp");
  if (!dates.length) return { cells: [], notice: "None of the chosen columns takes a date." };
  return setAll(shownCells, { ids, keys: dates }, text);
}

/**
 * What the handle does: the block `area` goes on into `ids` (below or above it), or into `keys` (right or left).
 * `counting`: a single number, date or counted name goes on by one, instead of being repeated.
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
  return changes.result("Filled");
}

/** Where the handle was drawn to, as `fillSeries` takes it: the nearer of down, up, right and left. Null for nowhere. */
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
 * Where a double click on the handle leads: down beside what is filled at the left, else at the right, else to the end.
 * Null for nowhere.
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

/** Texts of what is chosen, as the clipboard takes them. */
export function textsOf(shownCells, area) {
  return area.ids.map((id) => area.keys.map((key) => shownCells.text(id, key)));
}

/** Different texts for different cells, as replacing and mending have them: [[id, key, text], ...]. */
export function setEach(shownCells, texts, what) {
  const changes = new Changes(shownCells);
  for (const [id, key, text] of texts) changes.put(id, key, text);
  return changes.result(what);
}

const after = (list, from, count) => list.slice(from, from + count);

export function quantity(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
