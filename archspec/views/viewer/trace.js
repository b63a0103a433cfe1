"use strict";
// Everything that a value depends on, or that depends on it, stands out; the rest is dimmed.
let traced = null;  // {id, ways}: of what, and whether to inputs, to outputs, or both

/** Collect the operators that are reached from those of an item. */
function reached(id, next) {
  const found = new Set([id, ...contents(id)]);
  const waiting = [...found];
  while (waiting.length) {
    for (const each of next(items[waiting.pop()])) {
      if (found.has(each)) continue;
      found.add(each);
      waiting.push(each);
    }
  }
  return found;
}

const WAYS = { inputs: (item) => item.sources, outputs: (item) => item.users };

/** Trace an item to the inputs or to the outputs; once more ends it. */
function trace(id, way) {
  const ways = traced?.id === id ? traced.ways : [];
  const left = ways.includes(way) ? ways.filter((each) => each !== way) : [...ways, way];
  traced = left.length ? { id, ways: left } : null;
  light();
}

function endTrace() {
  traced = null;
  light();
}

/** Mark the boxes and lines of the trace that are in sight. */
function light() {
  picture.classList.toggle("tracing", traced !== null);
  for (const each of picture.querySelectorAll(".traced")) each.classList.remove("traced");
  if (!traced) return;
  for (const way of traced.ways) lightWay(reached(traced.id, WAYS[way]));
  const count = [...shown.values()].filter((each) => each.matches(".box.traced")).length;
  say(`${exact(count)} of ${exact(shown.size)} boxes on the way to the ${traced.ways.join(" and the ")}`);
}

function lightWay(found) {
  const boxes = new Set([...found].flatMap((each) => ancestors(visible(each))));
  for (const id of boxes) shown.get(id)?.classList.add("traced");
  for (const line of picture.querySelectorAll(".edge")) {
    const [tail, head, group, value] = ["tail", "head", "group", "value"].map((name) => Number(line.dataset[name]));
    const isOn = [tail, head].every((id) => boxes.has(id < 0 ? group : id)) && found.has(value);
    if (isOn) line.classList.add("traced");
  }
}
