// Builds ../static from src: `npm ci && npm run build`. `npm run check` builds aside and compares, for CI.

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");
const common = {
  absWorkingDir: here, bundle: true, write: false, format: "esm", target: "es2022", charset: "utf8",
  loader: { ".css": "text" }, legalComments: "none", logLevel: "warning", metafile: true,
};

/** The packages whose code is in the bundle, by name. */
function packagesIn(metafile) {
  const names = Object.values(metafile.outputs)
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes("node_modules/"))
    .map(([path]) => path.split("node_modules/").at(-1).match(/^(@[^/]+\/)?[^/]+/)[0]);
  return [...new Set(names)].sort();
}

async function licences(names) {
  const texts = await Promise.all(names.map(async (name) => {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const text = await readFile(join(folder, "LICENSE.txt"), "utf8").catch(() => readFile(join(folder, "LICENSE"), "utf8"));
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }));
  return `What workbench.js contains besides the sources of this project.\n\n${texts.join(`\n${"-".repeat(72)}\n\n`)}`;
}

async function files() {
  const whole = await build({ ...common, entryPoints: ["src/main.js"], minify: true });
  const names = packagesIn(whole.metafile);
  const banner = `/* Contains ${names.join(", ")}; see THIRD-PARTY-LICENSES.txt */\n`;
  const small = async (name) => (await build({ ...common, entryPoints: [`src/${name}`] })).outputFiles[0].text;
  return {
    "workbench.js": banner + whole.outputFiles[0].text,
    "loader.js": await small("loader.js"),
    "THIRD-PARTY-LICENSES.txt": await licences(names),
  };
}

const checking = process.argv.includes("--check");
const stale = [];
for (const [name, text] of Object.entries(await files())) {
  const path = join(target, name);
  if (!checking) await writeFile(path, text);
  else if ((await readFile(path, "utf8").catch(() => "")) !== text) stale.push(name);
}
if (stale.length) {
  console.error(`Not what the sources build to: ${stale.join(", ")}. Run \`npm run build\` and commit the result.`);
  process.exit(1);
}
