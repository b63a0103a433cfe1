"use strict";
// The network as a tree of items, and for each group the arrows between what is directly in it.
const record = JSON.parse(document.getElementById("data").textContent);
const items = record.items.map(
  ([parent, name, label, kind, shape, place, flags, parameters, macs, ...sources], id) => ({
    id, parent, sources, parameters, macs,
    name: record.texts[name], label: record.texts[label], shape: record.texts[shape],
    kind: record.kinds[kind][0], place: record.places[place],
    isGroup: (flags & 1) !== 0, isOpen: (flags & 2) !== 0, isLayer: (flags & 4) !== 0, isHead: (flags & 8) !== 0,
    children: [], operators: 1,
  }));
const ENTRY = -1, LEAVE = -2;  // where a value enters and leaves a group

for (const item of items.slice(1)) items[item.parent].children.push(item.id);
for (const item of items) {
  const above = item.parent < 0 ? "" : items[item.parent].path;
  item.path = above && item.name ? `${above}.${item.name}` : above || item.name;
  if (item.isGroup || item.kind === "input") item.operators = 0;
}
for (const item of items.slice(1).reverse()) {
  const parent = items[item.parent];
  parent.operators += item.operators;
  if (item.isHead) continue;  // auxiliary heads count apart, as everywhere
  parent.parameters += item.parameters;
  parent.macs += item.macs;
}

function ancestors(id) {
  const found = [];
  for (let at = id; at >= 0; at = items[at].parent) found.push(at);
  return found;
}

// Arrows go from child to child of the innermost group around both ends; on the way there they
// leave the groups around the one, and enter those around the other.
const arrows = items.map(() => new Map());
function connect(group, tail, head, slot = 0) {
  arrows[group].set(`${tail} ${head}`, { tail, head, slot });
}
for (const item of items) {
  const above = ancestors(item.id);
  for (const [slot, source] of item.sources.entries()) {
    const before = ancestors(source);
    const around = new Set(before);
    const shared = above.findIndex((each) => around.has(each));
    const cut = before.indexOf(above[shared]);
    for (let at = 1; at < cut; at++) connect(before[at], before[at - 1], LEAVE);
    for (let at = shared - 1; at > 0; at--) connect(above[at], ENTRY, above[at - 1]);
    connect(above[shared], before[cut - 1], above[shared - 1], slot);
  }
}
// A shortcut that comes first in its merge is drawn before the branches beside it.
for (const [group, found] of arrows.entries()) {
  const all = [...found.values()];
  const leaving = (tail) => all.filter((each) => each.tail === tail).length;
  const isShortcut = ({ tail, head, slot }) => slot === 0 && items[head]?.kind === "merge" && leaving(tail) > 1;
  const early = new Set(all.filter(isShortcut));
  arrows[group] = [...early, ...all.filter((each) => !early.has(each))];
}
const neighbours = (id) => {
  const around = items[id].parent < 0 ? [] : arrows[items[id].parent];
  return {
    before: around.filter((each) => each.head === id && each.tail >= 0).map((each) => each.tail),
    after: around.filter((each) => each.tail === id && each.head >= 0).map((each) => each.head),
  };
};

function contents(id) {
  return items[id].children.flatMap((each) => [each, ...contents(each)]);
}

function countVisible(id = 0) {
  const item = items[id];
  if (!item.isGroup || !item.isOpen) return 1;
  return item.children.reduce((sum, each) => sum + countVisible(each), 0);
}

function amount(count) {
  for (const [size, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "K"]]) {
    if (count >= size) return `${Number((count / size).toPrecision(3))} ${unit}`;
  }
  return String(count);
}
const exact = (count) => count.toLocaleString("en-US");
