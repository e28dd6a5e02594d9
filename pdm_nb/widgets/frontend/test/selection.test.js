import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection, jump, step } from "../src/edit/selection.js";
import { place, shownCells } from "./support/builders.js";

const TEXTS = [["a", "b", ""], ["", "c", ""], ["d", "", ""], ["e", "f", "g"]];

function started(id = 2, key = "b") {
  const order = shownCells(TEXTS);
  const selection = new Selection(order);
  selection.start(place(id, key));
  return { order, selection };
}

test("a block lies between two corners, in any direction", () => {
  const { selection } = started();
  assert.deepEqual(selection.area(), { ids: [2], keys: ["b"] });
  selection.extend(place(4, "c"));
  assert.deepEqual(selection.area(), { ids: [2, 3, 4], keys: ["b", "c"] });
  selection.extend(place(1, "a"));
  assert.deepEqual(selection.area(), { ids: [1, 2], keys: ["a", "b"] });
  assert.equal(selection.count, 4);
  assert.deepEqual(selection.anchor, place(2, "b"));
});

test("rows are selected alone, added, removed, and as a range", () => {
  const { selection } = started();
  selection.selectRow(1);
  selection.selectRow(3, { adding: true });
  assert.deepEqual(selection.area(), { ids: [1, 3], keys: ["a", "b", "c"] });
  selection.selectRow(1, { adding: true });
  assert.deepEqual(selection.area().ids, [3]);
  selection.selectRow(2);
  selection.selectRow(4, { ranging: true });
  assert.deepEqual(selection.area().ids, [2, 3, 4]);
  selection.start(place(1, "a"));
  assert.equal(selection.count, 1);
});

test("everything, whole rows, whole columns", () => {
  const { selection } = started();
  selection.extend(place(3, "b"));
  selection.wholeRows();
  assert.deepEqual(selection.area(), { ids: [2, 3], keys: ["a", "b", "c"] });
  selection.start(place(2, "b"));
  selection.wholeColumns();
  assert.deepEqual(selection.area(), { ids: [1, 2, 3, 4], keys: ["b"] });
  selection.selectAll();
  assert.equal(selection.count, 12);
});

test("corners keep their cells when the order changes, and hidden cells are not selected", () => {
  const { order, selection } = started(1, "a");
  selection.extend(place(2, "b"));
  order.ids.splice(0, 4, 4, 2, 3, 1);
  selection.reordered();
  assert.deepEqual(selection.area().ids, [2, 3, 1]);
  order.ids.splice(0, 4, 4, 3, 1);
  selection.reordered();
  assert.equal(selection.count, 0);
});

test("extending a selection that is not shown starts a new one", () => {
  const { order, selection } = started(1, "b");
  order.ids.shift();
  selection.reordered();
  selection.extend(place(3, "a"));
  assert.deepEqual(selection.area(), { ids: [3], keys: ["a"] });
  selection.extend(place(4, "b"));
  assert.deepEqual(selection.area(), { ids: [3, 4], keys: ["a", "b"] });
  order.ids.splice(order.ids.indexOf(3), 1);
  selection.selectRow(4, { ranging: true });
  assert.deepEqual([selection.area().ids, selection.anchor], [[4], place(4, "a")]);
  selection.selectRow(2, { ranging: true });
  assert.deepEqual(selection.area().ids, [2, 4]);
  order.keys.shift();
  selection.selectRow(2);
  assert.deepEqual(selection.anchor, place(2, "b"));
  selection.start(place(2, "a"));
  selection.extend(place(4, "c"));
  assert.deepEqual(selection.area(), { ids: [4], keys: ["c"] });
});

test("the outline and the corner of the fill handle", () => {
  const { selection } = started();
  selection.extend(place(3, "c"));
  assert.deepEqual(selection.edges(2, "b"), ["top", "left"]);
  assert.deepEqual(selection.edges(3, "c"), ["bottom", "right"]);
  assert.deepEqual(selection.corner(), place(3, "c"));
  selection.selectRow(1);
  assert.equal(selection.corner(), null);
});

test("Ctrl and an arrow key lead to the end of the filled cells, or to the next filled one", () => {
  const order = shownCells(TEXTS);
  const go = (id, key, down, right) => jump(order, (row, column) => order.text(row, column) === "", place(id, key), down, right);
  assert.deepEqual(go(1, "b", 1, 0), place(2, "b"));
  assert.deepEqual(go(2, "b", 1, 0), place(4, "b"));
  assert.deepEqual(go(1, "a", 1, 0), place(3, "a"));
  assert.deepEqual(go(1, "c", 1, 0), place(4, "c"));
  assert.deepEqual(go(1, "a", 0, 1), place(1, "b"));
  assert.deepEqual(go(3, "a", 0, 1), place(3, "c"));
  assert.deepEqual(go(1, "a", -1, 0), place(1, "a"));
});

test("a step ends at the edge", () => {
  const order = shownCells(TEXTS);
  assert.deepEqual(step(order, place(1, "a"), -1, 1), place(1, "b"));
  assert.deepEqual(step(order, place(4, "c"), 5, 5), place(4, "c"));
});
