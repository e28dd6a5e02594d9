import assert from "node:assert/strict";
import { test } from "node:test";
import * as changes from "../src/edit/changes.js";
import { continueSeries } from "../src/edit/series.js";
import { place, shownCells } from "./support/builders.js";

const table = (options) => shownCells([["1", "x", ""], ["2", "y", ""], ["", "", ""], ["", "", ""]], options);
const area = (ids, keys) => ({ ids, keys: keys.split("") });

test("one value goes into all selected cells, and unchanged cells are not sent", () => {
  const { cells, notice } = changes.paste(table(), area([1, 2, 3], "b"), [["x"]]);
  assert.deepEqual(cells, [[2, "b", "y", "x"], [3, "b", "", "x"]]);
  assert.equal(notice, "Pasted: 2 cells changed.");
});

test("a block is pasted from the first selected cell", () => {
  const { cells } = changes.paste(table(), area([2], "b"), [["p", "q"], ["r", "s"]]);
  assert.deepEqual(cells, [[2, "b", "y", "p"], [2, "c", "", "q"], [3, "b", "", "r"], [3, "c", "", "s"]]);
});

test("a block is repeated if it fits several times", () => {
  const { cells } = changes.paste(table(), area([1, 2, 3, 4], "c"), [["p"], ["q"]]);
  assert.deepEqual(cells.map((cell) => cell[3]), ["p", "q", "p", "q"]);
});

test("a block that is longer or wider than the table is cut off, with a notice", () => {
  const { cells, notice } = changes.paste(table(), area([4], "c"), [["p", "q"], ["r", "s"], ["t", "u"]]);
  assert.deepEqual(cells, [[4, "c", "", "p"]]);
  assert.equal(notice, "Pasted: 1 cell changed. 2 rows did not fit in the table and were skipped. 1 column did not fit in the table and was skipped.");
});

test("rows that are not adjacent take a block as if they were", () => {
  const { cells } = changes.paste(table(), { ids: [1, 4], keys: ["b"] }, [["p"], ["q"]]);
  assert.deepEqual(cells, [[1, "b", "x", "p"], [4, "b", "", "q"]]);
});

test("locked cells are skipped and counted", () => {
  const { cells, notice } = changes.clear(table({ locked: ["1b"] }), area([1, 2], "b"));
  assert.deepEqual(cells, [[2, "b", "y", ""]]);
  assert.equal(notice, "Cleared: 1 cell changed. 1 cell cannot be edited and was not changed. Column B is locked.");
});

test("fill down: the first row into the others, the row above into a single one", () => {
  assert.deepEqual(changes.fillDown(table(), area([1, 2, 3], "b")).cells, [[2, "b", "y", "x"], [3, "b", "", "x"]]);
  assert.deepEqual(changes.fillDown(table(), area([3], "ab")).cells, [[3, "a", "", "2"], [3, "b", "", "y"]]);
  assert.match(changes.fillDown(table(), area([1], "a")).notice, /no row above/);
});

test("the fill handle continues down, up, right and left", () => {
  const cells_ = table();
  const block = area([1, 2], "a");
  assert.deepEqual(changes.dragTarget(cells_, block, place(4, "b")), { ids: [3, 4] });
  assert.deepEqual(changes.dragTarget(cells_, area([3], "a"), place(1, "a")), { ids: [2, 1], backwards: true });
  assert.deepEqual(changes.dragTarget(cells_, block, place(2, "c")), { keys: ["b", "c"] });
  assert.equal(changes.dragTarget(cells_, block, place(1, "a")), null);
  assert.deepEqual(changes.fillSeries(cells_, block, { ids: [3, 4] }).cells, [[3, "a", "", "3"], [4, "a", "", "4"]]);
});

test("several reasons why cells are locked are all reported", () => {
  const lockReason = (id) => (id === 1 ? "It was submitted." : "It is readonly.");
  const { notice } = changes.clear({ ...table({ locked: ["1a", "1b", "2b"] }), lockReason }, area([1, 2], "ab"));
  assert.equal(notice, "Cleared: 1 cell changed. 3 cells cannot be edited and were not changed. 2 cells: It was submitted. 1 cell: It is readonly.");
});

