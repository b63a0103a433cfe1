"use strict";
// The diagram as SVG, how it is coloured, and how it moves.
const SPACE = "http://www.w3.org/2000/svg";
const picture = document.getElementById("picture");
const colour = document.getElementById("colour");
const shown = new Map();  // id of a visible item -> its element
const spots = new Map();  // id of a visible item -> its box, in the picture's own measure
let chosen = 0, canvas, extent = { width: 0, height: 0 };

function element(name, attributes = {}, parent = null) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

const zoom = d3.zoom().scaleExtent([0.02, 8]).on("zoom", ({ transform }) => {
  canvas.setAttribute("transform", transform);
});

function start() {
  const definitions = element("defs", {}, picture);
  const head = element("marker", {
    id: "head", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto",
  }, definitions);
  element("path", { d: "M0 0L8 4L0 8z" }, head);
  canvas = element("g", {}, picture);
  d3.select(picture).call(zoom).on("dblclick.zoom", null);
}

// Draw everything anew; what stays in sight stays where it is on the screen.
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
  const after = anchor === null ? null : spots.get(anchor);
  if (before && after) {
    const from = middle(before), to = middle(after);
    zoom.translateBy(d3.select(picture), from.x - to.x, from.y - to.y);
  }
}

const middle = (spot) => ({ x: spot.x + spot.width / 2, y: spot.y + spot.height / 2 });

function drawGroup(content, at, parent, level) {
  for (const line of content.lines) drawLine(line, at, parent);
  for (const box of content.boxes) {
    const spot = { ...box, x: at.x + box.x, y: at.y + box.y };
    spots.set(box.id, spot);
    if (box.inner) drawOpen(box, spot, parent, level);
    else drawBox(items[box.id], spot, parent, level);
  }
}

