// Bands of the confidence of machine learning, which filters and pictures share. Pure.

export const SURE = 0.9;
export const LIKELY = 0.7;
export const BANDS = ["sure", "likely", "unsure"];

/** The band of a value that machine learning has read; "" for values of other sources. */
export function bandOf(mark) {
  if (mark?.source !== "ML") return "";
  const score = mark.confidence ?? 0;
  return score >= SURE ? "sure" : score >= LIKELY ? "likely" : "unsure";
}
