// The step Import: a path with completion, what it contains, and the mapping of a register.

import { classes, html, useEffect, useRef, useState } from "../html.js";
import { Chip } from "../picker.js";
import { DropZone } from "./drop_zone.js";
import { RegisterPage } from "./register_page.js";
import { TEXTS } from "../texts.js";

const PAUSE = 150; // milliseconds without a key before paths are completed

export function ImportPage({ store }) {
  const { importing = {} } = store.page;
  const { files, register } = importing;
  return html`<div class="pdm-page">
    <${PathBox} store=${store} importing=${importing} />
    <${DropZone} store=${store} />
    ${importing.recent?.length > 0 && html`<div class="pdm-tools"><span class="pdm-soft">${TEXTS.recent}</span>${importing.recent.map((source) => html`
      <button key=${source} type="button" class="pdm-button pdm-cut" title=${source} onClick=${() => store.act("importing.look", { source })}>${source}</button>`)}</div>`}
    ${files && html`<section class="pdm-card"><div class="pdm-tools"><${Chip} tone="good" text=${TEXTS.filesFound(files)} />
      ${files.kinds.map(([kind, count]) => html`<${Chip} key=${kind} text=${kind} count=${count} />`)}</div>
      ${files.notices.map((notice) => html`<p key=${notice}>${notice}</p>`)}
      <ul class="pdm-file-list">${files.first.map(([path, size]) => html`<li key=${path}><span>${path}</span> <span class="pdm-soft">${size}</span></li>`)}
        ${files.count > files.first.length && html`<li class="pdm-soft">${TEXTS.andMore(files.count - files.first.length)}</li>`}</ul></section>`}
    ${register && html`<${RegisterPage} key=${register.name} store=${store} register=${register} />`}
  </div>`;
}

/** The primary button of this step; null if nothing was read yet. */
export function importAction(store) {
  const { files, register } = store.page.importing ?? {};
  const make = () => store.act("importing.make");
  if (files) return { label: TEXTS.importDocuments(files.count), onClick: make };
  if (!register) return null;
  if (register.questions.length) return { label: TEXTS.openQuestions(register.questions.length), disabled: true };
  return { label: TEXTS.importDocuments(register.files?.matched ?? 0), onClick: make };
}

function PathBox({ store, importing }) {
  const [typed, setTyped] = useState(importing.source ?? "");
  const [entries, setEntries] = useState([]);
  const [active, setActive] = useState(-1);
  const [open, setOpen] = useState(false);
  const timer = useRef(0);
  const asked = useRef(0);
  useEffect(() => setTyped(importing.source ?? ""), [importing.source]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const complete = (text) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(async () => {
      const mine = ++asked.current;
      const { result } = await store.act("importing.complete", { text });
      if (mine !== asked.current) return;
      setEntries(result ?? []);
      setActive(-1);
    }, PAUSE);
  };
  const type = (text) => {
    setTyped(text);
    setOpen(true);
    complete(text);
  };
  const look = (source) => {
    clearTimeout(timer.current);
    asked.current += 1;
    setOpen(false);
    store.act("importing.look", { source });
  };
  const select = (entry) => {
    if (entry.kind === "folder") return type(entry.path);
    setTyped(entry.path);
    look(entry.path);
  };
  const keys = (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way && entries.length) {
      event.preventDefault();
      setOpen(true);
      setActive((active + way + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (open && entries[active]) select(entries[active]);
      else look(typed);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  };
  const id = `pdm-paths-${store.view}`;
  return html`<div class="pdm-path" onFocusOut=${(event) => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}>
    <label class="pdm-path-label"><span>${TEXTS.files}</span>
    <input class="pdm-field pdm-path-input" role="combobox" aria-expanded=${open} aria-controls=${id} aria-autocomplete="list" aria-activedescendant=${open && active >= 0 ? `${id}-${active}` : undefined}
      placeholder=${TEXTS.filesHint} spellcheck=${false} value=${typed} onInput=${(event) => type(event.target.value)} onKeyDown=${keys}
      onFocus=${() => { setOpen(true); complete(typed); }} /></label>
    <button type="button" class=${classes("pdm-button", !(importing.files || importing.register) && "pdm-primary")} onClick=${() => look(typed)}>${TEXTS.look}</button>
    <p class="pdm-soft pdm-path-hint">${TEXTS.inFolder(importing.folder)}</p>
    ${open && entries.length > 0 && html`<div class="pdm-items pdm-path-items" role="listbox" id=${id} aria-label=${TEXTS.paths}>
      ${entries.map((entry, index) => html`<button key=${entry.path} id=${`${id}-${index}`} type="button" role="option" tabindex="-1" aria-selected=${index === active}
        class=${classes("pdm-item", index === active && "pdm-on")} onMouseDown=${(event) => event.preventDefault()} onClick=${() => select(entry)}>
        <span class="pdm-item-text">${entry.kind === "folder" ? "▸ " : { register: "▦ ", profile: "≡ " }[entry.kind] ?? ""}${entry.path}</span><span class="pdm-soft">${entry.about}</span></button>`)}</div>`}
  </div>`;
}
