import assert from "node:assert/strict";
import { test } from "node:test";
import { Rows, decode, highestSeverity } from "../src/edit/rows.js";
import { packed } from "./support/builders.js";

const finding = (severity) => ({ severity, message: "m", fix: "" });

function loaded() {
  const rows = new Rows();
  const head = {
    seq: 1,
    ids: [7, 9, 8],
    values: { name: { plain: ["a", "b", "c"] }, type: { dictionary: ["Drawing", null], bytes: 1, offset: 0 } },
    marks: { type: { dictionary: [null, { findings: [finding("error")] }], bytes: 1, offset: 3 } },
  };
  rows.load(decode(packed(head, [0, 1, 0, 1, 0, 1])));
  return rows;
}

test("a columnar message becomes rows in its own order", () => {
  const rows = loaded();
  assert.deepEqual(rows.all.map((row) => row.id), [7, 9, 8]);
  assert.deepEqual(rows.byId.get(8).values, { name: "c", type: "Drawing" });
  assert.deepEqual(rows.counts, { error: 2, warning: 0, info: 0 });
});

test("codes are of one, two or four bytes, the lowest first, wherever they begin", () => {
  const dictionary = Array.from({ length: 70_000 }, (_, place) => `v${place}`);
  const column = (bytes, offset) => ({ dictionary, bytes, offset });
  const head = { seq: 1, ids: [1, 2], values: { one: column(1, 0), two: column(2, 2), four: column(4, 6) }, marks: {} };
  const codes = [255, 0, 0, 1, 3, 0, 0x6f, 0x11, 1, 0, 3, 0, 0, 0];
  const { values } = decode(packed(head, codes));
  assert.deepEqual(values, { one: ["v255", "v0"], two: ["v256", "v3"], four: ["v69999", "v3"] });
});

test("a patch returns the cells it touched, and whether the value changed", () => {
  const rows = loaded();
  const touched = rows.patch({ values: { 7: { name: "a", type: "Other" } }, marks: { 9: { name: 0 } }, mark_table: [{ required: true }] });
  assert.deepEqual(touched, [
    { id: 7, key: "name", changed: false },
    { id: 7, key: "type", changed: true },
    { id: 9, key: "name", changed: false },
  ]);
  assert.equal(rows.byId.get(7).values.type, "Other");
});

test("a patch of a row that is not there changes nothing", () => {
  assert.deepEqual(loaded().patch({ values: { 55: { name: "x" } } }), []);
});

test("findings are counted up and down as marks come and go", () => {
  const rows = loaded();
  rows.patch({ marks: { 7: { type: null }, 9: { name: 0 } }, mark_table: [{ findings: [finding("warning"), finding("info")] }] });
  assert.deepEqual(rows.counts, { error: 1, warning: 1, info: 1 });
});

test("typed text outlasts patches until the reply to its own edit", () => {
  const rows = loaded();
  rows.setPending(7, "name", "typed", "v.1");
  rows.patch({ values: { 7: { name: "from elsewhere" } } });
  assert.equal(rows.byId.get(7).values.name, "typed");
  rows.setPending(7, "name", "typed again", "v.2");
  assert.deepEqual(rows.clearPending("v.1", [[7, "name"]]), []);
  assert.deepEqual(rows.clearPending("v.2", [[7, "name"]]), [[7, "name"]]);
  rows.patch({ values: { 7: { name: "judged" } } });
  assert.equal(rows.byId.get(7).values.name, "judged");
});

test("a cell has the highest severity of its findings", () => {
  assert.equal(highestSeverity({ findings: [finding("info"), finding("error"), finding("warning")] }), "error");
  assert.equal(highestSeverity({ required: true }), "");
  assert.equal(highestSeverity(undefined), "");
});
