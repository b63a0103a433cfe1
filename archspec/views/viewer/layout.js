"use strict";
// Places everything that is in sight: sizes from the inside out, then positions from the outside in.
const LONGEST = 44, TITLE = 20, MARGIN = 12, STACK = 6, SIGN = 22, ROOM_AT_TITLE = 6;
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();

function short(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text;
}

function width(text) {
  if (!widths.has(text)) {
    ruler.font = "12px Arial, Helvetica, sans-serif";
    widths.set(text, Math.ceil(ruler.measureText(text).width));
  }
  return widths.get(text);
}

const isUpright = () => ["up", "down"].includes(record.direction);
const isStack = (id) => times(id) > 1 && !items[id].isOpen;
const lowerLabel = (id) => (isHeat() ? costLabel(id) : items[id].shape);

/** Measure a box; the copies behind it stick out to the right and above. */
function bodyOf(id, arriving) {
  const room = isStack(id) ? STACK : 0;
  const text = Math.max(width(short(labelOf(id))), width(lowerLabel(id)) * 0.85, 12) + (items[id].isGroup ? 32 : 18);
  const wide = Math.max(text, 8 * (arriving + 1)), high = 36;
  return isUpright()
    ? { isBox: true, length: high + room, span: { before: wide / 2, behind: wide / 2 + room } }
    : { isBox: true, length: wide + room, span: { before: high / 2 + room, behind: high / 2 } };
}

/** Lay out a group after the open groups in it. */
function opened(id) {
  const inner = new Map(), bodies = new Map(), chain = grid(id);
  const heads = lanesOf(chain).map((lane) => lane.link.head);
  for (const vertex of rowsOf(chain).keys()) {
    const isOpen = vertex > 0 && items[vertex].isGroup && items[vertex].isOpen;
    if (isOpen) inner.set(vertex, opened(vertex));
    bodies.set(vertex, vertex < 0 ? { length: 0, span: NOTHING }
      : isOpen ? inner.get(vertex).body : bodyOf(vertex, heads.filter((head) => head === vertex).length));
  }
  const laid = isLadder(id) ? new Climbing(record.ladder, drawnArrows(id), bodies) : new Laying(chain, bodies, roomOf(id));
  return { id, laid, inner, body: bodyAround(laid, id) };
}

const titleWidth = (id) => width(short(items[id].label)) + SIGN;

/** Keep room for the title of an open group. */
function roomOf(id) {
  if (id === 0) return { start: 0, end: 0, length: 0 };
  if (!isUpright()) return { start: 0, end: 0, length: titleWidth(id) + 2 * MARGIN };
  const isAbove = record.direction === "up";
  return { start: isAbove ? 0 : TITLE, end: isAbove ? TITLE : 0, length: 0 };
}

/** Measure an open group; it is so wide that its title stands left of all lines that pass it. */
function bodyAround(laid, id) {
  const gates = [...laid.across.axes].filter(([vertex]) => vertex < 0).map(([vertex, at]) => [Math.floor(-vertex / 2), at, isEntry(vertex)]);
  const entries = new Map(gates.filter(([, , isIn]) => isIn)), exits = new Map(gates.filter(([, , isIn]) => !isIn));
  let { before, behind } = laid.across.span;
  [before, behind] = [before + MARGIN, behind + MARGIN];
  const passing = record.direction === "up" ? exits : entries;
  if (!isUpright()) before += TITLE;
  else before = Math.max(before, titleWidth(id) + MARGIN + ROOM_AT_TITLE - Math.min(behind, ...passing.values()));
  return { isBox: false, length: laid.length, span: { before, behind }, entries, exits };
}

/** Place everything: a tree of groups with boxes and lines, in the measure of the picture. */
function layout() {
  const top = opened(0), { before, behind } = top.laid.across.span;
  const across = before + behind, along = top.laid.length;
  const point = ([down, at]) => {
    const flow = ["up", "left"].includes(record.direction) ? along - down : down;
    return isUpright() ? { x: at + before, y: flow } : { x: flow, y: at + before };
  };
  const content = placed(top, [0, 0], point);
  return { ...content, width: isUpright() ? across : along, height: isUpright() ? along : across };
}

function placed({ id, laid, inner }, [start, axis], point) {
  const moved = ([down, at]) => point([down + start, at + axis]);
  const boxes = [...laid.extents].filter(([vertex]) => vertex > 0).map(([vertex, extent]) => {
    const within = inner.get(vertex);
    return { id: vertex, ...areaOf(moved([extent.start, extent.low]), moved([extent.end, extent.high])),
      inner: within && placed(within, [extent.start + start, laid.across.axes.get(vertex) + axis], point) };
  });
  const lines = laid.routes.map(({ link, points }) => ({ ...link, points: points.map(moved) }));
  return { id, boxes, lines };
}

function areaOf(one, other) {
  return { x: Math.min(one.x, other.x), y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y) };
}
