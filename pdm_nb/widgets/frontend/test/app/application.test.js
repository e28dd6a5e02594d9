import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "../../src/app/store.js";
import { changedCells } from "../../src/app/facets/merge_panel.js";
import { CONFIDENCE, Filters, KINDS, OTHER_SUGGESTION, SOURCES, facetCounts, fixableKinds } from "../../src/ui/filters.js";

const finding = (code, proposal = null) => ({ code, severity: "error", message: "", fix: "", proposal });
const row = (id, values, marks = {}) => ({ id, values, marks, pending: {} });
const ROWS = [
  row(1, { state: "ready", type: "Drawing" }, { type: { source: "ML", findings: [finding("PDM102", "Drawing")] } }),
  row(2, { state: "ready", type: "Letter" }, { type: { source: "MANUAL", suggestion: "Drawing" } }),
  row(3, { state: "on hold", type: "" }, { type: { findings: [finding("PDM101"), finding("PDM101")] } }),
  row(4, { state: "on hold", type: "Drawing" }, { type: { source: "ML", locked: "It is submitted.", findings: [finding("PDM102", "x")] } }),
];

test("a facet counts the rows that meet all other conditions", () => {
  const filters = new Filters();
  filters.toggle("state", "ready");
  const counts = facetCounts(ROWS, filters, ["state", "type", KINDS, SOURCES]);
  assert.deepEqual(counts.state, [["on hold", 2], ["ready", 2]]); // its own condition does not count
  assert.deepEqual(counts.type, [["Drawing", 1], ["Letter", 1]]);
  assert.deepEqual(counts[KINDS], [["PDM102", 1]]);
  assert.deepEqual(counts[SOURCES], [["MANUAL", 1], ["ML", 1], [OTHER_SUGGESTION, 1]]);
});

test("several values of a facet are selected at once, and a row counts once for a kind", () => {
  const filters = new Filters();
  filters.toggle(KINDS, "PDM101");
  filters.toggle(KINDS, "PDM102");
  assert.deepEqual(ROWS.filter((one) => filters.passes(one)).map(({ id }) => id), [1, 3, 4]);
  filters.toggle("type", "Drawing");
  assert.deepEqual(ROWS.filter((one) => filters.passes(one)).map(({ id }) => id), [1, 4]);
  assert.deepEqual(facetCounts(ROWS, filters, [KINDS])[KINDS], [["PDM102", 2], ["PDM101", 0]]); // selected: always there
  filters.toggle(KINDS, "PDM101");
  filters.toggle(KINDS, "PDM102");
  filters.toggle("type", "Drawing");
  assert.ok(!filters.active);
});

test("rows for which something else is suggested are a source of their own", () => {
  const filters = new Filters();
  filters.toggle(SOURCES, OTHER_SUGGESTION);
  assert.deepEqual(ROWS.filter((one) => filters.passes(one)).map(({ id }) => id), [2]);
});

test("a facet is the filter of its column, and keeps the other conditions of it", () => {
  const filters = new Filters();
  filters.set("type", { text: "draw" });
  filters.toggle("type", "Drawing");
  assert.equal(filters.columns.type.text, "draw");
  filters.toggle("type", "Drawing");
  assert.deepEqual([...filters.selected("type")], []);
  assert.ok(filters.isFiltered("type"));
});

test("fixes are counted by kind, without locked cells", () => {
  assert.deepEqual(fixableKinds(ROWS), { PDM102: 1 });
});

test("all facets are counted in one pass over the rows, which looks once at the conditions of each row", () => {
  const filters = new Filters();
  filters.toggle("state", "ready");
  let [passes, looks] = [0, 0];
  const rows = { *[Symbol.iterator]() { passes += 1; yield* ROWS; } };
  const misses = filters.misses.bind(filters);
  filters.misses = (row) => { looks += 1; return misses(row); };
  facetCounts(rows, filters, ["state", KINDS, SOURCES, CONFIDENCE, "type"]);
  assert.deepEqual([passes, looks], [1, ROWS.length]);
});

