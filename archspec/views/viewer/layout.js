"use strict";
// Each open group is laid out by itself and then is one box of the group around it. All values
// enter a module at one point and leave it at one, so nothing is lost, and a change inside leaves
// the order outside as it was.
const LONGEST = 44, TITLE = 20, MARGIN = 12, STACK = 6;
const RANKS = { up: "BT", down: "TB", right: "LR", left: "RL" };
const OPPOSITE = { up: "down", down: "up", right: "left", left: "right" };
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

const isStack = (id) => times(id) > 1 && !items[id].isOpen;
const lowerLabel = (id) => (isHeat() ? costLabel(id) : items[id].shape);

function boxSize(id) {
  const wide = Math.max(width(short(labelOf(id))), width(lowerLabel(id)) * 0.85, 12);
  const room = isStack(id) ? STACK : 0;
  return { width: wide + (items[id].isGroup ? 32 : 18) + room, height: 36 + room };
}

function layout(id) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: RANKS[record.direction], nodesep: 16, ranksep: 30, edgesep: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const inner = new Map();
  for (const [child] of runs(id)) {
    const item = items[child];
    const isOpen = item.isGroup && item.isOpen;
    if (isOpen) inner.set(child, layout(child));
    graph.setNode(child, isOpen ? { ...outer(item, inner.get(child)) } : boxSize(child));
  }
  const edges = drawnArrows(id);
  for (const { tail, head } of edges) {
    for (const port of [tail, head]) if (port < 0) graph.setNode(port, { width: 1, height: 1 });
    graph.setEdge(tail, head);
  }
  dagre.layout(graph, { disableOptimalOrderHeuristic: true });
  return placed(id, graph, inner, edges);
}

function outer(item, inside) {
  return {
    width: Math.max(inside.width, width(short(item.label)) * 2) + 2 * MARGIN,
    height: inside.height + TITLE + 2 * MARGIN,
  };
}

function placed(id, graph, inner, edges) {
  const { left, top, ...size } = bounds(graph);
  const port = (name) => {
    if (!graph.hasNode(name)) return null;
    const { x, y } = graph.node(name);
    return { x: x - left, y: y - top };
  };
  const boxes = runs(id).map(([child]) => {
    const { x, y, width: across, height: down } = graph.node(child);
    return { id: child, x: x - left - across / 2, y: y - top - down / 2, width: across, height: down, inner: inner.get(child) };
  });
  const at = new Map(boxes.map((box) => [box.id, box]));
  const lines = edges.map(({ tail, head }) => {
    const points = graph.edge(tail, head).points.map(({ x, y }) => ({ x: x - left, y: y - top }));
    return { tail, head, points: joined(points, at.get(tail), at.get(head)) };
  });
  return { id, boxes, lines, entry: port(ENTRY), exit: port(LEAVE), ...size };
}

// Lines count too: a shortcut may run beside all boxes.
function bounds(graph) {
  const { width: wide, height: high } = graph.graph();
  const points = graph.edges().flatMap((each) => graph.edge(each).points);
  const xs = points.map(({ x }) => x), ys = points.map(({ y }) => y);
  const left = Math.min(0, ...xs), top = Math.min(0, ...ys);
  return { left, top, width: Math.max(finite(wide), ...xs) - left, height: Math.max(finite(high), ...ys) - top };
}

const finite = (size) => (Number.isFinite(size) ? size : 0);

// Arrows leave a box and reach one at the sides that face each other, so that none runs through a
// neighbour; at an open group they end where the line inside goes on.
function joined(points, tail, head) {
  const last = points.length - 1;
  if (tail) points[0] = end(tail, tail.inner?.exit, points[1], record.direction);
  if (head) points[last] = end(head, head.inner?.entry, points[last - 1], OPPOSITE[record.direction]);
  return points;
}

function end(box, port, next, side) {
  if (port) return onBorder(box, within(box, port), side);
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  return onBorder(box, { x: x + lean(next.x - x, box.width), y: y + lean(next.y - y, box.height) }, side);
}

// How far from the middle of a side an arrow ends that goes some way beside it.
const lean = (way, size) => Math.max(-0.35 * size, Math.min(0.35 * size, way / 4));

function onBorder(box, { x, y }, side) {
  return { up: { x, y: box.y }, down: { x, y: box.y + box.height },
    left: { x: box.x, y }, right: { x: box.x + box.width, y } }[side];
}

function origin(box) {
  return {
    x: box.x + (box.width - box.inner.width) / 2,
    y: box.y + TITLE + MARGIN,
  };
}

function within(box, point) {
  const start = origin(box);
  return { x: start.x + point.x, y: start.y + point.y };
}
