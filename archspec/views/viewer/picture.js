"use strict";
// The diagram as SVG, how it is coloured, and how it moves.
const SPACE = "http://www.w3.org/2000/svg";
const picture = document.getElementById("picture");
const shown = new Map();  // id of a visible item -> its element
const spots = new Map();  // id of a visible item -> its box, in the picture's own measure
const CORNER = 5;
let chosen = 0, canvas, extent = { width: 0, height: 0 };

function element(name, attributes = {}, parent = null) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

/** Set up the stage for the first diagram. */
function setStage() {
  const definitions = element("defs", {}, picture);
  const head = element("marker", {
    id: "head", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto",
  }, definitions);
  element("path", { d: "M0 0L8 4L0 8z" }, head);
  canvas = element("g", {}, picture);
  d3.select(picture).call(zoom).on("dblclick.zoom", null);
}

/** Draw everything anew; what stays in sight stays where it is on the screen. */
function draw(anchor = null) {
  const before = anchor === null ? null : spots.get(anchor);
  shown.clear();
  spots.clear();
  const content = layout();
  extent = { width: content.width, height: content.height };
  canvas.replaceChildren();
  drawGroup(content, canvas, 1);
  paint();
  choose(visible(chosen), false);
  if (traced) light();
  const after = anchor === null ? null : spots.get(anchor);
  if (before && after) {
    const from = middle(before), to = middle(after);
    zoom.translateBy(d3.select(picture), from.x - to.x, from.y - to.y);
  }
}

const middle = (spot) => ({ x: spot.x + spot.width / 2, y: spot.y + spot.height / 2 });

function drawGroup(content, parent, level) {
  for (const line of content.lines) drawLine(line, parent, content.id);
  for (const box of content.boxes) {
    spots.set(box.id, box);
    if (box.inner) drawOpen(box, parent, level);
    else drawBox(items[box.id], box, parent, level);
  }
}

function drawLine({ tail, head, value, points }, parent, group) {
  const attributes = { class: "edge", d: rounded(points), "data-tail": tail, "data-head": head, "data-group": group, "data-value": value };
  if (head > 0 && !(items[head].isGroup && items[head].isOpen)) attributes["marker-end"] = "url(#head)";
  element("path", attributes, parent);
  element("path", { class: "way", d: attributes.d, "data-value": value, "data-head": head }, parent);
}

/** Write a path with rounded corners. */
function rounded(points) {
  const way = [`M${points[0].x} ${points[0].y}`];
  for (let at = 1; at + 1 < points.length; at++) {
    const corner = points[at], radius = Math.min(CORNER, apart(points[at - 1], corner) / 2, apart(corner, points[at + 1]) / 2);
    const one = towards(corner, points[at - 1], radius), other = towards(corner, points[at + 1], radius);
    way.push(`L${one.x} ${one.y}Q${corner.x} ${corner.y} ${other.x} ${other.y}`);
  }
  const last = points.at(-1);
  return `${way.join("")}L${last.x} ${last.y}`;
}

const apart = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

function towards(start, end, length) {
  const share = length / (apart(start, end) || 1);
  return { x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) };
}

function node(item, face, parent, level, kind) {
  const found = element("g", {
    class: kind, role: "treeitem", tabindex: -1, "data-id": item.id, "aria-level": level,
    "aria-label": `${labelOf(item.id)}, output ${item.shape}`,
  }, parent);
  if (item.isGroup) found.setAttribute("aria-expanded", item.isOpen);
  shown.set(item.id, found);
  for (const by of isStack(item.id) ? [STACK, STACK / 2, 0] : [0]) {
    const { x, y, width: wide, height: high } = face;
    element("rect", { class: by ? "face behind" : "face", x: x + by, y: y - by, width: wide, height: high, rx: kind === "group" ? 8 : 2 }, found);
  }
  return found;
}

function drawBox(item, spot, parent, level) {
  const room = isStack(item.id) ? STACK : 0;
  const face = { x: spot.x, y: spot.y + room, width: spot.width - room, height: spot.height - room };
  const found = node(item, face, parent, level, "box");
  const { x, y } = middle(face);
  element("text", { x, y: y - 2 }, found).textContent = short(labelOf(item.id));
  element("text", { x, y: y + 12, class: "shape" }, found).textContent = lowerLabel(item.id);
  if (item.isGroup) drawSwitch(face.x + face.width - 8, face.y + 8, "h7m-3.5 -3.5v7", found);
}

// The corner that a click opens or closes; it is larger than it looks, for fingers.
function drawSwitch(x, y, sign, parent) {
  element("rect", { class: "switch", x: x - 11, y: y - 9, width: 20, height: 20 }, parent);
  element("path", { class: "plus", d: `M${x - 3.5} ${y}${sign}` }, parent);
}

function drawOpen(box, parent, level) {
  const item = items[box.id];
  const found = node(item, box, parent, level, "group");
  drawSwitch(box.x + 11, box.y + 11, "h7", found);
  element("text", { x: box.x + SIGN, y: box.y + 15 }, found).textContent = short(item.label);
  drawGroup(box.inner, parent, level + 1);
}