class Model {
  constructor(traits) {
    Object.assign(this, { traits, sent: [], listeners: new Map() });
  }
  get(name) { return this.traits[name]; }
  on(name, listener) { this.listeners.set(name, listener); }
  off(name) { this.listeners.delete(name); }
  send(message) {
    if (this.dead) throw new Error("dead");
    this.sent.push(message);
  }
}

test("an action resolves with its own reply, and is pending until then", async () => {
  const model = new Model({ _view: "workbench", _state: { step: "import" }, _page: {} });
  const store = new Store(model, null);
  let drawn = 0;
  store.observe(() => (drawn += 1));
  const first = store.act("bench.go", { step: "prepare" });
  const second = store.act("bench.go", { step: "upload" });
  assert.deepEqual(model.sent.map(({ name, arguments: args }) => [name, args.step]), [["bench.go", "prepare"], ["bench.go", "upload"]]);
  const reply = model.listeners.get("msg:custom");
  reply({ kind: "done", reply_to: "of another view", result: 0, error: "" });
  reply({ kind: "began", reply_to: model.sent[0].action });
  reply({ kind: "done", reply_to: model.sent[0].action, result: null, error: "No." });
  assert.deepEqual(await first, { result: null, error: "No." });
  assert.ok(store.pending.has("bench.go"));
  reply({ kind: "done", reply_to: model.sent[1].action, result: 2, error: "" });
  assert.deepEqual(await second, { result: 2, error: "" });
  assert.equal(store.pending.size, 0);
  assert.equal(drawn, 5);
});

test("an action that Python has not begun is late, and lost if a later one is begun", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const model = new Model({ _state: {}, _page: {} });
  const store = new Store(model, null);
  const first = store.act("run.pause");
  assert.ok(!store.isLate);
  context.mock.timers.tick(1000);
  assert.ok(store.isLate);
  const second = store.act("run.pause");
  const reply = model.listeners.get("msg:custom");
  reply({ kind: "began", reply_to: model.sent[1].action });
  assert.deepEqual(await first, { result: null, error: "lost" });
  context.mock.timers.tick(1000);
  assert.ok(!store.isLate); // it takes long, and Python is at it
  assert.ok(store.pending.has("run.pause"));
  reply({ kind: "done", reply_to: model.sent[1].action, result: null, error: "" });
  await second;
  assert.equal(store.pending.size, 0);
});

test("a stopped kernel is noticed, and nothing is sent to it", async () => {
  const model = new Model({ _state: {}, _page: {} });
  const kernel = new Model({});
  const store = new Store(model, kernel);
  assert.ok(store.isAlive);
  model.dead = true;
  store.act("bench.go");
  assert.ok(!store.isAlive);
  const other = new Store(new Model({}), Object.assign(new Model({}), { comm_live: false }));
  assert.deepEqual(await other.act("bench.go"), { result: null, error: "stopped" });
  assert.equal(other.pending.size, 0);
  assert.deepEqual(other.model.sent, []);
  store.close();
  assert.equal(model.listeners.size, 0);
});

test("rows are filtered by the band of confidence, in all and by column", () => {
  const scored = (id, confidence, source = "ML") => row(id, { type: "Drawing" }, { type: { source, confidence } });
  const rows = [scored(1, 0.95), scored(2, 0.75), scored(3, 0.2), scored(4, 0.95, "MANUAL"), row(5, { type: "" }, { type: { source: "ML", confidence: 0.95 } })];
  const filters = new Filters();
  assert.deepEqual(facetCounts(rows, filters, [CONFIDENCE])[CONFIDENCE], [["likely", 1], ["sure", 1], ["unsure", 1]]);
  filters.toggle(CONFIDENCE, "sure");
  filters.toggle(CONFIDENCE, "unsure");
  assert.deepEqual(rows.filter((one) => filters.passes(one)).map(({ id }) => id), [1, 3]);
  assert.ok(filters.active);
  filters.clear();
  filters.set("type", { band: "likely" });
  assert.deepEqual(rows.filter((one) => filters.passes(one)).map(({ id }) => id), [2]);
});

test("a merge counts the cells that change", () => {
  assert.equal(changedCells({ spellings: [["Ground floor", 2], ["ground  FLOOR", 1]], use: "Ground floor " }), 1);
  assert.equal(changedCells({ spellings: [["a", 2], ["A", 1]], use: "b" }), 3);
});