test("a series of more than two texts, backwards, and an uneven one", () => {
  assert.deepEqual(continueSeries(["1", "2", "3"], 2), ["4", "5"]);
  assert.deepEqual(continueSeries(["5", "6"], 2, true), ["4", "3"]);
  assert.deepEqual(continueSeries(["1", "2", "4"], 2), ["1", "2"]);
});

test("one value is counted up if that is asked for", () => {
  assert.deepEqual(continueSeries(["P01"], 2, false, true), ["P02", "P03"]);
  assert.deepEqual(continueSeries(["2026-02-28"], 2, false, true), ["2026-03-01", "2026-03-02"]);
  assert.deepEqual(continueSeries(["5"], 2, true, true), ["4", "3"]);
  assert.deepEqual(continueSeries(["1.50"], 2, false, true), ["2.50", "3.50"]);
  assert.deepEqual(continueSeries(["x"], 2, false, true), ["x", "x"]);
  assert.deepEqual(continueSeries(["P01"], 2), ["P01", "P01"]);
});

test("a first row of column names is not pasted, and that is reported", () => {
  const block = [["column b", "Column C "], ["p", "q"]];
  const { cells, notice } = changes.paste(table(), area([2], "b"), block);
  assert.deepEqual(cells, [[2, "b", "y", "p"], [2, "c", "", "q"]]);
  assert.match(notice, /The first row contains column names and was skipped/);
  assert.equal(changes.paste(table(), area([2], "b"), [["Column B"]]).cells[0][3], "Column B");
  assert.equal(changes.paste(table(), area([2], "b"), [["Column B", "Title"], ["p", "q"]]).cells.length, 2);
  assert.equal(changes.paste(table(), area([2], "a"), [["Column A", "x", "y"], ["p", "q", "r"]]).cells.length, 6);
});

test("fill right: the first column into the others, or the column to the left", () => {
  assert.deepEqual(changes.fillRight(table(), area([1, 2], "bc")).cells, [[1, "c", "", "x"], [2, "c", "", "y"]]);
  assert.deepEqual(changes.fillRight(table(), area([1], "c")).cells, [[1, "c", "", "x"]]);
  assert.match(changes.fillRight(table(), area([1], "a")).notice, /no column to the left of the first/);
});

test("a double-click on the fill handle fills down next to filled cells, else to the end", () => {
  const filled = shownCells([["a", "1"], ["b", ""], ["c", ""], ["", ""], ["e", ""]]);
  const right = shownCells([["", "1", "x"], ["", "", "y"], ["", "", ""]]);
  assert.deepEqual(changes.rangeNextToFilled(right, area([1], "b")), { ids: [2] });
  assert.deepEqual(changes.rangeNextToFilled(filled, area([1], "b")), { ids: [2, 3] });
  assert.deepEqual(changes.rangeNextToFilled(filled, area([1], "a")), { ids: [2, 3, 4, 5] });
  assert.deepEqual(changes.rangeNextToFilled(filled, area([3], "b")), { ids: [4, 5] });
  assert.equal(changes.rangeNextToFilled(filled, area([5], "b")), null);
});

test("today's date goes into date columns", () => {
  const dated = shownCells([["", ""]], { kinds: { b: "timestamp" } });
  assert.deepEqual(changes.setDates(dated, area([1], "ab"), "2026-03-31").cells, [[1, "b", "", "2026-03-31"]]);
  assert.match(changes.setDates(dated, area([1], "a"), "2026-03-31").notice, /None of the selected columns/);
});

test("selected cells are copied as texts", () => {
  assert.deepEqual(changes.textsOf(table(), area([1, 2], "ab")), [["1", "x"], ["2", "y"]]);
});

test("setting the shown value accepts it if the service has another value than was set, and is no change otherwise", () => {
  const marks = { "1a": { findings: [{ code: "PDM311" }] }, "2a": { findings: [{ code: "PDM102" }] } };
  const table = shownCells([["S0"], ["S0"]], { marks });
  const { cells } = changes.setAll(table, { ids: [1, 2], keys: ["a"] }, "S0");
  assert.deepEqual(cells, [[1, "a", "S0", "S0"]]);
});
