// Type-ahead over a list of values: which entries fit what was typed, best first. Pure.
//
// An entry is {text, code}: what the cell will hold, and the short code people know it by.

/** A text without case and accents. */
export const fold = (text) => String(text).normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();

/** Whether one of the texts is the number that was typed, whatever zeros it begins with. */
const isNumber = (texts, query) => /^\d+$/.test(query) && texts.some((text) => /^\d+$/.test(text) && BigInt(text) === BigInt(query));

/** 0 fits best; Infinity does not fit. Every word typed must occur in code or text. */
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

/** The entries that fit, best first, in their own order where they fit equally well. */
export function search(entries, typed) {
  return entries
    .map((entry, index) => ({ entry, index, rank: rank(entry, typed) }))
    .filter((hit) => hit.rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((hit) => hit.entry);
}

/** "A; B" as ["A", "B"]: how several values stand in one cell; one of `entries` is a single value, whatever is in it. */
export function splitSeveral(text, entries = []) {
  const whole = String(text ?? "").trim();
  if (entries.some((entry) => entry.text === whole || entry.code === whole)) return [whole];
  return whole.split(";").map((part) => part.trim()).filter(Boolean);
}

export const joinSeveral = (parts) => parts.join("; ");

/** The entries of a list, those first that are similar to what the cell holds; these also where the list is not here. */
export function suggestedFirst(entries, similar = []) {
  const first = similar.map((text) => entries.find((entry) => entry.text === text) ?? { text, code: "" });
  return [...first, ...entries.filter((entry) => !first.includes(entry))];
}
