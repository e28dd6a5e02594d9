import assert from "node:assert/strict";
import { test } from "node:test";
import { format, formatPage, parse, parsePage } from "../src/edit/clipboard.js";

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

test("quotes around what needs none are the cell's own, as Excel writes them", () => {
  assert.deepEqual(parse('"as built"\t""\r\nx\t"\r\n'), [['"as built"', '""'], ["x", '"']]);
});

test("a spreadsheet takes what is copied as text, not as a formula, and never as a page of its own", () => {
  const page = formatPage([["=1+1", "<b>\n&"], ["007", ""]]);
  assert.equal(page.match(/<td style='mso-number-format:"\\@"' sdnum='1033;0;@'>/g).length, 4); // Excel's word, Calc's word
  assert.ok(page.includes(">=1+1</td>") && page.includes(">&lt;b&gt;<br style='mso-data-placement:same-cell'>&amp;</td>"));
});

test("blanks that a page would swallow are copied one by one", () => {
  const blanks = (count) => `<span style='mso-spacerun:yes'>${"&#32;".repeat(count)}</span>`;
  assert.ok(formatPage([[" a  b c\n d "]]).includes(`>${blanks(1)}a${blanks(2)}b c<br style='mso-data-placement:same-cell'>${blanks(1)}d${blanks(1)}</td>`));
});

test("a page that is not Calc's is not read", () => {
  assert.equal(parsePage(""), null);
  assert.equal(parsePage('<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>x</td></tr></table></html>'), null);
});
