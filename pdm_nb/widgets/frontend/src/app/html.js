// Preact without a build step for templates: `html` makes elements, whose texts are always text.

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
export { Fragment, render } from "preact";
export { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";

/** A number for people. */
export const number = (value) => value.toLocaleString("en");

/** Class names without those that are off. */
export const classes = (...names) => names.filter(Boolean).join(" ");
