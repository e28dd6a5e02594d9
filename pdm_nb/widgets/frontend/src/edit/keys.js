// Keep keys from JupyterLab while the grid has the focus. JupyterLab takes single letters as commands (a `b` inserts a
// cell) unless the focused element itself has the attribute below; on an ancestor it has no effect. The notebook also
// moves the focus to its active cell on every key that reaches it, and when the focus moves to an element outside, such as
// our popups.

const ATTRIBUTE = "data-lm-suppress-shortcuts";

/** How many rows and columns each arrow key moves. */
export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Keep keys typed anywhere in `element` from the notebook around it. */
export function keepKeys(element) {
  element.addEventListener("focusin", (event) => event.target.setAttribute?.(ATTRIBUTE, "true"));
  element.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") forwardSave(event);
  });
}

/** Let Ctrl+S save the notebook; otherwise the browser would offer to save the page. */
function forwardSave(event) {
  event.preventDefault();
  const { key, code, keyCode, ctrlKey, metaKey, shiftKey } = event;
  const copy = { key, code, keyCode, ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent("keydown", copy));
}

/** Let the focus move between `root` and its `popups` without the notebook noticing. */
export function keepFocus(root, popups) {
  root.addEventListener("focusout", (event) => {
    if (popups.contains(event.relatedTarget)) event.stopPropagation();
  });
}

/** Escape returns the focus to the notebook, unless `stays(event)`. */
export function releaseKeysOnEscape(root, stays) {
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || stays(event)) return;
    root.closest(".jp-Notebook")?.focus();
  });
}

/**
 * A key with its modifiers, such as "Mod+Shift+ArrowDown" or "Alt+a"; Mod is Ctrl, on a Mac also Cmd. Shift is left out
 * for punctuation: Ctrl+' is "Mod+'" also on keyboards that need Shift for it.
 */
export function chord({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  const letter = altKey && /^Key[A-Z]$/.test(code ?? "") ? code.slice(3) : key; // on a Mac, Alt changes the letter
  const name = letter === " " ? "Space" : letter.length === 1 ? letter.toLowerCase() : letter;
  const isSign = /^[^\p{L}\s]$/u.test(name);
  return [(ctrlKey || metaKey) && "Mod", altKey && "Alt", shiftKey && !isSign && "Shift", name].filter(Boolean).join("+");
}
