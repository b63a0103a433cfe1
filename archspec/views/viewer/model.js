"use strict";
// The network as a tree of items.
/**
 * An operator, an input, or a group that opens: a layer, a module, a repeat.
 * @typedef {object} Item
 * @property {number} id       Its index in `items`.
 * @property {number} parent   The group around it; -1 for the outermost.
 * @property {string} path     Its full name, as in diagnostics and the address.
 * @property {string} alike    The path with a star for the number of each copy.
 * @property {number[]} sources  The items whose values an operator takes.
 * @property {number[]} users    The operators that take its value.
 * @property {number[]} children What is directly in a group.
 * @property {boolean} isOpen    Whether a group shows its contents.
 * @property {boolean} isApart   Whether a closed copy has a box of its own among its equals.
 */
let record, /** @type {Item[]} */ items = [];

/** Read a record; what was open before stays open where a group of that path is still there. */
function load(next) {
  const before = new Map(items.map((item) => [item.path, item]));
  record = next;
  items = record.items.map(itemOf);
  for (const item of items.slice(1)) items[item.parent].children.push(item.id);
  for (const item of items) nameItem(item);
  for (const item of items) for (const source of new Set(item.sources)) items[source].users.push(item.id);
  for (const item of items.slice(1).reverse()) sum(item);
  grids.clear();
  plain.clear();
  if (before.size) for (const item of items) keep(item, before.get(item.path));
}

function itemOf([parent, name, label, kind, shape, place, flags, parameters, macs, activations, details, ...sources], id) {
  const [word, settings, tensors, inputs, defined, doc] = record.details[details];
  return {
    id, parent, sources, parameters, macs, activations, word, settings, tensors, inputs, defined, doc,
    name: record.texts[name], label: record.texts[label], shape: record.texts[shape],
    kind: record.kinds[kind][0], place: record.places[place],
    isGroup: (flags & 1) !== 0, isOpen: (flags & 2) !== 0, isLayer: (flags & 4) !== 0,
    isHead: (flags & 8) !== 0, isRepeat: (flags & 16) !== 0,
    dead: (record.statistics[id] ?? []).reduce((sum, [, dead]) => sum + dead, 0),
    isApart: record.unroll, children: [], users: [], operators: 1,
  };
}

function nameItem(item) {
  const above = items[item.parent] ?? { path: "", alike: "" };
  const below = (start, end) => (start && end ? `${start}.${end}` : start || end);
  item.path = below(above.path, item.name);
  item.alike = below(above.alike, above.isRepeat ? item.name.replace(/^\d+/, "*") : item.name);
  if (item.isGroup || item.kind === "input") item.operators = 0;
}

function sum(item) {
  const parent = items[item.parent];
  parent.operators += item.operators;
  if (item.isHead) return;  // auxiliary heads count apart, as everywhere
  for (const measure of ["parameters", "macs", "activations", "dead"]) parent[measure] += item[measure];
}

function keep(item, old) {
  if (old) [item.isOpen, item.isApart] = [old.isOpen && item.isGroup, old.isApart];
}

/** List an item and the groups around it, from the inside out. */
function ancestors(id) {
  const found = [];
  for (let at = id; at >= 0; at = items[at].parent) found.push(at);
  return found;
}

// Equal closed copies that follow one another share a box, so that one of ten can be open.
const isFolded = (item) => !item.isOpen && !item.isApart;

function isLike(one, other) {
  return isFolded(one) && isFolded(other) && one.kind === other.kind && one.shape === other.shape
    && one.parameters === other.parameters && one.macs === other.macs && one.isGroup === other.isGroup;
}

/** Find the boxes in an open group: each a list of children, several where equal copies share it. */
function runs(id) {
  const found = [], isFolding = items[id].isRepeat && isPlain(id);
  for (const child of items[id].children) {
    const last = found.at(-1);
    if (isFolding && last && isLike(items[last[0]], items[child])) last.push(child);
    else found.push([child]);
  }
  return found;
}

/** List the copies that share the box of an item. */
function copiesIn(id) {
  const parent = items[id].parent;
  if (parent < 0 || !items[parent].isRepeat || !isFolded(items[id])) return [id];
  return runs(parent).find((run) => run.includes(id));
}

/** Find the box in sight that shows an item, or that it is in. */
function visible(id) {
  const open = ancestors(id).reverse();
  const closed = open.findIndex((each) => items[each].isGroup && !items[each].isOpen);
  return copiesIn(closed < 0 ? id : open[closed])[0];
}

/** List the boxes before and after that of an item, within its group. */
function neighbours(id) {
  const around = items[id].parent < 0 ? [] : drawnArrows(items[id].parent);
  return {
    before: around.filter((each) => each.head === id && each.tail > 0).map((each) => each.tail),
    after: around.filter((each) => each.tail === id && each.head > 0).map((each) => each.head),
  };
}

/** List all that is in a group. */
function contents(id) {
  return items[id].children.flatMap((each) => [each, ...contents(each)]);
}

/** Count the boxes in sight. */
function countVisible(id = 0) {
  const item = items[id];
  if (!item.isGroup || !item.isOpen) return 1;
  return runs(id).reduce((found, run) => found + countVisible(run[0]), 0);
}

/** List the values that an item takes from outside. */
function inputsOf(id) {
  if (!items[id].isGroup) return items[id].sources;
  const inside = new Set(contents(id));
  return [...new Set([...inside].flatMap((each) => items[each].sources).filter((each) => !inside.has(each)))];
}

/** List the operators outside of an item that take its values. */
function usersOf(id) {
  const inside = new Set([id, ...contents(id)]);
  return [...new Set([...inside].flatMap((each) => items[each].users).filter((each) => !inside.has(each)))];
}

/** List the items that are the same but for the numbers of copies. */
const alike = (id) => items.filter((item) => item.alike === items[id].alike).map((item) => item.id);

/** Write a label for a box, which may stand for several copies. */
function labelOf(id) {
  const run = copiesIn(id), item = items[id];
  if (run.length < 2) return item.label;
  const last = items[run.at(-1)];
  const name = item.label.replace(/ \[\d+\]$/, "").replace(/^copy \d+$/, "steps");
  return `${run.length} x ${name} [${item.name}\u2013${last.name}]`;
}

/** Write a count with three digits and a unit: `2.29 G`. */
function amount(count) {
  for (const [size, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "K"]]) {
    if (count >= size) return `${Number((count / size).toPrecision(3))} ${unit}`;
  }
  return String(count);
}
const exact = (count) => count.toLocaleString("en-US");
