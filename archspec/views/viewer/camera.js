"use strict";
// What part of the diagram the stage shows.
const zoom = d3.zoom().scaleExtent([0.02, 8]).on("zoom", ({ transform }) => {
  canvas.setAttribute("transform", transform);
  frame();
});
const SMALLEST_TEXT = 0.7;  // of its full size, at which it can be read
const scaleBy = (by) => d3.select(picture).call(zoom.scaleBy, by);

/** The part of the stage that the legend leaves free. */
function stage() {
  const { width: wide, height: high } = picture.getBoundingClientRect();
  return { wide, high: high - document.getElementById("legend").offsetHeight - 8 };
}

/** Show all; return the scale at which it would be readable. */
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

/** Where the whole is too small to read, begin at the input at a size that is. */
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

/** Show an item with the group around it, if that can be read as a whole, or else alone. */
function centreWithin(id, group) {
  const { wide, high } = stage(), room = spots.get(group);
  const whole = room ? Math.min(wide / (room.width + 40), high / (room.height + 40)) : 0;
  if (whole < SMALLEST_TEXT) centre(id, Math.max(d3.zoomTransform(picture).k, 0.8));
  else centre(group, Math.min(whole, 1.5));
}

/** Show an item at a size, its middle at these shares of the stage's width and height. */
function showAt(id, scale, [across, down]) {
  const spot = spots.get(id);
  if (!spot) return;
  const { wide, high } = stage();
  const { x, y } = middle(spot);
  show(wide * across - x * scale, high * down - y * scale, scale);
}

/** Bring an item into sight if it is not. */
function follow(id) {
  const box = shown.get(id)?.getBoundingClientRect(), around = picture.getBoundingClientRect();
  if (!box) return;
  const isOut = box.left < around.left || box.right > around.right || box.top < around.top || box.bottom > around.bottom;
  if (isOut) centre(id);
}

/** Turn the diagram so that arrows point another way. */
function direct(way) {
  record.direction = way;
  draw();
  fit();
}
