// Texts that people read stand in the catalogs (`app/texts.js` for what is around the table, `edit/texts.js` for the table),
// so that they can be read together and translated.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";

const SOURCES = join(import.meta.dirname, "..", "..", "src");
const CATALOGS = new Set(["app/texts.js", "edit/texts.js"]);
const NAMES = new Set(["Production", "Excel", "Parquet", "0-on-hold.xlsx"]); // of an environment, of products and of a file
const KEYS = /^(Arrow(Up|Down|Left|Right)|Enter|Tab|Escape|Backspace|Delete|Insert|Home|End|Page(Up|Down)|Control|Shift|Alt|Meta|Space|Dead|Process|Mod|Esc|F\d+)( while editing)?$|^0 while editing$/;
const READ = [/\p{L}{2,}[ ,.:;…] *\p{L}{2,}/u, /^\p{Lu}\p{Ll}{2,}( |$|…)/u]; // several words, or one that starts with a capital letter
const NOT_READ = /^([\w:-]+[.:][\w-]+|\([a-z-]+: [a-z]+\)|.*[[\]{}<>=#$].*|[a-z-]+: .*|\.?[a-z-]+([ ,] ?\.?[a-z:()-]+)*|.*\b(ag|pdm|jp)-.*|(inset|calc|clamp|repeat|var)\(.*)$/s; // selectors, styles and class names

function* files(folder = "") {
  for (const entry of readdirSync(join(SOURCES, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (path.endsWith(".js") && !CATALOGS.has(path)) yield path;
  }
}

/** The texts of a module: of its strings, and between the tags of its templates. */
function textsIn(path) {
  const source = ts.createSourceFile(path, readFileSync(join(SOURCES, path), "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "html") found.push(...between(node.template));
    else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    else if (ts.isTemplateExpression(node)) found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("0"));
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText() === "html") {
      if (ts.isTemplateExpression(node.template)) node.template.templateSpans.forEach(({ expression }) => visit(expression));
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function between(template) {
  const parts = ts.isTemplateExpression(template) ? [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)] : [template.text];
  return parts.join("0").replaceAll(/<[^>]*>/g, "\n").split("\n").map((text) => text.trim());
}

const isRead = (text) => !KEYS.test(text) && !NAMES.has(text) && !NOT_READ.test(text) && READ.some((one) => one.test(text));

test("no module but the catalogs has texts that people read", () => {
  const found = [...files()].flatMap((path) => textsIn(path).filter(isRead).map((text) => `${path}: ${text}`));
  assert.equal(found.join("\n"), "");
});
