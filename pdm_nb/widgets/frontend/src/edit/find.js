// Find and replace in the cells that are shown. Pure.

/** The pattern that finds `text` in the text of a cell. */
function pattern(text, { matchCase = false, whole = false } = {}) {
  const literal = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(whole ? `^${literal}$` : literal, matchCase ? "gu" : "giu");
}

/** The places whose text contains `text`, row by row: [[id, key], ...]. */
export function find(shownCells, area, text, options) {
  if (!text && !options?.whole) return [];
  const wanted = pattern(text, options);
  const holds = (id, key) => shownCells.text(id, key).search(wanted) >= 0;
  return area.ids.flatMap((id) => area.keys.filter((key) => holds(id, key)).map((key) => [id, key]));
}

/** The new texts of these places: [[id, key, text], ...]. */
export function replaced(shownCells, places, text, by, options) {
  const wanted = pattern(text, options);
  return places.map(([id, key]) => [id, key, shownCells.text(id, key).replace(wanted, () => by)]);
}
