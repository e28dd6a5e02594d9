// Type-ahead search in a list of values: the entries that match the typed text, best first. Pure.
//
// An entry is {text, code}: what the cell will hold, and the short code people know it by.

/** A text without case and accents, for comparison. */
export const fold = (text) => String(text).normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();

/** True if one of the texts is the typed number, with or without leading zeros. */
const isNumber = (texts, query) => /^\d+$/.test(query) && texts.some((text) => /^\d+$/.test(text) && BigInt(text) === BigInt(query));

/** How well an entry matches: 0 is best, Infinity is no match. Every typed word must occur in the code or text. */
export function rank(entry, typed) {
  const query = fold(typed.trim());
  const code = fold(entry.code ?? "");
  const text = fold(entry.text);
  if (!query) return 0;
  if (code === query || text === query) return 1;
  if (isNumber([code, ...text.split(/\s+/)], query)) return 2;
  if (code.startsWith(query)) return 3;
  if (text.startsWith(query)) return 4;
  const both = `${code} ${text}`;
  if (!query.split(/\s+/).every((word) => both.includes(word))) return Infinity;
  return text.split(/[\s/-]+/).some((word) => word.startsWith(query)) ? 5 : 6;
}

/** The matching entries, best first; equally good ones keep their order. */
export function search(entries, typed) {
  return entries
    .map((entry, index) => ({ entry, index, rank: rank(entry, typed) }))
    .filter((hit) => hit.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((hit) => hit.entry);
}

/** The values of a cell: "A; B" is ["A", "B"], unless the whole text is itself one of `entries`. */
export function splitSeveral(text, entries = []) {
  const whole = String(text ?? "").trim();
  if (entries.some((entry) => entry.text === whole || entry.code === whole)) return [whole];
  return whole.split(";").map((part) => part.trim()).filter(Boolean);
}

export const joinSeveral = (parts) => parts.join("; ");

/** The entries with those that are `similar` to the cell's text first, even if they are not in `entries`. */
export function suggestedFirst(entries, similar = []) {
  const first = similar.map((text) => entries.find((entry) => entry.text === text) ?? { text, code: "" });
  return [...first, ...entries.filter((entry) => !first.includes(entry))];
}
