import assert from "node:assert/strict";
import { test } from "node:test";
import { format, formatPage, parse } from "../src/clipboard.js";

test("a block from Excel", () => {
  assert.deepEqual(parse("a\tb\r\nc\td\r\n"), [["a", "b"], ["c", "d"]]);
  assert.deepEqual(parse("one"), [["one"]]);
  assert.deepEqual(parse(""), []);
  assert.deepEqual(parse("a\t\n\tb"), [["a", ""], ["", "b"]]);
  assert.deepEqual(parse("a\n\nb\n"), [["a"], [""], ["b"]]);
});

test("tabs, line breaks and quotes within quotes", () => {
  assert.deepEqual(parse('"two\nlines"\t"a ""word"""\r\n"a\tb"\tend'), [["two\nlines", 'a "word"'], ["a\tb", "end"]]);
});

test("a quote that is no quoting stays as it is", () => {
  assert.deepEqual(parse('5" pipe\t"half\n"x" y'), [['5" pipe', '"half'], ['"x" y', ""]]);
  assert.deepEqual(parse('"never closed\tb'), [['"never closed', "b"]]);
});

test("rows of different length are filled up", () => {
  assert.deepEqual(parse("a\nb\tc"), [["a", ""], ["b", "c"]]);
});

test("what is copied is read as it was", () => {
  const block = [["a\tb", 'say "x"', ""], ['"q"', "two\nlines", "=cmd|' /C calc'!A0"], ["", "<b>no</b>", "end"]];
  assert.deepEqual(parse(format(block)), block);
});

test("a hundred thousand cells are read in one go", () => {
  const block = parse(`${Array(1000).fill(Array(100).fill("x").join("\t")).join("\n")}\n`);
  assert.equal(block.length * block[0].length, 100_000);
});

test("a spreadsheet takes what is copied as text, not as a formula, and never as a page of its own", () => {
  const page = formatPage([["=1+1", "<b>\n&"], ["007", ""]]);
  assert.equal(page.match(/mso-number-format:"\\@"/g).length, 4);
  assert.ok(page.includes(">=1+1</td>") && page.includes(">&lt;b&gt;<br>&amp;</td>"));
});
