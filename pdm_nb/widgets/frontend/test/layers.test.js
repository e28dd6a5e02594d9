import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

// Folder -> the folders that its modules may import; modules right in src may be imported by all.
const LAYERS = {
  edit: ["edit"], ui: ["edit", "ui"], grid: ["edit", "ui", "grid"],
  app: ["edit", "ui", "grid", "app"], "app/steps": ["edit", "ui", "app"], "app/pane": ["edit", "ui", "app"],
  "app/restart": ["app"], "app/facets": ["edit", "ui", "app"],
};
const SOURCE = new URL("../src/", import.meta.url);
const MOST_LINES = 400;

function* modules() {
  for (const folder of Object.keys(LAYERS)) {
    for (const name of readdirSync(new URL(folder, SOURCE)).filter((one) => one.endsWith(".js"))) {
      yield { folder, name, text: readFileSync(new URL(`${folder}/${name}`, SOURCE), "utf8") };
    }
  }
}

const targets = (text) => [...text.matchAll(/^import .*? from "(\.[^"]*)";$/gms)].map(([, path]) => path);

test("modules import their own folder and those below it", () => {
  const wrong = [...modules()].flatMap(({ folder, name, text }) =>
    targets(text)
      .map((path) => new URL(path, new URL(`${folder}/`, SOURCE)).href.slice(SOURCE.href.length))
      .filter((path) => path.includes("/") && !LAYERS[folder].includes(path.split("/")[0]))
      .map((path) => `${folder}/${name} imports ${path}`));
  assert.deepEqual(wrong, []);
});

test("no module is longer than 400 lines, and no folder holds more than 15", () => {
  const all = [...modules()];
  assert.deepEqual(all.filter(({ text }) => text.split("\n").length > MOST_LINES).map(({ name }) => name), []);
  for (const folder of Object.keys(LAYERS)) assert.ok(all.filter((one) => one.folder === folder).length <= 15, folder);
});
