import assert from "node:assert/strict";
import { test } from "node:test";
import { Unsent } from "../src/unsent.js";

function storage() {
  const held = new Map();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
    removeItem: (key) => held.delete(key),
  };
}

test("edits are kept until they are answered, also for the next page", () => {
  const kept = storage();
  const unsent = new Unsent(kept, "batch");
  unsent.keep("v.1", [[1, "a", "", "x"]]);
  unsent.keep("v.2", [[2, "a", "", "y"]]);
  unsent.settle("v.1");
  assert.deepEqual(new Unsent(kept, "batch").cells, [[2, "a", "", "y"]]);
  assert.deepEqual(new Unsent(kept, "another").cells, []);
  unsent.settle("v.2");
  assert.equal(kept.held.size, 0);
});

test("of a cell that was edited twice the last edit is kept, from what stood there first", () => {
  const unsent = new Unsent(storage(), "batch");
  unsent.keep("v.1", [[1, "a", "old", "x"]]);
  unsent.keep("v.2", [[1, "a", "x", "y"]]);
  assert.deepEqual(unsent.cells, [[1, "a", "old", "y"]]);
});

test("a storage that fails, or no name, disturbs nobody", () => {
  const broken = { getItem() { throw new Error("no"); }, setItem() { throw new Error("full"); }, removeItem() {} };
  const unsent = new Unsent(broken, "batch");
  unsent.keep("v.1", [[1, "a", "", "x"]]);
  assert.deepEqual(unsent.cells, []);
  const nameless = new Unsent(storage(), "");
  nameless.keep("v.1", [[1, "a", "", "x"]]);
  assert.deepEqual(nameless.cells, []);
});
