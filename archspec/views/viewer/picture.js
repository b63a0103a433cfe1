"use strict";
// The diagram as SVG, how it is coloured, and how it moves.
const SPACE = "http://www.w3.org/2000/svg";
const picture = document.getElementById("picture");
const shown = new Map();  // id of a visible item -> its element
const spots = new Map();  // id of a visible item -> its box, in the picture's own measure
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
  const content = layout(0);
  extent = { width: content.width, height: content.height };
  canvas.replaceChildren();
  drawGroup(content, { x: 0, y: 0 }, canvas, 1);
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

function drawGroup(content, at, parent, level) {
  for (const line of content.lines) drawLine(line, at, parent, content.id);
  for (const box of content.boxes) {
    const spot = { ...box, x: at.x + box.x, y: at.y + box.y };
    spots.set(box.id, spot);
    if (box.inner) drawOpen(box, spot, parent, level);
    else drawBox(items[box.id], spot, parent, level);
  }
}

function drawLine({ tail, head, points }, at, parent, group) {
  const drawn = points.map(({ x, y }) => [at.x + x, at.y + y]);
  const attributes = { class: "edge", d: curve(drawn), "data-tail": tail, "data-head": head, "data-group": group };
  const ends = head >= 0 && !(items[head].isGroup && items[head].isOpen);
  if (ends) attributes["marker-end"] = "url(#head)";
  element("path", attributes, parent);
}

function curve(points) {
  const [first, ...rest] = points;
  if (rest.length < 3) return bend(first, rest.at(-1));
  let path = `M${first}`;
  for (let at = 0; at < rest.length - 1; at++) {
    const [x, y] = rest[at], [nextX, nextY] = rest[at + 1];
    const end = at === rest.length - 2 ? [nextX, nextY] : [(x + nextX) / 2, (y + nextY) / 2];
    path += `Q${[x, y]} ${end}`;
  }
  return path;
}

// From one row to the next a line leaves and arrives straight.
function bend([x, y], [toX, toY]) {
  const isUpright = RANKS[record.direction].includes("T");
  const [across, down] = isUpright ? [0, (toY - y) / 2] : [(toX - x) / 2, 0];
  return `M${x},${y}C${x + across},${y + down} ${toX - across},${toY - down} ${toX},${toY}`;
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

function drawOpen(box, spot, parent, level) {
  const item = items[box.id];
  const found = node(item, spot, parent, level, "group");
  drawTitle(box.inner, spot, found).textContent = short(item.label);
  drawPassage(spot, box.inner.exit, record.direction, { "data-tail": box.id, "data-head": LEAVE, "data-group": box.id }, parent);
  drawPassage(spot, box.inner.entry, OPPOSITE[record.direction], { "data-tail": ENTRY, "data-head": box.id, "data-group": box.id }, parent);
  drawGroup(box.inner, origin(spot), parent, level + 1);
}

// The title stands in the half of its row through which no line passes.
function drawTitle(inside, spot, parent) {
  const port = { up: inside.exit, down: inside.entry }[record.direction];
  const isRight = port && within(spot, port).x < middle(spot).x;
  const x = isRight ? spot.x + spot.width - 22 : spot.x + 22;
  drawSwitch(isRight ? spot.x + spot.width - 11 : spot.x + 11, spot.y + 11, "h7", parent);
  return element("text", { x, y: spot.y + 15, "text-anchor": isRight ? "end" : "start" }, parent);
}

function drawPassage(spot, port, side, ends, parent) {
  if (!port) return;
  const inner = within(spot, port), outer = onBorder(spot, inner, side);
  element("path", { class: "edge", d: `M${inner.x},${inner.y}L${outer.x},${outer.y}`, ...ends }, parent);
}

