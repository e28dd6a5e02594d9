// The document next to the table: its page and title block, its fields with their sources, its rule, its history.
//
// The fields are those of the table's row, so they are there at once and always up to date; Python adds what the table does
// not have (`pane_connection.js`).

import { focusedElement } from "../../dom.js";
import { html, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "../html.js";
import { TEXTS } from "../texts.js";
import { FieldList, FoundProblem } from "./field_list.js";
import { acceptable, factsOf, signature } from "./field_facts.js";
import { PageView } from "./page_view.js";
import { PaneConnection } from "./pane_connection.js";
import { Splitter } from "./splitter.js";
import { setEach } from "../../edit/changes.js";
import { formatBytes } from "../../edit/describe.js";
import { chord } from "../../edit/keys.js";

const FOLLOWING = 2; // documents that are drawn in advance
const LEAST = 500; // pixels of an image
const STEP = 100; // widths are rounded up to it, so that the same image is asked for again

export function DocumentPane({ store, table, onClose }) {
  const [, redraw] = useReducer((count) => count + 1, 0);
  const [width, setWidth] = useState(null);
  const own = useRef(null);
  const link = useMemo(() => new PaneConnection(store, redraw), []);
  const place = usePlace(table);
  const { row, id } = place;
  useEffect(() => () => link.close(), []);
  useEffect(() => {
    if (!row) return link.stop();
    const ids = table.shownCells.ids;
    return link.select(id, sizesOf(own.current), ids.slice(place.index + 1, place.index + 1 + FOLLOWING));
  }, [id, Boolean(row)]);
  const shown = row && signature(row);
  const before = useRef([id, shown]);
  useEffect(() => {
    if (row && before.current[0] === id && before.current[1] !== shown) link.refresh();
    before.current = [id, shown];
  }, [shown, id]);
  const facts = row ? factsOf(row, table.model.get("_columns"), link.details) : [];
  const accepted = acceptable(facts);
  const set = (texts, what) => texts.length && table.act(setEach(table.shownCells, texts.map(([key, text]) => [id, key, text]), what));
  const moveTo = (by) => place.moveTo(by);
  const acceptNext = () => {
    const key = focusedElement()?.closest?.("[data-field]")?.getAttribute("data-field");
    set([accepted.find(([one]) => one === key) ?? accepted[0]].filter(Boolean), TEXTS.accepted);
  };
  useKeys(store.root, {
    "Alt+n": () => moveTo(1), "Alt+p": () => moveTo(-1), "Alt+Shift+a": () => set(accepted, TEXTS.accepted),
    "Alt+a": (event) => own.current.contains(event.target) && (acceptNext(), true),
    Escape: (event) => own.current.contains(event.target) && (table.focusCells(), true),
  });
  useKeptFocus(own);
  const edit = place.isShown ? (key) => editCell(table, id, key) : null;
  return html`<section ref=${own} class="pdm-pane" tabindex="-1" aria-label=${TEXTS.pane} style=${{ "--pdm-pane-width": width && `${width}px` }}><${Splitter} width=${width ?? own.current?.clientWidth ?? 0} onWidth=${setWidth} /><div class="pdm-pane-scroll">
    <div class="pdm-pane-head"><h3 class="pdm-pane-name">${row ? row.values.file : TEXTS.pane}</h3><span class="pdm-grow"></span>
      ${row && html`<button type="button" class="pdm-button pdm-small" aria-label=${TEXTS.previousDocument} title=${TEXTS.previousDocument} disabled=${place.idAt(-1) === undefined} onClick=${() => moveTo(-1)}>‹</button>
      <button type="button" class="pdm-button pdm-small" aria-label=${TEXTS.nextDocument} title=${TEXTS.nextDocument} disabled=${place.idAt(1) === undefined} onClick=${() => moveTo(1)}>›</button>`}
      <button type="button" class="pdm-plain-button" aria-label=${TEXTS.closePane} title=${TEXTS.closePane} onClick=${onClose}>×</button></div>
    ${row ? html`<p class="pdm-soft">${aboutOf(row, place, link)}</p>
    <div class="pdm-pane-body"><${PageView} link=${link} name=${row.values.file} />
      <div class="pdm-pane-facts">
        ${row.marks.file?.findings?.map((finding) => html`<${FoundProblem} store=${store} finding=${finding} text="" label=${TEXTS.pane} onSet=${null} />`)}
        ${accepted.length > 0 && html`<div class="pdm-tools"><button type="button" class="pdm-button" title=${TEXTS.acceptDocumentHelp} onClick=${() => set(accepted, TEXTS.accepted)}>${TEXTS.acceptDocument(accepted.length)}</button></div>`}
        <${FieldList} store=${store} facts=${facts} onSet=${(key, text, what) => set([[key, text]], what)} onKeep=${(key) => store.act("documents.keep_cells", { cells: [[row.id, key]] })} onEdit=${edit} />
        <${Rule} link=${link} row=${row} /><${History} link=${link} /></div></div>`
    : html`<p class="pdm-soft">${TEXTS.paneEmpty}</p>`}
  </div></section>`;
}

/** The selected document, its place among those shown, and a way to the next one. */
function usePlace(table) {
  const last = useRef(0); // the place of a document that a filter has just hidden
  const anchor = table.selection?.anchor;
  const row = anchor && table.connection.rows.byId.get(anchor.id);
  const found = anchor ? table.shownCells.rowOf(anchor.id) : -1;
  const isShown = found >= 0;
  if (isShown) last.current = found;
  const index = isShown ? found : last.current - 0.5; // between those that are next to it
  const { ids } = table.shownCells;
  const idAt = (by) => ids[by > 0 ? Math.floor(index) + by : Math.ceil(index) + by];
  const moveTo = (by) => {
    const id = idAt(by);
    if (id === undefined) return;
    const to = { id, key: anchor?.key ?? table.shownCells.keys[0] };
    if (table.host.contains(focusedElement())) return table.shownCells.focus(to);
    table.shownCells.reveal(to);
    table.keyboard.changeSelection(() => table.selection.start(to));
  };
  return { row, id: row?.id, index: Math.floor(index), count: ids.length, isShown, idAt, moveTo };
}

/** The widths of the images, in pixels of the screen. */
function sizesOf(pane) {
  const frame = pane.querySelector(".pdm-page-frame")?.clientWidth ?? 0;
  const width = Math.ceil((Math.max(frame, LEAST) * devicePixelRatio) / STEP) * STEP;
  return { width, title_width: width };
}

function aboutOf(row, place, link) {
  const { caption, fault } = link.images.page ?? {};
  const at = place.isShown ? TEXTS.documentOf(place.index + 1, place.count) : TEXTS.filteredOut;
  return [at, !fault && caption, formatBytes(row.values["~size"] ?? 0), row.values.state].filter(Boolean).join(" · ");
}

function Rule({ link, row }) {
  const { details } = link;
  const becomes = row.values["~becomes"];
  if (!details) return null;
  return html`<section class="pdm-pane-rule"><h4>${TEXTS.rule}</h4><p class="pdm-lines">${details.rule}</p>
    ${becomes && html`<p>${TEXTS.willBecome(becomes)}</p>`}
    ${details.rivals.length > 0 && html`<details><summary>${TEXTS.otherRules(details.rivals.length)}</summary><ul>${details.rivals.map((text) => html`<li class="pdm-soft">${text}</li>`)}</ul></details>`}</section>`;
}

/** What happened to the document; read when it is opened. */
function History({ link }) {
  const { history } = link;
  return html`<details key=${link.row} class="pdm-history" onToggle=${(event) => event.currentTarget.open && !link.history && link.loadHistory()}><summary>${TEXTS.history}</summary>
    ${history && !history.length && html`<p class="pdm-soft">${TEXTS.noHistory}</p>`}
    <ol>${history?.map((one) => html`<li><time class="pdm-soft" datetime=${one.at}>${localTime(one.at)}</time> ${historyText(one)}</li>`)}</ol></details>`;
}

const localTime = (at) => new Date(at).toLocaleString("sv").slice(0, 16); // 2026-03-12 14:05, in the zone of the page

function historyText({ what, text, field, before, after, author }) {
  if (what === "state") return html`<b>${text}</b>${after && html` <span class="pdm-soft">${after}</span>`}`;
  return html`${field}: <s class="pdm-soft">${before}</s>${before && " → "}<b>${after || TEXTS.emptyValue}</b> <span class="pdm-soft">${[author, text].filter(Boolean).join(", ")}</span>`;
}

/** Open the editor of a cell; afterwards the document and the focus are again as before. */
function editCell(table, id, key) {
  if (table.shownCells.columnOf(key) < 0) return table.showStatus(TEXTS.columnHidden(table.shownCells.label(key)));
  table.keyboard.changeSelection(() => table.selection.start({ id, key }));
  const before = /** @type {HTMLElement | null} */ (focusedElement());
  const back = () => { // the focus is on a cell again: Enter has moved it to the next row
    if (table.api.getEditingCells().length) return;
    table.host.removeEventListener("focusin", back);
    requestAnimationFrame(() => {
      if (table.host.contains(focusedElement())) table.shownCells.focus({ id, key });
      table.keyboard.changeSelection(() => table.selection.start({ id, key }));
      before?.focus();
    });
  };
  table.shownCells.focus({ id, key });
  table.shownCells.edit({ id, key });
  if (table.api.getEditingCells().length) table.host.addEventListener("focusin", back);
}

/** Keys of the whole application while the pane is open; an action returns false if the key is not meant for it. */
function useKeys(root, keymap) {
  const latest = useRef(keymap);
  latest.current = keymap;
  useEffect(() => {
    const listener = (event) => {
      if (event.target.closest?.("input, textarea, select")) return;
      const action = latest.current[chord(event)];
      if (!action || action(event) === false) return;
      event.preventDefault();
      event.stopPropagation();
    };
    root.addEventListener("keydown", listener, true);
    return () => root.removeEventListener("keydown", listener, true);
  }, []);
}

/** Keep the focus in the pane if the button that had it was removed, so that the next key does not reach the notebook. */
function useKeptFocus(own) {
  const last = useRef(null);
  useEffect(() => {
    const focused = ({ target }) => (last.current = target);
    const left = ({ relatedTarget }) => relatedTarget && !own.current?.contains(relatedTarget) && (last.current = null);
    own.current.addEventListener("focusin", focused);
    own.current.addEventListener("focusout", left);
  }, []);
  useLayoutEffect(() => {
    if (!last.current || focusedElement() !== document.body) return;
    if (last.current.isConnected && !last.current.disabled) return;
    own.current.focus({ preventScroll: true });
  });
}
