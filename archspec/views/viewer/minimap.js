"use strict";
// The whole diagram small, with the part that the stage shows; it leads there, too.
const minimap = document.getElementById("minimap");
const WIDEST = 150, HIGHEST = 190, ROOM = 500;
let sketched = null;  // the diagram as an image, drawn once for each change

const mapScale = () => Math.min(WIDEST / extent.width, HIGHEST / extent.height, 0.25);

/** Draw the boxes in sight anew. */
function sketch() {
  sketched = document.createElement("canvas");
  sketched.width = Math.max(1, Math.ceil(extent.width * mapScale()));
  sketched.height = Math.max(1, Math.ceil(extent.height * mapScale()));
  const pen = sketched.getContext("2d");
  pen.scale(mapScale(), mapScale());
  for (const [id, { x, y, width: wide, height: high }] of spots) {
    const face = shown.get(id)?.querySelector("rect.face");
    if (!face) continue;
    const { fill: filled, fillOpacity, stroke } = getComputedStyle(face);
    pen.globalAlpha = Number(fillOpacity);
    pen.fillStyle = filled;
    pen.fillRect(x, y, wide, high);
    pen.globalAlpha = 0.6;
    pen.strokeStyle = stroke;
    pen.strokeRect(x, y, wide, high);
  }
  frame();
}

/** Mark the part that the stage shows; hide the map where that is all, or there is no room. */
function frame() {
  if (!sketched) return;
  const { k, x, y } = d3.zoomTransform(picture), { wide, high } = stage();
  const seen = { left: -x / k, top: -y / k, width: wide / k, height: high / k };
  const isAll = seen.left <= 0 && seen.top <= 0 && seen.left + seen.width >= extent.width && seen.top + seen.height >= extent.height;
  minimap.hidden = isAll || wide < ROOM;
  if (minimap.hidden) return;
  const scale = mapScale();
  minimap.width = sketched.width;
  minimap.height = sketched.height;
  const pen = minimap.getContext("2d");
  pen.drawImage(sketched, 0, 0);
  pen.strokeStyle = getComputedStyle(root).getPropertyValue("--chosen");
  pen.lineWidth = 2;
  pen.strokeRect(seen.left * scale, seen.top * scale, seen.width * scale, seen.height * scale);
}

function showMapped(event) {
  if (event.buttons !== 1) return;
  const { left, top } = minimap.getBoundingClientRect(), { wide, high } = stage();
  const { k } = d3.zoomTransform(picture);
  const x = (event.clientX - left) / mapScale(), y = (event.clientY - top) / mapScale();
  show(wide / 2 - x * k, high / 2 - y * k, k);
}