function drawLine({ tail, head, points }, at, parent) {
  const drawn = points.map(({ x, y }) => [at.x + x, at.y + y]);
  const attributes = { class: "edge", d: curve(drawn), "data-tail": tail, "data-head": head };
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

function node(item, spot, parent, level, kind) {
  const found = element("g", {
    class: kind, role: "treeitem", tabindex: -1, "data-id": item.id, "aria-level": level,
    "aria-label": `${item.label}, output ${item.shape}`,
  }, parent);
  if (item.isGroup) found.setAttribute("aria-expanded", item.isOpen);
  element("rect", { x: spot.x, y: spot.y, width: spot.width, height: spot.height, rx: kind === "group" ? 8 : 2 }, found);
  shown.set(item.id, found);
  return found;
}

function drawBox(item, spot, parent, level) {
  const found = node(item, spot, parent, level, "box");
  const { x, y } = middle(spot);
  element("text", { x, y: y - 2 }, found).textContent = short(item.label);
  element("text", { x, y: y + 12, class: "shape" }, found).textContent = item.shape;
  if (item.isGroup) element("path", { class: "plus", d: `M${spot.x + spot.width - 9} ${spot.y + 5}h6m-3 -3v6` }, found);
}

function drawOpen(box, spot, parent, level) {
  const item = items[box.id];
  const found = node(item, spot, parent, level, "group");
  drawTitle(box.inner, spot, found).textContent = short(item.label);
  drawPassage(spot, box.inner.exit, record.direction, { "data-tail": box.id }, parent);
  drawPassage(spot, box.inner.entry, OPPOSITE[record.direction], { "data-head": box.id }, parent);
  drawGroup(box.inner, origin(spot), parent, level + 1);
}

// The title stands in the half of its row through which no line passes.
function drawTitle(inside, spot, parent) {
  const port = { up: inside.exit, down: inside.entry }[record.direction];
  const isRight = port && within(spot, port).x < middle(spot).x;
  const x = isRight ? spot.x + spot.width - 8 : spot.x + 8;
  return element("text", { x, y: spot.y + 15, "text-anchor": isRight ? "end" : "start" }, parent);
}

function drawPassage(spot, port, side, ends, parent) {
  if (!port) return;
  const inner = within(spot, port), outer = onBorder(spot, inner, side);
  element("path", { class: "edge", d: `M${inner.x},${inner.y}L${outer.x},${outer.y}`, ...ends }, parent);
}

const cost = (item) => (colour.value === "macs" ? item.macs : item.parameters);

function fill(item, most) {
  if (colour.value === "paper") return null;
  if (colour.value === "color") {
    const [, found] = record.kinds.find(([kind]) => kind === item.kind);
    return item.kind === "input" ? null : found;
  }
  if (!cost(item)) return null;
  const step = Math.floor((record.heat.length * cost(item)) / most);
  return record.heat[Math.min(step, record.heat.length - 1)];
}

function paint() {
  const boxes = [...shown].filter(([, each]) => each.classList.contains("box"));
  const most = Math.max(1, ...boxes.map(([id]) => cost(items[id])));
  for (const [id, each] of shown) {
    const isBox = each.classList.contains("box");
    const found = isBox || colour.value === "color" ? fill(items[id], most) : null;
    each.classList.toggle("bare", found === null);
    each.firstChild.setAttribute("fill", found ?? "var(--ground)");
    if (!isBox) each.firstChild.setAttribute("fill-opacity", found ? "var(--shade)" : 0);
  }
  legend(boxes, most);
}

function legend(boxes, most) {
  const used = new Set(boxes.map(([id]) => items[id].kind));
  const bounds = record.heat.map((each, at) => [amount(Math.floor(((at + 1) * most) / record.heat.length)), each]);
  const rows = colour.value === "paper" ? []
    : colour.value === "color" ? record.kinds.filter(([kind]) => used.has(kind) && kind !== "input")
      : [[`${colour.value === "macs" ? "MACs" : "parameters"}, up to`, null], ...bounds];
  document.getElementById("legend").replaceChildren(...rows.map(([label, found]) => {
    const row = document.createElement("span");
    if (found) row.append(Object.assign(document.createElement("i"), { style: `background:${found}` }));
    row.append(label);
    return row;
  }));
}

function visible(id) {
  const open = ancestors(id).reverse();
  const closed = open.findIndex((each) => items[each].isGroup && !items[each].isOpen);
  return closed < 0 ? id : open[closed];
}

// The part of the stage that the legend leaves free.
function stage() {
  const { width: wide, height: high } = picture.getBoundingClientRect();
  return { wide, high: high - document.getElementById("legend").offsetHeight - 8 };
}

function fit() {
  const { wide, high } = stage();
  const scale = Math.min(1.5, wide / (extent.width + 40), high / (extent.height + 40));
  const readable = Math.max(scale, Math.min(1, wide / (extent.width + 40)) * 0.6);
  show((wide - extent.width * scale) / 2, (high - extent.height * scale) / 2, scale);
  return readable;
}

function show(x, y, scale) {
  d3.select(picture).call(zoom.transform, d3.zoomIdentity.translate(x, y).scale(scale));
}

// Where the whole is too small to read, begin at the input at a size that is.
function begin() {
  const readable = fit();
  if (d3.zoomTransform(picture).k >= 0.6 * readable && d3.zoomTransform(picture).k > 0.45) return;
  const first = items[0].children.find((each) => spots.has(each)) ?? 0;
  const edge = { up: [0.5, 0.94], down: [0.5, 0.06], right: [0.08, 0.5], left: [0.92, 0.5] };
  showAt(first, Math.max(readable, 0.7), edge[record.direction]);
}

function centre(id, scale = d3.zoomTransform(picture).k) {
  showAt(id, scale, [0.5, 0.5]);
}

// Show an item at a size, its middle at these shares of the stage's width and height.
function showAt(id, scale, [across, down]) {
  const spot = spots.get(id);
  if (!spot) return;
  const { wide, high } = stage();
  const { x, y } = middle(spot);
  show(wide * across - x * scale, high * down - y * scale, scale);
}
