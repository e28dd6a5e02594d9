import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../src/grid/connection.js";
import { packed } from "./support/builders.js";

const bytes = (message) => new TextEncoder().encode(JSON.stringify(message));
const state = (seq, name) => packed({ seq, ids: [1, 2], values: { name: { plain: [name, name] } }, marks: {} });

class Model {
  constructor(data) {
    this.state = { _data: data, _choices: bytes({ type: [["Drawing", "DR"]] }) };
    this.sent = [];
    this.listeners = {};
  }
  get(name) { return this.state[name]; }
  send(message) { this.sent.push(message); }
  on(name, listener) { this.listeners[name] = listener; }
  off(name) { delete this.listeners[name]; }
  say(message) { this.listeners["msg:custom"](message); }
  load(data) { this.state._data = data; this.listeners["change:_data"](); }
}

function connected(seq = 3) {
  const model = new Model(state(seq, "a"));
  const seen = { loads: 0, patches: [] };
  const connection = new Connection(model, { onLoad: () => seen.loads++, onPatch: (cells) => seen.patches.push(cells) });
  return { model, seen, connection };
}

test("a view reports what it has when it opens, and when it is closed", () => {
  const { model, seen, connection } = connected();
  assert.deepEqual(model.sent, [{ kind: "sync", seq: 3, view: connection.view }]);
  assert.equal(seen.loads, 1);
  connection.close();
  assert.deepEqual(model.sent.at(-1), { kind: "closed", view: connection.view });
});

test("patches apply in order; after a gap all rows are loaded; an old one is ignored", () => {
  const { model, connection, seen } = connected();
  model.say({ kind: "patch", seq: 4, values: { 1: { name: "b" } } });
  assert.equal(connection.rows.byId.get(1).values.name, "b");
  model.say({ kind: "patch", seq: 6, values: { 1: { name: "lost" } } });
  assert.equal(connection.rows.byId.get(1).values.name, "b");
  assert.deepEqual(model.sent.at(-1), { kind: "sync", seq: 4, view: connection.view });
  model.load(state(6, "fresh"));
  assert.equal(connection.rows.byId.get(1).values.name, "fresh");
  model.say({ kind: "patch", seq: 5, values: { 1: { name: "late" } } });
  assert.equal(connection.rows.byId.get(1).values.name, "fresh");
  assert.equal(seen.patches.length, 1);
});

test("a load that another view asked for does not disturb this one", () => {
  const { model, seen } = connected();
  model.load(state(3, "the same"));
  assert.equal(seen.loads, 1);
});

test("an edit is one message, and is pending until its own reply", () => {
  const { model, connection, seen } = connected();
  connection.edit([[1, "name", "a", "typed"], [2, "name", "a", "typed"]]);
  const { kind, action, cells } = model.sent.at(-1);
  assert.equal(kind, "edit");
  assert.deepEqual(cells, [[1, "name", "a", "typed"], [2, "name", "a", "typed"]]);
  model.say({ kind: "patch", seq: 4, reply_to: "another view's" });
  assert.equal(connection.rows.byId.get(1).pending.name, action);
  model.say({ kind: "patch", seq: 5, reply_to: action, values: { 2: { name: "Typed" } }, marks: { 1: { name: 0 } }, mark_table: [{ required: true }] });
  assert.deepEqual(connection.rows.byId.get(1).pending, {});
  assert.equal(connection.rows.byId.get(1).values.name, "typed");
  assert.equal(connection.rows.byId.get(2).values.name, "Typed");
  assert.ok(seen.patches.at(-1).some((cell) => cell.id === 2 && cell.changed));
});

test("lists of values are unpacked when they are first used, and again after a change", () => {
  const { model, connection } = connected();
  assert.deepEqual(connection.choices("type"), [["Drawing", "DR"]]);
  model.state._choices = bytes({ type: [] });
  connection.forgetChoices();
  assert.deepEqual(connection.choices("type"), []);
  assert.deepEqual(connection.choices("no list"), []);
});

