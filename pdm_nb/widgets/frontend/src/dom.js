// The one way to make page elements: text only ever enters the page as text nodes. And what differs if a program shows the
// view in a shadow root, as marimo does.

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** The element that has the focus, also within shadow roots. */
export function focusedElement() {
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  return focused;
}

/** True on a page without a kernel, such as an exported notebook: `kernel` is a model of the view. */
export function isSavedPage(kernel) {
  const { context, kernel: live } = kernel?.widget_manager ?? {};
  return kernel?.comm_live === false && !context && !live;
}

/** The document or shadow root that `node` is in. */
export function rootOf(node) {
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? root : document;
}

/** Add `added` to a document, in its head or body, or to a shadow root. */
export function addTo(root, added, part = "body") {
  (root instanceof ShadowRoot ? root : root[part]).append(added);
}
