import assert from "node:assert/strict";
import { test } from "node:test";
import { ticked } from "../src/ui/filter_panel.js";
import { find, replaced } from "../src/edit/find_replace.js";
import { Filters, KINDS, nextFinding, sourcesOf, valuesOf } from "../src/ui/filters.js";
import { place, shownCells } from "./support/builders.js";

const finding = (severity, code) => ({ severity, code, message: "", fix: "" });
const rows = [
  { id: 1, values: { name: "Ébène-01", type: "Drawing" }, marks: { type: { source: "ML" } } },
  { id: 2, values: { name: "B-02", type: "" }, marks: { type: { findings: [finding("error", "PDM101")] } } },
  { id: 3, values: { name: "B-03", type: "Drawing" }, marks: { name: { findings: [finding("warning", "PDM900")] } } },
];
const passing = (filters) => rows.filter((row) => filters.passes(row)).map((row) => row.id);

test("quick search: all words, anywhere, without case and accents", () => {
  const filters = new Filters();
  assert.equal(filters.active, false);
  filters.search = "ebene draw";
  assert.deepEqual(passing(filters), [1]);
  filters.search = "drawing";
  assert.deepEqual(passing(filters), [1, 3]);
});

test("quick search finds a value by its code too", () => {
  const filters = new Filters((key, text) => (key === "type" && text === "Drawing" ? "DR" : undefined));
  filters.search = "dr b-03";
  for (const row of rows) row.searchText = undefined;
  assert.deepEqual(passing(filters), [3]);
  for (const row of rows) row.searchText = undefined;
});

test("by value, text, source and finding of a column", () => {
  const filters = new Filters();
  filters.set("type", { values: new Set([""]) });
  assert.deepEqual(passing(filters), [2]);
  filters.set("type", { text: "DRAW" });
  assert.deepEqual(passing(filters), [1, 3]);
  filters.set("type", { source: "ML" });
  assert.deepEqual(passing(filters), [1]);
  filters.set("type", { finding: "any" });
  assert.deepEqual(passing(filters), [2]);
  filters.set("type", {});
  assert.equal(filters.active, false);
});

test("the service suggests another value", () => {
  const other = [{ id: 4, values: { type: "Drawing" }, marks: { type: { source: "MANUAL", suggestion: "Report" } } }];
  assert.deepEqual(sourcesOf([...rows, ...other], "type"), ["MANUAL", "ML", "≠"]);
  const filters = new Filters();
  filters.set("type", { source: "≠" });
  assert.deepEqual([...rows, ...other].filter((row) => filters.passes(row)).map((row) => row.id), [4]);
});

test("by finding: severity or code, anywhere or in one column", () => {
  const filters = new Filters();
  filters.finding = "any";
  assert.deepEqual(passing(filters), [2, 3]);
  filters.finding = "PDM900";
  assert.deepEqual(passing(filters), [3]);
  filters.finding = "any";
  filters.column = "type";
  assert.deepEqual(passing(filters), [2]);
});

test("the values and sources to select from", () => {
  assert.deepEqual(valuesOf(rows, "type"), [["", 1], ["Drawing", 2]]);
  assert.deepEqual(sourcesOf(rows, "type"), ["ML"]);
});

test("all ticked is no filter, and a value that exists no more does not count", () => {
  const all = [["", 2], ["A", 1], ["C", 1]];
  assert.deepEqual(ticked(null, all, "A", false), new Set(["", "C"]));
  assert.equal(ticked(new Set(["", "C"]), all, "A", true), null);
  assert.deepEqual(ticked(new Set(["A", "gone"]), all, "C", true), new Set(["A", "gone", "C"]));
  assert.equal(ticked(new Set(["A", "C", "gone"]), all, "", true), null);
});

test("the next finding, forwards, backwards, and around the end", () => {
  const order = shownCells([["", "e"], ["w", ""], ["", ""]]);
  const severity = (id, key) => order.text(id, key);
  assert.deepEqual(nextFinding(order, severity, null), place(1, "b"));
  assert.deepEqual(nextFinding(order, severity, place(1, "b")), place(2, "a"));
  assert.deepEqual(nextFinding(order, severity, place(2, "a")), place(1, "b"));
  assert.deepEqual(nextFinding(order, severity, place(1, "b"), true), place(2, "a"));
  assert.equal(nextFinding(order, () => "", null), null);
});

test("find takes what is typed as text, and replaces every occurrence", () => {
  const table = shownCells([["A.1", "a.1 a.1"], ["x", "AB1"]]);
  const area = { ids: [1, 2], keys: ["a", "b"] };
  assert.deepEqual(find(table, area, "a.1"), [[1, "a"], [1, "b"]]);
  assert.deepEqual(find(table, area, "a.1", { matchCase: true }), [[1, "b"]]);
  assert.deepEqual(find(table, area, "a.1", { whole: true }), [[1, "a"]]);
  assert.deepEqual(replaced(table, [[1, "b"]], "a.1", "$&!"), [[1, "b", "$&! $&!"]]);
  assert.deepEqual(find(table, area, ""), []);
});

test("filters are restored from JSON as they were", () => {
  const filters = new Filters();
  filters.toggle("type", "Drawing");
  filters.set("number", { text: "A-1", finding: "error" });
  filters.toggle(KINDS, "PDM101");
  Object.assign(filters, { search: "roof", finding: "any", column: "type" });
  const other = new Filters();
  other.restore(JSON.parse(JSON.stringify(filters)));
  assert.deepEqual(other.toJSON(), filters.toJSON());
  assert.deepEqual([...other.selected("type")], ["Drawing"]);
  assert.deepEqual(other.columnsByValue, ["type"]);
});