test("a very large action is sent in parts, and a cell that is too large for a message is not sent", () => {
  const { model, connection } = connected();
  const long = "x".repeat(1_500_000);
  assert.equal(connection.edit([[1, "name", "", long], [2, "name", "", long]]), true);
  const [first, last] = model.sent.slice(-2);
  assert.deepEqual([first, last].map(({ more, cells }) => [more, cells[0][0]]), [[true, 1], [false, 2]]);
  assert.equal(first.action, last.action);
  const before = model.sent.length;
  assert.equal(connection.edit([[1, "name", "", long + long]]), false);
  assert.equal(model.sent.length, before);
});

test("a load while an edit is pending keeps the typed text until the reply", () => {
  const { model, connection } = connected();
  connection.edit([[1, "name", "a", "typed"]]);
  const { action } = model.sent.at(-1);
  model.load(state(4, "a"));
  assert.equal(connection.rows.byId.get(1).values.name, "typed");
  assert.equal(connection.unsentEdits.mine.length, 1);
  model.say({ kind: "patch", seq: 5, reply_to: action, values: { 1: { name: "taken" } } });
  assert.equal(connection.rows.byId.get(1).values.name, "taken");
  assert.deepEqual(connection.rows.byId.get(1).pending, {});
  assert.deepEqual(connection.unsentEdits.mine, []);
});

test("an edit of a document that a load removes does no harm", () => {
  const { model, connection } = connected();
  connection.edit([[2, "name", "a", "typed"]]);
  const { action } = model.sent.at(-1);
  model.load(packed({ seq: 4, ids: [1], values: { name: { plain: ["a"] } }, marks: {} }));
  model.say({ kind: "patch", seq: 5, reply_to: action, values: {} });
  assert.deepEqual(connection.unsentEdits.mine, []);
});

test("missed patches are asked for once, whatever comes in the meantime", () => {
  const { model } = connected();
  const asked = () => model.sent.filter(({ kind }) => kind === "sync").length;
  const before = asked();
  for (const seq of [5, 6, 7]) model.say({ kind: "patch", seq, values: {} });
  assert.equal(asked(), before + 1);
  model.load(state(7, "fresh"));
  model.say({ kind: "patch", seq: 9, values: {} });
  assert.equal(asked(), before + 2);
});

test("a message that cannot be sent means that the kernel has stopped, and the edit is kept", () => {
  const model = new Model(state(3, "a"));
  const told = [];
  const connection = new Connection(model, { onLoad() {}, onPatch() {}, onKernelChange: (isAlive) => told.push(isAlive) });
  model.send = () => { throw new Error("Cannot send"); };
  assert.equal(connection.edit([[1, "name", "a", "typed"]]), true);
  assert.deepEqual([told, connection.isAlive], [[false], false]);
  assert.equal(connection.rows.byId.get(1).values.name, "typed");
  assert.equal(connection.unsentEdits.mine.length, 1);
});

test("an edit without a reply is reported, and sent again if a later one has a reply", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const model = new Model(state(3, "a"));
  let late = 0;
  const connection = new Connection(model, { onLoad: () => {}, onPatch: () => {}, onLate: () => (late += 1) });
  connection.edit([[1, "name", "a", "lost"], [2, "name", "a", "older"]]);
  context.mock.timers.tick(1000);
  assert.equal(late, 1);
  connection.edit([[2, "name", "older", "newer"]]);
  const { action } = model.sent.at(-1);
  model.say({ kind: "patch", seq: 4, reply_to: action, values: { 2: { name: "newer" } } });
  assert.deepEqual(model.sent.at(-1).cells, [[1, "name", "a", "lost"]]);
  assert.equal(connection.rows.byId.get(1).pending.name, model.sent.at(-1).action);
  model.say({ kind: "patch", seq: 5, reply_to: model.sent.at(-1).action, values: { 1: { name: "lost" } } });
  assert.deepEqual(connection.rows.byId.get(1).pending, {});
  assert.deepEqual(connection.unsentEdits.mine, []);
});
