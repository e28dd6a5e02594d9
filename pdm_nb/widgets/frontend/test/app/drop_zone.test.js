import assert from "node:assert/strict";
import { test } from "node:test";
import { filesIn, sendFiles } from "../../src/app/steps/drop_zone.js";

const fileEntry = (name, size = 3) => ({ name, isFile: true, file: (resolve) => resolve(new Blob(["x".repeat(size)])) });
function folderEntry(name, entries) {
  const parts = [entries.slice(0, 1), entries.slice(1), []]; // browsers list a folder in parts
  return { name, isFile: false, createReader: () => ({ readEntries: (resolve) => resolve(parts.shift()) }) };
}

test("files in folders keep their path, and hidden ones are left out", async () => {
  const items = [fileEntry("a.pdf"), folderEntry("old", [fileEntry("b.pdf"), folderEntry("x", [fileEntry("c.pdf")]), fileEntry(".DS_Store")])];
  const found = await filesIn(items.map((entry) => ({ webkitGetAsEntry: () => entry })));
  assert.deepEqual(found.map(([path]) => path), ["a.pdf", "old/b.pdf", "old/x/c.pdf"]);
});

function fakeStore(refused = "") {
  const acts = [];
  return {
    acts,
    act(name, args, data) {
      acts.push([name, args, data?.byteLength]);
      return Promise.resolve(name === "receiving.begin" && args.file === refused ? { result: null, error: "No." } : { result: 1, error: "" });
    },
  };
}

test("a file is sent in pieces, one after the other; one that is refused does not stop the others", async () => {
  const store = fakeStore("no.pdf");
  const large = new Blob([new Uint8Array((4 << 20) + 5)]);
  const seen = [];
  const failed = await sendFiles(store, [["no.pdf", new Blob(["x"])], ["a.pdf", large], ["empty.pdf", new Blob([])]], (now) => seen.push(now), () => false);
  assert.deepEqual(failed, ["No."]);
  assert.deepEqual(store.acts.map(([name, { offset }, size]) => [name, offset, size]), [
    ["receiving.begin", undefined, undefined],
    ["receiving.begin", undefined, undefined], ["receiving.add", 0, 4 << 20], ["receiving.add", 4 << 20, 5], ["receiving.finish", undefined, undefined],
    ["receiving.begin", undefined, undefined], ["receiving.finish", undefined, undefined],
  ]);
  assert.deepEqual(seen.at(-1), { files: 3, bytes: (4 << 20) + 5 });
});

test("what was cancelled is removed, and no other file is begun", async () => {
  const store = fakeStore();
  let asked = 0;
  await sendFiles(store, [["a.pdf", new Blob(["x"])], ["b.pdf", new Blob(["x"])]], () => {}, () => (asked += 1) > 1);
  assert.deepEqual(store.acts.map(([name]) => name), ["receiving.begin", "receiving.cancel"]);
});
