// Where a page lies in its frame: zoom, panning, and the part that is seen. Pure. A view is {zoom, x, y}: zoom 1 shows the
// whole page, x and y are the middle of the frame as shares of the page. A frame is {width, height} in pixels, `aspect` the
// width of the page divided by its height, a region [left, top, right, bottom] in shares of the page.

export const WHOLE = { zoom: 1, x: 0.5, y: 0.5 };
const MOST_ZOOM = 32;
const MARGIN = 0.96; // share of the frame that a region fills
const AROUND = 0.15; // drawn around the part that is seen, so that a small move shows no blur

const within = (value, low, high) => Math.min(Math.max(value, low), high);
const widthOf = ({ zoom }, frame, aspect) => Math.min(frame.width, frame.height * aspect) * zoom;

/** The place of the page in the frame: {left, top, width, height} in pixels. */
export function placed(view, frame, aspect) {
  const width = widthOf(view, frame, aspect);
  const height = width / aspect;
  return { left: along(frame.width, width, view.x), top: along(frame.height, height, view.y), width, height };
}

const along = (room, size, at) => (size <= room ? (room - size) / 2 : within(room / 2 - at * size, room - size, 0));

/** A view that does not look beyond the page. */
function settled({ zoom, x, y }, frame, aspect) {
  const at = { zoom: within(zoom, 1, MOST_ZOOM), x, y };
  const { left, top, width, height } = placed(at, frame, aspect);
  return { ...at, x: (frame.width / 2 - left) / width, y: (frame.height / 2 - top) / height };
}

/** Zoom by a factor; what is below `point` ({x, y} in pixels of the frame) stays there. */
export function zoomed(view, factor, frame, aspect, point = { x: frame.width / 2, y: frame.height / 2 }) {
  const before = placed(view, frame, aspect);
  const zoom = within(view.zoom * factor, 1, MOST_ZOOM);
  const width = widthOf({ zoom }, frame, aspect);
  const x = (point.x - before.left) / before.width + (frame.width / 2 - point.x) / width;
  const y = (point.y - before.top) / before.height + (frame.height / 2 - point.y) / (width / aspect);
  return settled({ zoom, x, y }, frame, aspect);
}

/** Move the page by pixels. */
export function moved(view, right, down, frame, aspect) {
  const { width, height } = placed(view, frame, aspect);
  return settled({ ...view, x: view.x - right / width, y: view.y - down / height }, frame, aspect);
}

/** A view that shows a region as large as possible. */
export function onto([left, top, right, bottom], frame, aspect) {
  const { width, height } = placed(WHOLE, frame, aspect);
  const zoom = MARGIN * Math.min(frame.width / (width * (right - left)), frame.height / (height * (bottom - top)));
  return settled({ zoom, x: (left + right) / 2, y: (top + bottom) / 2 }, frame, aspect);
}

/** The region that is seen, and some of what is around it. */
export function seen(view, frame, aspect) {
  const { left, top, width, height } = placed(view, frame, aspect);
  const [across, down] = [AROUND * frame.width, AROUND * frame.height];
  return [(-left - across) / width, (-top - down) / height, (frame.width - left + across) / width, (frame.height - top + down) / height].map((share) => within(share, 0, 1));
}
