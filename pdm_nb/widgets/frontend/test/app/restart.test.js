import assert from "node:assert/strict";
import { test } from "node:test";
import { PlaceMemory } from "../../src/app/restart/place_memory.js";
import { importsIn } from "../../src/app/restart/run_cell.js";

class Storage extends Map {
  getItem(key) { return this.get(key) ?? null; }
  setItem(key, text) { this.set(key, text); }
  removeItem(key) { this.delete(key); }
}

const PLACE = { project_id: "7", project: "Tower", step: "review" };

test("a place is left by a closed view, not by one that is open", () => {
  const storage = new Storage();
  const first = new PlaceMemory(storage, "a.ipynb", "v1");
  first.keep(PLACE, { filters: {} });
  first.keep({}); // nothing is open: what was kept stays
  const second = new PlaceMemory(storage, "a.ipynb", "v2");
  assert.equal(second.left, null);
  first.close();
  assert.deepEqual(second.left.place, PLACE);
  assert.equal(new PlaceMemory(storage, "b.ipynb", "v3").left, null);
  second.forget();
  assert.equal(second.left, null);
});

test("the next view of a notebook opens the place without being asked once", () => {
  const storage = new Storage();
  new PlaceMemory(storage, "c.ipynb", "v4").expect();
  const next = new PlaceMemory(storage, "c.ipynb", "v5");
  assert.equal(new PlaceMemory(storage, "d.ipynb", "v6").takeExpected(), false);
  assert.deepEqual([next.takeExpected(), next.takeExpected()], [true, false]);
});

test("a storage that is full, forbidden or damaged is an empty one", () => {
  const broken = { getItem() { throw new Error("forbidden"); }, setItem() { throw new Error("full"); } };
  const memory = new PlaceMemory(broken, "a.ipynb", "v7");
  memory.keep(PLACE);
  assert.equal(memory.left, null);
  const damaged = new Storage([["pdm-nb-place:a.ipynb", "[1"]]);
  assert.equal(new PlaceMemory(damaged, "a.ipynb", "v8").left, null);
});

test("imports of this package are found in the cells, and no other code", () => {
  const cells = ["import os\nimport pdm_nb as pdm\nbatch.upload()", "from pdm_nb import connect, errors\nimport pdm_nb as pdm", "import pdm_nb; batch.submit()", "# import pdm_nb"];
  assert.equal(importsIn(cells), "import pdm_nb as pdm\nfrom pdm_nb import connect, errors");
});
