import assert from "node:assert/strict";
import { test } from "node:test";
import { WHOLE, moved, onto, placed, seen, zoomed } from "../../src/app/pane/page_geometry.js";
import { acceptable, factsOf, fixesOf } from "../../src/app/pane/field_facts.js";
import { filledBy } from "../../src/app/steps/filled_by.js";
import { PaneConnection } from "../../src/app/pane/pane_connection.js";

const FRAME = { width: 400, height: 200 };
const WIDE = 4; // the page is as wide as the frame, and half as high
const near = (found, wanted) => found.forEach((value, index) => assert.ok(Math.abs(value - wanted[index]) < 1e-6, `${found} is not ${wanted}`));

test("the whole page is in the middle of its frame", () => {
  assert.deepEqual(placed(WHOLE, FRAME, WIDE), { left: 0, top: 50, width: 400, height: 100 });
  assert.deepEqual(placed(WHOLE, FRAME, 1), { left: 100, top: 0, width: 200, height: 200 });
  assert.deepEqual(seen(WHOLE, FRAME, 1), [0, 0, 1, 1]);
});

test("what is below the pointer stays there, and nobody looks beyond the page", () => {
  const point = { x: 300, y: 150 };
  const at = (view) => {
    const { left, top, width, height } = placed(view, FRAME, 2);
    return [(point.x - left) / width, (point.y - top) / height];
  };
  const closer = zoomed(WHOLE, 4, FRAME, 2, point);
  near(at(closer), at(WHOLE));
  assert.equal(zoomed(closer, 1 / 100, FRAME, 2).zoom, 1);
  assert.equal(zoomed(closer, 1000, FRAME, 2).zoom, 32);
  const { left, top } = placed(moved(closer, 9999, 9999, FRAME, 2), FRAME, 2);
  near([left, top], [0, 0]);
});

test("a region fills the frame, and is drawn with what is around it", () => {
  const region = [0.75, 0.75, 1, 1];
  const view = onto(region, FRAME, 2);
  assert.ok(view.zoom > 3.5 && view.zoom <= 4);
  const [left, top, right, bottom] = seen(view, FRAME, 2);
  assert.ok(left < 0.75 && top < 0.75);
  near([right, bottom], [1, 1]);
});

const SPECS = [
  { key: "file" }, { key: "~size" }, { key: "number", label: "Number", editable: true }, { key: "type", label: "Type", editable: true },
  { key: "zone", label: "Zone", editable: true }, { key: "name", label: "Name", locked: "It is computed." },
];
const ROW = {
  id: 1, pending: {}, values: { file: "a.pdf", number: "A-1", type: "Drawing", zone: "", name: "a" },
  marks: { number: { source: "MANUAL", suggestion: "A-2" }, type: { source: "FILENAME_SCRAPING", required: true } },
};
const DETAILS = {
  required: { type: "this rule" },
  sources: {
    number: [{ source: "analyst", text: "A-1", confidence: null }, { source: "machine learning", text: "A-2", confidence: 0.95 }, { source: "register", text: "A-3", confidence: null }],
    type: [{ source: "file name", text: "Drawing", confidence: null }, { source: "machine learning", text: "Drawing", confidence: 0.9 }],
  },
};

test("a field shows the other values of other sources, and who agrees", () => {
  const [number, type, zone, name] = factsOf(ROW, SPECS, DETAILS);
  assert.deepEqual(number.suggested, { text: "A-2", source: "machine learning", confidence: 0.95 });
  assert.deepEqual(number.others.map(({ source, text }) => [source, text]), [["register", "A-3"]]);
  assert.deepEqual([type.agreeing, type.required, type.suggested], [["machine learning 90 %"], "this rule", null]);
  assert.deepEqual([zone.isBlank, name.editable, name.locked], [true, false, "It is computed."]);
  assert.deepEqual(acceptable([number, type, zone, name]), [["number", "A-2"]]);
  assert.deepEqual(factsOf(ROW, SPECS, null)[0].suggested, { text: "A-2", source: "service", confidence: null });
});

test("a finding has its fix, then similar values, or accepts what the service has", () => {
  assert.deepEqual(fixesOf({ code: "PDM102", proposal: "B", similar: ["B", "C"] }, "A"), [["B", true], ["C", false]]);
  assert.deepEqual(fixesOf({ code: "PDM120", proposal: null, similar: [""] }, "n/a"), [["", false]]);
  assert.deepEqual(fixesOf({ code: "PDM311", proposal: null }, "A"), [["A", false]]);
});

test("only images of the document that is shown are taken, and a closed pane asks for nothing", () => {
  const asked = [];
  const listeners = new Set();
  const model = { on: (_, listener) => listeners.add(listener), off: (_, listener) => listeners.delete(listener) };
  const store = { view: "v1", model, act: (name) => { asked.push(name); return new Promise(() => {}); } };
  const link = new PaneConnection(store, () => {});
  link.select(7, { width: 600, title_width: 600 }, [8]);
  const bytes = new DataView(new ArrayBuffer(3));
  const image = { pane: "v1", what: "page", row: 7, page: 0, pages: 2, mime: "image/png", fault: "" };
  const send = (...images) => listeners.forEach((listener) => listener({ kind: "images", images }, images.map(() => bytes)));
  send({ ...image, row: 6 }, { ...image, pane: "v2" }, { ...image, page: 1 });
  assert.deepEqual(link.images, {});
  send(image);
  assert.match(link.images.page.url, /^blob:/);
  assert.equal(link.pages, 2);
  link.turn(1);
  assert.deepEqual([link.images, link.pages], [{}, 2]);
  link.close();
  assert.deepEqual(asked, ["pane.select", "pane.turn", "pane.close"]);
  assert.equal(listeners.size, 0);
});

test("what filled a field is counted, with the mean confidence of machine learning", () => {
  const of = (text, mark) => ({ values: { type: text }, marks: { type: mark } });
  const rows = [
    of("Drawing", { source: "ML", confidence: 0.95 }), of("Letter", { source: "ML", confidence: 0.75 }), of("Note", { source: "ML", confidence: 0.4 }),
    of("Memo", { source: "MANUAL" }), of("Plan", { source: "FILENAME_SCRAPING" }), of("", undefined), of("Model", { source: "SYSTEM" }),
  ];
  const [field, ...others] = filledBy(rows, [{ key: "type", label: "Type", editable: true }, { key: "zone", label: "Zone", editable: true }, { key: "file" }]);
  assert.deepEqual(field.counts, { sure: 1, likely: 1, unsure: 1, name: 1, register: 0, analyst: 1, other: 1, empty: 1 });
  assert.ok(Math.abs(field.confidence - 0.7) < 1e-9);
  assert.deepEqual(others, []); // nobody filled it
});
