import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, localZone, split } from "../src/edit/dates.js";
import { chord } from "../src/edit/keys.js";

test("a text is split into date, time and zone", () => {
  assert.deepEqual(split("2026-03-31"), { date: "2026-03-31", time: "", zone: "" });
  assert.deepEqual(split("2026-03-31T14:00:00Z"), { date: "2026-03-31", time: "14:00:00", zone: "Z" });
  assert.deepEqual(split("2026-03-31T14:00:30.25Z"), { date: "2026-03-31", time: "14:00:30", zone: "Z" });
  assert.deepEqual(split(" 2026-03-31 14:00+02:00"), { date: "2026-03-31", time: "14:00", zone: "+02:00" });
  assert.equal(split("31/03/2026"), null);
});

test("what was picked becomes a text; a time without a zone is UTC", () => {
  assert.equal(compose({ date: "2026-03-31", time: "", zone: "+02:00" }), "2026-03-31");
  assert.equal(compose({ date: "2026-03-31", time: "09:30", zone: "" }), "2026-03-31T09:30Z");
  assert.equal(compose({ date: "2026-03-31", time: "09:30", zone: "-05:00" }), "2026-03-31T09:30-05:00");
  assert.equal(compose({ ...split("2026-03-31T14:00:30Z"), date: "2026-04-01" }), "2026-04-01T14:00:30Z");
});

test("this machine's zone, as an offset", () => {
  assert.equal(localZone("2026-03-31", "09:30", () => 120), "+02:00");
  assert.equal(localZone("2026-03-31", "", () => -210), "-03:30");
  assert.equal(localZone("no date", ""), "+00:00");
});

test("keys with what is held", () => {
  assert.equal(chord({ key: "Z", ctrlKey: true }), "Mod+z");
  assert.equal(chord({ key: "å", code: "KeyA", altKey: true }), "Alt+a");
  assert.equal(chord({ key: "ArrowDown", metaKey: true, shiftKey: true }), "Mod+Shift+ArrowDown");
  assert.equal(chord({ key: " ", shiftKey: true }), "Shift+Space");
  assert.equal(chord({ key: "'", ctrlKey: true, shiftKey: true }), "Mod+'"); // as German keyboards have it
  assert.equal(chord({ key: ";", ctrlKey: true, shiftKey: true }), "Mod+;");
  assert.equal(chord({ key: "L", ctrlKey: true, shiftKey: true }), "Mod+Shift+l");
});
