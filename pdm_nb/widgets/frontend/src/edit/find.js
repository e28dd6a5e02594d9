// Find and replace over the cells that are shown. Pure.

/** A function that finds `text` in a cell's text: {matchCase, whole} as people tick it. */
function pattern(text, { matchCase = false, whole = false } = {}) {
  const literal = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(whole ? `^${literal}$` : literal, matchCase ? "gu" : "giu");
}

/** The places whose text holds `text`, row by row: [[id, key], ...]. */
export function find(shownCells, area, text, options) {
  if (!text && !options?.whole) return [];
  const wanted = pattern(text, options);
  const holds = (id, key) => shownCells.text(id, key).search(wanted) >= 0;
  return area.ids.flatMap((id) => area.keys.filter((key) => holds(id, key)).map((key) => [id, key]));
}

/** The texts that these places get: [[id, key, text], ...]. */
export function replaced(shownCells, places, text, by, options) {
  const wanted = pattern(text, options);
  return places.map(([id, key]) => [id, key, shownCells.text(id, key).replace(wanted, () => by)]);
}
