import assert from "node:assert/strict";
import { test } from "node:test";
import { FindBar } from "../src/ui/find_bar.js";
import { Selection } from "../src/edit/selection.js";
import { place, shownCells } from "./support/builders.js";
import { key, press, type } from "./support/fake_page.js";

const TEXTS = [["A-1", "A-2"], ["A-3", "A-4"], ["A-5", "A-6"], ["A-7", "x"]];

/** A find bar over a small table; `acts` are the changes that it made. */
function opened(t, first, last) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const order = Object.assign(shownCells(TEXTS), { reveal() {} });
  const selection = new Selection(order);
  const table = { shownCells: order, selection, keyboard: { paint() {} }, describeCell() {}, acts: [], act: ({ cells }) => table.acts.push(cells), focusCells() {} };
  if (first) selection.start(first);
  if (last) selection.extend(last);
  const bar = new FindBar(table);
  bar.open(true);
  return { table, order, selection, bar };
}

const changed = ({ acts }) => acts.map((cells) => cells.map(([id, at]) => `${id}${at}`).join(" "));

test("going to the next match keeps the selected block", (t) => {
  const { table, bar } = opened(t, place(1, "a"), place(3, "a"));
  type(bar.text, "A-");
  bar.by.value = "B-";
  key(bar.text, "Enter", bar.gui);
  assert.equal(bar.matches.textContent, "2 of 3 cells");
  bar.open(true); // again, from the cell that was found
  assert.equal(bar.matches.textContent, "3 cells in the selection");
  press(bar.gui, "Replace all");
  assert.deepEqual(changed(table), ["1a 2a 3a"]);
});

test("a block that is selected while the bar is open becomes the area to search, a single cell does not", (t) => {
  const { table, selection, bar } = opened(t, place(1, "a"));
  type(bar.text, "A-");
  t.mock.timers.tick(150);
  assert.equal(bar.matches.textContent, "7 cells");
  selection.start(place(2, "a"));
  selection.extend(place(4, "b"));
  bar.selectionChanged();
  t.mock.timers.tick(150);
  assert.equal(bar.matches.textContent, "5 cells in the selection");
  selection.start(place(1, "b"));
  bar.selectionChanged();
  press(bar.gui, "Replace all");
  assert.deepEqual(changed(table), ["2a 2b 3a 3b 4a"]);
  bar.close();
  bar.open();
  assert.equal(bar.matches.textContent, "7 cells");
});

test("only the shown cells of the block are searched, in the order shown", (t) => {
  const { table, order, bar } = opened(t, place(1, "a"), place(3, "a"));
  type(bar.text, "A-");
  order.ids.splice(0, 4, 4, 3, 1);
  press(bar.gui, "Replace all");
  assert.deepEqual(changed(table), ["3a 1a"]);
});

test("the search starts after a pause in typing, and at once on Enter and by the buttons", (t) => {
  const { order, bar } = opened(t);
  const read = t.mock.method(order, "text");
  for (const text of ["A", "A-", "A-3"]) type(bar.text, text);
  assert.equal(read.mock.callCount(), 0);
  t.mock.timers.tick(150);
  assert.equal(read.mock.callCount(), 8);
  assert.equal(bar.matches.textContent, "1 cell");
  type(bar.text, "A-4");
  key(bar.text, "Enter", bar.gui);
  assert.equal(bar.matches.textContent, "1 of 1 cell");
  assert.equal(read.mock.callCount(), 16);
  t.mock.timers.tick(150);
  assert.equal(read.mock.callCount(), 16);
  type(bar.text, "A-5");
  press(bar.gui, "Next");
  assert.equal(read.mock.callCount(), 24);
});
