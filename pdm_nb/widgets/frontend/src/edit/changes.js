// What an action of a person changes: [id, key, old, new] for every cell, and a sentence where something was left out.
// Pure; reads the table through {ids, keys, rowOf, columnOf, text(id, key), editable(id, key), mark(id, key)}.

import { isOverruled } from "./describe.js";
import { goOn } from "./series.js";

/**
 * Gathers changes: cells that cannot be edited are counted and left out, cells that stay the same are no change, unless
 * the service has another value than was set: then to set what is shown accepts it.
 */
class Changes {
  constructor(sheet) {
    this.sheet = sheet;
    this.cells = [];
    this.locked = 0;
  }

  put(id, key, text) {
    if (!this.sheet.editable(id, key)) this.locked += 1;
    else if (this.sheet.text(id, key) !== text || isOverruled(this.sheet.mark(id, key))) {
      this.cells.push([id, key, this.sheet.text(id, key), text]);
    }
  }

  done(what, ...left) {
    const locked = this.locked && `${amount(this.locked, "cell")} cannot be edited and stayed as ${this.locked === 1 ? "it was" : "they were"}`;
    const notice = [what && `${what}: ${amount(this.cells.length, "cell")} changed`, locked, ...left].filter(Boolean).join("; ");
    return { cells: this.cells, notice: notice && `${notice}.` };
  }
}

/** One text for everything that is chosen. */
export function setAll(sheet, area, text, what = "Set") {
  const changes = new Changes(sheet);
  for (const id of area.ids) for (const key of area.keys) changes.put(id, key, text);
  return changes.done(what);
}

export const clear = (sheet, area) => setAll(sheet, area, "", "Cleared");

/**
 * A pasted block. One value goes into all chosen cells; a block goes into what is chosen as often as it fits, else to
 * where the chosen begins, with what lies beyond the table left out and told.
 */
export function paste(sheet, area, matrix) {
  if (!matrix.length || !area.ids.length) return new Changes(sheet).done("");
  const headed = isHead(sheet, area.keys[0], matrix);
  if (headed) matrix = matrix.slice(1);
  const high = matrix.length;
  const wide = matrix[0].length;
  if (high === 1 && wide === 1) return setAll(sheet, area, matrix[0][0], "Pasted");
  const fits = area.ids.length % high === 0 && area.keys.length % wide === 0;
  const ids = fits ? area.ids : after(sheet.ids, sheet.rowOf(area.ids[0]), high);
  const keys = fits ? area.keys : after(sheet.keys, sheet.columnOf(area.keys[0]), wide);
  const changes = new Changes(sheet);
  ids.forEach((id, row) => keys.forEach((key, column) => changes.put(id, key, matrix[row % high][column % wide])));
  return changes.done(
    "Pasted",
    headed && "the first row were the names of these columns and was left out",
    ids.length < high && `${amount(high - ids.length, "row")} of the block reached beyond the end of the table and were left out`,
    keys.length < wide && `${amount(wide - keys.length, "column")} reached beyond the last column and were left out`,
  );
}

/** True where a block begins with the names of the columns that it goes into, or of half of them: a register may call some otherwise. */
function isHead(sheet, key, [first, ...rest]) {
  const keys = after(sheet.keys, sheet.columnOf(key), first.length);
  const named = keys.filter((one, index) => sheet.label(one).toLowerCase() === first[index].trim().toLowerCase());
  return rest.length > 0 && named.length > 0 && named.length * 2 >= keys.length;
}

/** The first chosen row into the others; where one row is chosen, the row above it into it. */
export function fillDown(sheet, area) {
  const { ids, keys } = area;
  const above = sheet.ids[sheet.rowOf(ids[0]) - 1];
  const [from, to] = ids.length > 1 ? [ids[0], ids.slice(1)] : [above, ids];
  if (from === undefined) return { cells: [], notice: ids.length ? "There is no row above the first." : "" };
  const changes = new Changes(sheet);
  for (const id of to) for (const key of keys) changes.put(id, key, sheet.text(from, key));
  return changes.done("Filled down");
}

