// A button that opens a list with a search field: projects, batches, paths.

import { classes, html, number, useMemo, useRef, useState } from "./html.js";
import { Popup } from "./popup.js";
import { TEXTS } from "./texts.js";
import { folded, wordsOf } from "../edit/normalize.js";

const SHOWN = 200; // entries drawn at once; type to find the others

/** Entries are {id, text, about, tone, disabled, title}. `onOpen` may load them. */
export function Picker({ label, text, entries, onSelect, onOpen, search, empty, more = [], disabled = false }) {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const toggle = () => {
    if (!open) onOpen?.();
    setOpen(!open);
  };
  const select = (entry) => {
    setOpen(false);
    button.current.focus();
    onSelect(entry);
  };
  return html`
    <button ref=${button} type="button" class="pdm-pick-button" aria-haspopup="dialog" aria-expanded=${open} disabled=${disabled}
      aria-label=${`${label}: ${text}`} onClick=${toggle}><span class="pdm-pick-text">${text}</span><span aria-hidden="true" class="pdm-caret">▾</span></button>
    ${open && html`<${Popup} at=${button.current} label=${label} onClose=${() => setOpen(false)}>
      <${SearchList} label=${label} entries=${entries} search=${search} empty=${empty} onSelect=${select} />
      ${more.map((entry) => html`<button type="button" class="pdm-item" onClick=${() => select(entry)}>${entry.text}</button>`)}
    <//>`}`;
}

/** A search field and the entries that contain all its words. Arrow keys move, Enter selects. */
export function SearchList({ label, entries, search, empty, onSelect }) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const fitting = useMemo(() => {
    const words = wordsOf(folded(typed));
    return (entries ?? []).filter(({ text, about = "" }) => words.every((word) => folded(`${text} ${about}`).includes(word)));
  }, [entries, typed]);
  const shown = fitting.slice(0, SHOWN);
  const keys = (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way && shown.length) {
      event.preventDefault();
      setActive((active + way + shown.length) % shown.length);
    }
    if (event.key === "Enter" && shown[active] && !shown[active].disabled) {
      event.preventDefault();
      onSelect(shown[active]);
    }
  };
  return html`<div class="pdm-search-list" onKeyDown=${keys}>
    <input class="pdm-field" type="search" autofocus placeholder=${search} aria-label=${search} value=${typed} spellcheck=${false}
      onInput=${(event) => { setTyped(event.target.value); setActive(0); }} />
    <div class="pdm-items" role="listbox" aria-label=${label}>
      ${!entries && html`<p class="pdm-soft">${TEXTS.working}</p>`}
      ${entries && !shown.length && html`<p class="pdm-soft">${typed ? TEXTS.noMatches : empty}</p>`}
      ${shown.map((entry, index) => html`<button key=${entry.id} type="button" role="option" aria-selected=${index === active} disabled=${entry.disabled}
        title=${entry.title ?? entry.text} class=${classes("pdm-item", index === active && "pdm-on")} onClick=${() => onSelect(entry)}>
        <span class="pdm-item-text">${entry.text}</span><span class="pdm-soft">${entry.about}</span></button>`)}
      ${fitting.length > SHOWN && html`<p class="pdm-soft">${TEXTS.andMore(fitting.length - SHOWN)}</p>`}
    </div>
  </div>`;
}

/** A chip with a count, which is a button if `onClick` is given. */
export function Chip({ tone = "plain", text, count, title, pressed, onClick }) {
  const words = count === undefined ? text : `${number(count)} ${text}`;
  if (!onClick) return html`<span class=${`pdm-mark pdm-mark-${tone}`} title=${title}>${words}</span>`;
  return html`<button type="button" class=${`pdm-mark pdm-mark-${tone}`} title=${title} aria-pressed=${pressed} onClick=${onClick}>${words}</button>`;
}
