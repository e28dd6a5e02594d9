// Searches the values of a field while somebody types: by code and label, best first. Pure.
// The same in Python, which searches long lists: `rules/values/value_search.py` explains the ranks;
// `tests/vectors/value_search.json` tests both.
//
// An entry is {text, code, label}: what the cell will hold, the short code people know it by, and the name, which is the
// text unless several values have that name.

import { literal, plain, wordsOf } from "./normalize.js";

const NUMBER = /^[0-9]+$/;

/** The entries that match a typed text, best first; equally good ones in the given order. */
export function search(entries, typed) {
  const query = new Query(typed);
  return entries
    .map((entry) => ({ entry, rank: query.rank(entry.code ?? "", entry.label ?? entry.text) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ entry }) => entry);
}

/** A typed text, prepared to be compared with many entries. */
class Query {
  constructor(typed) {
    this.typed = wordsOf(typed).join(" ");
    this.text = plain(typed);
    this.words = wordsOf(this.text);
    this.starts = this.words.map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${literal(word)}`, "u"));
  }

  /** How well an entry matches: 0 is best, null is no match. */
  rank(code, label) {
    if (!this.words.length) return 0;
    const own = plain(code);
    const name = plain(label);
    const both = `${own} ${name}`;
    const isSameNumber = NUMBER.test(this.text) && [own, ...wordsOf(name)].some((one) => this.#isSameNumber(one));
    const isContained = this.words.every((word) => both.includes(word));
    const tests = [
      this.typed === code,
      this.text === own,
      this.typed === label,
      this.text === name,
      isSameNumber,
      own.startsWith(this.text),
      name.startsWith(this.text),
      this.starts.every((start) => start.test(both)),
      isContained,
    ];
    return isContained || isSameNumber ? tests.indexOf(true) : null;
  }

  #isSameNumber(text) {
    return NUMBER.test(text) && text.replace(/^0+/, "") === this.text.replace(/^0+/, "");
  }
}
