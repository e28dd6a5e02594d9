// A picture that Python has drawn, with its values as a table. It is shown as an image, so that nothing in it can run.

import { html } from "./html.js";
import { TEXTS } from "./texts.js";

/** The color of texts in the present theme, which a picture is drawn with. */
export const inkOf = (root) => getComputedStyle(root).color;

/** `picture` is {title, description, svg, columns, rows, more}, or {missing} with the sentence why there is none. */
export function Picture({ picture }) {
  if (!picture) return null;
  if (picture.busy) return html`<p class="pdm-soft" role="status">${TEXTS.drawing}</p>`;
  if (picture.missing) return html`<p role="status">${picture.missing}</p>`;
  const { title, description, svg, columns, rows, more } = picture;
  if (!rows.length) return html`<p role="status">${description}</p>`;
  return html`<figure class="pdm-picture"><img alt=${`${title}. ${description}`} src=${`data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`} />
    <figcaption class="pdm-soft">${description}</figcaption>
    <details><summary>${TEXTS.values}</summary><div class="pdm-scroll"><table class="pdm-plain-table"><thead><tr>${columns.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${index}>${row.map((text) => html`<td>${text}</td>`)}</tr>`)}</tbody></table>
      ${more > 0 && html`<p class="pdm-soft">${TEXTS.andMore(more)}</p>`}</div></details></figure>`;
}
