// Whether the page around a view is dark. JupyterLab and the programs made of its parts say so in an attribute that
// style.css reads. Of other pages it is found here, and written into an attribute of the page.

const ATTRIBUTE = "pdmTheme";
const DARK_CLASSES = ["dark", "vscode-dark", "vscode-high-contrast"]; // of marimo and VS Code, on the body
const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
let last = null; // the view whose background is looked at
let isFollowing = false;

/** Keep the attribute of the page up to date; `node` is the newest view. */
export function followTheme(node) {
  last = node;
  update();
  if (isFollowing) return;
  isFollowing = true;
  const watched = { attributes: true, attributeFilter: ["class", "style"] };
  for (const one of [document.documentElement, document.body]) new MutationObserver(update).observe(one, watched);
  dark?.addEventListener("change", update);
}

function update() {
  document.documentElement.dataset[ATTRIBUTE] = isDark(last.isConnected ? last : document.body) ? "dark" : "light";
}

/** True if the program has a class for dark pages, else if what is behind `node` is dark, else if the user prefers it. */
export function isDark(node, prefersDark = Boolean(dark?.matches)) {
  const { classList } = document.body;
  if (DARK_CLASSES.some((name) => classList.contains(name))) return true;
  if (classList.contains("light") || classList.contains("vscode-light")) return false;
  const color = backgroundBehind(node);
  return color ? isDarkColor(color) : prefersDark;
}

/** The channels of the first background that is not transparent, from `node` outwards; null if the page has none. */
function backgroundBehind(node) {
  for (let one = node; one; one = one.parentElement ?? one.getRootNode().host) {
    const [red, green, blue, alpha = 1] = getComputedStyle(one).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    if (alpha > 0.5) return [red, green, blue];
  }
  return null;
}

/** @param {number[]} channels */
const isDarkColor = ([red, green, blue]) => 0.299 * red + 0.587 * green + 0.114 * blue < 128;