/** The first chosen column into the others; where one column is chosen, the column to its left into it. */
export function fillRight(sheet, { ids, keys }) {
  const before = sheet.keys[sheet.columnOf(keys[0]) - 1];
  const [from, to] = keys.length > 1 ? [keys[0], keys.slice(1)] : [before, keys];
  if (from === undefined) return { cells: [], notice: ids.length ? "There is no column before the first." : "" };
  const changes = new Changes(sheet);
  for (const id of ids) for (const key of to) changes.put(id, key, sheet.text(id, from));
  return changes.done("Filled to the right");
}

/** One text into the chosen cells of the columns that take dates. */
export function setDates(sheet, { ids, keys }, text) {
  const dates = keys.filter((key) => sheet.byKey[key].kind === "timestamp");
  if (!dates.length) return { cells: [], notice: "None of the chosen columns takes a date." };
  return setAll(sheet, { ids, keys: dates }, text);
}

/**
 * What the handle does: the block `area` goes on into `ids` (below or above it), or into `keys` (right or left).
 * `counting`: a single number, date or counted name goes on by one, instead of being repeated.
 */
export function fillOn(sheet, area, { ids = [], keys = [], backwards = false }, counting = false) {
  const changes = new Changes(sheet);
  const go = (texts, places, put) => goOn(texts, places.length, backwards, counting).forEach((text, index) => put(places[index], text));
  for (const key of ids.length ? area.keys : []) {
    go(area.ids.map((id) => sheet.text(id, key)), ids, (id, text) => changes.put(id, key, text));
  }
  for (const id of keys.length ? area.ids : []) {
    go(area.keys.map((key) => sheet.text(id, key)), keys, (key, text) => changes.put(id, key, text));
  }
  return changes.done("Filled");
}

/** Where the handle was drawn to, as `fillOn` takes it: the nearer of down, up, right and left. Null for nowhere. */
export function drawnTo(sheet, area, place) {
  const row = sheet.rowOf(place.id);
  const column = sheet.columnOf(place.key);
  const [top, bottom] = [sheet.rowOf(area.ids[0]), sheet.rowOf(area.ids.at(-1))];
  const [left, right] = [sheet.columnOf(area.keys[0]), sheet.columnOf(area.keys.at(-1))];
  const beyond = { down: row - bottom, up: top - row, right: column - right, left: left - column };
  const [way, far] = Object.entries(beyond).reduce((best, one) => (one[1] > best[1] ? one : best));
  if (far <= 0) return null;
  if (way === "down") return { ids: sheet.ids.slice(bottom + 1, row + 1) };
  if (way === "up") return { ids: sheet.ids.slice(row, top).reverse(), backwards: true };
  if (way === "right") return { keys: sheet.keys.slice(right + 1, column + 1) };
  return { keys: sheet.keys.slice(column, left).reverse(), backwards: true };
}

/**
 * Where a double click on the handle leads: down beside what is filled at the left, else at the right, else to the end.
 * Null for nowhere.
 */
export function beside(sheet, area) {
  const below = sheet.ids.slice(sheet.rowOf(area.ids.at(-1)) + 1);
  const filled = (key) => {
    const empty = key === undefined ? 0 : below.findIndex((id) => sheet.text(id, key) === "");
    return empty < 0 ? below.length : empty;
  };
  const [left, right] = [sheet.columnOf(area.keys[0]) - 1, sheet.columnOf(area.keys.at(-1)) + 1];
  const ids = below.slice(0, filled(sheet.keys[left]) || filled(sheet.keys[right]) || below.length);
  return ids.length ? { ids } : null;
}

/** Texts of what is chosen, as the clipboard takes them. */
export function copied(sheet, area) {
  return area.ids.map((id) => area.keys.map((key) => sheet.text(id, key)));
}

/** Different texts for different cells, as replacing and mending have them: [[id, key, text], ...]. */
export function putAll(sheet, texts, what) {
  const changes = new Changes(sheet);
  for (const [id, key, text] of texts) changes.put(id, key, text);
  return changes.done(what);
}

const after = (list, from, count) => list.slice(from, from + count);

export function amount(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
