"use strict";
// The diagram as it is now, as a file: SVG, or PNG at twice its size.
const MARGIN_OF_FILE = 16, PIXELS = 2, MOST_PIXELS = 2 ** 27;
const PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "text-anchor"];

/** List the shapes of the diagram in the order in which they are painted, with their paint. */
function shapes() {
  return [...canvas.querySelectorAll("rect.face, .edge, .plus, text")].map((each) => {
    const style = getComputedStyle(each);
    return { each, paint: PAINT.map((name) => [name, style.getPropertyValue(name)]).filter(([, value]) => value) };
  });
}

const escaped = (text) => text.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);
const ground = () => getComputedStyle(document.body).backgroundColor;
const edgeColour = () => getComputedStyle(root).getPropertyValue("--edge");

/** Write the diagram as SVG that needs no style sheet. */
function toSvg() {
  const wide = extent.width + 2 * MARGIN_OF_FILE, high = extent.height + 2 * MARGIN_OF_FILE;
  const size = `width="${wide}" height="${high}" viewBox="${-MARGIN_OF_FILE} ${-MARGIN_OF_FILE} ${wide} ${high}"`;
  const drawn = shapes().map(({ each, paint }) => {
    const geometry = ["x", "y", "width", "height", "rx", "d"].filter((name) => each.hasAttribute(name)).map((name) => [name, each.getAttribute(name)]);
    const end = each.hasAttribute("marker-end") ? ' marker-end="url(#head)"' : "";
    const said = [...geometry, ...paint].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
    return `<${each.tagName}${said}${end}>${escaped(each.tagName === "text" ? each.textContent : "")}</${each.tagName}>`;
  });
  const head = `<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" fill="${edgeColour()}"/></marker>`;
  return `<svg xmlns="${SPACE}" role="img" ${size} font-family="Arial, Helvetica, sans-serif">
<title>${escaped(record.title)}</title>
<defs>${head}</defs>
<rect x="${-MARGIN_OF_FILE}" y="${-MARGIN_OF_FILE}" width="${wide}" height="${high}" fill="${ground()}"/>
${drawn.join("\n")}
</svg>
`;
}

/** Paint the diagram on a canvas; it is painted anew, since the page may load no image. */
function toCanvas() {
  const wide = extent.width + 2 * MARGIN_OF_FILE, high = extent.height + 2 * MARGIN_OF_FILE;
  const scale = Math.min(PIXELS, Math.sqrt(MOST_PIXELS / (wide * high)));
  const made = Object.assign(document.createElement("canvas"), { width: Math.ceil(wide * scale), height: Math.ceil(high * scale) });
  const pen = made.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = ground();
  pen.fillRect(0, 0, wide, high);
  pen.translate(MARGIN_OF_FILE, MARGIN_OF_FILE);
  for (const { each, paint } of shapes()) paintShape(pen, each, Object.fromEntries(paint));
  return made;
}

function paintShape(pen, each, paint) {
  pen.lineWidth = parseFloat(paint["stroke-width"]);
  pen.setLineDash(paint["stroke-dasharray"] === "none" ? [] : paint["stroke-dasharray"].split(",").map(parseFloat));
  const fillWith = (draw) => {
    if (paint.fill === "none") return;
    pen.globalAlpha = Number(paint["fill-opacity"]) * Number(paint.opacity);
    pen.fillStyle = paint.fill;
    draw();
  };
  if (each.tagName === "text") return fillWith(() => paintText(pen, each, paint));
  const way = new Path2D(outlineOf(each));
  fillWith(() => pen.fill(way));
  pen.globalAlpha = Number(paint.opacity);
  pen.strokeStyle = paint.stroke;
  if (paint.stroke !== "none") pen.stroke(way);
  if (each.hasAttribute("marker-end")) paintHead(pen, each);
}

function outlineOf(each) {
  if (each.tagName === "path") return each.getAttribute("d");
  const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => Number(each.getAttribute(name)));
  return `M${x} ${y}h${wide}v${high}h${-wide}z`;
}

function paintText(pen, each, paint) {
  pen.font = `${paint["font-size"]} Arial, Helvetica, sans-serif`;
  pen.textAlign = { middle: "center", end: "right" }[paint["text-anchor"]] ?? "left";
  pen.fillText(each.textContent, Number(each.getAttribute("x")), Number(each.getAttribute("y")));
}

function paintHead(pen, line) {
  const length = line.getTotalLength();
  const end = line.getPointAtLength(length), before = line.getPointAtLength(Math.max(0, length - 2));
  const turned = Math.atan2(end.y - before.y, end.x - before.x);
  pen.save();
  pen.translate(end.x, end.y);
  pen.rotate(turned);
  pen.fillStyle = edgeColour();
  pen.fill(new Path2D("M-7 -3.5L0 0L-7 3.5z"));
  pen.restore();
}

function download(content, ending) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: `${record.name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const saveSvg = () => download(new Blob([toSvg()], { type: "image/svg+xml" }), "svg");
const savePng = () => toCanvas().toBlob((content) => download(content, "png"), "image/png");
