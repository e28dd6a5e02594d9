// Preact without a build step for templates: `html` makes elements, whose texts are always text.

import htm from "htm";
import { h } from "preact";
import { useReducer as anyReducer, useRef as anyRef, useState as anyState } from "preact/hooks";

export const html = htm.bind(h);
export { Fragment, render } from "preact";
export { useCallback, useEffect, useLayoutEffect, useMemo } from "preact/hooks";

// Their first value is often null, which would be the only type that their checker permits.
/** @type {(first?: any) => {current: any}} */
export const useRef = anyRef;
/** @type {(first?: any) => [any, (next: any) => void]} */
export const useState = anyState;
/** @type {(reduce: (now: any, action?: any) => any, first: any) => [any, (action?: any) => void]} */
export const useReducer = anyReducer;

/** A number for people. */
export const number = (value) => value.toLocaleString("en");

/** Class names without those that are off. */
export const classes = (...names) => names.filter(Boolean).join(" ");
