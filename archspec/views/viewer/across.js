"use strict";
// Positions across the flow: chains keep one axis, branches stand side by side.
// It does what archspec/views/layout/across.py does, with the sizes of what is open now.
const GAP = 18, LANE = { before: 5, behind: 5 }, EDGE = 10, NEAR = 14;

const around = (one, other) => ({ before: Math.max(one.before, other.before), behind: Math.max(one.behind, other.behind) });
const NOTHING = { before: 0, behind: 0 };

/** Find the axes of vertices and lanes, which boxes are wider, and which lanes arrive at a side. */
class Across {
  constructor(chain, bodies) {
    this.bodies = bodies;
    this.axes = new Map();
    this.lanes = new Map();
    this.wide = new Map();
    this.beside = new Map();
    this.inside = new Map();
    this.arriving = new Map();
    this.span = this.chain(chain);
    this.settle(chain, 0);
  }

  /** Add up positions, from the outside in. */
  settle(cell, axis) {
    if (typeof cell === "number") this.axes.set(cell, axis);
    else if (cell.kind === "lane") this.lanes.set(cell, axis);
    else for (const [inner, offset] of this.inside.get(cell)) this.settle(inner, axis + offset);
  }

  chain(chain) {
    let span = NOTHING, before = null;
    chain.parts.forEach((part, at) => {
      if (at % 2) span = around(span, this.vertex(part, before));
      else span = around(span, this.passage(before = part, chain.parts[at - 1], chain.parts[at + 1]));
    });
    this.inside.set(chain, chain.parts.map((part) => [part, 0]));
    this.arriving.set(chain, before ? this.arriving.get(before) : []);
    return span;
  }

  passage(part, tail, head) {
    if (part.kind === "fork") return this.fork(part, this.ordered(part, tail, head));
    if (part.kind === "tangle") return this.tangle(part);
    this.arriving.set(part, part.link ? [[part, 0]] : []);
    return part.link ? LANE : NOTHING;
  }

  /** Measure a vertex; a box at which branches meet is as wide as they are. */
  vertex(vertex, before) {
    const body = this.bodies.get(vertex);
    if (!body.isBox || !before || before.kind === "lane") return body.span;
    const lanes = this.arrivals(before);
    if (lanes.length < 2) return body.span;
    this.wide.set(vertex, around({ before: EDGE - Math.min(...lanes), behind: EDGE + Math.max(...lanes) }, body.span));
    return this.wide.get(vertex);
  }

  /** List where lines arrive, except those that arrive at the side, which are recorded. */
  arrivals(before) {
    const sides = new Map(before.kind === "fork" ? bypasses(before) : []);
    for (const [lane, side] of sides) this.beside.set(lane, side);
    return this.arriving.get(before).filter(([lane]) => !sides.has(lane)).map(([, at]) => at);
  }

  /** Put branches into the order in which they leave one frame and reach another. */
  ordered(fork, tail, head) {
    const exits = this.bodies.get(tail)?.exits ?? new Map(), entries = this.bodies.get(head)?.entries ?? new Map();
    if (exits.size < 2 && entries.size < 2) return fork.branches;
    const place = (branch) => {
      const ends = lanesOf(branch).map((lane) => lane.link);
      const gates = [...ends.filter((link) => link.tail === tail).map((link) => exits.get(link.value) ?? 0),
        ...ends.filter((link) => link.head === head).map((link) => entries.get(link.value) ?? 0)];
      return gates.reduce((sum, each) => sum + each, 0) / Math.max(gates.length, 1);
    };
    return [...fork.branches].sort((one, other) => place(one) - place(other));
  }

  fork(fork, branches) {
    const spans = branches.map((branch) => this.chain(branch));
    const places = sideBySide(spans), axis = axisOf(branches, places);
    this.keep(fork, branches.map((branch, at) => [branch, places[at] - axis]));
    return { before: Math.max(...spans.map((span, at) => span.before - places[at] + axis)),
      behind: Math.max(...spans.map((span, at) => span.behind + places[at] - axis)) };
  }

  /** Record where chains stand in a passage, and where their lines arrive behind it. */
  keep(part, inside, ending = inside) {
    this.inside.set(part, inside);
    this.arriving.set(part, ending.flatMap(([chain, offset]) => this.arriving.get(chain).map(([lane, at]) => [lane, offset + at])));
  }

  /** Give each column of a tangle the width of what is widest in it. */
  tangle(tangle) {
    const columns = Array(tangle.columns).fill(NOTHING);
    for (const [vertex, , column] of tangle.vertices) columns[column] = around(columns[column], this.vertex(vertex, null));
    for (const { chain, column } of tangle.strands) {
      const span = this.chain(chain);
      if (column !== undefined) columns[column] = around(columns[column], span);
    }
    const places = sideBySide(columns), middle = (places[0] + places.at(-1)) / 2;
    const at = places.map((place) => place - middle);
    const where = new Map(tangle.vertices.map(([vertex, , column]) => [vertex, at[column]]));
    const chains = tangle.strands.map((each) => [each.chain, each.column === undefined ? where.get(each.head ?? each.tail) ?? 0 : at[each.column], each]);
    this.keep(tangle, [...chains, ...where], chains.filter(([, , strand]) => strand.head === null));
    return { before: columns[0].before - at[0], behind: columns.at(-1).behind + at.at(-1) };
  }
}

function sideBySide(spans) {
  let place = 0;
  return spans.map((span, at) => (at ? place += spans[at - 1].behind + GAP + span.before : place));
}

const isEmpty = (chain) => chain.parts.length === 1 && chain.parts[0].kind === "lane";

/** List the outer branches with nothing on their way, which arrive at the side of a box. */
function bypasses(fork) {
  if (fork.branches.every(isEmpty)) return [];
  const outer = [[fork.branches[0], -1], [fork.branches.at(-1), 1]];
  return outer.filter(([branch]) => isEmpty(branch) && branch.parts[0].link).map(([branch, side]) => [branch.parts[0], side]);
}

/** Find the axis of branches: of the main one, or the middle of all that have boxes. */
function axisOf(branches, places) {
  const placed = branches.map((branch, at) => [branch, places[at]]);
  const full = placed.filter(([branch]) => !isEmpty(branch)), solid = full.length ? full : placed;
  const longest = Math.max(...solid.map(([branch]) => branch.rows));
  const main = solid.filter(([branch]) => branch.rows === longest);
  const isOpenEnded = (branch) => [branch.parts[0], branch.parts.at(-1)].some((part) => part.kind === "lane" && !part.link);
  if (main.length === 1 && solid.some(([branch]) => isOpenEnded(branch))) return main[0][1];
  const middle = (solid[0][1] + solid.at(-1)[1]) / 2;
  const nearest = solid.map(([, place]) => place).reduce((best, each) => (Math.abs(each - middle) < Math.abs(best - middle) ? each : best));
  return Math.abs(nearest - middle) < NEAR ? nearest : middle;
}
