import assert from "node:assert/strict";
import { test } from "node:test";
import { comparator, ordered } from "../src/grid/columns.js";
import { describe, formatBytes, sourceBadge, summary } from "../src/edit/describe.js";
import { joinSeveral, splitSeveral, suggestedFirst } from "../src/ui/list_values.js";

test("several values in one cell", () => {
  assert.deepEqual(splitSeveral(" A; B ;;"), ["A", "B"]);
  assert.deepEqual(splitSeveral(undefined), []);
  assert.equal(joinSeveral(["A", "B"]), "A; B");
  const known = [{ text: "Doors; windows", code: "D;W" }, { text: "A", code: "" }];
  assert.deepEqual(splitSeveral("Doors; windows", known), ["Doors; windows"]);
  assert.deepEqual(splitSeveral(" D;W ", known), ["D;W"]);
  assert.deepEqual(splitSeveral("A; B", known), ["A", "B"]);
});

test("a description starts with the findings and their fixes, then names the source", () => {
  const mark = {
    findings: [{ severity: "error", message: "'x' is not in the Type list", fix: "Similar: Drawing (DR)" }],
    source: "ML", confidence: 0.934, suggestion: "Drawing",
  };
  assert.deepEqual(describe(mark, "x", { editable: true }), [
    "Error: 'x' is not in the Type list. Similar: Drawing (DR).",
    "Read by machine learning, confidence 93 %.",
    "Service suggests: Drawing. Press Alt+A to accept it.",
  ]);
});

test("a fix that is written as a sentence is a sentence of its own", () => {
  const finding = { severity: "error", message: "'Level 99' is not in the Location list", fix: "Similar: Level 09 (09), Level 19 (19)" };
  assert.deepEqual(describe({ findings: [finding] }, "Level 99", { editable: true }), [
    "Error: 'Level 99' is not in the Location list. Similar: Level 09 (09), Level 19 (19).",
  ]);
});

test("similar values stand first in a list, also in one that is not here", () => {
  const entries = ["Roof", "Level 09", "Level 19"].map((text) => ({ text, code: text.slice(-2) }));
  const texts = (found) => found.map(({ text }) => text);
  assert.deepEqual(texts(suggestedFirst(entries, ["Level 19", "Level 09"])), ["Level 19", "Level 09", "Roof"]);
  assert.deepEqual(suggestedFirst([], ["Level 19"]), [{ text: "Level 19", code: "" }]);
  assert.deepEqual(suggestedFirst(entries), entries);
});

test("if the service has another value than was set, the key that accepts it is named", () => {
  const findings = [{ code: "PDM311", severity: "error", message: "Status was set to S2; the service has S0", fix: "", similar: ["S0"] }];
  assert.match(describe({ findings }, "S0", { editable: true })[0], /\. Press Alt\+A to accept the service's value\.$/);
  assert.doesNotMatch(describe({ findings }, "S0")[0], /Alt/);
});

test("keys are named only if they help", () => {
  const mark = { findings: [{ severity: "error", message: "no", fix: "", proposal: "yes" }], suggestion: "yes" };
  assert.deepEqual(describe(mark, "x", { editable: true }), ["Error: no. Press Alt+Enter to set yes.", "Service suggests: yes. Press Alt+A to accept it."]);
  assert.deepEqual(describe(mark, "x"), ["Error: no.", "Service suggests: yes."]);
  assert.deepEqual(describe({ ...mark, locked: "It is sent" }, "x", { editable: true }).slice(0, 1), ["Error: no."]);
});

test("an empty required cell says so, a filled one does not", () => {
  assert.deepEqual(describe({ required: true }, ""), ["Required for this document."]);
  assert.deepEqual(describe({ required: true }, "x"), []);
  assert.deepEqual(describe(undefined, "x"), []);
});

test("source badges", () => {
  assert.equal(sourceBadge({ source: "ML", confidence: 0.5 }), "ML 50 %");
  assert.equal(sourceBadge({ source: "ML_FAILED", confidence: 0 }), "ML failed");
  assert.equal(sourceBadge({ source: "MANUAL" }), "✎");
  assert.equal(sourceBadge(undefined), "");
});

test("counts in words", () => {
  assert.equal(summary(1, { error: 0, warning: 2, info: 1 }, "document"), "1 document · 2 warnings · 1 note");
  assert.equal(summary(0, { error: 1, warning: 0, info: 0 }, "row"), "0 rows · 1 error");
});

test("bytes for people", () => {
  assert.deepEqual([0, 900, 1536, 5 * 2 ** 20, 250 * 2 ** 20].map(formatBytes), ["0 B", "900 B", "1.5 KB", "5.0 MB", "250 MB"]);
});

/** Sorted as the grid does it: downwards it turns the comparator's answer round. */
function sorted(kind, values, descending = false) {
  const compare = comparator(kind);
  return [...values].sort((a, b) => (descending ? -1 : 1) * compare(a, b, null, null, descending));
}

test("numbers are sorted by size, then other texts, and empty cells come last either way", () => {
  const texts = ["2", "", "n/a", "1.5", "-10", "1.25", "-5"];
  assert.deepEqual(sorted("number", texts), ["-10", "-5", "1.25", "1.5", "2", "n/a", ""]);
  assert.deepEqual(sorted("number", texts, true), ["2", "1.5", "1.25", "-5", "-10", "n/a", ""]);
  assert.deepEqual(sorted("progress", [0.5, null, 0.25, 1]), [0.25, 0.5, 1, null]);
});

test("texts are sorted in natural order", () => {
  assert.deepEqual(sorted("text", ["A-10", "", "b", "A-9"]), ["A-9", "A-10", "b", ""]);
  assert.deepEqual(sorted("text", ["A-10", "", "b", "A-9"], true), ["b", "A-10", "A-9", ""]);
});

test("columns keep their layout, and new ones come last", () => {
  const specs = ["a", "b", "new", "c", "newer"].map((key) => ({ key }));
  const keys = ordered(specs, [{ key: "c" }, { key: "gone" }, { key: "a" }, { key: "b" }]).map(({ key }) => key);
  assert.deepEqual(keys, ["c", "a", "b", "new", "newer"]);
  assert.deepEqual(ordered(specs, []), specs);
});
