// The bar of a presentation: the scene, its text, and the buttons for the next scene and for a new start.

import { html } from "./html.js";
import { TEXTS } from "./texts.js";

export function PresentationBar({ store }) {
  const { presentation } = store.state;
  if (!presentation) return null;
  const { number, scenes, title, text, next, minutes, waiting } = presentation;
  const busy = waiting || [...store.pending].some((name) => name.startsWith("presentation."));
  const rest = next ? TEXTS.minutesLeft(minutes) : TEXTS.presentationEnd;
  return html`<section class="pdm-presentation" aria-label=${TEXTS.presentation}>
    <div class="pdm-scene" role="status"><h3>${title}</h3><p>${text}</p></div>
    <div class="pdm-flex"><span class="pdm-soft">${TEXTS.sceneOf(number, scenes)} · ${rest}</span>
      <button type="button" class="pdm-button" disabled=${number === 1} onClick=${() => store.act("presentation.restart")}>${TEXTS.startAgain}</button>
      ${next && html`<button type="button" class="pdm-button pdm-primary" disabled=${busy} onClick=${() => store.act("presentation.next")}>${busy ? TEXTS.working : TEXTS.nextScene(next)}</button>`}
    </div>
  </section>`;
}
