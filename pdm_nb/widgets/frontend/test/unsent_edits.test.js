import assert from "node:assert/strict";
import { test } from "node:test";
import { UnsentEdits } from "../src/grid/unsent_edits.js";

function storage() {
  const held = new Map();
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, value),
    removeItem: (key) => held.delete(key),
  };
}

test("edits are kept until the reply, also for the next page", () => {
  const kept = storage();
  const unsentEdits = new UnsentEdits(kept, "batch", "v");
  unsentEdits.keep("v.1", [[1, "a", "", "x"]]);
  unsentEdits.keep("v.2", [[2, "a", "", "y"]]);
  unsentEdits.settle("v.1");
  assert.deepEqual(unsentEdits.mine, [[2, "a", "", "y"]]);
  unsentEdits.close(); // as a page that is loaded anew has none of the views before
  assert.deepEqual(new UnsentEdits(kept, "batch", "w").left, [[2, "a", "", "y"]]);
  assert.deepEqual(new UnsentEdits(kept, "another", "w").left, []);
  unsentEdits.settle("v.2");
  assert.equal(kept.held.size, 0);
});

test("pending edits of another open view are neither offered nor discarded", () => {
  const kept = storage();
  const [one, gone] = [new UnsentEdits(kept, "batch", "one"), new UnsentEdits(kept, "batch", "gone")];
  one.keep("one.1", [[1, "a", "", "x"]]);
  gone.keep("gone.1", [[2, "a", "", "y"]]);
  gone.close();
  const next = new UnsentEdits(kept, "batch", "next");
  assert.deepEqual(next.left, [[2, "a", "", "y"]]);
  next.drop();
  assert.deepEqual(next.left, []);
  one.close();
  assert.deepEqual(next.left, [[1, "a", "", "x"]]);
});

test("of a cell that was edited twice, the last edit is kept with the first old value", () => {
  const unsentEdits = new UnsentEdits(storage(), "batch", "v");
  unsentEdits.keep("v.1", [[1, "a", "old", "x"]]);
  unsentEdits.keep("v.2", [[1, "a", "x", "y"]]);
  assert.deepEqual(unsentEdits.mine, [[1, "a", "old", "y"]]);
});

test("if the storage fails, or there is no name, edits are kept on this page only, and that is known", () => {
  const broken = { getItem() { throw new Error("no"); }, setItem() { throw new Error("full"); }, removeItem() {} };
  for (const unsentEdits of [new UnsentEdits(broken, "batch", "v"), new UnsentEdits(storage(), "", "v")]) {
    assert.equal(unsentEdits.stored, true);
    unsentEdits.keep("v.1", [[1, "a", "", "x"]]);
    assert.deepEqual([unsentEdits.mine, unsentEdits.left, unsentEdits.stored], [[[1, "a", "", "x"]], [], false]);
  }
});
