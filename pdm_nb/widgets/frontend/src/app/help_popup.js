// A help page in a popup: of a step, a view or a finding. Its links open other pages in the same place.

import { html, useEffect, useState } from "./html.js";
import { Popup } from "./popup.js";
import { TEXTS } from "./texts.js";

const OVERVIEW = "index";

export function HelpPopup({ store, at, name, onClose }) {
  const [wanted, open] = useState(name);
  const [page, setPage] = useState(null);
  useEffect(() => {
    let isCurrent = true;
    store.act("help.page", { topic: wanted }).then(({ result }) => isCurrent && (result ? setPage(result) : onClose()));
    return () => { isCurrent = false; };
  }, [wanted]);
  const follow = (event) => {
    const link = event.target.closest("a")?.getAttribute("href");
    if (!link) return;
    event.preventDefault();
    if (link.startsWith("#")) open(link.slice(1));
  };
  const close = () => {
    onClose();
    at.focus?.();
  };
  return html`<${Popup} at=${at} label=${page?.title ?? TEXTS.help} onClose=${onClose}>
    <div class="pdm-help" aria-busy=${!page}>
      <h3>${page?.title ?? TEXTS.working}</h3>
      ${page && html`<div class="pdm-help-page" tabindex="0" onClick=${follow} dangerouslySetInnerHTML=${{ __html: page.html }}></div>`}
      <div class="pdm-flex"><button type="button" class="pdm-button" onClick=${close}>${TEXTS.close}</button>
        ${wanted !== OVERVIEW && html`<button type="button" class="pdm-button" onClick=${() => open(OVERVIEW)}>${TEXTS.allHelp}</button>`}</div>
    </div>
  <//>`;
}

/** A button `?` that opens a page. */
export function HelpButton({ store, name, label, small = false }) {
  const [at, setAt] = useState(null);
  return html`<button type="button" class=${small ? "pdm-button pdm-small" : "pdm-button"} aria-label=${label} title=${label} aria-expanded=${Boolean(at)}
      onClick=${({ currentTarget }) => setAt(at ? null : currentTarget)}>?</button>
    ${at && html`<${HelpPopup} store=${store} at=${at} name=${name} onClose=${() => setAt(null)} />`}`;
}
