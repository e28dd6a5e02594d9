import assert from "node:assert/strict";
import { test } from "node:test";
import { Filters } from "../src/ui/filters.js";
import { Toolbar } from "../src/ui/toolbar.js";
import { press } from "./support/fake_page.js";

test("every kind of finding has a button, the most frequent first", () => {
  const codes = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`PDM1${index + 10}`, index]));
  const asked = [];
  const viewFilters = { filters: new Filters(), filterFindings: (column, finding) => asked.push(finding) };
  const rows = { counts: { error: 66, warning: 0, info: 0 }, codes };
  const bar = new Toolbar({ options: { label: "Test", titles: { PDM121: "A title" } }, connection: { rows }, viewFilters });
  bar.update();
  const words = bar.findings.children.map((chip) => chip.textContent);
  assert.deepEqual(words.slice(0, 3), ["66 errors", "A title · 11", "PDM120 · 10"]);
  assert.deepEqual([words.length, words.at(-1)], [12, "PDM111 · 1"]); // PDM110 is found nowhere
  press(bar.findings, "PDM111 · 1");
  assert.deepEqual(asked, ["PDM111"]);
});
