"use strict";
// Each open group is laid out by itself and then is one box of the group around it. All values
// enter a module at one point and leave it at one, so nothing is lost, and a change inside leaves
// the order outside as it was.
const LONGEST = 44, TITLE = 20, MARGIN = 12;
const RANKS = { up: "BT", down: "TB", right: "LR", left: "RL" };
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

function boxSize(item) {
  const label = short(item.label);
  return { width: Math.max(width(label), width(item.shape) * 0.85, 12) + (item.isGroup ? 28 : 18), height: 36 };
}

function layout(id) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: RANKS[record.direction], nodesep: 16, ranksep: 24, edgesep: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  const inner = new Map();
  for (const child of items[id].children) {
    const item = items[child];
    const isOpen = item.isGroup && item.isOpen;
    if (isOpen) inner.set(child, layout(child));
    graph.setNode(child, isOpen ? { ...outer(item, inner.get(child)) } : boxSize(item));
  }
  const edges = arrows[id];
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
  const { width: wide, height: high } = graph.graph();
  const boxes = items[id].children.map((child) => {
    const { x, y, width: across, height: down } = graph.node(child);
    return { id: child, x: x - across / 2, y: y - down / 2, width: across, height: down, inner: inner.get(child) };
  });
  const at = new Map(boxes.map((box) => [box.id, box]));
  const lines = edges.map(({ tail, head }) => ({
    tail, head, points: joined(graph.edge(tail, head).points, at.get(tail), at.get(head)),
  }));
  const port = (name) => (graph.hasNode(name) ? graph.node(name) : null);
  return { boxes, lines, entry: port(ENTRY), exit: port(LEAVE), width: finite(wide), height: finite(high) };
}

const finite = (size) => (Number.isFinite(size) ? size : 0);

// An arrow at an open group ends where the line inside goes on.
function joined(points, tail, head) {
  const found = points.map(({ x, y }) => ({ x, y }));
  if (tail?.inner?.exit) found[0] = within(tail, tail.inner.exit);
  if (head?.inner?.entry) found[found.length - 1] = within(head, head.inner.entry);
  return found;
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
