// What exists in Python too: both must agree with the same test vectors.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { find, replaced } from "../src/edit/find_replace.js";
import { continueSeries } from "../src/edit/series.js";
import { skipped } from "../src/edit/skipped_cells.js";
import { search } from "../src/edit/value_search.js";
import { shownCells } from "./support/builders.js";

const vectors = (name) => JSON.parse(readFileSync(new URL(`../../../../tests/vectors/${name}.json`, import.meta.url)));

test("a search in values finds what batch.search finds, in the same order", () => {
  for (const { about, typed, values, found } of vectors("value_search")) {
    const hits = search(values.map(([code, text]) => ({ code, text })), typed);
    assert.deepEqual(hits.map(({ code, text }) => [code, text]), found, about);
  }
});

test("find and replace change what batch.replace changes", () => {
  for (const [text, by, { case: matchCase, whole }, cell, expected] of vectors("find_replace")) {
    const [table, options] = [shownCells([[cell]]), { matchCase, whole }];
    const places = find(table, table, text, options);
    assert.equal(places.length, expected === null ? 0 : 1, `${text} in ${cell}`);
    const changes = expected === null || expected === cell ? [] : [[1, "a", expected]];
    assert.deepEqual(replaced(table, places, text, by, options), changes, `${text} in ${cell}`);
  }
});

test("skipped cells are reported as batch.replace does", () => {
  for (const [reasons, expected] of vectors("skipped_cells")) assert.equal(skipped(reasons), expected);
});

test("a series continues as in batch.fill(series=True); other texts are repeated", () => {
  for (const [known, then] of vectors("series")) {
    assert.deepEqual(continueSeries(known, 3), then ?? [0, 1, 2].map((index) => known[index % known.length]), known.join().slice(0, 80));
  }
});
