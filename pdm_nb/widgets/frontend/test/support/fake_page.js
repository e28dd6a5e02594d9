// A minimal page without a browser, for the toolbar and the find bar.

class Element extends EventTarget {
  constructor(tagName) {
    super();
    Object.assign(this, { tagName, className: "", textContent: "", value: "", hidden: false, children: [], dataset: {}, style: {} });
    this.attributes = new Map();
    this.classList = { add: (...names) => (this.className = [this.className, ...names].join(" ")) };
  }

  append(...nodes) {
    this.children.push(...nodes);
  }

  replaceChildren(...nodes) {
    this.children = nodes;
  }

  contains(node) {
    return node === this || this.children.some((child) => child.contains(node));
  }

  querySelectorAll(tagName) {
    return this.children.flatMap((child) => [...(child.tagName === tagName ? [child] : []), ...child.querySelectorAll(tagName)]);
  }

  setAttribute(name, value) {
    this.attributes.set(name, value);
  }

  focus() {
    document.activeElement = this;
  }
}

globalThis.document = { createElement: (tagName) => new Element(tagName), activeElement: null };

/** Press the button with this text. */
export function press(within, words) {
  within.querySelectorAll("button").find((one) => one.textContent === words).dispatchEvent(new Event("click"));
}

/** Put a text into a field, as typing it does. */
export function type(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

/** Press a key in a field; `within` hears of it too. */
export function key(field, name, within) {
  const event = new Event("keydown", { cancelable: true });
  Object.defineProperties(event, { key: { value: name }, target: { value: field } });
  within.dispatchEvent(event);
}
