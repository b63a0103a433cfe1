"use strict";
// What the colours of boxes mean, and the legend that says it.
const MEASURES = { macs: "MACs", parameters: "parameters", activations: "activations", dead: "dead channels" };
const root = document.documentElement;
const colour = document.getElementById("colour");
const perCopy = document.getElementById("per-copy");

const isHeat = () => colour.value in MEASURES;
const isDark = () => root.dataset.theme === "dark";

/** Count how many copies a box stands for. */
function times(id) {
  const item = items[id];
  return item.isRepeat ? item.children.length : copiesIn(id).length;
}

/** Measure a box: one copy of it, or all that it stands for. */
function measured(id) {
  const item = items[id], each = copiesIn(id);
  const all = each.reduce((sum, copy) => sum + items[copy][colour.value], 0);
  return perCopy.checked ? all / times(id) : all;
}

/** Write under a label what its colour shows. */
function costLabel(id) {
  const cost = measured(id);
  if (!cost) return items[id].shape;
  const count = perCopy.checked && times(id) > 1 ? `, ${times(id)} times` : "";
  const what = cost === 1 ? MEASURES[colour.value].replace(/s$/, "") : MEASURES[colour.value];
  return `${amount(Math.round(cost))} ${what}${count}`;
}

function fill(id, most) {
  const item = items[id];
  if (colour.value === "paper" || (colour.value === "color" && item.kind === "input")) return null;
  if (colour.value === "color") return kindColour(item.kind);
  const heat = heatColours();
  const cost = measured(id);
  return cost ? heat[Math.min(Math.floor((heat.length * cost) / most), heat.length - 1)] : null;
}

const heatColours = () => (isDark() ? record.dark_heat : record.heat);

function kindColour(kind) {
  const [, light, dark] = record.kinds.find(([each]) => each === kind);
  return isDark() ? dark : light;
}

/** Give the style sheet the colours of the page that pictures in a light or dark theme have. */
function setShades() {
  for (const [name, [light, dark]] of Object.entries(record.shades)) {
    root.style.setProperty(`--${name}`, isDark() ? dark : light);
  }
}

/** Colour all that is in sight, and explain it. */
function paint() {
  setShades();
  const boxes = [...shown].filter(([, each]) => each.classList.contains("box"));
  const most = isHeat() ? Math.max(1, ...boxes.map(([id]) => measured(id))) : 1;
  for (const [id, each] of shown) paintOne(id, each, most);
  explain(boxes, most);
  sketch();
  picture.dispatchEvent(new Event("drawn"));
}

function paintOne(id, each, most) {
  const isBox = each.classList.contains("box");
  const found = isBox || colour.value === "color" ? fill(id, most) : null;
  each.classList.toggle("bare", found === null);
  for (const rect of each.querySelectorAll(":scope > rect.face")) {
    rect.setAttribute("fill", found ?? "var(--ground)");
    if (!isBox) rect.setAttribute("fill-opacity", found ? "var(--shade)" : 0);
  }
}

function explain(boxes, most) {
  const rows = isHeat() ? heatRows(most) : colour.value === "color" ? kindRows(boxes) : [];
  document.getElementById("legend").replaceChildren(...rows.map(([label, found]) => {
    const row = document.createElement("span");
    if (found) row.append(Object.assign(document.createElement("i"), { style: `background:${found}` }));
    row.append(label);
    return row;
  }));
}

function kindRows(boxes) {
  const used = new Set(boxes.map(([id]) => items[id].kind));
  return record.kinds.filter(([kind]) => used.has(kind) && kind !== "input").map(([kind]) => [kind, kindColour(kind)]);
}

function heatRows(most) {
  const heat = heatColours();
  const bounds = heat.map((each, at) => [amount(Math.floor(((at + 1) * most) / heat.length)), each]);
  return [[`${MEASURES[colour.value]}${perCopy.checked ? " of one copy" : ""}, up to`, null], ...bounds];
}
