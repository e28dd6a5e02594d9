// Normalizes texts for searching: without case, without accents. Pure.
// The same in Python: `rules/values/normalize.py`; `tests/vectors/value_search.json` and `find_replace.json` test both.

// Letters that Unicode does not decompose, and the dashes and apostrophes that spreadsheets put in place of typed ones.
const PLAIN = {
  ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ŧ: "t", ŋ: "n", æ: "ae", œ: "oe", þ: "th",
  "‐": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "`": "'", "′": "'",
};
const REPLACED = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "gu");
const REMOVED = /[\p{Mn}\p{Cf}]/gu; // accents; zero-width spaces and other invisible characters
const ASCII = /^[\x00-\x7f]*$/;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/; // as in Python

/**
 * A text without case: straße and STRASSE are the same, and so are i, I, İ and ı. Each character is folded on its own, so
 * that offsets can be mapped back to the text.
 */
export function ignoreCase(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.replaceAll("İ", "i").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** The words of a text, as `str.split` in Python makes them. */
export const wordsOf = (text) => text.split(SPACES).filter(Boolean);

/** A text without case and accents. */
export function folded(text) {
  if (ASCII.test(text)) return text.toLowerCase().replaceAll("`", "'");
  const shown = text.normalize("NFKD").replace(REMOVED, "");
  return ignoreCase(shown).replace(REPLACED, (char) => PLAIN[char]);
}

/** The text by which values are searched: without case, accents and repeated spaces. */
export const plain = (text) => wordsOf(folded(text)).join(" ");

/** A pattern that matches `text` as it is. */
export const literal = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
